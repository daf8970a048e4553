import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useSession } from '@/api/session';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Layout } from './Layout';
import { NotFound } from './NotFound';

const Auth = lazy(() => import('@/features/auth').then((m) => ({ default: m.AuthPages })));
const Evidence = lazy(() => import('@/features/linkage').then((m) => ({ default: m.EvidencePage })));
const Pair = lazy(() => import('@/features/linkage/pair').then((m) => ({ default: m.PairPage })));
const Imports = lazy(() => import('@/features/imports').then((m) => ({ default: m.ImportsPage })));
const Wizard = lazy(() => import('@/features/imports/wizard').then((m) => ({ default: m.WizardPage })));
const Figures = lazy(() => import('@/features/series/grid').then((m) => ({ default: m.FiguresPage })));
const Metrics = lazy(() => import('@/features/series').then((m) => ({ default: m.MetricsPage })));
const Metric = lazy(() => import('@/features/series/metric').then((m) => ({ default: m.MetricPage })));
const Teams = lazy(() => import('@/features/org').then((m) => ({ default: m.TeamsPage })));
const Employees = lazy(() => import('@/features/org/people').then((m) => ({ default: m.EmployeesPage })));
const Partners = lazy(() => import('@/features/org/people').then((m) => ({ default: m.PartnersPage })));
const Programmes = lazy(() => import('@/features/pulse').then((m) => ({ default: m.ProgrammesPage })));
const Programme = lazy(() => import('@/features/pulse').then((m) => ({ default: m.ProgrammePage })));
const Builder = lazy(() => import('@/features/pulse/builder').then((m) => ({ default: m.BuilderPage })));
const Wave = lazy(() => import('@/features/pulse/wave').then((m) => ({ default: m.WavePage })));
const Anonymity = lazy(() => import('@/features/pulse/anonymity').then((m) => ({ default: m.AnonymityPage })));
const Initiatives = lazy(() => import('@/features/initiatives').then((m) => ({ default: m.InitiativesPage })));
const Initiative = lazy(() => import('@/features/initiatives').then((m) => ({ default: m.InitiativePage })));
const Plan = lazy(() => import('@/features/initiatives/plan').then((m) => ({ default: m.PlanPage })));
const Customers = lazy(() => import('@/features/customers').then((m) => ({ default: m.ValuePage })));
const Jobs = lazy(() => import('@/features/jobs').then((m) => ({ default: m.JobsPage })));
const Audit = lazy(() => import('@/features/audit').then((m) => ({ default: m.AuditPage })));
const Access = lazy(() => import('@/features/admin').then((m) => ({ default: m.AccessPage })));

const doors = ['/sign-in', '/setup', '/forgot-password', '/set-password'];

export function Routes() {
  const session = useSession();
  const [location] = useLocation();
  if (session.isError) return <ProblemNotice error={session.error} retry={() => void session.refetch()} page />;
  if (!session.data) return null;
  const { signed_in: signedIn, needs_setup: needsSetup, home = '/evidence' } = session.data;
  const atDoor = doors.includes(location);
  if (!signedIn || location === '/set-password') {
    if (needsSetup && location !== '/setup') return <Redirect to="/setup" replace />;
    if (!needsSetup && (!atDoor || location === '/setup')) return <Redirect to={`/sign-in${back(location)}`} replace />;
    return (
      <Suspense fallback={null}>
        <Auth />
      </Suspense>
    );
  }
  if (atDoor) return <Redirect to={home} replace />;
  return (
    <Layout>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/">
            <Redirect to={home} replace />
          </Route>
          <Route path="/evidence" component={Evidence} />
          <Route path="/evidence/:finding" component={Pair} />
          <Route path="/imports" component={Imports} />
          <Route path="/imports/new" component={Wizard} />
          <Route path="/figures" component={Figures} />
          <Route path="/catalogue" component={Metrics} />
          <Route path="/catalogue/:id" component={Metric} />
          <Route path="/teams" component={Teams} />
          <Route path="/employees" component={Employees} />
          <Route path="/partners" component={Partners} />
          <Route path="/pulses" component={Programmes} />
          <Route path="/pulses/new" component={Builder} />
          <Route path="/pulses/:id" component={Programme} />
          <Route path="/pulses/:id/edit" component={Builder} />
          <Route path="/waves/:id" component={Wave} />
          <Route path="/anonymity" component={Anonymity} />
          <Route path="/initiatives" component={Initiatives} />
          <Route path="/initiatives/new" component={Plan} />
          <Route path="/initiatives/:id" component={Initiative} />
          <Route path="/initiatives/:id/edit" component={Plan} />
          <Route path="/customers" component={Customers} />
          <Route path="/jobs" component={Jobs} />
          <Route path="/audit" component={Audit} />
          <Route path="/access" component={Access} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Layout>
  );
}

// After signing in, people land on the page they came for.
function back(location: string): string {
  return location === '/' || location === '/setup' ? '' : `?next=${encodeURIComponent(location + window.location.search)}`;
}
