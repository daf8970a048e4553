package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/org"
)

// feeding is a server with forty teams and a key that hands records in.
func feeding(b *testing.B, db string) (a *app, send func(path string, body []byte) int) {
	b.Helper()
	dir := b.TempDir()
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
		require.NoError(b, err)
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
