import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { show } from '@/testing/show';
import { ChartFrame } from './ChartFrame';
import { EstimateText } from './EstimateText';
import { established, strengthColor, verdicts } from './evidence';
import { LagProfile } from './LagProfile';
import { cellsOf, drawn } from './picture';
import { aroundZero, linear, ticks } from './scale';
import { VerdictTag } from './VerdictTag';

describe('scale', () => {
  it('runs from low to high whatever the direction of the page', () => {
    document.documentElement.dir = 'rtl';
    const x = linear([0, 10], [50, 150]);
    expect(x(0)).toBeLessThan(x(10));
    document.documentElement.dir = 'ltr';
  });

  it('ticks at round figures and holds zero in the middle', () => {
    expect(ticks([0, 1], 4)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(aroundZero([0.6, undefined, -0.1])).toEqual([-0.75, 0.75]);
  });
});

describe('evidence', () => {
  it('never gives the colour of a strength to what is not established', () => {
    for (const verdict of verdicts) {
      const neutral = strengthColor(verdict, 0.9) === 'var(--strength-none)';
      expect(neutral, verdict).toBe(!established(verdict));
    }
  });

  it('says the verdict as a word beside its shape', () => {
    const { container } = show(<VerdictTag verdict="not_enough_evidence" />);
    expect(screen.getByText('Not enough evidence')).toBeInTheDocument();
    expect(container.querySelector('pattern')).not.toBeNull();
  });

  it('prints what is missing instead of a number', () => {
    show(<EstimateText estimate={{ not_enough: { reason: 'x', missing: [], text: '3 more teams' } }} />);
    expect(screen.getByText('3 more teams')).toBeInTheDocument();
    show(<EstimateText estimate={{ not_shown: true }} />);
    expect(screen.getByText(/not shown/)).toBeInTheDocument();
  });

  it('isolates a figure with its interval from left to right', () => {
    const { container } = show(<EstimateText estimate={{ estimate: -0.31, ci_lo: -0.36, ci_hi: -0.26 }} />);
    const figure = container.querySelector('bdi[dir="ltr"]');
    expect(figure?.textContent).toBe('−0.31 [−0.36 … −0.26]');
  });
});

describe('chart frame', () => {
  it('shows the same figures as a table', async () => {
    show(
      <ChartFrame id="c" title="Finding" summary="Finding" file="f" table={{ header: ['Team', 'Value'], rows: [['North', 1.5], ['South', undefined]] }}>
        <svg data-chart role="img" aria-label="drawing" />
      </ChartFrame>,
    );
    expect(screen.getByRole('img', { name: 'drawing' })).toBeInTheDocument();
    await userEvent.click(screen.getByText('Table'));
    expect(screen.getByRole('cell', { name: '1.5' })).toBeInTheDocument();
    expect(screen.getByRole('cell', { name: '—' })).toBeInTheDocument();
    expect(screen.queryByRole('img', { name: 'drawing' })).toBeNull();
    await userEvent.click(screen.getByText('Picture'));
    expect(screen.getByRole('img', { name: 'drawing' })).toBeInTheDocument();
  });

  it('stands as a table where its address says so', () => {
    show(
      <ChartFrame id="c" title="Finding" summary="Finding" file="f" table={{ header: ['Team', 'Value'], rows: [['North', 1.5]] }}>
        <svg data-chart role="img" aria-label="drawing" />
      </ChartFrame>,
      '/?tables=b,c',
    );
    expect(screen.getByRole('cell', { name: '1.5' })).toBeInTheDocument();
  });

  it('writes the colours of the theme into a drawing that stands alone', () => {
    document.documentElement.style.setProperty('--ink', 'rgb(1, 2, 3)');
    const svg = new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5"><path fill="var(--ink, #17212b)" stroke="var(--ink)" /></svg>', 'image/svg+xml').documentElement;
    Object.defineProperty(svg, 'viewBox', { value: { baseVal: { width: 10, height: 5 } } });
    const file = drawn(svg as unknown as SVGSVGElement);
    expect(file.svg).toContain('fill="rgb(1, 2, 3)" stroke="rgb(1, 2, 3)"');
    expect(file).toMatchObject({ width: 10, height: 5 });
    expect(file.svg).not.toContain('var(');
  });

  it('reads a table with bands as it stands', () => {
    const table = document.createElement('table');
    table.innerHTML = '<tr><th>Team</th><th>Change</th></tr><tr><th>=North</th><td><svg></svg><bdi>\u2066−0.3\u2069</bdi>\n [−1 … 2]</td></tr>';
    expect(cellsOf(table)).toEqual([['Team', 'Change'], ['=North', '−0.3 [−1 … 2]']]);
  });

  it('keeps a time axis from left to right', () => {
    const { container } = show(
      <LagProfile lags={[{ lag: 0, declared: true, estimate: 1, lo: 0.5, hi: 1.5 }, { lag: 1, declared: false }]} color="red" xLabel="x" yLabel="y" declaredLabel="fixed" summary="s" />,
    );
    expect(container.querySelector('svg')?.style.direction).toBe('ltr');
    expect(screen.getByText(/fixed/)).toBeInTheDocument();
  });
});
