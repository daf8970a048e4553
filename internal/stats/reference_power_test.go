package stats_test

import (
	"testing"

	"rapport/internal/stats"
)

func init() { refAdapters["power"] = refPower }

func refPower(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	col := map[string][]float64{}
	for _, h := range c.Header {
		if h != "id" && h != "kind" {
			col[h] = c.num(t, h)
		}
	}
	for i, id := range c.Cols["id"] {
		v := func(name string) float64 { return col[name][i] }
		tt := stats.TwoSampleT{Alpha: v("alpha"), Root: stats.RRoot}
		strict, paired := tt, tt
		strict.Strict, paired.Paired = true, true
		var err error
		switch kind := c.Cols["kind"][i]; kind {
		case "r_n":
			got[id], err = stats.CorrelationN(v("r"), v("power"), v("alpha"), stats.RRoot)
		case "r_power":
			got[id], err = stats.CorrelationPower(v("r"), v("n"), v("alpha"))
		case "r_mde":
			got[id], err = stats.CorrelationMDE(v("n"), v("power"), v("alpha"), stats.RRoot)
		case "r_fisher_n":
			got[id], err = stats.CorrelationFisherN(v("r"), v("power"), v("alpha"))
		case "rm_power":
			got[id], err = stats.RepeatedPower(v("r"), v("k"), v("m"), v("alpha"))
		case "rm_mde":
			got[id], err = stats.RepeatedMDE(v("k"), v("m"), v("power"), v("alpha"), stats.RRoot)
		case "t2_n":
			got[id], err = tt.N(v("d"), v("power"))
		case "t2_power":
			got[id], err = tt.Power(v("d"), v("n"))
		case "t2_power_strict":
			got[id], err = strict.Power(v("d"), v("n"))
		case "t2_mde":
			got[id], err = tt.MDE(v("n"), v("power"))
		case "t2u_power":
			got[id], err = strict.PowerUnequal(v("d"), v("n1"), v("n2"))
		case "tp_n":
			got[id], err = paired.N(v("d"), v("power"))
		case "prop_n":
			got[id], err = stats.ProportionsN(v("p1"), v("p2"), v("power"), v("alpha"), stats.RRoot)
		case "prop_power":
			got[id], err = stats.ProportionsPower(v("p1"), v("p2"), v("n"), v("alpha"))
		case "h_n":
			got[id], err = stats.ArcsineN(stats.CohenH(v("p1"), v("p2")), v("power"), v("alpha"), stats.RRoot)
		case "f2_power":
			got[id], err = stats.RegressionPower(v("f2"), v("u"), v("v"), v("alpha"))
		case "anova_n":
			got[id], err = stats.AnovaN(v("k"), v("f"), v("power"), v("alpha"), stats.RRoot)
		case "deff":
			got[id] = stats.DesignEffect(v("m"), v("icc"))
		case "cluster_mde", "cluster_mde_z":
			got[id], err = stats.ClusterMDE(v("J"), v("m"), v("icc"), v("power"), v("alpha"), kind == "cluster_mde_z")
		case "mdes_multiplier_z":
			got[id], err = stats.MDEMultiplier(v("power"), v("alpha"))
		case "surv_events":
			got[id], err = stats.SurvivalEvents(v("q"), v("hr"), v("power"), v("alpha"))
		default:
			t.Errorf("%s: unknown kind %q", id, kind)
		}
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	return got
}
