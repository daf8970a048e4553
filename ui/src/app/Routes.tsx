import type { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { sessionQuery, useSession } from '@/api/session';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { NotFound } from './NotFound';
import { page } from './page';
import { ahead, at, places } from './places';

// The frame around the pages is needed once somebody is signed in, and not by the doors.
const fetchFrame = () => import('./Layout').then((m) => ({ default: m.Layout }));
let frame: ReturnType<typeof fetchFrame> | undefined;
const Layout = lazy(() => (frame ??= fetchFrame()));
const Auth = page(['auth'], () => import('@/features/auth').then((m) => m.AuthPages));

const doors = ['/sign-in', '/setup', '/forgot-password', '/set-password'];
// Whoever comes back to a page will most likely need the frame and the page: both are fetched beside the question of who they are.
if (!doors.includes(window.location.pathname)) {
  fetchFrame().catch(() => undefined);
  ahead(window.location.pathname);
}

/**
 * Waits for what the first page is drawn with, so that it is drawn once: React holds every piece that comes later back for a
 * third of a second. Fails where something does not come; the page then says so when it is drawn.
 */
export async function prepare(queries: QueryClient): Promise<void> {
  const { signed_in: signedIn } = await queries.ensureQueryData(sessionQuery);
  const here = window.location.pathname;
  if (!signedIn || here === '/set-password') await Auth.ready();
  else await Promise.all([(frame ??= fetchFrame()), at(here)?.ready()]);
}

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
            <Route path="/home/cx">
              <Redirect to="/cx" replace />
            </Route>
            {places.map(([path, drawn]) => (
              <Route key={path} path={path} component={drawn} />
            ))}
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
