package linkage

import (
	"rapport/internal/panel"
	"rapport/internal/series"
)

// pair is one question of a run.
type pair struct {
	x, y  series.Metric
	block Block
	grain series.Grain
	lag   int
}

func (p pair) id() string { return p.x.ID + "-" + p.y.ID }

// pairsOf lists the pairs of a panel: employee experience with customer experience, both with results, each at the
// coarser grain and at the lag that y declares. Confounders are covariates, never one side of a pair; metrics without a
// single figure that may be used make no pair.
func pairsOf(p *panel.Panel) []pair {
	var out []pair
	for _, b := range []struct {
		block Block
		x, y  func(series.Kind) bool
	}{
		{EXCX, is(series.EX), is(series.CX)},
		{EXOutcome, is(series.EX), is(series.Outcome, series.Behaviour, series.Money)},
		{CXOutcome, is(series.CX), is(series.Outcome, series.Behaviour, series.Money)},
	} {
		for _, x := range p.Metrics {
			if !b.x(x.Kind) {
				continue
			}
			for _, y := range p.Metrics {
				if !b.y(y.Kind) {
					continue
				}
				g, ok := p.PairGrain(x.ID, y.ID)
				if !ok {
					continue
				}
				own, _ := p.Grain(y.ID)
				out = append(out, pair{x, y, b.block, g, panel.LagAt(y.DefaultLag, own, g)})
			}
		}
	}
	return out
}

func is(kinds ...series.Kind) func(series.Kind) bool {
	return func(k series.Kind) bool {
		for _, x := range kinds {
			if k == x {
				return true
			}
		}
		return false
	}
}

// explored lists the lags of the profile: fixed beforehand per grain, the declared one among them. Negative lags, where
// y comes before x, are a negative control: a link as strong there speaks for a common cause.
func explored(g series.Grain, declared int) []int {
	fixed := map[series.Grain][]int{
		series.Day:     {-7, -1, 0, 1, 2, 3, 7, 14, 28},
		series.Week:    {-4, -2, -1, 0, 1, 2, 3, 4, 6, 8, 13},
		series.Month:   {-2, -1, 0, 1, 2, 3, 4, 6, 12},
		series.Quarter: {-1, 0, 1, 2, 3, 4},
		series.Year:    {-1, 0, 1, 2, 3},
	}[g]
	out := make([]int, 0, len(fixed)+1)
	done := false
	for _, l := range fixed {
		if !done && declared <= l {
			if declared < l {
				out = append(out, declared)
			}
			done = true
		}
		out = append(out, l)
	}
	if !done {
		out = append(out, declared)
	}
	return out
}
