import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { show } from '@/testing/show';
import { ChartFrame } from './ChartFrame';
import { EstimateText } from './EstimateText';
import { established, strengthColor, verdicts } from './evidence';
import { LagProfile } from './LagProfile';
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
  });

  it('keeps a time axis from left to right', () => {
    const { container } = show(
      <LagProfile lags={[{ lag: 0, declared: true, estimate: 1, lo: 0.5, hi: 1.5 }, { lag: 1, declared: false }]} color="red" xLabel="x" yLabel="y" declaredLabel="fixed" summary="s" />,
    );
    expect(container.querySelector('svg')?.style.direction).toBe('ltr');
    expect(screen.getByText(/fixed/)).toBeInTheDocument();
  });
});
