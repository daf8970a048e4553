import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  fontFamily: "'Heebo Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, Menlo, Consolas, monospace',
  headings: { fontFamily: "'Heebo Variable', system-ui, sans-serif", fontWeight: '650' },
  primaryColor: 'ink',
  // The default shades fail the contrast they promise; these two pass with white on them.
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  colors: {
    // The dark greys of inputs and menus, from the same tokens.
    dark: ['#e7ecf1', '#a9b6c2', '#8d9ba8', '#6f7f8d', '#3b4853', '#27323b', '#1d262e', '#182027', '#10161b', '#0b1014'],
    ink: ['#eaf3fa', '#d3e4f1', '#a8c9e3', '#79acd4', '#5193c7', '#377fb8', '#286fa7', '#1a5d90', '#14527a', '#0d3d5e'],
  },
});

/** Mantine's own colours, taken from the tokens so that nothing is defined twice. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--bad-ink)',
  };
  return { variables: {}, light: both, dark: both };
};
