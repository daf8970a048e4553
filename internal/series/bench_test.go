package series_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// millionFile writes a long file of 1,000,000 figures: 400 teams, 24 metrics, 105 weeks.
func millionFile(t testing.TB) (*os.File, int64, intake.Mapping) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "million.csv"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	w := bufio.NewWriter(f)
	m := wide()
	m.Grain, m.Respondents, m.Long = "week", "n", &intake.LongMapping{Metric: "metric", Value: "value"}
	for k := range 24 {
		m.Metrics = append(m.Metrics, cx(fmt.Sprintf("metric_%02d", k)))
	}
	_, _ = fmt.Fprintln(w, "team,period,metric,value,n")
	r := rand.New(rand.NewPCG(1, 1))
	rows := 0
	for p := series.PeriodOf(time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC), series.Week); rows < 1_000_000; p.Index++ {
		for team := range 400 {
			for k := 0; k < 24 && rows < 1_000_000; k++ {
				_, _ = fmt.Fprintf(w, "team %03d,%s,metric_%02d,%.4f,%d\n", team, p, k, 50+10*r.NormFloat64(), 3+r.IntN(40))
				rows++
			}
		}
	}
	require.NoError(t, w.Flush())
	st, err := f.Stat()
	require.NoError(t, err)
	return f, st.Size(), m
}

// BenchmarkImportSeries imports a million rows while another writer stores single rows, and says how long that one
// waited.
func BenchmarkImportSeries(b *testing.B) {
	f, size, m := millionFile(b)
	for b.Loop() {
		x := newBench(b)
		ctx, stop := context.WithCancel(context.Background())
		waits := make(chan []time.Duration, 1)
		go func() {
			var all []time.Duration
			for ctx.Err() == nil {
				start := time.Now()
				_, err := x.CreateEvent(context.WithoutCancel(ctx), admin, series.Event{On: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Title: "x", Kind: series.Other})
				if err == nil {
					all = append(all, time.Since(start))
				}
			}
			waits <- all
		}()
		res, err := x.Import(context.Background(), series.Input{File: f, Size: size, Name: "million.csv", Mapping: m, By: auth.System("bench")})
		stop()
		require.NoError(b, err)
		require.Equal(b, 1_000_000, res.Imported)
		all := <-waits
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "other-writer-p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "other-writer-p99-ms")
		b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "other-writer-max-ms")
	}
}

// BenchmarkEachValue reads a million figures as a panel does.
func BenchmarkEachValue(b *testing.B) {
	f, size, m := millionFile(b)
	x := newBench(b)
	_, err := x.Import(context.Background(), series.Input{File: f, Size: size, Name: "million.csv", Mapping: m, By: auth.System("bench")})
	require.NoError(b, err)
	for b.Loop() {
		n := 0
		require.NoError(b, x.EachValue(context.Background(), org.Everything, series.Query{}, func(series.Value) error { n++; return nil }))
		require.Equal(b, 1_000_000, n)
	}
}

// BenchmarkGridSave puts one figure among a million.
func BenchmarkGridSave(b *testing.B) {
	f, size, m := millionFile(b)
	x := newBench(b)
	_, err := x.Import(context.Background(), series.Input{File: f, Size: size, Name: "million.csv", Mapping: m, By: auth.System("bench")})
	require.NoError(b, err)
	v := 0.0
	for b.Loop() {
		v++
		res, err := x.PutValues(context.Background(), admin, "grid", []series.Item{{Team: "team 007", Period: "2024-W10", Metric: "metric_03", Value: v, N: 9}}, false)
		require.NoError(b, err)
		require.Equal(b, 1, res.Imported)
	}
}
