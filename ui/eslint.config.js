import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const physical = /^(m|p)(l|r)$|^(margin|padding|border)(Left|Right)|^(left|right)$/;
const logical = 'Use logical properties (inline-start, ms, me, ps, pe): the page also runs from right to left.';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': [
        'error',
        { selector: `JSXAttribute[name.name=${physical}]`, message: logical },
        { selector: `Property[key.name=/^(margin|padding|border)(Left|Right)/]`, message: logical },
        { selector: `JSXAttribute[name.name="ta"] Literal[value=/^(left|right)$/]`, message: logical },
        { selector: `JSXAttribute[name.name="dir"][value.value="rtl"]`, message: 'dir is set once, on <html>.' },
        { selector: `JSXAttribute[name.name="dangerouslySetInnerHTML"]`, message: 'Text is text.' },
      ],
    },
  },
  // One direction: app → features → {components, charts, api, i18n}; features never import each other.
  ...['actions', 'alerts', 'goals', 'invest', 'auth', 'linkage', 'imports', 'org', 'series', 'jobs', 'audit', 'admin', 'pulse'].map((feature) => ({
    files: [`src/features/${feature}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^@/features/(?!${feature}(/|$))`, message: 'Features never import each other.' },
            { regex: '^@/app(/|$)', message: 'Features do not know the application around them.' },
            { regex: '^\\.\\./\\.\\./', message: 'Use @/.' },
          ],
        },
      ],
    },
  })),
  {
    files: ['src/components/**/*.{ts,tsx}', 'src/charts/**/*.{ts,tsx}', 'src/api/**/*.ts', 'src/i18n/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@/(features|app)(/|$)', message: 'Imports point from app to features to these, never back.' }] },
      ],
    },
  },
  { files: ['e2e/**/*.mjs', 'public/boot.js', '*.{js,ts}'], languageOptions: { globals: { process: 'readonly', navigator: 'readonly', console: 'readonly', document: 'readonly', window: 'readonly', localStorage: 'readonly', matchMedia: 'readonly', setTimeout: 'readonly', requestAnimationFrame: 'readonly', clearTimeout: 'readonly', fetch: 'readonly', URL: 'readonly', DataTransfer: 'readonly', ClipboardEvent: 'readonly', performance: 'readonly', getComputedStyle: 'readonly' } } },
);
