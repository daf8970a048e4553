//go:build faults

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/pulse"
)

// Ten thousand people open their link and answer within a minute, each at a moment of their own, all through the real
// program: the page, its script and its style, then the answer. Not one request fails, and every answer is in the release.
func TestFaultsTenThousandPeopleInAMinute(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { crowd(t, "sqlite:"+filepath.Join(t.TempDir(), "s.db")) })
}

func crowd(t *testing.T, db string) {
	const people, within = 10_000, time.Minute
	cfg := Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(t.TempDir(), "keys")}
	a, err := build(t.Context(), cfg)
	require.NoError(t, err)
	lib, err := pulse.LoadLibrary()
	require.NoError(t, err)
	plan := pulse.Plan{Title: "Crowd", OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(time.Hour), K: 5, Languages: lib.Languages, Questions: lib.Questions[:15], Nodes: []pulse.Node{{ID: "co", Name: "Co"}}}
	plan.Questions = append(plan.Questions, pulse.Question{Key: "own.why", Version: 1, Type: pulse.Comment, Text: lib.Questions[0].Text})
	for n := range 100 {
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: fmt.Sprint("t", n), Parent: "co", Name: fmt.Sprint("Team ", n)})
	}
	for i := range people {
		plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("e", i), Team: fmt.Sprint("t", i%100)})
	}
	w, key, err := a.Pulse.Launch(t.Context(), plan, "u1")
	require.NoError(t, err)
	a.close()
	cmd, address := startChild(t, cfg)
	stopped := false
	t.Cleanup(func() {
		if !stopped {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	took := make([]time.Duration, people)
	faults := make(chan string, people)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range people {
		wg.Go(func() {
			time.Sleep(rand.N(within)) // people come when they come
			for _, path := range []string{"/p/" + w.ID, "/p-assets/respond.js", "/p-assets/respond.css"} {
				resp, err := client.Get(address + path)
				if err != nil {
					faults <- err.Error()
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					faults <- fmt.Sprint(path, " ", resp.StatusCode)
				}
			}
			answers := object{"own.why": fmt.Sprint("said by ", i)}
			for _, q := range plan.Questions {
				if q.Scored() {
					answers[q.Key] = 1 + i%5
				}
			}
			body, _ := json.Marshal(object{"token": key.Token(fmt.Sprint("e", i)), "receipt": fmt.Sprintf("%064d", i), "revision": 1, "answers": answers})
			sent := time.Now()
			resp, err := client.Post(address+"/p/"+w.ID, "application/json", bytes.NewReader(body))
			if err != nil {
				faults <- err.Error()
				return
			}
			b, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			took[i] = time.Since(sent)
			if resp.StatusCode != http.StatusOK {
				faults <- fmt.Sprint("answer ", resp.StatusCode, " ", string(b))
			}
		})
	}
	wg.Wait()
	all := time.Since(start)
	close(faults)
	for f := range faults {
		require.Fail(t, f)
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	stopped = true
	b, err := build(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(b.close)
	closing := time.Now()
	require.NoError(t, b.Pulse.Close(t.Context(), w.ID, "u1"))
	closed := time.Since(closing)
	r, err := b.Pulse.Release(t.Context(), w.ID)
	require.NoError(t, err)
	require.Len(t, r.Comments, people)
	slices.Sort(took)
	t.Logf("%d people in %s, 0 errors; answer p50 %s, p99 %s, slowest %s; closed in %s", people, all.Round(100*time.Millisecond), took[people/2].Round(10*time.Microsecond),
		took[people*99/100].Round(10*time.Microsecond), took[people-1].Round(10*time.Microsecond), closed.Round(time.Millisecond))
}
