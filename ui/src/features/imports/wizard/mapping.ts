import type { Schemas } from '@/api/client';

export type Mapping = Schemas['Mapping'];
export type MetricMapping = Schemas['MetricMapping'];
export type ImportKind = Schemas['ImportKind'];
export type Part = 'team' | 'team_name' | 'parent' | 'period' | 'respondents';

export const fieldsOf = {
  employees: ['external_id', 'name', 'email', 'team', 'joined_on', 'left_on', 'locale'],
  partners: ['external_id', 'name', 'email', 'company', 'teams', 'started_on', 'ended_on', 'locale'],
  benchmark: ['figure', 'measure', 'value', 'source', 'on', 'n'],
  initiatives: [
    'name', 'outcome', 'ends_on', 'team', 'starts_on', 'role', 'block', 'purpose', 'side', 'why',
    'control', 'lag', 'grain', 'drawn', 'chosen_by', 'how', 'effect', 'confidence', 'cost_name', 'cost_kind',
    'cost_on', 'amount', 'hours', 'currency', 'rate', 'benefit_name', 'benefit_kind', 'benefit_metric', 'units', 'price',
    'share', 'price_source', 'question', 'noticed', 'inaction_loss', 'inaction_source',
  ],
} as const;
export type Field = (typeof fieldsOf)[keyof typeof fieldsOf][number];
export const needed = { employees: ['external_id', 'team'], partners: ['external_id', 'teams'], benchmark: ['figure', 'value', 'source', 'on'], initiatives: ['name', 'outcome', 'ends_on', 'team', 'starts_on'] } as const;

export const factFields = {
  feedback: ['answered_at', 'score', 'comment', 'comment_title', 'customer', 'order', 'touchpoint', 'segment', 'product', 'channel', 'language', 'waiting', 'contacts', 'closed_at', 'reopened', 'emotion', 'expected'],
  orders: ['customer', 'purchased_at', 'value', 'currency', 'status', 'promised_at', 'delivered_at', 'product', 'channel', 'came_by', 'email', 'language'],
} as const;
export type FactField = (typeof factFields)[keyof typeof factFields][number];
export const factNeeded = { feedback: ['answered_at'], orders: ['customer', 'purchased_at', 'value'] } as const;
export const isFact = (kind: ImportKind): kind is 'feedback' | 'orders' => kind === 'feedback' || kind === 'orders';

export type SurveyMapping = Schemas['SurveyMapping'];
export type SurveyQuestion = Schemas['SurveyQuestion'];

export const emptySurvey: SurveyMapping = { title: '', on: '', questions: [] };

/** Changes what is said about one column of a survey; nothing takes the column out. */
export function ask(mapping: Mapping, column: string, patch: Partial<SurveyQuestion> | undefined): Mapping {
  const survey = mapping.survey ?? emptySurvey;
  const others = survey.questions.filter((q) => q.column !== column);
  if (!patch) return { ...mapping, survey: { ...survey, questions: others } };
  const now = survey.questions.find((q) => q.column === column);
  const next: SurveyQuestion = { column, type: 'scale5', ...now, ...patch };
  const questions = now ? survey.questions.map((q) => (q.column === column ? next : q)) : [...others, next];
  return { ...mapping, survey: { ...survey, questions } };
}

function missingSurvey(mapping: Mapping): Missing[] {
  const missing: Missing[] = [];
  const survey = mapping.survey ?? emptySurvey;
  if (!mapping.team) missing.push('team');
  if (!survey.title.trim()) missing.push('survey.name');
  if (!survey.on) missing.push('survey.on');
  if (survey.questions.length === 0) missing.push('survey.question');
  if (survey.questions.some((q) => q.type === 'scale' && (q.low === undefined || q.high === undefined || q.high <= q.low))) missing.push('survey.ends');
  if (survey.questions.some((q) => (q.type === 'single' || q.type === 'multiple') && (q.options?.length ?? 0) < 2)) missing.push('survey.options');
  return missing;
}

/** A key for the catalogue from a column's name: letters, figures, dot, dash and underscore. */
export function keyFrom(column: string): string {
  return column.trim().toLowerCase().replace(/[^\p{L}\p{N}_.-]+/gu, '_').replace(/^_+|_+$/g, '').slice(0, 80) || 'metric';
}

/** Gives a part of the row to a column; an empty choice takes the part away. A column cannot be a metric as well. */
export function assign(mapping: Mapping, part: Part, column: string): Mapping {
  const metrics = (mapping.metrics ?? []).filter((m) => mapping.long !== undefined || m.column !== column);
  return { ...mapping, [part]: column || undefined, metrics };
}

export function metricOf(mapping: Mapping, column: string): MetricMapping | undefined {
  return mapping.metrics?.find((m) => m.column === column);
}

/** Takes a column as a metric, or leaves it out and remembers that it was left out on purpose. */
export function take(mapping: Mapping, column: string, on: boolean, kind: MetricMapping['kind']): Mapping {
  const others = (mapping.metrics ?? []).filter((m) => m.column !== column);
  const ignore = (mapping.ignore ?? []).filter((c) => c !== column);
  if (!on) return { ...mapping, metrics: others, ignore: [...ignore, column] };
  const metric: MetricMapping = { column, metric: keyFrom(column), kind, higher_is_better: true, aggregation: 'mean' };
  return { ...mapping, metrics: [...others, metric], ignore };
}

export function change(mapping: Mapping, column: string, patch: Partial<MetricMapping>): Mapping {
  return { ...mapping, metrics: (mapping.metrics ?? []).map((m) => (m.column === column ? { ...m, ...patch } : m)) };
}

/** Columns that may hold a figure: those that are no other part of the row. */
export function candidates(mapping: Mapping, columns: readonly string[]): string[] {
  if (mapping.long) return (mapping.metrics ?? []).map((m) => m.column);
  const parts = [mapping.team, mapping.team_name, mapping.parent, mapping.period, mapping.respondents];
  return columns.filter((c) => !parts.includes(c));
}

export type Missing = `survey.${'name' | 'on' | 'question' | 'ends' | 'options'}` | 'team' | 'period' | 'noMetric' | 'longMetric' | 'longValue' | `field.${Field}` | `fact.${FactField | 'source_id' | 'score_type' | 'metric' | 'money' | 'scoreOrComment'}`;

/** What a mapping still lacks before it can be tried. */
export function missingOf(mapping: Mapping): Missing[] {
  if (isFact(mapping.kind)) return missingFact(mapping, mapping.kind);
  if (mapping.kind === 'survey') return missingSurvey(mapping);
  if (mapping.kind !== 'series') {
    return needed[mapping.kind].filter((field) => !mapping.columns?.[field]).map((field) => `field.${field}` as const);
  }
  const missing: Missing[] = [];
  if (!mapping.team) missing.push('team');
  if (!mapping.period) missing.push('period');
  if (mapping.long && !mapping.long.metric) missing.push('longMetric');
  if (mapping.long && !mapping.long.value) missing.push('longValue');
  if (!mapping.metrics?.length && !mapping.long) missing.push('noMetric');
  return missing;
}

function missingFact(mapping: Mapping, kind: 'feedback' | 'orders'): Missing[] {
  const missing: Missing[] = factNeeded[kind].filter((field) => !mapping.columns?.[field]).map((field) => `fact.${field}` as const);
  if (!mapping.source_id?.length) missing.push('fact.source_id');
  if (kind === 'orders' && !/^[A-Z]{3}$/.test(mapping.currency ?? '')) missing.push('fact.money');
  if (kind === 'feedback' && !mapping.columns?.score && !mapping.columns?.comment) missing.push('fact.scoreOrComment');
  if (kind === 'feedback' && mapping.columns?.score && !mapping.score_type) missing.push('fact.score_type');
  if (mapping.score_type === 'free' && !mapping.metric) missing.push('fact.metric');
  return missing;
}

export type ColumnRole = 'survey.question' | 'survey.attribute' | Part | 'metric' | 'longMetric' | 'longValue' | `field.${Field}` | `fact.${FactField | 'source_id' | 'team'}` | undefined;

/** What a column is used for, shown above it in the preview. */
export function roleOf(mapping: Mapping, column: string): ColumnRole {
  if (isFact(mapping.kind)) {
    const field = factFields[mapping.kind].find((f) => mapping.columns?.[f] === column);
    if (field) return `fact.${field}`;
    if (mapping.team === column) return 'fact.team';
    return mapping.source_id?.includes(column) ? 'fact.source_id' : undefined;
  }
  if (mapping.kind === 'survey') {
    if (mapping.team === column) return 'team';
    if (mapping.survey?.attribute === column) return 'survey.attribute';
    return mapping.survey?.questions.some((q) => q.column === column) ? 'survey.question' : undefined;
  }
  if (mapping.kind !== 'series') {
    const field = fieldsOf[mapping.kind].find((f) => mapping.columns?.[f] === column);
    return field && `field.${field}`;
  }
  for (const part of ['team', 'team_name', 'parent', 'period', 'respondents'] as const) if (mapping[part] === column) return part;
  if (mapping.long?.metric === column) return 'longMetric';
  if (mapping.long?.value === column) return 'longValue';
  return mapping.long === undefined && metricOf(mapping, column) ? 'metric' : undefined;
}
