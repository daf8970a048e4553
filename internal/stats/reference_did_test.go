package stats_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["did-2x2"] = adaptDiD
	refAdapters["did-staggered"] = adaptStaggered
}

func adaptDiD(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	flag := func(name string) []bool {
		var out []bool
		for _, v := range c.num(t, name) {
			out = append(out, v != 0)
		}
		return out
	}
	d, err := stats.DiD(c.num(t, "fte"), flag("nj"), flag("post"), c.codes("store"), .95)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]float64{
		"n": float64(d.N), "mean_control_pre": d.ControlPre, "mean_control_post": d.ControlPost,
		"mean_treated_pre": d.TreatedPre, "mean_treated_post": d.TreatedPost, "did": d.DiD, "se_ols": d.SE, "t_ols": d.T, "p_ols": d.P,
		"se_hc1": d.HC1, "se_hc2_welch": d.HC2, "se_hc3": d.HC3, "se_unpooled_means": d.Unpooled, "se_CR0_store": d.CR0, "se_CR1_store": d.CR1,
		"balanced_n_stores": float64(d.BalancedUnits), "balanced_did": d.BalancedDiD, "balanced_se_ols": d.BalancedSE, "balanced_se_unpooled": d.BalancedUnpoolS,
	}
}

var staggeredKey = regexp.MustCompile(`^(.*?)\.(att|se|pretest|simple|dynamic|group|calendar)[._]`)

// The prefix of a figure's name says the convention: never or notyet, universal, and METHOD_COVARIATE.
func adaptStaggered(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	column := func(names ...string) string {
		for _, n := range names {
			if _, ok := c.Cols[n]; ok {
				return n
			}
		}
		t.Fatalf("%s: no column of %v", c.ID, names)
		return ""
	}
	d := stats.StaggeredData{
		Unit: c.codes(column("countyreal", "team", "unit", "id")), Time: c.num(t, column("year", "week", "time", "period")),
		Cohort: c.num(t, column("first.treat", "g", "cohort")), Y: c.num(t, column("lemp", "y")),
	}
	prefixes := map[string]bool{}
	for name := range c.Expected {
		if m := staggeredKey.FindStringSubmatch(name); m != nil {
			prefixes[m[1]] = true
		}
	}
	got := map[string]float64{}
	for prefix := range prefixes {
		in, opt := d, stats.StaggeredOptions{NotYet: strings.Contains(prefix, "notyet"), Universal: strings.Contains(prefix, "universal")}
		for _, m := range []string{"dr", "ipw", "reg"} {
			if _, rest, ok := strings.Cut(prefix, m+"_"); ok {
				opt.Method = m
				for _, x := range strings.Split(rest, "+") {
					in.X = append(in.X, c.num(t, x))
				}
			}
		}
		r, err := stats.CallawaySantAnna(context.Background(), in, opt)
		if err != nil {
			t.Fatal(prefix, err)
		}
		put := func(name string, v float64) { got[prefix+"."+name] = v }
		for _, k := range r.Cells {
			put(fmt.Sprintf("att.g%v_t%v", k.Cohort, k.Time), k.ATT)
			put(fmt.Sprintf("se.g%v_t%v", k.Cohort, k.Time), k.SE)
		}
		put("pretest_W", r.PretestW)
		put("pretest_p", math.Round(r.PretestP*1e5)/1e5) // the did package prints five decimals
		put("simple.overall_att", r.SimpleATT)
		put("simple.overall_se", r.SimpleSE)
		for name, a := range map[string]stats.Aggregate{"dynamic": r.Dynamic, "group": r.Group, "calendar": r.Calendar} {
			mark := map[string]string{"dynamic": "e", "group": "g", "calendar": "t"}[name]
			for i, at := range a.At {
				put(fmt.Sprintf("%s.att.%s%v", name, mark, at), a.ATT[i])
				put(fmt.Sprintf("%s.se.%s%v", name, mark, at), a.SE[i])
			}
			put(name+".overall_att", a.Overall)
			put(name+".overall_se", a.OverallSE)
		}
		put("dynamic.supt_crit_95_gaussian", r.SupT)
	}
	return got
}
