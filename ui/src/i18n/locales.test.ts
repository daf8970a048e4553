import { describe, expect, it } from 'vitest';
import { catalogs } from '@/testing/catalogs';
import { locales } from './locale';
import { catalog as typed } from './locales/en';

function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  const out = new Map<string, string>();
  for (const [key, inner] of Object.entries(value as object)) for (const [p, text] of flat(inner, path ? `${path}.${key}` : key)) out.set(p, text);
  return out;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const placeholders = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map((m) => m[1]).sort();
// "count" may be left out where a form says the number in words ("one team").
const named = (text: string) => [...new Set(placeholders(text))].filter((name) => name !== 'count');

const texts = Object.fromEntries(locales.map((l) => [l, flat(catalogs[l])])) as Record<(typeof locales)[number], Map<string, string>>;
// Only what has an "other" is a plural: a code such as too_few ends like one and is none.
const stem = (l: (typeof locales)[number], key: string) => (texts[l].has(key.replace(PLURAL, '_other')) ? key.replace(PLURAL, '#') : key);
const stems = (l: (typeof locales)[number]) => [...new Set([...texts[l].keys()].map((key) => stem(l, key)))].sort();

it('types every file of texts, and no other', () => {
  expect(Object.keys(typed).sort()).toEqual(Object.keys(catalogs.en).sort());
});

describe.each(locales)('locale %s', (locale) => {
  it('has the keys of English, no more and no less', () => {
    expect(stems(locale)).toEqual(stems('en'));
  });

  it('has every plural form that its language asks for', () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const plural of stems(locale).filter((s) => s.endsWith('#'))) {
      for (const form of forms) expect(texts[locale].has(plural.replace('#', `_${form}`)), `${plural} lacks ${form}`).toBe(true);
    }
  });

  it('has the placeholders of English in every text', () => {
    for (const [key, text] of texts[locale]) {
      const model = texts.en.get(key) ?? texts.en.get(key.replace(PLURAL, '_other')) ?? '';
      expect(named(text), key).toEqual(named(model));
    }
  });

  it('leaves no text empty', () => {
    for (const [key, text] of texts[locale]) expect(text.trim(), key).not.toBe('');
  });
});

it('translates: hardly any text of Hebrew or Polish is the English one', () => {
  for (const locale of ['he', 'pl'] as const) {
    const same = [...texts[locale]].filter(([key, text]) => text === texts.en.get(key) && /[a-z]{4}/i.test(text)).map(([key]) => key);
    expect(same.length / texts[locale].size, same.join(', ')).toBeLessThan(0.015);
  }
});
