package returns_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
)

// large is a company of 500 teams × 104 weeks × 24 metrics; customer experience follows people, revenue follows it.
type large struct {
	teams   []org.Team
	metrics []series.Metric
	value   [][]float64 // metric → team·weeks + week
	first   int
}

const largeTeams, largeWeeks = 500, 104

func newLarge() *large {
	rng := rand.New(rand.NewPCG(1, 2))
	l := &large{first: series.PeriodOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), series.Week).Index}
	for g := range largeTeams {
		l.teams = append(l.teams, org.Team{ID: fmt.Sprintf("t%03d", g), Name: fmt.Sprintf("Team %03d", g)})
	}
	kinds := []series.Kind{series.EX, series.CX, series.Behaviour, series.Money, series.Outcome, series.EX}
	for m := range 24 {
		id := fmt.Sprintf("m%02d", m)
		l.metrics = append(l.metrics, series.Metric{ID: id, Key: id, Name: id, Kind: kinds[m%len(kinds)], Aggregation: series.Mean, HigherIsBetter: true, Version: 1})
		v := make([]float64, largeTeams*largeWeeks)
		for g := range largeTeams {
			level := 50 + 5*rng.NormFloat64()
			for w := range largeWeeks {
				v[g*largeWeeks+w] = level + rng.NormFloat64()
				if m == 1 || m == 3 { // the one before, or the one two before, moves it
					v[g*largeWeeks+w] += .5 * l.value[m-1-m/3][g*largeWeeks+w]
				}
			}
		}
		l.value = append(l.value, v)
	}
	return l
}

func (l *large) Teams(context.Context, org.Scope) ([]org.Team, error) { return l.teams, nil }
func (l *large) Metrics(context.Context) ([]series.Metric, error)     { return l.metrics, nil }

func (l *large) EachValue(_ context.Context, _ org.Scope, q series.Query, fn func(series.Value) error) error {
	for m, metric := range l.metrics {
		if len(q.Metrics) > 0 && !slices.Contains(q.Metrics, metric.ID) {
			continue
		}
		for g, t := range l.teams {
			for w := range largeWeeks {
				p := series.Period{Grain: series.Week, Index: l.first + w}
				if err := fn(series.Value{MetricID: metric.ID, TeamID: t.ID, Period: p, Value: l.value[m][g*largeWeeks+w], N: 20}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// BenchmarkQuarter looks for all effects of 50 initiatives and states all returns of a quarter: of the organisation, the
// purposes, the initiatives and the teams; then it opens what was stored.
func BenchmarkQuarter(b *testing.B) {
	ctx := context.Background()
	l := newLarge()
	now := time.Date(2025, 1, 2, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	st, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "bench.db"))
	require.NoError(b, err)
	ops := operation.NewService(st, clock)
	defer func() { ops.Close(); _ = st.Close() }()
	src := []panel.Source{l}
	ledger := initiative.NewService(st, l, src, ops, clock)
	links := linkage.NewService(st, l, src, ops, clock)
	service := returns.NewService(st, returns.From{Ledger: ledger, Links: links, Teams: l, Sources: src}, ops, clock)
	rate := .08
	_, err = ledger.SetSettings(ctx, "u1", initiative.Settings{Currency: "EUR", FiscalStart: 1, Discount: &rate, Chain: initiative.Chain{
		EX: "m00", CX: "m01", Loyalty: "m03", MarginPct: 30, MarginSource: "finance", Revenue: initiative.Revenue{Yearly: 50_000_000_000, Source: "annual report"},
	}})
	require.NoError(b, err)
	rng := rand.New(rand.NewPCG(3, 4))
	for k := range 50 {
		p := initiative.Plan{
			Name: fmt.Sprintf("Initiative %02d", k), Purpose: []initiative.Purpose{initiative.Skills, initiative.Process}[k%2], Side: initiative.EmployeeSide, Metric: fmt.Sprintf("m%02d", k%24), Others: true, EndsOn: time.Date(2025, 12, 28, 0, 0, 0, 0, time.UTC),
			Costs:    []initiative.Cost{{Name: "money", Kind: initiative.Money, On: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC), Amount: 10_000_000}},
			Benefits: []initiative.Benefit{{Name: "work", Kind: "process_time", Units: 1000, Price: 4200, PriceSource: "payroll"}, {Name: "kept", Kind: "retained_margin", Units: 100, Price: 9000, PriceSource: "finance", Tail: &initiative.Tail{Margin: 9000, Retention: .8}}},
		}
		for _, g := range rng.Perm(largeTeams)[:20+k] {
			p.Treated = append(p.Treated, initiative.Treated{TeamID: l.teams[g].ID, On: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)})
		}
		_, err := ledger.Add(ctx, "u1", p)
		require.NoError(b, err)
	}
	now = time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	_, err = links.Correlate(ctx, now, linkage.ByHand)
	require.NoError(b, err)
	chain, err := service.Chain(ctx)
	require.NoError(b, err)
	require.True(b, chain.OK(), "%+v", chain.NotEnough)
	for b.Loop() {
		debug.FreeOSMemory()
		_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // forgets the peak of the correlation run, where there is such a file
		began, used := time.Now(), processor(b)
		require.NoError(b, service.StateQuarter(ctx, "2025-Q4", "job"))
		b.ReportMetric(time.Since(began).Seconds(), "s/quarter")
		b.ReportMetric(processor(b)-used, "cpu-s/quarter")
		if status, err := os.ReadFile("/proc/self/status"); err == nil {
			var kb float64
			_, _ = fmt.Sscanf(string(status[bytes.Index(status, []byte("VmHWM:")):]), "VmHWM: %f kB", &kb)
			b.ReportMetric(kb/1024, "peak-MB")
		}
	}
	q, err := service.Quarter(ctx, "2025-Q4")
	require.NoError(b, err)
	require.Len(b, q.Initiatives, 50)
	b.ReportMetric(float64(len(q.Teams)), "teams")
	for name, open := range map[string]func(k int) error{
		"p95-initiative-ms": func(k int) error {
			_, err := service.Statement(ctx, "2025-Q4", q.Initiatives[k%50].Subject)
			return err
		},
		"p95-list-ms": func(int) error {
			_, err := service.Statements(ctx, "2025-Q4", returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative)
			return err
		},
		"p95-teams-ms": func(int) error {
			_, err := service.StatementsAfter(ctx, "2025-Q4", returns.KindTeam, "", 50)
			return err
		},
		"p95-effect-ms": func(k int) error { _, err := ledger.Get(ctx, q.Initiatives[k%50].Subject.ID()); return err },
	} {
		var took []float64
		used := processor(b)
		for k := range 200 {
			began := time.Now()
			require.NoError(b, open(k))
			took = append(took, float64(time.Since(began).Microseconds())/1000)
		}
		slices.Sort(took)
		b.ReportMetric(took[190], name)
		b.ReportMetric((processor(b)-used)*1000/200, strings.Replace(name, "p95", "cpu", 1))
	}
}

// processor is the time of processors that this process has used, in seconds: what a busy machine cannot blur.
func processor(b *testing.B) float64 {
	var r syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
