package v1

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
)

// large is a made-up organisation of 1,000 teams with 24 metrics over 104 weeks.
type large struct{ teams, weeks int }

func (l large) Teams(context.Context, org.Scope) ([]org.Team, error) {
	out := make([]org.Team, l.teams)
	for i := range out {
		out[i] = org.Team{ID: fmt.Sprintf("team%04d", i), Name: fmt.Sprintf("Team %d", i)}
	}
	return out, nil
}

func (l large) Metrics(context.Context) ([]series.Metric, error) {
	var out []series.Metric
	for i := range 24 {
		kind := []series.Kind{series.EX, series.CX, series.Outcome}[i/8]
		out = append(out, series.Metric{ID: fmt.Sprintf("m%02d", i), Key: fmt.Sprintf("m%02d", i), Name: fmt.Sprintf("Metric %d", i), Kind: kind, Aggregation: series.Mean, HigherIsBetter: true})
	}
	return out, nil
}

func (l large) EachValue(_ context.Context, _ org.Scope, _ series.Query, fn func(series.Value) error) error {
	rng := rand.New(rand.NewPCG(1, 2))
	for team := range l.teams {
		id := fmt.Sprintf("team%04d", team)
		for week := range l.weeks {
			base := rng.NormFloat64()
			for m := range 24 {
				if err := fn(series.Value{MetricID: fmt.Sprintf("m%02d", m), TeamID: id, Period: series.Period{Grain: series.Week, Index: 2800 + week}, Value: rng.NormFloat64() + .1*base, N: 12}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// BenchmarkStoredReport opens a stored report (192 findings) and one finding of it (5,000 of 104,000 points) the way the
// API does, from the store to JSON, and reports the 95th percentile: the promise is 100 ms.
func BenchmarkStoredReport(b *testing.B) {
	ctx := auth.Into(context.Background(), auth.System("bench"))
	st, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "bench.db"))
	require.NoError(b, err)
	defer func() { _ = st.Close() }()
	ops := operation.NewService(st, time.Now)
	defer ops.Close()
	l := large{teams: 1000, weeks: 104}
	s := &Server{Features: Features{Linkage: linkage.NewService(st, l, []panel.Source{l}, ops, time.Now), Now: time.Now}}
	start := time.Now()
	run, err := s.Linkage.Correlate(ctx, time.Now(), linkage.ByHand)
	require.NoError(b, err)
	b.Logf("correlated %d pairs of %d teams in %s", run.Findings, run.Teams, time.Since(start).Round(time.Millisecond))
	for name, open := range map[string]func() error{
		"report": func() error {
			r, err := s.GetRun(ctx, GetRunRequestObject{Id: "latest"})
			if err != nil {
				return err
			}
			return r.VisitGetRunResponse(httptest.NewRecorder())
		},
		"finding": func() error {
			r, err := s.GetFinding(ctx, GetFindingRequestObject{Id: "latest", FindingId: "m00-m08"})
			if err != nil {
				return err
			}
			return r.VisitGetFindingResponse(httptest.NewRecorder())
		},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				at := time.Now()
				require.NoError(b, open())
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
