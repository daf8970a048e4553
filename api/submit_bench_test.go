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

	"rapport/internal/pulse"
)

// submitConnections is how many respondents send at the same time.
const submitConnections = 64

// BenchmarkSubmit sends durable answers to a wave of b.N people through HTTP, the whole stack over SQLite with
// synchronous=FULL (or the database RAPPORT_BENCH_DB names), from 64 connections. It reports answers/s and the 50th and 99th percentile of the time to the
// acknowledgement; run it with -benchtime 10000x.
func BenchmarkSubmit(b *testing.B) {
	dir := b.TempDir()
	db := cmp.Or(os.Getenv("RAPPORT_BENCH_DB"), "sqlite:"+filepath.Join(dir, "s.db"))
	a, err := build(b.Context(), Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")})
	require.NoError(b, err)
	h, err := a.handler()
	require.NoError(b, err)
	srv := httptest.NewServer(h)
	b.Cleanup(func() { srv.Close(); a.close() })
	lib, err := pulse.LoadLibrary()
	require.NoError(b, err)
	people := max(b.N, 20)
	plan := pulse.Plan{Title: "Load", OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(time.Hour), K: 5, Languages: lib.Languages, Questions: lib.Questions[:15], Nodes: []pulse.Node{{ID: "co", Name: "Co"}}}
	answers := object{}
	for _, q := range plan.Questions {
		answers[q.Key] = 4
	}
	for t := range 100 {
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: fmt.Sprint("t", t), Parent: "co", Name: fmt.Sprint("Team ", t)})
	}
	for i := range people {
		plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("e", i), Team: fmt.Sprint("t", i%100)})
	}
	w, key, err := a.Pulse.Launch(b.Context(), plan, "u1")
	require.NoError(b, err)
	bodies := make([][]byte, people)
	for i := range bodies {
		bodies[i], err = json.Marshal(object{"token": key.Token(fmt.Sprint("e", i)), "receipt": fmt.Sprintf("%064d", i), "revision": 1, "answers": answers})
		require.NoError(b, err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: submitConnections, MaxConnsPerHost: submitConnections}}
	took := make([]time.Duration, b.N)
	var next, refused atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range submitConnections {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				start := time.Now()
				resp, err := client.Post(srv.URL+"/p/"+w.ID, "application/json", bytes.NewReader(bodies[i]))
				if err != nil {
					refused.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					refused.Add(1)
				}
				took[i] = time.Since(start)
			}
		}()
	}
	wg.Wait()
	b.StopTimer()
	require.Zero(b, refused.Load(), "every answer is taken")
	stored := 0
	require.NoError(b, a.Pulse.EachEnvelope(b.Context(), w.ID, func([]byte) error { stored++; return nil }))
	require.Equal(b, b.N, stored)
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
