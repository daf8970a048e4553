package stats_test

import (
	"context"
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"rapport/internal/stats"
)

func init() { refAdapters["synthetic-control"] = adaptSynth }

// prop99 is the tobacco panel: states in alphabetical order, periods from 1970.
func prop99(t testing.TB, c *refCase, withPredictors bool) (stats.SynthData, []string) {
	t.Helper()
	var names []string
	at := map[string]int{}
	for _, s := range c.Cols["state"] {
		if _, ok := at[s]; !ok {
			at[s] = 0
			names = append(names, s)
		}
	}
	sort.Strings(names)
	for i, s := range names {
		at[s] = i
	}
	read := func(name string) [][]float64 {
		m := make([][]float64, len(names))
		for i := range m {
			m[i] = make([]float64, 31)
			for k := range m[i] {
				m[i][k] = math.NaN()
			}
		}
		for i, v := range c.numbers(name) {
			var year int
			_, _ = fmt.Sscan(c.Cols["year"][i], &year)
			m[at[c.Cols["state"][i]]][year-1970] = v
		}
		return m
	}
	d := stats.SynthData{Y: read("cigsale"), Treated: at["California"], Start: 1989 - 1970}
	if withPredictors {
		add := func(m [][]float64, from, to int) {
			p := make([]float64, len(m))
			for i := range m {
				n := 0.0
				for y := from; y <= to; y++ {
					if v := m[i][y-1970]; !math.IsNaN(v) {
						p[i] += v
						n++
					}
				}
				p[i] /= n
			}
			d.Predictors = append(d.Predictors, p)
		}
		add(read("lnincome"), 1980, 1988)
		add(read("retprice"), 1980, 1988)
		add(read("age15to24"), 1980, 1988)
		add(read("beer"), 1984, 1988)
		add(d.Y, 1975, 1975)
		add(d.Y, 1980, 1980)
		add(d.Y, 1988, 1988)
	}
	return d, names
}

func (c *refCase) numbers(name string) []float64 {
	out := make([]float64, len(c.Cols[name]))
	for i, s := range c.Cols[name] {
		out[i] = math.NaN()
		if s != "" && s != "NA" {
			_, _ = fmt.Sscan(s, &out[i])
		}
	}
	return out
}

func adaptSynth(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	ctx := context.Background()
	got := map[string]float64{}
	put := func(prefix string, r *stats.Synth, names []string) {
		for k, j := range r.Donors {
			got[prefix+"w."+strings.ReplaceAll(names[j], " ", "_")] = r.W[k]
		}
		for k, g := range r.Gap {
			got[fmt.Sprintf("%sgap.%d", prefix, 1970+k)] = g
		}
	}
	if strings.Contains(c.ID, "adh") {
		d, names := prop99(t, c, true)
		equal := make([]float64, 7)
		for i := range equal {
			equal[i] = 1. / 7
		}
		given := []float64{}
		for _, k := range []string{"lnincome", "retprice", "age15to24", "special_beer_1984_1988", "special_cigsale_1975", "special_cigsale_1980", "special_cigsale_1988"} {
			given = append(given, c.given("givenV.V."+k))
		}
		for prefix, v := range map[string][]float64{"equalV.": equal, "givenV.": given} {
			r, err := stats.SyntheticControl(ctx, d, v)
			if err != nil {
				t.Fatal(err)
			}
			put(prefix, r, names)
			got[prefix+"loss_v_mspe"] = r.Loss
			got[prefix+"unique"] = 0
			if r.Unique {
				got[prefix+"unique"] = 1
			}
		}
		r, err := stats.SyntheticControl(ctx, d, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{"Utah": .334, "Nevada": .234, "Montana": .199, "Colorado": .164, "Connecticut": .069}
		for k, j := range r.Donors {
			if math.Abs(r.W[k]-want[names[j]]) > .03 {
				t.Errorf("nested search: weight of %s is %.3f, published %.3f", names[j], r.W[k], want[names[j]])
			}
		}
		if limit := 1.02 * c.given("givenV.loss_v_mspe"); r.Loss > limit {
			t.Errorf("nested search: loss %.4f, want at most %.4f", r.Loss, limit)
		}
		t.Logf("nested loss %.5f, V %.4f", r.Loss, r.V)
		return got
	}
	d, names := prop99(t, c, false)
	r, err := stats.SyntheticControl(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	put("", r, names)
	got["n_donors"], got["rmspe_pre"], got["mspe_post"], got["att_mean_post"] = float64(len(r.Donors)), r.RMSPEPre, r.MSPEPost, r.ATT
	for _, w := range r.W {
		if w > 1e-6 {
			got["n_nonzero"]++
		}
	}
	for prefix, with := range map[string]bool{"placebo_excl.": false, "placebo_incl.": true} {
		p, err := stats.SynthPlacebos(ctx, d, nil, with)
		if err != nil {
			t.Fatal(err)
		}
		got[prefix+"ratio_treated"], got[prefix+"rank"], got[prefix+"p"] = p.Ratio[0], float64(p.Rank), p.P
		order := make([]int, len(p.Units))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(a, b int) bool { return p.Ratio[order[a]] > p.Ratio[order[b]] })
		for i := range 5 {
			got[fmt.Sprintf("%stop%d.%s", prefix, i+1, strings.ReplaceAll(names[p.Units[order[i]]], " ", "_"))] = p.Ratio[order[i]]
		}
	}
	return got
}
