package stats_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() { refAdapters["interrupted-time-series"] = adaptITS }

func adaptITS(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	month := c.num(t, "month")
	if strings.Contains(c.ID, "poisson") {
		n := len(month)
		one := make([]float64, n)
		for i := range one {
			one[i] = 1
		}
		base, baseNames := [][]float64{one, c.num(t, "smokban"), c.num(t, "time")}, []string{"Intercept", "smokban", "time"}
		for _, m := range []string{"m1", "m2", "m3"} {
			cols, names := base, baseNames
			if m == "m3" {
				cols, names = append(cols, stats.Harmonics(month, 12, 2)...), append(names, "s1", "s2", "c1", "c2")
			}
			f, err := stats.PoissonRegression(c.num(t, "aces"), c.num(t, "stdpop"), cols, names, .95)
			if err != nil {
				t.Fatal(err)
			}
			se, ci, disp := f.QuasiSE, f.QuasiCI, f.Dispersion
			if m == "m1" {
				se, ci, disp = f.SE, f.CI, 1
			}
			for j, name := range names {
				got[m+".coef."+name], got[m+".se."+name] = f.B[j], se[j]
			}
			got[m+".rr_smokban"], got[m+".rr_lo"], got[m+".rr_hi"] = f.Rate[1], ci[1].Lo, ci[1].Hi
			got[m+".dispersion"], got[m+".deviance"] = disp, f.Deviance
		}
		return got
	}
	d := stats.SeriesDesign{Start: 169}
	for _, v := range c.num(t, "drivers") {
		d.Y = append(d.Y, math.Log(v))
	}
	for m := 2; m <= 12; m++ {
		col := make([]float64, len(month))
		for i, v := range month {
			if int(v) == m {
				col[i] = 1
			}
		}
		d.Extra, d.Names = append(d.Extra, col), append(d.Names, fmt.Sprintf("m%02d", m))
	}
	r, err := stats.InterruptedSeries(d, 6, .95)
	if err != nil {
		t.Fatal(err)
	}
	for j, name := range r.Names {
		got["ols."+name], got["se_ols."+name] = r.OLS.B[j], r.OLS.SE[j]
		got["se_nw6_raw."+name], got["se_nw6_adj."+name] = r.NWRaw[j], r.NWAdj[j]
		got["gls_ar1_ml."+name], got["se_gls_ar1_ml."+name] = r.ML.B[j], r.ML.SE[j]
		got["gls_ar1_reml."+name] = r.REML.B[j]
	}
	got["n"], got["durbin_watson"], got["effect_at_end_ols"] = float64(r.N), r.DW, r.EffectAtEnd
	got["gls_ar1_ml.phi"], got["gls_ar1_ml.loglik"], got["gls_ar1_reml.phi"] = r.ML.Phi, r.ML.LogLik, r.REML.Phi
	return got
}
