package stats_test

import (
	"math"
	"testing"

	"rapport/internal/stats"
)

// Golden values of own data, computed by R 4.2.2 with survival 3.5.3: survfit, coxph, cox.zph, basehaz(centered =
// FALSE), survdiff.
func TestSurvivalWithLateEntryAgainstR(t *testing.T) {
	l := stats.Lifetimes{
		Entry: []float64{0, 0, 1, 2, 2, 3, 0, 4, 5, 1, 0, 6},
		Time:  []float64{5, 3, 5, 8, 8, 9, 12, 12, 7, 2, 5, 10},
	}
	for _, e := range []int{1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1} {
		l.Event = append(l.Event, e == 1)
	}
	x := []float64{1.2, .3, -.5, .8, 2.1, -1.3, .1, .6, -.2, 1.5, -.9, .4}
	z := []float64{0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0}
	r, err := stats.Cox(l, [][]float64{x, z}, stats.Efron, .95)
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "coef x", r.Coef[0], 0.14286947684306, 1e-8)
	nearRel(t, "coef z", r.Coef[1], 0.43974691378943, 1e-8)
	nearRel(t, "se x", r.SE[0], 0.39743108744229, 1e-8)
	nearRel(t, "se z", r.SE[1], 0.72007005566869, 1e-8)
	nearRel(t, "loglik null", r.LogLikNull, -14.67874475765, 1e-10)
	nearRel(t, "loglik", r.LogLik, -14.34293939633, 1e-10)
	nearRel(t, "score", r.Score, 0.69330487740693, 1e-9)
	nearRel(t, "concordance", r.Concordance, .625, 1e-12)
	ph, err := r.Proportionality()
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "zph x", ph.ChiSq[0], 1.15188899932775, 1e-6)
	nearRel(t, "zph z", ph.ChiSq[1], 0.26019258996485, 1e-6)
	nearRel(t, "zph global", ph.Global, 1.22288045452424, 1e-6)
	h := r.CumulativeHazard([]float64{2, 5, 12})
	nearRel(t, "hazard 2", h[0], 0.11688627954138, 1e-8)
	nearRel(t, "hazard 5", h[1], 0.41744854667890, 1e-8)
	nearRel(t, "hazard 12", h[2], 1.51218843356536, 1e-8)
	km, err := stats.KaplanMeier(l, .95)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range []float64{2, 3, 5, 7, 8, 9, 10, 12} {
		p := km.At(at)
		nearRel(t, "S", p.S, []float64{0.833333333333333, 0.714285714285714, 0.535714285714286, 0.459183673469388, 0.382653061224490, 0.286989795918367, 0.191326530612245, 0.095663265306122}[i], 1e-12)
		nearRel(t, "se", p.SE, []float64{0.152145154862546, 0.170746944190628, 0.168396333311882, 0.160792359212072, 0.151112780531809, 0.140386336567575, 0.121902536639084, 0.091053760352199}[i], 1e-8)
		nearRel(t, "n.risk", p.AtRisk, []float64{6, 7, 8, 7, 6, 4, 3, 2}[i], 0)
	}
}

func TestLogRankOfThreeGroupsAgainstR(t *testing.T) {
	l := stats.Lifetimes{Time: []float64{1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9}}
	for _, e := range []int{1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1} {
		l.Event = append(l.Event, e == 1)
	}
	g := []int{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}
	for rho, want := range []float64{0.96058190220163, 0.82942350514616} {
		r, err := stats.LogRank(l, g, float64(rho))
		if err != nil {
			t.Fatal(err)
		}
		nearRel(t, "chisq", r.ChiSq, want, 1e-10)
	}
}

// A quantile that meets a flat stretch exactly is its middle (R's quantile.survfit).
func TestKaplanMeierQuantileOnAFlatStretch(t *testing.T) {
	km, err := stats.KaplanMeier(stats.Lifetimes{Time: []float64{1, 2, 3, 4}, Event: []bool{true, true, false, false}}, .95)
	if err != nil {
		t.Fatal(err)
	}
	nearRel(t, "25 %", km.Quantile(.25).Time, 1.5, 0)
	nearRel(t, "50 %", km.Quantile(.5).Time, 3, 0)
	if q := km.Quantile(.75).Time; !math.IsNaN(q) {
		t.Errorf("75 %%: got %v, want undefined", q)
	}
}

func nearRel(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*math.Abs(want)+1e-300) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}
