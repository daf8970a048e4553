import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { changeLocale } from '@/i18n';
import { findings, report } from '@/testing/fixtures/report';
import { show } from '@/testing/show';
import { DecisionTable } from './DecisionTable';
import { byEvidence, byReach, filterFrom, gridOf, passes } from './findings';
import { Matrices } from './Matrices';
import { matched } from './pair/domains';

const metrics = new Map(report.metrics.map((m) => [m.id, m]));

it('sorts by evidence, not by strength', () => {
  const sorted = [...findings].sort(byEvidence);
  expect(sorted[0]?.verdict).toBe('supported');
  expect(sorted.at(-1)?.verdict).toBe('not_enough_evidence');
});

it('reads the filter from the address and ignores what it does not know', () => {
  expect(filterFrom(new URLSearchParams('pairs=ex_cx&verdict=supported'))).toEqual({ block: 'ex_cx', verdict: 'supported' });
  expect(filterFrom(new URLSearchParams('pairs=nonsense'))).toEqual({ block: undefined, verdict: undefined });
  expect(findings.filter((f) => passes(f, { block: 'cx_outcome' }))).toHaveLength(1);
});

it('draws three blocks whose cells say pair, verdict and strength in words', () => {
  show(<Matrices findings={findings} metrics={metrics} />);
  expect(screen.getAllByRole('table')).toHaveLength(3);
  expect(screen.getByRole('link', { name: 'Staff engagement and Would recommend the care: Supported, 0.65' })).toBeInTheDocument();
  const missing = screen.getByRole('link', { name: /Not enough evidence$/ });
  expect(missing.textContent?.trim()).toBe('');
});

it('lists what is missing in place of a number', () => {
  show(<DecisionTable findings={findings} metrics={metrics} />);
  const row = screen.getByRole('row', { name: /Felt unwell from work stress.*SHMI/ });
  expect(within(row).getByText('3 more teams, or 2 more years')).toBeInTheDocument();
  expect(row.textContent).not.toMatch(/\d\.\d/);
});

it('gives both views of a pair the same length of unit', () => {
  const { naive, within: centred } = matched([1, 5], [-1, 1]);
  expect(naive[1] - naive[0]).toBeCloseTo(centred[1] - centred[0], 12);
  expect(centred[0]).toBe(-centred[1]);
});

it('keeps pictures from left to right in Hebrew while the page turns round', async () => {
  await changeLocale('he');
  const { container } = show(<DecisionTable findings={findings} metrics={metrics} />);
  expect(document.documentElement.dir).toBe('rtl');
  for (const svg of container.querySelectorAll<SVGSVGElement>('svg.band')) expect(svg.style.direction).toBe('ltr');
  expect(container.querySelectorAll('svg.band').length).toBeGreaterThan(3);
  await changeLocale('en');
});

it('has a grid for every pair of a block', () => {
  const grid = gridOf(findings.filter((f) => f.block === 'ex_cx'), metrics);
  expect(grid.rows.map((m) => m.key)).toContain('engagement');
  expect(grid.columns).toHaveLength(1);
});

it('takes a run that looks back at a closed quarter for no newer one', () => {
  const current = { as_of: '2026-11-22', created_at: '2026-11-22T14:22:01Z' };
  const closed = { as_of: '2026-09-30', created_at: '2026-11-22T14:30:32Z' };
  expect([closed, current].sort(byReach)[0]).toBe(current);
});
