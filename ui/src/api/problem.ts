import type { Schemas } from './client';

export type Problem = Schemas['Problem'];
export type FieldError = Schemas['FieldError'];

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}

/** Whatever was thrown, as a problem: the server's own, an answer that was none, or no answer at all. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return error;
  if (error instanceof TypeError) return { type: 'about:blank', title: '', status: 0, code: 'unreachable' };
  return { type: 'about:blank', title: '', status: 500, code: 'unreadable_answer' };
}

/** Field errors by the name of the field, e.g. "/items/0/email" → "email", to be shown where the field is. */
export function fieldErrors(error: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const e of toProblem(error).errors ?? []) {
    const name = e.pointer?.split('/').pop();
    if (name && !(name in fields)) fields[name] = e.detail ?? e.code;
  }
  return fields;
}
