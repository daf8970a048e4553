/** A language by its own name, whatever the language of the page. */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  // It stands by itself, beside names that begin with a capital.
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
