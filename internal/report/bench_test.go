package report_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/initiative"
	"rapport/internal/org"
	"rapport/internal/report"
	"rapport/internal/report/print"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// large is a company of 500 teams with 104 weeks of 24 figures and 50 initiatives of ten teams each.
func large(b *testing.B) *env {
	b.Helper()
	const teams, weeks, metrics, invested = 500, 104, 24, 50
	e := newEnv(b, 0)
	e.teams = paneltest.Tree{{ID: "root", Name: "Company"}}
	for i := range 20 {
		e.teams = append(e.teams, org.Team{ID: fmt.Sprintf("u%02d", i), Name: fmt.Sprintf("Unit %02d", i), ParentID: "root"})
	}
	for i := range teams {
		e.teams = append(e.teams, org.Team{ID: fmt.Sprintf("t%03d", i), Name: fmt.Sprintf("Team %03d", i), ParentID: fmt.Sprintf("u%02d", i%20)})
	}
	kinds := []series.Kind{series.EX, series.CX, series.Behaviour, series.Money}
	rng := rand.New(rand.NewPCG(1, 2))
	for m := range metrics {
		e.src.List = append(e.src.List, series.Metric{ID: fmt.Sprintf("m%02d", m), Key: fmt.Sprintf("m%02d", m), Name: fmt.Sprintf("Figure %02d", m), Kind: kinds[m%4], Unit: "points", HigherIsBetter: true, Aggregation: series.Mean})
	}
	last := series.PeriodOf(on("2025-09-30"), series.Week).Index
	e.src.Rows = make([]series.Value, 0, teams*weeks*metrics)
	for i := range teams {
		for w := range weeks {
			for m := range metrics {
				e.src.Rows = append(e.src.Rows, series.Value{MetricID: e.src.List[m].ID, TeamID: e.teams[21+i].ID, Period: series.Period{Grain: series.Week, Index: last - weeks + 1 + w}, Value: 50 + 10*rng.NormFloat64(), N: 9})
			}
		}
	}
	start := on("2025-01-06")
	e.now = start.AddDate(0, 0, -20)
	for k := range invested {
		plan := initiative.Plan{
			Name: fmt.Sprintf("Initiative %02d", k), Purpose: initiative.Skills, Side: initiative.EmployeeSide, Metric: e.src.List[1+4*(k%6)].ID, Grain: series.Month, Others: true, EndsOn: start.AddDate(0, 11, 0),
			Assignment: initiative.Assignment{Drawn: true, By: "Ada", How: "by lot"}, Costs: []initiative.Cost{{Name: "coaches", Kind: initiative.Money, On: start, Amount: 100_000}},
			Benefits: []initiative.Benefit{{Name: "contacts saved", Kind: string(returns.CostToServe), Units: 100, Price: 1000, PriceSource: "finance"}},
		}
		for i := range 10 {
			plan.Treated = append(plan.Treated, initiative.Treated{TeamID: e.teams[21+10*k+i].ID, On: start})
		}
		i, err := e.ledger.Add(ctx, "u1", plan)
		require.NoError(b, err)
		_, err = e.ledger.Seal(ctx, "u1", i.ID, i.Version)
		require.NoError(b, err)
	}
	e.now = on("2025-10-10")
	return e
}

// BenchmarkClose closes a quarter of the large company, without its PDFs, and opens what came of it.
func BenchmarkClose(b *testing.B) {
	e := large(b)
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // as the job does
	for b.Loop() {
		began, used := time.Now(), cpu(b)
		out, err := e.Close(ctx, report.Order{AsOf: on("2025-09-30"), By: "bench"})
		require.NoError(b, err)
		require.Equal(b, 522, out.Saved+out.Same)
		b.ReportMetric(time.Since(began).Seconds(), "s/close")
		b.ReportMetric(cpu(b)-used, "cpu-s/close")
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		b.ReportMetric(float64(mem.Sys)/(1<<20), "MB")
		var took []float64
		used = cpu(b)
		for i := range 100 {
			at := time.Now()
			r, err := e.Get(ctx, executive, "2025-Q3", "", 0)
			require.NoError(b, err)
			d := r.In([]string{"en", "he", "pl"}[i%3])
			require.NotEmpty(b, d.Sections)
			took = append(took, float64(time.Since(at).Microseconds())/1000)
		}
		slices.Sort(took)
		b.ReportMetric(took[95], "ms/open-p95")
		b.ReportMetric((cpu(b)-used)*10, "cpu-ms/open")
		at := time.Now()
		require.NoError(b, func() error { _, err := only(e.Get(ctx, executive, "2025-Q3", "", 0)).In("en").XLSX(); return err }())
		b.ReportMetric(float64(time.Since(at).Milliseconds()), "ms/xlsx")
		page, err := only(e.Get(ctx, executive, "2025-Q3", "", 0)).In("en").HTML()
		require.NoError(b, err)
		at = time.Now()
		if _, err := print.New(print.Options{}).Print(ctx, page); err == nil {
			b.ReportMetric(time.Since(at).Seconds(), "s/pdf")
		}
	}
}

// cpu is the processor time this process has used, in seconds: what a busy machine cannot blur.
func cpu(b *testing.B) float64 {
	b.Helper()
	var r syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

func only[T any](v T, _ error) T { return v }
