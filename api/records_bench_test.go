package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// feeding is a server with forty teams and a key that hands records in.
func feeding(b *testing.B, db string) (a *app, send func(path string, body []byte) int) {
	b.Helper()
	dir := b.TempDir()
	db = cmp.Or(db, os.Getenv("RAPPORT_BENCH_DB"))
	if db == "" {
		db = "sqlite:" + filepath.Join(dir, "s.db")
	}
	a, err := build(b.Context(), Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")})
	require.NoError(b, err)
	h, err := a.handler()
	require.NoError(b, err)
	srv := httptest.NewServer(h)
	b.Cleanup(func() { srv.Close(); a.close() })
	for i := range 40 {
		_, err := a.Org.CreateTeam(b.Context(), "bench", org.NewTeam{Name: fmt.Sprint("Team ", i)})
		if errs.CodeOf(err) != "team_name_taken" { // of a round before, where the database was named
			require.NoError(b, err)
		}
	}
	_, secret, err := a.Auth.CreateKey(b.Context(), auth.System("bench"), "bench", auth.Feeder)
	require.NoError(b, err)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: submitConnections, MaxConnsPerHost: submitConnections}}
	return a, func(path string, body []byte) int {
		r, err := http.NewRequest(http.MethodPost, srv.URL+"/api/v1"+path, bytes.NewReader(body))
		if err != nil {
			return 0
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+secret)
		resp, err := client.Do(r)
		if err != nil {
			return 0
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
}

func answerNo(i int) object {
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i%500_000) * time.Minute)
	return object{"source_id": fmt.Sprint("r", i), "team": fmt.Sprint("Team ", i%40), "answered_at": at.Format(time.RFC3339), "score_type": "nps", "score": i % 11, "customer": fmt.Sprint("c", i%9000), "comment": "as it was"}
}

// hammer sends n bodies from many connections and gives the times to the acknowledgement, sorted.
func hammer(b *testing.B, connections int, bodies [][]byte, send func(body []byte) int) []time.Duration {
	b.Helper()
	took := make([]time.Duration, len(bodies))
	var next, refused atomic.Int64
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(bodies)); i = next.Add(1) - 1 {
				start := time.Now()
				if send(bodies[i]) != http.StatusOK {
					refused.Add(1)
				}
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	require.Zero(b, refused.Load(), "every record is taken")
	slices.Sort(took)
	return took
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkFeedbackSingle sends one durable answer a request from 64 connections through the whole stack; run it with
// -benchtime 10000x.
func BenchmarkFeedbackSingle(b *testing.B) {
	_, send := feeding(b, "")
	bodies := make([][]byte, b.N)
	for i := range bodies {
		bodies[i], _ = json.Marshal(answerNo(i))
	}
	b.ResetTimer()
	took := hammer(b, submitConnections, bodies, func(body []byte) int { return send("/feedback", body) })
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
}

// BenchmarkFeedbackPaced sends one durable answer every 1/1,500 s, whether or not the ones before were answered, and counts from the
// moment each was due (an open loop: a stall is felt by all that come meanwhile); run it with -benchtime 45000x for half a minute.
func BenchmarkFeedbackPaced(b *testing.B) {
	const rate = 1500
	_, send := feeding(b, "")
	bodies := make([][]byte, b.N)
	for i := range bodies {
		bodies[i], _ = json.Marshal(answerNo(i))
	}
	took := make([]time.Duration, b.N)
	var refused atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for i, body := range bodies {
		due := start.Add(time.Duration(i) * time.Second / rate)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			if send("/feedback", body) != http.StatusOK {
				refused.Add(1)
			}
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(refused.Load()), "refused")
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(milliseconds(took[len(took)-1]), "max-ms")
}

// BenchmarkFeedbackBatch sends batches of 4,000 durable answers from two connections; run it with -benchtime 50x.
func BenchmarkFeedbackBatch(b *testing.B) {
	const size = 4000
	_, send := feeding(b, "")
	bodies := make([][]byte, b.N)
	for k := range bodies {
		items := make([]object, size)
		for i := range items {
			items[i] = answerNo(k*size + i)
		}
		bodies[k], _ = json.Marshal(object{"items": items})
		require.Less(b, len(bodies[k]), 1<<20)
	}
	b.ResetTimer()
	hammer(b, 2, bodies, func(body []byte) int { return send("/feedback/batch", body) })
	b.StopTimer()
	b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkFeedbackWhileImporting sends single answers, about 500 a second, while a file of a million answers (b.N rows)
// goes in; run it with -benchtime 1000000x. It reports the import's time and what the single ones waited.
func BenchmarkFeedbackWhileImporting(b *testing.B) {
	a, send := feeding(b, "")
	var file bytes.Buffer
	file.WriteString("id,team,at,score,comment\n")
	for i := range b.N {
		_, _ = fmt.Fprintf(&file, "f%d,Team %d,2025-%02d-%02d,%d,as it was\n", i, i%40, 1+i%12, 1+i%28, i%11)
	}
	m := intake.Mapping{Kind: intake.Feedback, SourceID: []string{"id"}, Team: "team", ScoreType: "nps", Relation: "transactional", Columns: map[string]string{"answered_at": "at", "score": "score", "comment": "comment"}}
	b.ResetTimer()
	done := make(chan error, 1)
	go func() {
		_, err := a.Feedback.Import(b.Context(), fact.Input{File: bytes.NewReader(file.Bytes()), Size: int64(file.Len()), Name: "m.csv", Mapping: m, By: auth.System("bench")})
		done <- err
	}()
	var took []time.Duration
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case err := <-done:
			b.StopTimer()
			require.NoError(b, err)
			slices.Sort(took)
			b.ReportMetric(b.Elapsed().Seconds(), "s/import")
			b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(float64(len(took)), "singles")
			return
		case <-tick.C:
			body, _ := json.Marshal(answerNo(i))
			start := time.Now()
			require.Equal(b, http.StatusOK, send("/feedback", body))
			took = append(took, time.Since(start))
		}
	}
}

// BenchmarkFeedbackOnMany brings 10,000 new answers onto those that stand: first b.N of them, made in batches. Compare
// -benchtime 1000000x with -benchtime 10000000x: the cost is that of the new ones.
func BenchmarkFeedbackOnMany(b *testing.B) {
	a, _ := feeding(b, "")
	put := func(from, n int) {
		list := make([]feedback.Given, 0, 4000)
		for i := from; i < from+n; i++ {
			list = append(list, feedback.Given{SourceID: fmt.Sprint("r", i), Feedback: feedback.Feedback{
				Team: fmt.Sprint("Team ", i%40), At: time.Date(2025, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC), Type: feedback.NPS, Score: float64(i % 11), Waiting: -1, Contacts: -1,
			}})
			if len(list) == cap(list) || i == from+n-1 {
				_, err := a.Feedback.Add(b.Context(), auth.System("bench"), fact.Origin{Source: "b", Door: fact.ByAPI}, "", list)
				require.NoError(b, err)
				list = list[:0]
			}
		}
	}
	put(0, b.N)
	b.ResetTimer()
	put(b.N, 10_000)
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Milliseconds()), "ms/10000-new")
}
