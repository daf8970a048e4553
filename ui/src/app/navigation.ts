import type { Permission } from '@/api/session';

export type Entry = 'evidence' | 'customers' | 'initiatives' | 'pulses' | 'anonymity' | 'imports' | 'figures' | 'metrics' | 'teams' | 'employees' | 'partners' | 'jobs' | 'audit' | 'access';
export type GroupName = 'answers' | 'figures' | 'organisation' | 'running';

interface Place {
  name: Entry;
  href: string;
  /** Any one of these opens the page. */
  needs: Permission[];
}

const figures: Permission[] = ['import.ex', 'import.cx', 'import.other'];

export const groups: { name: GroupName; places: Place[] }[] = [
  {
    name: 'answers',
    places: [
      { name: 'evidence', href: '/evidence', needs: ['findings.read'] },
      { name: 'customers', href: '/customers', needs: ['ledger.read'] },
      { name: 'initiatives', href: '/initiatives', needs: ['ledger.read'] },
      { name: 'pulses', href: '/pulses', needs: ['pulses.read'] },
    ],
  },
  {
    name: 'figures',
    places: [
      { name: 'imports', href: '/imports', needs: figures },
      { name: 'figures', href: '/figures', needs: figures },
      { name: 'metrics', href: '/catalogue', needs: ['metrics.read'] },
    ],
  },
  {
    name: 'organisation',
    places: [
      { name: 'teams', href: '/teams', needs: ['teams.read'] },
      { name: 'employees', href: '/employees', needs: ['people.read'] },
      { name: 'partners', href: '/partners', needs: ['people.read'] },
    ],
  },
  {
    name: 'running',
    places: [
      { name: 'jobs', href: '/jobs', needs: ['jobs.read'] },
      { name: 'anonymity', href: '/anonymity', needs: ['audit.read', 'pulses.run'] },
      { name: 'audit', href: '/audit', needs: ['audit.read'] },
      { name: 'access', href: '/access', needs: ['users.manage'] },
    ],
  },
];
