import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(process.cwd(), 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' });

it.each(files.filter((f) => f.endsWith('.css')))('%s has no left and no right', (file) => {
  const rules = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const physical = /(^|[\s;{])((margin|padding|border)-(left|right)[\w-]*|left|right)\s*:|(text-align|float|clear)\s*:\s*(left|right)/gm;
  expect(rules.match(physical)).toBeNull();
});

it('sets the direction of the page in one place', () => {
  const setting = files.filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.')).filter((f) => readFileSync(join(root, f), 'utf8').includes('documentElement.dir'));
  expect(setting).toEqual([join('i18n', 'index.ts')]);
});
