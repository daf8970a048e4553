import { expect, test } from 'vitest';
import { catalog as en } from './locales/en';
import { catalog as he } from './locales/he';
import { catalog as pl } from './locales/pl';

type Words = { [key: string]: string | Words };

// Plural forms differ between languages: the key without its form has to be there, with the same placeholders.
function flat(words: Words, path = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') {
      const name = `${path}${key}`.replace(/_(zero|one|two|few|many|other)$/, '');
      const places = [...value.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).filter((p) => p !== 'count');
      out.set(name, [...new Set(places)].sort().join());
    } else for (const [k, v] of flat(value, `${path}${key}.`)) out.set(k, v);
  }
  return out;
}

test.each([
  ['he', he],
  ['pl', pl],
])('%s has the keys and placeholders of en', (_, other) => {
  expect(Object.fromEntries(flat(other))).toEqual(Object.fromEntries(flat(en)));
});
