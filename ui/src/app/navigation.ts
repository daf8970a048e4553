import type { Permission } from '@/api/session';

export type Entry = 'myTeam' | 'homeHr' | 'alerts' | 'collect' | 'health' | 'report' | 'actions' | 'evidence' | 'goals' | 'invest' | 'customers' | 'comments' | 'initiatives' | 'returns' | 'pulses' | 'anonymity' | 'imports' | 'figures' | 'metrics' | 'outcomes' | 'teams' | 'employees' | 'partners' | 'jobs' | 'audit' | 'access' | 'cx' | 'journeys' | 'pains' | 'cases';
export type GroupName = 'overview' | 'employees' | 'customers' | 'evidence' | 'returns' | 'operation';

interface Place {
  name: Entry;
  href: string;
  /** Any one of these opens the page. */
  needs: Permission[];
}

const figures: Permission[] = ['import.ex', 'import.cx', 'import.other'];

/** Every page of the menu, by the question it belongs to. A group nobody may open is not drawn. */
export const groups: { name: GroupName; places: Place[] }[] = [
  {
    name: 'overview',
    places: [
      { name: 'report', href: '/reports', needs: ['ledger.read'] },
      { name: 'myTeam', href: '/my-team', needs: ['findings.read'] },
      { name: 'homeHr', href: '/home/hr', needs: ['people.write'] },
      { name: 'goals', href: '/goals', needs: ['metrics.read'] },
      { name: 'invest', href: '/invest', needs: ['proposals.read'] },
      { name: 'alerts', href: '/alerts', needs: ['metrics.read'] },
      { name: 'actions', href: '/actions', needs: ['actions.read'] },
    ],
  },
  {
    name: 'employees',
    places: [
      { name: 'pulses', href: '/pulses', needs: ['pulses.read'] },
      { name: 'teams', href: '/teams', needs: ['teams.read'] },
      { name: 'employees', href: '/employees', needs: ['people.read'] },
    ],
  },
  {
    name: 'customers',
    places: [
      { name: 'cx', href: '/cx', needs: ['metrics.read'] },
      { name: 'journeys', href: '/journeys', needs: ['metrics.read'] },
      { name: 'cases', href: '/cases', needs: ['actions.read'] },
      { name: 'pains', href: '/pains', needs: ['ledger.read'] },
      { name: 'customers', href: '/customers', needs: ['ledger.read'] },
      { name: 'comments', href: '/comments', needs: ['metrics.read'] },
      { name: 'collect', href: '/collect', needs: ['import.cx'] },
      { name: 'health', href: '/health', needs: ['import.cx'] },
      { name: 'partners', href: '/partners', needs: ['people.read'] },
    ],
  },
  {
    name: 'evidence',
    places: [
      { name: 'evidence', href: '/evidence', needs: ['findings.read'] },
      { name: 'outcomes', href: '/outcomes', needs: ['metrics.read'] },
      { name: 'metrics', href: '/catalogue', needs: ['metrics.read'] },
    ],
  },
  {
    name: 'returns',
    places: [
      { name: 'returns', href: '/returns', needs: ['ledger.read'] },
      { name: 'initiatives', href: '/initiatives', needs: ['ledger.read'] },
    ],
  },
  {
    name: 'operation',
    places: [
      { name: 'imports', href: '/imports', needs: figures },
      { name: 'figures', href: '/figures', needs: figures },
      { name: 'jobs', href: '/jobs', needs: ['jobs.read'] },
      { name: 'anonymity', href: '/anonymity', needs: ['audit.read', 'pulses.run'] },
      { name: 'audit', href: '/audit', needs: ['audit.read'] },
      { name: 'access', href: '/access', needs: ['users.manage'] },
    ],
  },
];
