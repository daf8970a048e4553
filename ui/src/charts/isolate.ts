/** Wraps a name so that its own direction does not disturb what stands around it inside a picture (U+2068 … U+2069). */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
