package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/cli"
	"rapport/internal/pulse"
)

const serveChild = "RAPPORT_TEST_SERVE_CHILD"

// TestServeChild is the server that TestFaultsAKilledServerLosesNoAnswer kills; by itself it does nothing.
func TestServeChild(t *testing.T) {
	if os.Getenv(serveChild) == "" {
		t.Skip("a process of another test")
	}
	require.NoError(t, serve(context.Background(), cli.Env{Stdout: os.Stdout, Stderr: os.Stderr}))
}

// startChild runs the server in a process of its own and gives its address.
func startChild(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestServeChild$")
	cmd.Env = append(os.Environ(), serveChild+"=1", "RAPPORT_ADDR=127.0.0.1:0", "RAPPORT_NO_JOBS=true", "RAPPORT_DB=sqlite:"+filepath.Join(dir, "s.db"), "RAPPORT_KEYS="+filepath.Join(dir, "keys"))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ready := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := ready.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return cmd, url
		}
	}
	require.Fail(t, "the server did not become ready")
	return nil, ""
}

// A server killed with SIGKILL while answers come in has lost and doubled none of those it acknowledged.
func TestFaultsAKilledServerLosesNoAnswer(t *testing.T) {
	const perRound, clients = 400, 16
	dir := t.TempDir()
	cfg := Config{DB: "sqlite:" + filepath.Join(dir, "s.db"), Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")}
	a, err := build(t.Context(), cfg)
	require.NoError(t, err)
	plan := pulse.Plan{
		Title: "Kill", OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(time.Hour), K: 5, Languages: []string{"en"}, Nodes: []pulse.Node{{ID: "co", Name: "Co"}},
		Questions: []pulse.Question{{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "Proud?"}}, {Key: "why", Version: 1, Type: pulse.Comment, Text: map[string]string{"en": "Why?"}}},
	}
	for i := range killRounds * perRound {
		plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("e", i), Team: "co"})
	}
	w, key, err := a.Pulse.Launch(t.Context(), plan, "u1")
	require.NoError(t, err)
	a.close()

	body := func(i int, receipt string) []byte {
		b, err := json.Marshal(object{"token": key.Token(fmt.Sprint("e", i)), "receipt": receipt + fmt.Sprintf("%063d", i), "revision": 1, "answers": object{"proud": 1 + i%5, "why": fmt.Sprint("said by ", i)}})
		require.NoError(t, err)
		return b
	}
	send := func(url string, b []byte) int {
		resp, err := http.Post(url+"/p/"+w.ID, "application/json", bytes.NewReader(b))
		if err != nil {
			return 0
		}
		defer func() { _ = resp.Body.Close() }()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return 0 // cut off: no acknowledgement
		}
		return resp.StatusCode
	}

	acked := make([]atomic.Bool, len(plan.People))
	sent := make([]atomic.Bool, len(plan.People))
	r := rand.New(rand.NewPCG(5, uint64(os.Getpid())))
	var worst time.Duration
	for round := range killRounds {
		start := time.Now()
		cmd, url := startChild(t, dir)
		worst = max(worst, time.Since(start))
		killAt := int64(20 + r.IntN(perRound-120))
		var next, acks atomic.Int64
		dead := make(chan struct{})
		var wg sync.WaitGroup
		for range clients {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := next.Add(1) - 1; n < perRound; n = next.Add(1) - 1 {
					i := round*perRound + int(n)
					sent[i].Store(true)
					if send(url, body(i, "a")) != http.StatusOK {
						return
					}
					acked[i].Store(true)
					if acks.Add(1) == killAt {
						_ = cmd.Process.Kill()
						close(dead)
					}
				}
			}()
		}
		wg.Wait()
		select {
		case <-dead:
		default:
			require.Fail(t, "an answer was refused before the server was killed")
		}
		_ = cmd.Wait()
	}

	cmd, url := startChild(t, dir)
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	taken, unknown := 0, 0
	for i := range plan.People {
		switch {
		case acked[i].Load():
			require.Equal(t, http.StatusConflict, send(url, body(i, "b")), "an acknowledged answer is lost")
			taken++
		case sent[i].Load():
			require.Equal(t, http.StatusOK, send(url, body(i, "a")), "the same answer again is acknowledged")
			taken++
			unknown++
		}
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	b, err := build(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(b.close)
	require.NoError(t, b.Pulse.Close(t.Context(), w.ID, "u1"))
	release, err := b.Pulse.Release(t.Context(), w.ID)
	require.NoError(t, err)
	said := map[string]int{}
	for _, c := range release.Comments {
		said[c.Text]++
	}
	require.Len(t, release.Comments, taken, "lost or doubled")
	require.Len(t, said, taken)
	t.Logf("%d kills: %d answers, %d of them without an acknowledgement; slowest start %s", killRounds, taken, unknown, worst.Round(time.Millisecond))
}
