import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useSession } from '@/api/session';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { NotFound } from './NotFound';
import { page } from './page';

// The frame around the pages is needed once somebody is signed in, and not by the doors.
const Layout = lazy(() => import('./Layout').then((m) => ({ default: m.Layout })));
const Auth = page(['auth'], () => import('@/features/auth').then((m) => m.AuthPages));
const Alerts = page(['alerts', 'subscriptions'], () => import('@/features/alerts').then((m) => m.AlertsPage));
const Actions = page(['actions'], () => import('@/features/actions').then((m) => m.ActionsPage));
const NewAction = page(['actions'], () => import('@/features/actions').then((m) => m.NewActionPage));
const Action = page(['actions'], () => import('@/features/actions').then((m) => m.ActionPage));
const Evidence = page(['linkage'], () => import('@/features/linkage').then((m) => m.EvidencePage));
const Pair = page(['linkage'], () => import('@/features/linkage/pair').then((m) => m.PairPage));
const Collect = page(['collect'], () => import('@/features/collect').then((m) => m.CollectPage));
const Health = page(['collect'], () => import('@/features/collect').then((m) => m.HealthPage));
const Imports = page(['imports'], () => import('@/features/imports').then((m) => m.ImportsPage));
const Wizard = page(['imports'], () => import('@/features/imports/wizard').then((m) => m.WizardPage));
const Figures = page(['series'], () => import('@/features/series/grid').then((m) => m.FiguresPage));
const Outcomes = page(['series'], () => import('@/features/series/outcomes').then((m) => m.OutcomesPage));
const Metrics = page(['series'], () => import('@/features/series').then((m) => m.MetricsPage));
const Metric = page(['series'], () => import('@/features/series/metric').then((m) => m.MetricPage));
const Teams = page(['org'], () => import('@/features/org').then((m) => m.TeamsPage));
const Employees = page(['org'], () => import('@/features/org/people').then((m) => m.EmployeesPage));
const Partners = page(['org'], () => import('@/features/org/people').then((m) => m.PartnersPage));
const Programmes = page(['pulse'], () => import('@/features/pulse').then((m) => m.ProgrammesPage));
const Programme = page(['pulse'], () => import('@/features/pulse').then((m) => m.ProgrammePage));
const Builder = page(['pulse'], () => import('@/features/pulse/builder').then((m) => m.BuilderPage));
const Wave = page(['pulse'], () => import('@/features/pulse/wave').then((m) => m.WavePage));
const Benchmarks = page(['pulse'], () => import('@/features/pulse/benchmarks').then((m) => m.BenchmarksPage));
const Channels = page(['pulse'], () => import('@/features/pulse/channels').then((m) => m.ChannelsPage));
const Anonymity = page(['pulse'], () => import('@/features/pulse/anonymity').then((m) => m.AnonymityPage));
const Initiatives = page(['initiatives'], () => import('@/features/initiatives').then((m) => m.InitiativesPage));
const Initiative = page(['initiatives'], () => import('@/features/initiatives').then((m) => m.InitiativePage));
const Record = page(['initiatives', 'forecast'], () => import('@/features/initiatives/record').then((m) => m.RecordPage));
const Plan = page(['initiatives'], () => import('@/features/initiatives/plan').then((m) => m.PlanPage));
const Returns = page(['initiatives', 'returns'], () => import('@/features/initiatives/returns').then((m) => m.ReturnsPage));
const Prices = page(['initiatives', 'returns'], () => import('@/features/initiatives/returns').then((m) => m.SettingsPage));
const Customers = page(['customers'], () => import('@/features/customers').then((m) => m.ValuePage));
const Comments = page(['comments'], () => import('@/features/comments').then((m) => m.CommentsPage));
const Cx = page(['journeys'], () => import('@/features/journeys').then((m) => m.OverviewPage));
const JourneyMap = page(['journeys'], () => import('@/features/journeys').then((m) => m.MapPage));
const Touchpoint = page(['journeys'], () => import('@/features/journeys').then((m) => m.PointPage));
const Cases = page(['cases'], () => import('@/features/cases').then((m) => m.CasesPage));
const Case = page(['cases'], () => import('@/features/cases').then((m) => m.CasePage));
const Pains = page(['journeys'], () => import('@/features/journeys').then((m) => m.PainsPage));
const Goals = page(['goals'], () => import('@/features/goals').then((m) => m.GoalsPage));
const Report = page(['reports'], () => import('@/features/reports').then((m) => m.ReportPage));
const Team = page(['home'], () => import('@/features/home').then((m) => m.TeamPage));
const HomeHr = page(['home'], () => import('@/features/home').then((m) => m.HrPage));
const HomeCx = page(['home'], () => import('@/features/home').then((m) => m.CxPage));
const Invest = page(['invest'], () => import('@/features/invest').then((m) => m.InvestPage));
const Proposal = page(['invest'], () => import('@/features/invest').then((m) => m.ProposalPage));
const ProposalForm = page(['invest'], () => import('@/features/invest').then((m) => m.ProposalFormPage));
const WhatIf = page(['invest'], () => import('@/features/invest').then((m) => m.WhatIfPage));
const Jobs = page(['jobs'], () => import('@/features/jobs').then((m) => m.JobsPage));
const Audit = page(['audit'], () => import('@/features/audit').then((m) => m.AuditPage));
const Access = page(['admin'], () => import('@/features/admin').then((m) => m.AccessPage));

const doors = ['/sign-in', '/setup', '/forgot-password', '/set-password'];
// Whoever comes back to a page will most likely need the frame: it is fetched beside the question of who they are.
if (!doors.includes(window.location.pathname)) void import('./Layout');

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
    <Suspense fallback={null}>
      <Layout>
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path="/">
              <Redirect to={home} replace />
            </Route>
            <Route path="/evidence" component={Evidence} />
            <Route path="/evidence/:finding" component={Pair} />
            <Route path="/reports" component={Report} />
            <Route path="/reports/:quarter" component={Report} />
            <Route path="/my-team" component={Team} />
            <Route path="/home/hr" component={HomeHr} />
            <Route path="/home/cx" component={HomeCx} />
            <Route path="/alerts" component={Alerts} />
            <Route path="/actions" component={Actions} />
            <Route path="/actions/new" component={NewAction} />
            <Route path="/actions/:id" component={Action} />
            <Route path="/collect" component={Collect} />
            <Route path="/health" component={Health} />
            <Route path="/imports" component={Imports} />
            <Route path="/imports/new" component={Wizard} />
            <Route path="/figures" component={Figures} />
            <Route path="/outcomes" component={Outcomes} />
            <Route path="/catalogue" component={Metrics} />
            <Route path="/catalogue/:id" component={Metric} />
            <Route path="/teams" component={Teams} />
            <Route path="/employees" component={Employees} />
            <Route path="/partners" component={Partners} />
            <Route path="/benchmarks" component={Benchmarks} />
            <Route path="/pulses" component={Programmes} />
            <Route path="/pulse-channels" component={Channels} />
            <Route path="/pulses/new" component={Builder} />
            <Route path="/pulses/:id" component={Programme} />
            <Route path="/pulses/:id/edit" component={Builder} />
            <Route path="/waves/:id" component={Wave} />
            <Route path="/anonymity" component={Anonymity} />
            <Route path="/initiatives" component={Initiatives} />
            <Route path="/initiatives/new" component={Plan} />
            <Route path="/initiatives/record" component={Record} />
            <Route path="/initiatives/:id" component={Initiative} />
            <Route path="/initiatives/:id/edit" component={Plan} />
            <Route path="/returns" component={Returns} />
            <Route path="/returns/settings" component={Prices} />
            <Route path="/customers" component={Customers} />
            <Route path="/comments" component={Comments} />
            <Route path="/cx" component={Cx} />
            <Route path="/journeys" component={JourneyMap} />
            <Route path="/touchpoints/:id" component={Touchpoint} />
            <Route path="/cases" component={Cases} />
            <Route path="/cases/:id" component={Case} />
            <Route path="/pains" component={Pains} />
            <Route path="/goals" component={Goals} />
            <Route path="/invest" component={Invest} />
            <Route path="/invest/new" component={ProposalForm} />
            <Route path="/invest/:id" component={Proposal} />
            <Route path="/invest/:id/edit" component={ProposalForm} />
            <Route path="/what-if" component={WhatIf} />
            <Route path="/jobs" component={Jobs} />
            <Route path="/audit" component={Audit} />
            <Route path="/access" component={Access} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Layout>
    </Suspense>
  );
}

// After signing in, people land on the page they came for.
function back(location: string): string {
  return location === '/' || location === '/setup' ? '' : `?next=${encodeURIComponent(location + window.location.search)}`;
}
