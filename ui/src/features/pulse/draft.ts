import type { Schemas } from '@/api/client';

export type Draft = Schemas['ProgrammeEdit'];
export type DraftQuestion = Schemas['QuestionEdit'];
export type Programme = Schemas['Programme'];
export type Wave = Schemas['Wave'];

export const types = ['scale5', 'scale7', 'enps', 'yes_no', 'single', 'multiple', 'comment'] as const;
export const rules = ['by_hand', 'weekly', 'every_two_weeks', 'monthly', 'quarterly'] as const;

/** No group smaller than this is ever shown; the server refuses less. */
export const FLOOR = 5;

/** A programme nobody has described yet: asked by hand, of everybody, with the defaults that protect most. */
export function emptyDraft(languages: string[]): Draft {
  return {
    name: '', questions: [], languages, subset: 0, k: FLOOR, retention_days: 365, reminders: [3, 5], fatigue_days: 14, leads_see_after_days: 3, mask_comments: true,
    cadence: { rule: 'by_hand', hour: 9, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC', open_days: 10, holidays: [], open_from: 8, open_until: 18 },
    audience: { team_ids: [] },
  };
}

export function draftOf(p: Programme): Draft {
  return {
    name: p.name, languages: p.languages, subset: p.subset, k: p.k, attribute: p.attribute, retention_days: p.retention_days, cadence: p.cadence, audience: p.audience,
    reminders: p.reminders, fatigue_days: p.fatigue_days, leads_see_after_days: p.leads_see_after_days, mask_comments: p.mask_comments, help: p.help, channel_ids: p.channel_ids, version: p.version,
    questions: p.questions.map(({ key, driver, type, text, ends, options, required, if: condition }) => ({ key, driver, type, text, ends, options, required, if: condition })),
  };
}

/** A question of the library as it goes into a programme. Scales have to be answered: figures of the same people protect each other. */
export function fromLibrary(q: Schemas['Question']): DraftQuestion {
  const { key, driver, type, text, ends, options } = q;
  return { key, driver, type, text, ends, options, required: type !== 'comment' };
}

export function ownQuestion(existing: readonly DraftQuestion[], languages: readonly string[]): DraftQuestion {
  let n = 1;
  while (existing.some((q) => q.key === `own.${n}`)) n++;
  return { key: `own.${n}`, type: 'scale5', text: Object.fromEntries(languages.map((l) => [l, ''])), required: true };
}

/** The question whether people noticed an initiative. Its key names the initiative, so that the released share can be found as a figure. */
export function noticedQuestion(initiative: string, wording: string, languages: readonly string[], locale: string): DraftQuestion {
  return { key: `noticed.${initiative}`, type: 'yes_no', text: Object.fromEntries(languages.map((l) => [l, l === locale ? wording : ''])), required: true };
}

/** Moves one place up or down, never past a question it depends on or that depends on it. */
export function moved(list: readonly DraftQuestion[], from: number, by: -1 | 1): DraftQuestion[] {
  const to = from + by;
  const a = list[from];
  const b = list[to];
  const out = [...list];
  if (!a || !b) return out;
  const [upper, lower] = by === 1 ? [a, b] : [b, a];
  if (lower.if?.question === upper.key) return out;
  out[from] = b;
  out[to] = a;
  return out;
}

/** Takes a question out, and the conditions that pointed at it. */
export function without(list: readonly DraftQuestion[], key: string): DraftQuestion[] {
  return list.filter((q) => q.key !== key).map((q) => (q.if?.question === key ? { ...q, if: undefined } : q));
}

/** The numbers a question can be answered with; nothing for those that take no single number. */
export function answersOf(q: DraftQuestion): { value: number; label: string }[] {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => ({ value: from + i, label: String(from + i) }));
  switch (q.type) {
    case 'scale5':
      return range(1, 5);
    case 'scale7':
      return range(1, 7);
    case 'enps':
      return range(0, 10);
    case 'yes_no':
      return range(0, 1);
    case 'single':
      return (Object.values(q.options ?? {})[0] ?? []).map((label, value) => ({ value, label }));
    default:
      return [];
  }
}

/** How long answering takes, by the server's own rule, so that the figure moves while building. */
export function minutes(d: Draft): number {
  let seconds = 20;
  let scales = 0;
  for (const q of d.questions) {
    if (q.type === 'comment') seconds += 40;
    else if (q.type === 'single' || q.type === 'multiple') seconds += 12;
    else scales++;
  }
  if (d.subset) scales = Math.min(scales, d.subset);
  return (seconds + 8 * scales) / 60;
}

export function textIn(texts: Record<string, string> | undefined, locale: string): string {
  return texts?.[locale] || texts?.en || Object.values(texts ?? {}).find((t) => t !== '') || '';
}

const kept = (texts: Record<string, string[]> | undefined): Record<string, string[]> | undefined => {
  const filled = Object.entries(texts ?? {}).map(([l, list]) => [l, list.map((x) => x.trim()).filter(Boolean)] as const);
  const some = filled.filter(([, list]) => list.length > 0);
  return some.length > 0 ? Object.fromEntries(some) : undefined;
};

/** The draft as it is sent: without the empty lines that typing leaves behind. */
export function clean(d: Draft): Draft {
  return { ...d, name: d.name.trim(), questions: d.questions.map((q) => ({ ...q, ends: kept(q.ends), options: kept(q.options) })) };
}
