/** Wraps a name so that its own direction does not disturb what stands around it inside a picture (U+2068 … U+2069). */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

/**
 * A unit as it stands beside a value. A scale such as "1–7" goes into brackets, since "5.4 1–7" reads as two figures; it has no letter
 * that would keep its order in a line that runs from right to left (U+2066 … U+2069).
 */
export function unitOf(unit: string): string {
  if (/^-?\d+(\.\d+)?\s*[–-]\s*\d+(\.\d+)?$/.test(unit)) return `\u2066(${unit})\u2069`;
  return /^\d/.test(unit) ? `\u2066${unit}\u2069` : unit;
}

/** Keeps each day of a text on one line: 2026-11-22 is not broken at its hyphens (U+2060). */
export function wholeDays(text: string): string {
  return text.replace(/\d{4}-\d{2}-\d{2}/g, (day) => day.replaceAll('-', '\u2060-\u2060'));
}
