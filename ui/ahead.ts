// What a build tells the server about its pages, so that a browser is told of everything an address needs with the address's
// own answer (ADR 0100): dist/ahead.json, read by api/web. And each file pressed as small as it gets, once, for all visitors.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';
import { asked, asksOtherwise } from './src/app/asked.ts';
import { locales } from './src/i18n/locale.ts';

interface Place {
  path: string;
  texts: string[];
  from: string;
}

/** The pages as src/app/places.ts and the doors as src/app/Routes.tsx name them. */
export function readPlaces(): Place[] {
  const places = readFileSync('src/app/places.ts', 'utf8');
  const routes = readFileSync('src/app/Routes.tsx', 'utf8');
  const drawn = new Map<string, Omit<Place, 'path'>>();
  for (const [, name = '', texts = '', from = ''] of (places + routes).matchAll(/^const (\w+) = page\(\[(.*?)\], \(\) => import\('(.*?)'\)/gm)) {
    drawn.set(name, { texts: [...texts.matchAll(/'(\w+)'/g)].map(([, text]) => text ?? ''), from });
  }
  const addresses = [...places.matchAll(/^ {2}\['(\/[^']*)', (\w+)\],$/gm)].map(([, path = '', name = '']) => ({ path, name }));
  for (const [, path = ''] of (/const doors = \[(.*?)\]/.exec(routes)?.[1] ?? '').matchAll(/'(\/.*?)'/g)) addresses.push({ path, name: 'Auth' });
  const rows = places.match(/^ {2}\[.*\],$/gm)?.length ?? 0;
  if (rows < 1 || addresses.length < rows + 1) throw new Error('the pages in src/app/places.ts or the doors in src/app/Routes.tsx cannot be read');
  return addresses.map(({ path, name }) => {
    const page = drawn.get(name);
    if (!page) throw new Error(`src/app: ${path} is drawn by ${name}, which is no page(…)`);
    return { path, ...page };
  });
}

/** Writes ahead.json: for every page its files, its words in each language and what it asks the server first. */
export function ahead(): Plugin {
  return {
    name: 'ahead',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((x) => x.type === 'chunk');
      const entry = chunks.find((chunk) => chunk.isEntry);
      const holding = (end: RegExp) => {
        const found = chunks.find((chunk) => chunk.facadeModuleId && end.test(chunk.facadeModuleId)) ?? chunks.find((chunk) => chunk.moduleIds.some((id) => end.test(id)));
        if (!found) throw new Error(`nothing in this build holds ${String(end)}`);
        return found;
      };
      const source = (from: string) => holding(new RegExp(`/src/${from.replace(/^@\//, '').replace(/^\.\//, 'app/')}(/index)?\\.tsx?$`));
      // All that is loaded with these files, and with the program itself, is left out when it comes anyway.
      const needed = (roots: Rolldown.OutputChunk[], without: ReadonlySet<string>) => {
        const seen = new Set<string>();
        const add = (chunk: Rolldown.OutputChunk) => {
          if (seen.has(chunk.fileName)) return;
          seen.add(chunk.fileName);
          for (const name of chunk.imports) {
            const next = bundle[name];
            if (next?.type === 'chunk') add(next);
          }
        };
        roots.forEach(add);
        return [...seen].filter((name) => !without.has(name));
      };
      if (!entry) throw new Error('this build has no entry');
      const anyway = new Set(needed([entry], new Set()));
      const css = (names: string[]) => [...new Set(names.flatMap((name) => [...((bundle[name] as Rolldown.OutputChunk).viteMetadata?.importedCss ?? [])]))];
      const words = (locale: string, texts: string[]) => needed(texts.map((text) => holding(new RegExp(`/locales/${locale}/${text}\\.json$`))), anyway);
      const frame = source('./Layout');
      const files = (roots: Rolldown.OutputChunk[], texts: string[]) => {
        const scripts = needed(roots, anyway);
        return { scripts, styles: css(scripts), words: Object.fromEntries(locales.map((locale) => [locale, words(locale, ['app', 'words', ...texts])])) };
      };
      const doors = readPlaces().filter((place) => place.from === '@/features/auth');
      const pages = readPlaces().map((place) => ({
        path: place.path,
        ...files(doors.some((door) => door.path === place.path) ? [source(place.from)] : [frame, source(place.from)], place.texts),
        asks: asked[place.path] ?? [],
        otherwise: asksOtherwise[place.path],
      }));
      const unknown = [...Object.keys(asked), ...Object.keys(asksOtherwise)].filter((path) => !pages.some((page) => page.path === path));
      if (unknown.length > 0) throw new Error(`src/app/asked.ts: there is no page ${unknown.join(', ')}`);
      pages.push({ path: '', ...files([frame], []), asks: [], otherwise: undefined });
      this.emitFile({ type: 'asset', fileName: 'ahead.json', source: JSON.stringify({ doors: doors.map((door) => door.path), pages }) });
    },
  };
}

/** Presses every script and style, at the greatest effort, into a file beside it. */
export function press(): Plugin {
  return {
    name: 'press',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
        const file = join(dir ?? '', name);
        const plain = readFileSync(file);
        const small = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
        if (small.length < plain.length) writeFileSync(`${file}.br`, small);
      }
    },
  };
}
