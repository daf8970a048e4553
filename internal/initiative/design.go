package initiative

import (
	"rapport/internal/evidence"
	"rapport/internal/stats"
)

// Gates of an initiative's effect.
const (
	alpha         = .05
	fewTreated    = 2  // up to so many teams that start together get a synthetic control
	minDonors     = 19 // with fewer the placebo test cannot reach 5 %
	fewClusters   = 20 // below: randomisation inference instead of analytic errors
	smallCohort   = 10
	largePanel    = 60 // teams above which drawn assignments are fewer
	maxGreyLines  = 40
	donorsTooWide = 5 // placebos whose fit before is so many times worse are not drawn
)

// choose picks the design by rule and says why. The rule looks at the plan and at gaps, never at the outcome.
func choose(t *table) (Design, []evidence.Sentence) {
	treated, others := t.treated(), len(t.y)-t.treated()
	cohorts := t.cohorts()
	pre := t.firstStart()
	teams := func(n int) evidence.Param { return evidence.Many(n, "teams") }
	switch {
	case others == 0 && len(cohorts) == 1:
		return Interrupted, []evidence.Sentence{said("initiative.why.no_comparison", "teams", teams(treated))}
	case pre < minPre && len(cohorts) == 1:
		return NoDesign, nil
	case len(cohorts) == 1 && treated <= fewTreated && others >= minDonors:
		return Synthetic, []evidence.Sentence{said("initiative.why.few_treated", "treated", teams(treated), "teams", teams(others))}
	}
	p, err := stats.SmallestP(t.perBlock())
	if err != nil || p > alpha {
		return Interrupted, []evidence.Sentence{said("initiative.why.unreachable", "treated", teams(treated), "teams", teams(others), "p", evidence.Num(p, 3))}
	}
	if len(cohorts) > 1 {
		key := "initiative.why.staggered"
		if others == 0 {
			key = "initiative.why.staggered_all"
		}
		return Staggered, []evidence.Sentence{said(key, "count", evidence.Int(len(cohorts)))}
	}
	return DiD, []evidence.Sentence{said("initiative.why.did", "treated", teams(treated), "teams", teams(others))}
}

// perBlock counts, per block of the draw, the teams at each start date and the untreated, as stats.SmallestP takes them.
func (t *table) perBlock() [][]int {
	order := map[int]int{}
	for _, s := range t.start {
		if _, seen := order[s]; s >= 0 && !seen {
			order[s] = len(order)
		}
	}
	blocks := map[int][]int{}
	var names []int
	for k, s := range t.start {
		b := 0
		if t.block != nil {
			b = t.block[k]
		}
		if blocks[b] == nil {
			blocks[b] = make([]int, len(order)+1)
			names = append(names, b)
		}
		if s < 0 {
			blocks[b][len(order)]++
		} else {
			blocks[b][order[s]]++
		}
	}
	out := make([][]int, 0, len(names))
	for _, b := range names {
		out = append(out, blocks[b])
	}
	return out
}
