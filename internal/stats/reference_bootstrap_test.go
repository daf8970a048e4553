package stats_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["bootstrap"] = adaptBootstrap
	refAdapters["mediation"] = adaptMediation
}

func putBoot(got map[string]float64, prefix, pct string, b stats.Boot) {
	got[prefix+"estimate"], got[prefix+"boot_mean"], got[prefix+"boot_se"] = b.Estimate, b.Mean, b.SE
	got[prefix+pct+"lo"], got[prefix+pct+"hi"] = b.Pct.Lo, b.Pct.Hi
	got[prefix+"basic_lo"], got[prefix+"basic_hi"] = b.Basic.Lo, b.Basic.Hi
	got[prefix+"bca_lo"], got[prefix+"bca_hi"] = b.BCa.Lo, b.BCa.Hi
	got[prefix+"bca_z0"], got[prefix+"bca_a"] = b.Z0, b.Accel
}

func adaptBootstrap(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	ctx := context.Background()
	run := func(units int, stat stats.CountStat, err error, names ...string) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := stats.Bootstrap(ctx, units, len(names), stat, stats.BootOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for j, name := range names {
			putBoot(got, name+".", "pct_", r.Stats[j])
		}
		got["n_clusters"], got["n_distinct_resamples"], got["prob_degenerate"] = float64(r.Clusters), float64(r.Resamples), r.Degenerate
	}
	switch {
	case strings.Contains(c.ID, "block"):
		x := c.num(t, "x")
		for _, l := range []int{5, 10} {
			for _, circular := range []bool{true, false} {
				b, err := stats.BlockBootstrap(ctx, x, l, circular, stats.BootOptions{})
				if err != nil {
					t.Fatal(err)
				}
				p := fmt.Sprintf("l%02d.mbb_", l)
				if circular {
					p = fmt.Sprintf("l%02d.cbb_", l)
				}
				got[p+"se"], got[p+"mean"], got[p+"pct_lo"], got[p+"pct_hi"] = b.SE, b.Mean, b.Pct.Lo, b.Pct.Hi
				got["n"], got["mean"], got["naive_se"] = float64(len(x)), b.MeanX, b.NaiveSE
			}
		}
	case strings.Contains(c.ID, "rmcorr"):
		u, s, err := stats.BootRepeatedCorrelation(c.codes("Subject"), c.num(t, "pH"), c.num(t, "PaCO2"))
		run(u, s, err, "r")
	case strings.Contains(c.ID, "iid"):
		u, s, err := stats.BootRatio(nil, c.num(t, "x"), c.num(t, "u"))
		run(u, s, err, "ratio")
	default:
		u, s, err := stats.BootWithinSlopes(c.codes("firm"), c.num(t, "inv"), [][]float64{c.num(t, "value"), c.num(t, "capital")})
		run(u, s, err, "value", "capital")
	}
	return got
}

func adaptMediation(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	ctx := context.Background()
	if strings.Contains(c.ID, "within") {
		rows := len(c.Cols["team"])
		team, week := c.codes("team"), c.num(t, "week")
		at := map[[2]int]int{}
		for i := range rows {
			at[[2]int{team[i], int(week[i])}] = i
		}
		shifted := func(name string, by int) []float64 {
			v, out := c.num(t, name), make([]float64, rows)
			for i := range rows {
				out[i] = math.NaN()
				if j, ok := at[[2]int{team[i], int(week[i]) + by}]; ok {
					out[i] = v[j]
				}
			}
			return out
		}
		m, err := stats.MediationWithin(ctx, team, shifted("ex", -2), c.num(t, "cx"), shifted("revenue", 3), stats.BootOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{
			"n": float64(m.N), "G": float64(m.Clusters), "a": m.A.B, "b": m.B.B, "cp_direct": m.Direct.B,
			"se_a_CR0": m.A.SE, "se_b_CR0": m.B.SE, "sobel_se_CR0": m.SobelSE,
		}
		putBoot(got, "indirect.", "pct_", m.Boot)
		return got
	}
	x, m, y := "X", "M", "Y"
	if _, ok := c.Cols["pmi"]; ok {
		x, m, y = "cond", "pmi", "reaction"
	}
	r, err := stats.Mediation(ctx, c.num(t, x), c.num(t, m), c.num(t, y), nil, stats.BootOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{
		"n": float64(r.N), "a": r.A.B, "se_a": r.A.SE, "p_a": r.A.P, "b": r.B.B, "se_b": r.B.SE, "p_b": r.B.P,
		"c_total": r.Total.B, "se_c": r.Total.SE, "p_c": r.Total.P, "cp_direct": r.Direct.B, "se_cp": r.Direct.SE, "p_cp": r.Direct.P,
		"ab": r.AB, "sobel_se": r.SobelSE, "sobel_z": r.SobelZ, "sobel_p": r.SobelP, "aroian_se": r.AroianSE, "goodman_se": r.GoodmanSE,
		"prop_mediated": r.Share, "mc_ci_lo": r.MC.Lo, "mc_ci_hi": r.MC.Hi,
	}
	putBoot(got, "indirect.", "boot_pct_", r.Boot)
	return got
}
