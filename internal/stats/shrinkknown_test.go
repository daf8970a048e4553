package stats_test

import (
	"math"
	"testing"

	"rapport/internal/stats"
)

// Rubin's eight schools (1981, J. Educ. Stat. 6:377, published numbers). The pooled mean 7.686 (se 4.072) with τ² = 0 is what
// every package prints; REML, ML and DL all give τ² = 0 here and Q = 4.707.
func TestShrinkKnownEightSchools(t *testing.T) {
	y := []float64{28, 8, -3, 7, -1, 1, 18, 12}
	se := []float64{15, 10, 16, 11, 9, 11, 10, 18}
	for _, m := range []stats.TauMethod{stats.TauREML, stats.TauML, stats.TauDL, stats.TauPM} {
		f, err := stats.ShrinkKnown(y, se, m, .95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(m)+" tau2", f.Tau2, 0, 0)
		near(t, "mu", f.Mu, 7.6856, 1e-4)
		near(t, "se", f.SEMu, 4.0719, 1e-4)
		near(t, "Q", f.Q, 4.7069, 1e-3)
		near(t, "school 1", f.Estimates[0].EB, f.Mu, 1e-12)
	}
}

// With equal errors everything has a closed form: τ² = s² − σ² for REML, DL and PM, (k−1)/k·s² − σ² for ML.
func TestShrinkKnownEqualErrors(t *testing.T) {
	y := []float64{3, 9, 1, 14, 6, 20}
	const se, k = 2.0, 6.0
	mean, ss := 53.0/6, 0.0
	for _, v := range y {
		ss += (v - mean) * (v - mean)
	}
	s2 := ss / (k - 1)
	for m, want := range map[stats.TauMethod]float64{stats.TauREML: s2 - 4, stats.TauDL: s2 - 4, stats.TauPM: s2 - 4, stats.TauML: ss/k - 4} {
		f, err := stats.ShrinkKnown(y, []float64{se, se, se, se, se, se}, m, .95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(m)+" tau2", f.Tau2, want, 1e-9*want)
		near(t, "mu", f.Mu, mean, 1e-12)
		b := want / (want + 4)
		near(t, "weight", f.Estimates[1].Weight, b, 1e-10)
		near(t, "eb", f.Estimates[1].EB, mean+b*(9-mean), 1e-9)
		near(t, "post sd", f.Estimates[1].PostSD, math.Sqrt(4*b), 1e-9)
		near(t, "se HK", f.SEMuHK, math.Sqrt(s2/k), 1e-9)
	}
	if _, err := stats.ShrinkKnown(y[:2], []float64{1, 1}, stats.TauREML, .95); err == nil {
		t.Error("two groups: not refused")
	}
	if _, err := stats.ShrinkKnown(y, []float64{1, 1, 1, 1, 1, 0}, stats.TauREML, .95); err == nil {
		t.Error("an error of zero: not refused")
	}
}
