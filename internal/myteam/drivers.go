package myteam

import (
	"cmp"
	"math"
	"slices"

	"rapport/internal/linkage"
	"rapport/internal/report"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// drivers holds a team's employee figures against the customer figure that each goes with on the best evidence: the run
// controls for all pairs it looked at, so that choosing among them afterwards costs nothing. They stand in the order of
// the evidence, then by name; what is not established is there and says so.
func drivers(measures []report.Measure, run linkage.Run, findings []linkage.Finding) []Driver {
	of := map[string]linkage.Finding{}
	for _, f := range findings {
		if f.Block != linkage.EXCX {
			continue
		}
		if best, ok := of[f.X]; !ok || better(f, best) {
			of[f.X] = f
		}
	}
	var out []Driver
	for _, m := range measures {
		f, ok := of[m.MetricID]
		if !ok || m.Now == nil || m.Kind != series.EX {
			continue
		}
		out = append(out, Driver{
			MetricID: m.MetricID, Name: m.Name, Unit: m.Unit, Higher: m.HigherIsBetter, FindingID: f.ID, Verdict: f.Verdict, Strength: f.Within, With: nameOf(run, f.Y), Here: *m.Now, Company: apartFrom(m.Company, m.Now),
		})
	}
	// Looking at many drivers at once, some would stand apart by chance: the intervals allow for their number (Bonferroni).
	crit := stats.Quantile(1-(1-level)/2/float64(max(1, len(out))), math.Inf(1))
	for k := range out {
		d := &out[k]
		m := measures[slices.IndexFunc(measures, func(m report.Measure) bool { return m.MetricID == d.MetricID })]
		d.Lo, d.Hi = around(m, crit)
		d.place(m.Spread)
	}
	slices.SortStableFunc(out, func(a, b Driver) int {
		return cmp.Or(cmp.Compare(a.Verdict.Rank(), b.Verdict.Rank()), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// apartFrom leaves out what says the same: the whole company is not held beside itself.
func apartFrom(larger, own *float64) *float64 {
	if larger == nil || own == nil || *larger == *own {
		return nil
	}
	return larger
}

// place says on which side of the company a driver stands here.
func (d *Driver) place(spread *float64) {
	if d.Company == nil {
		return
	}
	sign := 1
	if !d.Higher {
		sign = -1
	}
	if spread != nil {
		apart := float64(sign) * (d.Here - *d.Company) / *spread
		d.Apart = &apart
	}
	switch {
	case d.Lo == nil:
	case *d.Lo > *d.Company:
		d.Side = sign
	case *d.Hi < *d.Company:
		d.Side = -sign
	}
}

// better reports whether a finding stands on more evidence than another: its verdict, then its q.
func better(a, b linkage.Finding) bool {
	q := func(f linkage.Finding) float64 {
		if f.TWFE.Q == nil {
			return 1
		}
		return *f.TWFE.Q
	}
	return cmp.Or(cmp.Compare(a.Verdict.Rank(), b.Verdict.Rank()), cmp.Compare(q(a), q(b)), cmp.Compare(a.Y, b.Y)) < 0
}

func nameOf(run linkage.Run, metric string) string {
	i := slices.IndexFunc(run.Catalogue, func(m series.Metric) bool { return m.ID == metric })
	if i < 0 {
		return ""
	}
	return run.Catalogue[i].Name
}
