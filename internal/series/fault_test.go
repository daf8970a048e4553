package series_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
)

const (
	faultTeams   = 40
	faultMonths  = 60
	faultMetrics = 20
)

// faultFile has a figure for each team, month and metric; all of them are the round's number.
func faultFile(round int) (string, intake.Mapping) {
	var b strings.Builder
	b.WriteString("team,period,metric,value,n\n")
	m := wide()
	m.Long, m.Respondents = &intake.LongMapping{Metric: "metric", Value: "value"}, "n"
	for k := range faultMetrics {
		m.Metrics = append(m.Metrics, cx(fmt.Sprintf("m%d", k)))
	}
	for p := range faultMonths {
		for t := range faultTeams {
			for k := range faultMetrics {
				fmt.Fprintf(&b, "team %d,%d-%02d,m%d,%d,9\n", t, 2020+p/12, p%12+1, k, round)
			}
		}
	}
	return b.String(), m
}

// TestImportChild is the process that TestAKilledImportLeavesNothing kills; by itself it does nothing.
func TestImportChild(t *testing.T) {
	path, round := os.Getenv("RAPPORT_TEST_IMPORT_DB"), os.Getenv("RAPPORT_TEST_IMPORT_ROUND")
	if path == "" {
		t.Skip("only as a child of TestAKilledImportLeavesNothing")
	}
	n, err := strconv.Atoi(round)
	require.NoError(t, err)
	st, err := sqlite.Open(context.Background(), path)
	require.NoError(t, err)
	s := series.NewService(st, st, st, time.Now)
	body, m := faultFile(n)
	fmt.Println("started")
	_, err = s.Import(context.Background(), series.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", Mapping: m, By: auth.System("test")})
	require.NoError(t, err)
	require.NoError(t, st.Close())
}

// A process that is killed at any point of an import leaves either all of it or nothing, and the next run makes good.
func TestAKilledImportLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	seed := rand.New(rand.NewPCG(1, 2))
	whole := faultTeams * faultMonths * faultMetrics
	state := 0 // the round whose figures stand
	cut := 0
	for round := 1; round <= 12; round++ {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestImportChild$")
		cmd.Env = append(os.Environ(), "RAPPORT_TEST_IMPORT_DB="+path, "RAPPORT_TEST_IMPORT_ROUND="+strconv.Itoa(round))
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = out.Read(make([]byte, 16))
		require.NoError(t, err)
		kill := time.AfterFunc(time.Duration(seed.IntN(400))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			cut++
		}
		kill.Stop()

		st, err := sqlite.Open(context.Background(), path)
		require.NoError(t, err)
		s := series.NewService(st, st, st, time.Now)
		seen := map[float64]int{}
		require.NoError(t, s.EachValue(context.Background(), org.Everything, series.Query{}, func(v series.Value) error { seen[v.Value]++; return nil }))
		switch {
		case seen[float64(round)] > 0:
			require.Equal(t, map[float64]int{float64(round): whole}, seen, "round %d is there in part", round)
			state = round
		case state > 0:
			require.Equal(t, map[float64]int{float64(state): whole}, seen, "round %d left something", round)
		default:
			require.Empty(t, seen)
			metrics, err := s.Metrics(context.Background())
			require.NoError(t, err)
			require.Empty(t, metrics)
		}
		require.NoError(t, st.Close())
	}
	t.Logf("%d of 12 imports were cut off", cut)

	st, err := sqlite.Open(context.Background(), path)
	require.NoError(t, err)
	defer func() { _ = st.Close() }()
	late := func() time.Time { return time.Now().Add(time.Hour) } // dead batches are old enough to be swept
	s := series.NewService(st, st, st, late)
	body, m := faultFile(99)
	in := series.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", Mapping: m, By: auth.System("test")}
	res, err := s.Import(context.Background(), in)
	require.NoError(t, err)
	require.Equal(t, whole, res.Imported)
	res, err = s.Import(context.Background(), in)
	require.NoError(t, err)
	require.Equal(t, whole, res.Unchanged)
	list, err := st.Batches(context.Background(), intake.Page{Limit: 100})
	require.NoError(t, err)
	for _, b := range list {
		require.NotEqual(t, intake.Staging, b.State, "what a dead import left is swept")
	}
}

// Two imports at once: each is compared with what stands when it is published, so the later one wins whole.
func TestImportsAtOnceDoNotMix(t *testing.T) {
	b := newBench(t)
	body, m := faultFile(0)
	b.put(body, m)
	done := make(chan error, 4)
	for round := 1; round <= 4; round++ {
		body, m := faultFile(round)
		in := b.input(body, m)
		go func() {
			_, err := series.NewService(b.store, b.store, b.store, time.Now).Import(context.Background(), in)
			done <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	seen := map[float64]int{}
	require.NoError(t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(v series.Value) error { seen[v.Value]++; return nil }))
	require.Len(t, seen, 1)
}

func TestAnImportThatIsCancelledLeavesNothing(t *testing.T) {
	b := newBench(t)
	body, m := faultFile(1)
	ctx, cancel := context.WithCancel(context.Background())
	in := b.input(body, m)
	in.Progress = func(done, _ int64) {
		if done > int64(len(body)) { // staging has begun
			cancel()
		}
	}
	_, err := b.Import(ctx, in)
	require.Error(t, err)
	require.Empty(t, b.values())
	metrics, err := b.Metrics(context.Background())
	require.NoError(t, err)
	require.Empty(t, metrics)
}
