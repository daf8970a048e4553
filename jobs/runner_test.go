package jobs_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/operation"
	"rapport/internal/outbox"
	"rapport/internal/runlog"
	"rapport/internal/store/sqlite"
	"rapport/jobs"
)

// Two processes tick on one store through two days, with the night the clocks go back between them. Time is the bubble's.
func TestTwoRunnersMakeEachOccurrenceOnce(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	nightly, err := jobs.ParseZoned("30 2 * * *", zone)
	require.NoError(t, err)
	often, err := jobs.ParseZoned("*/30 * * * *", zone)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 10, 28, 12, 0, 0, 0, time.UTC))) // the bubble begins in January 2000
		st, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"))
		require.NoError(t, err)
		defer func() { _ = st.Close() }()
		var mu sync.Mutex
		effects := map[string]map[time.Time]int{"nightly": {}, "often": {}}
		tally := func(name string) func(context.Context, runlog.Occasion) (string, error) {
			return func(_ context.Context, at runlog.Occasion) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				effects[name][at.Occurrence]++
				return "", nil
			}
		}
		table := []runlog.Job{
			{Name: "nightly", Policy: runlog.Once, Schedule: nightly, Do: tally("nightly")},
			{Name: "often", Policy: runlog.Skip, Schedule: often, Do: tally("often")},
		}
		ops := operation.NewService(st, time.Now)
		a := jobs.Start(runlog.NewService(st, st, ops, table, time.Now))
		b := jobs.Start(runlog.NewService(st, st, ops, table, time.Now))
		time.Sleep(2*24*time.Hour + time.Minute) // a minute more: the last occurrence falls on the full hour
		a.Close()
		b.Close()
		ops.Close()
		require.Len(t, effects["nightly"], 2, "the night with two 02:30 has one run")
		require.Len(t, effects["often"], 2*48)
		for _, of := range effects {
			for at, n := range of {
				require.Equal(t, 1, n, at)
			}
		}
	})
}

func TestTheTableIsWhole(t *testing.T) {
	table, err := jobs.Table(jobs.Work{Outbox: outbox.NewService(nil, nobody{}, time.Now)}, "Europe/Warsaw")
	require.NoError(t, err)
	names := map[string]bool{}
	for _, j := range table {
		require.NotNil(t, j.Do, j.Name)
		require.NotNil(t, j.Schedule, j.Name)
		require.Positive(t, j.Timeout, j.Name)
		require.False(t, names[j.Name])
		names[j.Name] = true
	}
	require.True(t, names["correlate"] && names["deliver-outbox"])
	_, err = jobs.Table(jobs.Work{}, "Nowhere/Land")
	require.Error(t, err)
	table, err = jobs.Table(jobs.Work{}, "UTC")
	require.NoError(t, err)
	for _, j := range table {
		require.NotContains(t, []string{"deliver-outbox", "send-subscriptions"}, j.Name, "nothing is delivered without an outbox")
	}
}

// nobody is a sender that is there and never asked.
type nobody struct{ outbox.Sender }
