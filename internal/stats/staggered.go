package stats

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// StaggeredData is a long panel of units that start treatment at different periods (or never).
type StaggeredData struct {
	Unit   []int
	Time   []float64   // period number
	Cohort []float64   // first treated period of the unit; 0, NaN, +Inf or a period after the last: never
	Y      []float64   // NaN: missing; units without every period are left out
	X      [][]float64 // covariates (the value of the earlier of the two periods compared is used)
}

// StaggeredOptions chooses the convention. The zero value: never-treated comparison, varying base, doubly robust.
type StaggeredOptions struct {
	NotYet    bool    // compare with units not yet treated as well
	Universal bool    // base period always g−1 (else t−1 for periods before the start)
	Method    string  // "dr" (default), "ipw", "reg"; alike without covariates
	Level     float64 // default .95
	Draws     int     // for the simultaneous band; default 100,000, fewer (at least 10,000) with more than 70 event times
	Seed      uint64
}

// CohortTime is one ATT(g,t). SE is NaN for a base period (0 by construction).
type CohortTime struct {
	Cohort, Time float64
	ATT, SE      float64
}

// Aggregate is a list of averaged effects and their overall mean.
type Aggregate struct {
	At        []float64 // event time, cohort or period
	ATT, SE   []float64
	Overall   float64
	OverallSE float64
}

// Staggered holds group-time effects and everything averaged from them. Units as the outcome.
type Staggered struct {
	Cells        []CohortTime
	Units        int
	Dropped      int // units left out: no complete record, or treated from the first period on
	CohortSize   map[float64]int
	SmallCohorts []float64 // fewer than 10 units: analytic errors are far too small, use RandomisationTest
	Never        int
	SimpleATT    float64
	SimpleSE     float64
	Dynamic      Aggregate
	Group        Aggregate // OverallSE as the did package 2.1.2 prints it; see GroupSE
	GroupSE      float64   // of Group.Overall by the delta method (ADR 0015): the one to use
	Calendar     Aggregate
	SupT         float64     // critical value of the simultaneous band over all event times
	Point        []Interval  // pointwise, one per event time
	Band         []Interval  // simultaneous, one per event time
	EventCov     [][]float64 // covariance of the event-time effects
	PretestW     float64     // Wald test that all pre-period effects are 0; NaN when it cannot be formed
	PretestP     float64
	PretestDF    int
}

// CallawaySantAnna estimates ATT(g,t), the mean effect on cohort g in period t, by comparing the cohort's change since its
// base period with that of units never (or not yet) treated, and averages it: simple, by event time (dynamic), by cohort
// (group), by period (calendar). Standard errors from influence functions, √(mean(IF²)/n), clustered at the unit; averaged
// ones include that the cohort shares are estimated. The simultaneous (sup-t) band uses the quantile of max|N(0, R)|, R the
// correlation of the event-time influence functions.
//
// Assumes parallel trends given X from the base period on, no anticipation, overlap. Analytic intervals of the
// averages cover ≥ 93 % from cohorts of 10 units on, the simultaneous band from cohorts of 40 (20: 92.9 %, 10: 90 %); cohorts below 10 are
// listed in SmallCohorts.
// Refuses: nobody treated (too_few_treated), nobody to compare with (no_comparison), fewer than two periods
// (insufficient_periods), unknown method (out_of_range).
//
// Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001; Sant'Anna & Zhao (2020), doi:10.1016/j.jeconom.2020.06.003.
func CallawaySantAnna(ctx context.Context, d StaggeredData, opt StaggeredOptions) (*Staggered, error) {
	if opt.Level == 0 {
		opt.Level = .95
	}
	if opt.Method == "" {
		opt.Method = "dr"
	}
	if !(opt.Level > 0 && opt.Level < 1) || opt.Draws < 0 || !slices.Contains([]string{"dr", "ipw", "reg"}, opt.Method) {
		return nil, Refuse(OutOfRange, "method %q, level %v", opt.Method, opt.Level)
	}
	p, err := widePanel(d, opt.NotYet)
	if err != nil {
		return nil, err
	}
	out := &Staggered{Units: p.n, Dropped: p.dropped, Never: p.never, CohortSize: p.size}
	for _, g := range p.cohorts {
		if p.size[g] < 10 {
			out.SmallCohorts = append(out.SmallCohorts, g)
		}
	}
	var inf [][]float64
	for _, g := range p.cohorts {
		for t := range p.times {
			if err := ctx.Err(); err != nil {
				return nil, Refuse(Canceled, "at cohort %v", g)
			}
			if !opt.Universal && t == 0 {
				continue
			}
			base := p.before(g)
			if !opt.Universal && p.times[t] < g {
				base = t - 1
			}
			cell := CohortTime{Cohort: g, Time: p.times[t], SE: math.NaN()}
			f := make([]float64, p.n)
			if base != t {
				att, err := p.groupTime(g, t, base, opt, f)
				if err != nil {
					continue // no comparison or no overlap for this cell: it is left out, as in the did package
				}
				cell.ATT, cell.SE = att, ifSE(f)
			}
			out.Cells = append(out.Cells, cell)
			inf = append(inf, f)
		}
	}
	if len(out.Cells) == 0 {
		return nil, TooFew(NoComparison, 1, 0)
	}
	out.aggregate(p, inf)
	if err := out.supT(ctx, opt); err != nil {
		return nil, err
	}
	out.pretest(inf, p.n)
	return out, nil
}

// ifSE is √(mean(IF²)/n); NaN where the effect is 0 by construction (the base period).
func ifSE(f []float64) float64 {
	se := math.Sqrt(dotp(f, f)) / float64(len(f))
	if se == 0 {
		return math.NaN()
	}
	return se
}

func (r *Staggered) pretest(inf [][]float64, n int) {
	r.PretestW, r.PretestP = math.NaN(), math.NaN()
	var pre []int
	for k, c := range r.Cells {
		if c.Time < c.Cohort && !math.IsNaN(c.SE) {
			pre = append(pre, k)
		}
	}
	if len(pre) == 0 {
		return
	}
	v := mat.NewDense(len(pre), len(pre), nil)
	att := mat.NewVecDense(len(pre), nil)
	for a, i := range pre {
		att.SetVec(a, r.Cells[i].ATT)
		for b, j := range pre {
			v.Set(a, b, dotp(inf[i], inf[j])/float64(n))
		}
	}
	var lu mat.LU
	lu.Factorize(v)
	if lu.Cond() > 1e15 {
		return
	}
	var x mat.VecDense
	if err := lu.SolveVecTo(&x, false, att); err != nil {
		return
	}
	r.PretestDF = len(pre)
	r.PretestW = float64(n) * mat.Dot(att, &x)
	r.PretestP = chi2Upper(r.PretestW, float64(len(pre)))
}
