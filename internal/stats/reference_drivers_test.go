package stats_test

import (
	"testing"

	"rapport/internal/stats"
)

func init() { refAdapters["key-driver"] = adaptDrivers }

// The first column of a key-driver case is the outcome; the drivers are the columns that have a figure lmg.NAME.
func adaptDrivers(t *testing.T, c *refCase) map[string]float64 {
	t.Helper()
	var x [][]float64
	var names []string
	for _, name := range c.Header[1:] {
		if _, ok := c.Expected["lmg."+name]; !ok {
			continue
		}
		names = append(names, name)
		x = append(x, c.num(t, name))
	}
	d, err := stats.Drivers(c.num(t, c.Header[0]), x, names)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{"R2": d.R2}
	for j, name := range names {
		got["lmg."+name], got["lmg_share."+name] = d.LMG[j], d.Share(j)
		got["johnson."+name], got["johnson_pct."+name] = d.Johnson[j], d.JohnsonPct(j)
		got["last_usefulness."+name], got["first_r2."+name] = d.Last[j], d.First[j]
		got["pratt."+name], got["betasq."+name], got["car."+name] = d.Pratt[j], d.BetaSq[j], d.CAR[j]
		got["std_beta."+name] = d.StdBeta[j]
	}
	return got
}
