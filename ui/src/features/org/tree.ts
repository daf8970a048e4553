import type { Schemas } from '@/api/client';

export type Team = Schemas['Team'];

/** Teams in the order of a tree: every parent directly above its children, names in the order of the language. */
export function inTreeOrder(teams: readonly Team[], locale: string): Team[] {
  const known = new Set(teams.map((team) => team.id));
  const children = new Map<string, Team[]>();
  for (const team of teams) {
    const parent = team.parent_id && known.has(team.parent_id) ? team.parent_id : '';
    children.set(parent, [...(children.get(parent) ?? []), team]);
  }
  const collator = new Intl.Collator(locale, { numeric: true });
  const out: Team[] = [];
  const walk = (parent: string) => {
    for (const team of (children.get(parent) ?? []).sort((a, b) => collator.compare(a.name, b.name))) {
      out.push(team);
      walk(team.id);
    }
  };
  walk('');
  return out;
}

/** The teams that are to be seen: matches with everything above them, or all that is not below a folded team. */
export function visible(ordered: readonly Team[], folded: ReadonlySet<string>, search: string): Team[] {
  const wanted = search.trim().toLocaleLowerCase();
  if (wanted) {
    const byId = new Map(ordered.map((team) => [team.id, team]));
    const keep = new Set<string>();
    for (const team of ordered) {
      if (!team.name.toLocaleLowerCase().includes(wanted) && !team.external_id?.toLocaleLowerCase().includes(wanted)) continue;
      for (let at: Team | undefined = team; at && !keep.has(at.id); at = at.parent_id ? byId.get(at.parent_id) : undefined) keep.add(at.id);
    }
    return ordered.filter((team) => keep.has(team.id));
  }
  const hidden = new Set<string>();
  return ordered.filter((team) => {
    const under = team.parent_id !== undefined && (hidden.has(team.parent_id) || folded.has(team.parent_id));
    if (under) hidden.add(team.id);
    return !under;
  });
}

/** The name by which a team is chosen from a list: its path, so that two of the same name can be told apart. */
export function pathName(team: Team): string {
  return team.path.length > 0 ? team.path.join(' › ') : team.name;
}
