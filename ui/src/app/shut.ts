import type { GroupName } from './navigation';

const KEY = 'rapport.menu.shut';

/** The groups of the menu this person keeps shut on this device; at first all on a narrow screen, none on a wide one. */
export function keptShut(all: readonly GroupName[]): Set<GroupName> {
  const kept = localStorage.getItem(KEY);
  if (kept !== null) return new Set(all.filter((name) => kept.split(' ').includes(name)));
  return new Set(window.matchMedia('(max-width: 860px)').matches ? all : []);
}

export function keepShut(shut: ReadonlySet<GroupName>): void {
  localStorage.setItem(KEY, [...shut].join(' '));
}
