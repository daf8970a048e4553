import { useMay } from '@/api/session';
import { CxDesk } from '@/features/home';
import { OverviewPage } from '@/features/journeys';

/** The home of those who look after customers is the overview that everybody may read, with their desk below it. */
export function CxHome() {
  const may = useMay();
  return <OverviewPage>{may('import.cx') && <CxDesk />}</OverviewPage>;
}
