package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/cli"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

const childArguments = "RAPPORT_TEST_CHILD"

// TestChild is the program that other tests start and kill where RAPPORT_TEST_BINARY names no built one; by itself it
// does nothing.
func TestChild(t *testing.T) {
	if os.Getenv(childArguments) == "" {
		t.Skip("a process of another test")
	}
	os.Exit(cli.Main(strings.Fields(os.Getenv(childArguments)), commandEnv(os.Stdin, os.Stdout, os.Stderr)))
}

// program is the real program as a process of its own: the built one that make test names in RAPPORT_TEST_BINARY, else
// the same code in this test's binary.
func program(cfg Config, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	if built := os.Getenv("RAPPORT_TEST_BINARY"); built != "" {
		cmd = exec.Command(built, args...)
	}
	cmd.Env = append(os.Environ(), childArguments+"="+strings.Join(args, " "), "LANG=en", "RAPPORT_ADDR=127.0.0.1:0", "RAPPORT_NO_JOBS=true", "RAPPORT_DB="+cfg.DB, "RAPPORT_KEYS="+cfg.Keys)
	return cmd
}

// startChild runs the server in a process of its own and gives its address.
func startChild(t *testing.T, cfg Config) (*exec.Cmd, string) {
	t.Helper()
	cmd := program(cfg, "serve")
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
	killedServer(t, "sqlite:"+filepath.Join(t.TempDir(), "s.db"), 400)
}

// On MongoDB most of the time goes by while the server gives up what a killed process has begun: these tests wait side by side.
func TestFaultsAKilledServerLosesNoAnswerOnMongoDB(t *testing.T) {
	t.Parallel()
	killedServer(t, mongoURL(t), 160)
}

func killedServer(t *testing.T, db string, perRound int) {
	const clients = 16
	cfg := Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(t.TempDir(), "keys")}
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
		cmd, url := startChild(t, cfg)
		worst = max(worst, time.Since(start))
		killAt := int64(20 + r.IntN(perRound*2/3))
		var next, acks atomic.Int64
		dead := make(chan struct{})
		var wg sync.WaitGroup
		for range clients {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := next.Add(1) - 1; n < int64(perRound); n = next.Add(1) - 1 {
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

	cmd, url := startChild(t, cfg)
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	// Pages send again until they hear. On MongoDB the transaction of a killed process holds its two documents until the
	// server gives it up (a minute at most); until then the answer is refused with 503, never lost.
	var again sync.WaitGroup
	limit := make(chan struct{}, clients)
	taken, unknown := 0, 0
	recovering := time.Now()
	for i := range plan.People {
		if sent[i].Load() && !acked[i].Load() {
			unknown++
			again.Go(func() {
				limit <- struct{}{}
				defer func() { <-limit }()
				status := 0
				for try := 0; try < 20 && status != http.StatusOK; try++ {
					status = send(url, body(i, "a"))
				}
				assert.Equal(t, http.StatusOK, status, "the same answer again is acknowledged")
			})
		}
	}
	again.Wait()
	recovered := time.Since(recovering)
	for i := range plan.People {
		if acked[i].Load() {
			require.Equal(t, http.StatusConflict, send(url, body(i, "b")), "an acknowledged answer is lost")
			taken++
		}
	}
	taken += unknown
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	b, err := build(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(b.close)
	insist(t, func() error { return b.Pulse.Close(t.Context(), w.ID, "u1") })
	release, err := b.Pulse.Release(t.Context(), w.ID)
	require.NoError(t, err)
	said := map[string]int{}
	for _, c := range release.Comments {
		said[c.Text]++
	}
	require.Len(t, release.Comments, taken, "lost or doubled")
	require.Len(t, said, taken)
	t.Logf("%d kills: %d answers, %d of them without an acknowledgement; slowest start %s, all in hand %s after the last", killRounds, taken, unknown, worst.Round(time.Millisecond), recovered.Round(time.Millisecond))
}

// The program is killed with SIGKILL at every moment of closing, while answers still come in; whoever comes next finishes.
// Nothing acknowledged is lost, nothing is released twice, and no key, credential or seal is left.
func TestFaultsKilledWhileClosing(t *testing.T) {
	killedClosing(t, "sqlite:"+filepath.Join(t.TempDir(), "s.db"))
}

func TestFaultsKilledWhileClosingOnMongoDB(t *testing.T) {
	t.Parallel()
	killedClosing(t, mongoURL(t))
}

func killedClosing(t *testing.T, db string) {
	const people = 150
	cfg := Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(t.TempDir(), "keys")}
	a, err := build(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(a.close)
	svc := a.Pulse
	_, secret, err := a.Auth.CreateKey(t.Context(), auth.System("test"), "closer", auth.HR)
	require.NoError(t, err)
	states := map[pulse.State]int{}
	whole := time.Duration(0)
	for round := range killRounds + 1 {
		plan := pulse.Plan{
			Title: fmt.Sprint("Round ", round), OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(time.Hour), K: 5, Languages: []string{"en"},
			Nodes:     []pulse.Node{{ID: "co", Name: "Co"}, {ID: "a", Parent: "co", Name: "A"}, {ID: "b", Parent: "co", Name: "B"}},
			Questions: []pulse.Question{{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "Proud?"}}, {Key: "why", Version: 1, Type: pulse.Comment, Text: map[string]string{"en": "Why?"}}},
		}
		for i := range people {
			plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("e", i), Team: []string{"a", "b"}[i%2]})
		}
		var w pulse.Wave
		var key *pulse.Key
		insist(t, func() (err error) { w, key, err = svc.Launch(t.Context(), plan, "u1"); return err })
		send := func(i int) error {
			return svc.Submit(t.Context(), pulse.Form{Wave: w.ID, Token: key.Token(fmt.Sprint("e", i)), Receipt: fmt.Sprintf("%064d", i), Revision: 1, Answers: pulse.Answers{}.Number("proud", 1+i%5).Comment("why", fmt.Sprint("said by ", i))})
		}
		var acked, unknown atomic.Int64
		for i := range people / 2 {
			insist(t, func() error { return send(i) })
			acked.Add(1)
		}
		cmd, url := startChild(t, cfg)
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			status := http.StatusServiceUnavailable
			for try := 0; try < 10 && (status == http.StatusServiceUnavailable || status == http.StatusConflict); try++ {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url+"/api/v1/waves/"+w.ID, strings.NewReader(`{"close_now":true}`))
				if !assert.NoError(t, err) {
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", "Bearer "+secret)
				resp, err := http.DefaultClient.Do(req)
				if err != nil { // it was killed
					return
				}
				status = resp.StatusCode
				_ = resp.Body.Close()
			}
			assert.Equal(t, http.StatusOK, status)
		}()
		var wg sync.WaitGroup
		for c := range 4 { // the others race with the closing
			wg.Go(func() {
				for i := people/2 + c; i < people; i += 4 {
					if err := send(i); err == nil {
						acked.Add(1)
					} else if errs.KindOf(err) == errs.KindUnavailable { // neither acknowledged nor refused
						unknown.Add(1)
					}
				}
			})
		}
		// The kill is timed from the moment in which closing has begun: over the rounds it falls on all that follows.
		state := func() pulse.State {
			x, err := a.Pulse.Wave(t.Context(), w.ID)
			require.NoError(t, err)
			return x.State
		}
		for state() == pulse.Open {
			require.False(t, t.Failed(), "closing was refused")
			runtime.Gosched()
		}
		start := time.Now()
		if round > 0 {
			part := whole * time.Duration(round-1) / time.Duration(killRounds)
			for time.Since(start) < part {
				runtime.Gosched()
			}
		} else { // undisturbed, to know how long it takes
			<-answered
			whole = time.Since(start)
		}
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		<-answered
		wg.Wait()
		now, err := a.Pulse.Wave(t.Context(), w.ID)
		require.NoError(t, err)
		states[now.State]++
		first, err := a.Pulse.Release(t.Context(), w.ID)
		released := err == nil
		insist(t, func() error { return a.Pulse.Close(t.Context(), w.ID, "u1") })
		r, err := a.Pulse.Release(t.Context(), w.ID)
		require.NoError(t, err)
		if released {
			require.Equal(t, first, r, "a second release")
		}
		require.GreaterOrEqual(t, len(r.Comments), int(acked.Load()), "lost")
		require.LessOrEqual(t, len(r.Comments), int(acked.Load()+unknown.Load()), "doubled")
		require.NoError(t, a.Pulse.EachCredential(t.Context(), w.ID, func(pulse.Credential) error { t.Error("a credential is left"); return nil }))
		_, err = pulse.NewKeyRing(cfg.Keys).Open(w.ID, w.Fingerprint)
		require.Equal(t, "wave_key_missing", errs.CodeOf(err))
	}
	require.Zero(t, states[pulse.Open])
	t.Logf("killed %d times within %s of closing; found %v", killRounds, whole.Round(time.Millisecond), states)
}

// insist does after a kill what a job does: it comes back. On MongoDB the transaction of a killed process holds its
// documents until the server gives it up (a minute at most), and writes are refused till then; and a write of closing that
// waited there for longer than its caller may still take effect, after which the next one finds itself fenced.
func insist(t *testing.T, do func() error) {
	t.Helper()
	var err error
	for range 10 { // each try waits as long as the store does
		if err = do(); errs.KindOf(err) != errs.KindUnavailable && errs.CodeOf(err) != "fenced" {
			break
		}
	}
	require.NoError(t, err)
}
