package stats_test

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() {
	refAdapters["rmcorr"] = refRMCorr
	refAdapters["cce"] = refCCE
	refAdapters["twoway-fe"] = refTwoWayFE
	refAdapters["panel-lag"] = refPanelLag
	refAdapters["wild-cluster-bootstrap"] = refWild
	refAdapters["fdr"] = refFDR
}

// refXY finds the columns of a case whose inputs are described in words only.
func refXY(t *testing.T, c *refCase) (unit, x, y string) {
	t.Helper()
	known := map[string][3]string{
		"rmcorr/open-bland1995":      {"Subject", "PaCO2", "pH"},
		"rmcorr/open-numeric-offset": {"team", "x", "y"},
		"rmcorr/open-raz2005":        {"Participant", "Age", "Volume"},
		"rmcorr/open-sleepstudy":     {"Subject", "Days", "Reaction"},
	}
	if k, ok := known[c.ID]; ok {
		return k[0], k[1], k[2]
	}
	t.Fatalf("%s: columns not known", c.ID)
	return
}

func refRMCorr(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	if _, lags := c.Cols["week"]; lags && c.ID != "rmcorr/open-numeric-offset" {
		unit, week := c.codes("team"), refInts(t, c, "week")
		for name := range c.Expected {
			link, rest, _ := strings.Cut(name, ".lag")
			x, y, _ := strings.Cut(link, "->")
			lag, err := strconv.Atoi(rest[:2])
			if err != nil {
				t.Fatal(err)
			}
			r, err := stats.RMCorrLag(unit, week, c.num(t, x), c.num(t, y), lag, .95)
			putRM(got, fmt.Sprintf("%s.lag%02d.", link, lag), r, err)
		}
		return got
	}
	unit, x, y := refXY(t, c)
	r, err := stats.RMCorr(c.codes(unit), c.num(t, x), c.num(t, y), .95)
	putRM(got, "", r, err)
	return got
}

func putRM(got map[string]float64, at string, r *stats.RMCorrResult, err error) {
	if err != nil {
		for _, k := range []string{"r", "df", "t", "p", "ci_lo", "ci_hi", "slope"} {
			got[at+k] = math.NaN()
		}
		return
	}
	got[at+"n_obs"], got[at+"n_subjects"] = float64(r.N), float64(r.Units)
	got[at+"r"], got[at+"df"], got[at+"t"], got[at+"p"] = r.R, float64(r.DF), r.T, r.P
	got[at+"ci_lo"], got[at+"ci_hi"], got[at+"slope"] = r.CI.Lo, r.CI.Hi, r.Slope
	got[at+"ci_lo_old_prefix054"], got[at+"ci_hi_old_prefix054"] = r.CIOld.Lo, r.CIOld.Hi
}

func refInts(t *testing.T, c *refCase, name string) []int {
	t.Helper()
	out := make([]int, len(c.Cols[name]))
	for i, v := range c.num(t, name) {
		out[i] = int(v)
	}
	return out
}

func refPanel(t *testing.T, c *refCase, y string, xs ...string) *stats.Panel {
	t.Helper()
	p := &stats.Panel{Unit: c.codes("firm"), Time: refInts(t, c, "year"), Y: c.num(t, y), Name: xs}
	for _, x := range xs {
		p.X = append(p.X, c.num(t, x))
	}
	return p
}

func refCCE(t *testing.T, c *refCase) map[string]float64 {
	r, err := stats.CCE(refPanel(t, c, "inv", "value"), .95)
	if err != nil {
		t.Fatal(err)
	}
	k := r.Coef[0]
	return map[string]float64{
		"b": k.B, "se": k.SE, "t": k.T, "p": k.P, "ci_lo": k.CI.Lo, "ci_hi": k.CI.Hi, "n_obs": float64(r.N), "n_units": float64(r.Units),
	}
}

func refTwoWayFE(t *testing.T, c *refCase) map[string]float64 {
	y, xs := "inv", []string{"value", "capital"}
	if _, uk := c.Cols["lemp"]; uk {
		y, xs = "lemp", []string{"lwage", "lcap", "lout"}
	}
	p := refPanel(t, c, y, xs...)
	got := map[string]float64{}
	putFE(t, got, "", p, []int{1, 2, 3})
	return got
}

// putFE fills every figure a two-way fixed-effects case names.
func putFE(t *testing.T, got map[string]float64, at string, p *stats.Panel, lags []int) {
	t.Helper()
	r, err := stats.TwoWayFE(p, stats.FEOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range r.Variants(p, lags) {
		got[at+name] = v
	}
}

func refPanelLag(t *testing.T, c *refCase) map[string]float64 {
	got := map[string]float64{}
	models := map[string]struct {
		y  string
		xs []string
	}{
		"cx~ex0-4+support1":   {"cx", []string{"ex", "ex_l1", "ex_l2", "ex_l3", "ex_l4", "support_l1"}},
		"revenue~cx0-4":       {"revenue", []string{"cx", "cx_l1", "cx_l2", "cx_l3", "cx_l4"}},
		"crosslag.cx~cx1+ex2": {"cx", []string{"cx_l1", "ex_l2"}},
		"crosslag.ex~ex2+cx2": {"ex", []string{"ex_l2", "cx_l2"}},
	}
	for name, m := range models {
		p := &stats.Panel{Unit: c.codes("team"), Time: refInts(t, c, "week"), Y: c.num(t, m.y), Name: m.xs}
		for _, x := range m.xs {
			col, l, lagged := strings.Cut(x, "_l")
			lag := 0
			if lagged {
				lag = int(l[0] - '0')
			}
			v, err := stats.Lagged(p.Unit, p.Time, c.num(t, col), lag)
			if err != nil {
				t.Fatal(err)
			}
			p.X = append(p.X, v)
		}
		putFE(t, got, name+".", p, []int{4})
	}
	return got
}

func refWild(t *testing.T, c *refCase) map[string]float64 {
	effects := stats.NoEffects
	if strings.HasSuffix(c.ID, "-fe") {
		effects = stats.UnitEffects
	}
	p := refPanel(t, c, "inv", "value", "capital")
	got := map[string]float64{}
	for j, x := range p.Name {
		r, err := stats.WildCluster(context.Background(), p, j, stats.WildOptions{Effects: effects})
		if err != nil {
			t.Fatal(err)
		}
		u, err := stats.WildCluster(context.Background(), p, j, stats.WildOptions{Effects: effects, Unrestricted: true})
		if err != nil {
			t.Fatal(err)
		}
		got["n"], got["G"], got["n_draws"] = float64(r.N), float64(r.Clusters), float64(r.Draws)
		got[x+".coef"], got[x+".se_CR0"], got[x+".t_CR0"] = r.B, r.SE, r.T
		got[x+".p_WCR_strict"], got[x+".p_WCR_ge"], got[x+".p_fwildclusterboot"] = r.P, r.PGe, r.P
		got[x+".p_WCU_strict"], got[x+".p_WCU_ge"] = u.P, u.PGe
		got[x+".ci_lo_WCR_inverted"], got[x+".ci_hi_WCR_inverted"] = r.CI.Lo, r.CI.Hi
	}
	return got
}

func refFDR(t *testing.T, c *refCase) map[string]float64 {
	p := c.num(t, "p")
	got := map[string]float64{}
	for name, f := range map[string]func([]float64) ([]float64, error){
		"bonferroni": stats.Bonferroni, "holm": stats.Holm, "hochberg": stats.Hochberg, "BH": stats.BH, "BY": stats.BY,
	} {
		q, err := f(p)
		if err != nil {
			t.Fatal(err)
		}
		at05, at10 := 0, 0
		for i, v := range q {
			got[fmt.Sprintf("%s_%02d", name, i+1)] = v
			if v <= .05 {
				at05++
			}
			if v <= .10 {
				at10++
			}
		}
		got["n_reject_"+name+"_05"], got["n_reject_"+name+"_10"] = float64(at05), float64(at10)
	}
	return got
}
