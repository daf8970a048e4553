package operation_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/operation"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	return s
}

// What a panic was about is not written into the log: it may be what somebody answered.
func TestAPanicTellsNothingOfWhatWasAtHand(t *testing.T) {
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(before)
	st := open(t)
	defer func() { _ = st.Close() }()
	s := operation.NewService(st, time.Now)
	for _, cause := range []any{"canary-51c0", errors.New("canary-51c0"), map[string]string{"why": "canary-51c0"}} {
		o, err := s.Start(t.Context(), "close", "u1", func(context.Context, func(int64, int64)) (string, any, error) { panic(cause) })
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			got, err := s.Get(t.Context(), o.ID)
			return err == nil && got.State == operation.Failed
		}, time.Minute, time.Millisecond)
	}
	s.Close()
	require.Contains(t, logged.String(), "panic in long work")
	require.NotContains(t, logged.String(), "canary")
}

// Work that says nothing for an hour is alive as long as its process is; when the process is gone it is reported as cut
// off. Time is the bubble's, so nobody waits.
func TestSilentWorkIsAliveAndDeadWorkIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := open(t)
		defer func() { _ = st.Close() }()
		ctx := context.Background()
		s := operation.NewService(st, time.Now)
		release := make(chan struct{})
		o, err := s.Start(ctx, "import", "u1", func(ctx context.Context, _ func(int64, int64)) (string, any, error) {
			<-release
			return "r1", map[string]int{"rows": 3}, nil
		})
		require.NoError(t, err)
		for range 12 {
			time.Sleep(5 * time.Minute)
			got, err := s.Get(ctx, o.ID)
			require.NoError(t, err)
			require.Equal(t, operation.Running, got.State)
		}
		close(release)
		s.Close()
		got, err := s.Get(ctx, o.ID)
		require.NoError(t, err)
		require.Equal(t, operation.Done, got.State)
		require.Equal(t, "r1", got.ResultID)
		require.JSONEq(t, `{"rows":3}`, string(got.Result))
		require.NoError(t, got.Err())

		// A process that died leaves a running operation without a beat.
		dead := operation.Operation{ID: "dead", Kind: "import", State: operation.Running, StartedAt: time.Now(), BeatAt: time.Now()}
		require.NoError(t, st.SaveOperation(ctx, dead))
		got, err = s.Get(ctx, "dead")
		require.NoError(t, err)
		require.Equal(t, operation.Running, got.State)
		time.Sleep(3 * time.Minute)
		got, err = s.Get(ctx, "dead")
		require.NoError(t, err)
		require.Equal(t, operation.Failed, got.State)
		require.Equal(t, "operation_cut_off", errs.CodeOf(got.Err()))
	})
}

func TestAnErrorIsKeptWithItsFields(t *testing.T) {
	st := open(t)
	defer func() { _ = st.Close() }()
	s := operation.NewService(st, time.Now)
	want := errs.Invalid("file_empty").With("limit", "1 MB").At(errs.Field{Line: 3, Column: "x", Code: "not_a_number", Value: "abc"})
	o, err := s.Start(context.Background(), "import", "u1", func(context.Context, func(int64, int64)) (string, any, error) {
		return "", nil, errors.Join(want)
	})
	require.NoError(t, err)
	p, err := s.Start(context.Background(), "import", "u1", func(context.Context, func(int64, int64)) (string, any, error) { panic("boom") })
	require.NoError(t, err)
	s.Close()
	got, err := s.Get(context.Background(), o.ID)
	require.NoError(t, err)
	require.Equal(t, operation.Failed, got.State)
	require.Equal(t, want, got.Err())
	got, err = s.Get(context.Background(), p.ID)
	require.NoError(t, err)
	require.Equal(t, "internal", errs.CodeOf(got.Err()))
}

func TestClosingStopsWhatRuns(t *testing.T) {
	st := open(t)
	defer func() { _ = st.Close() }()
	s := operation.NewService(st, time.Now)
	o, err := s.Start(context.Background(), "correlate", "u1", func(ctx context.Context, progress func(int64, int64)) (string, any, error) {
		progress(1, 2)
		<-ctx.Done()
		return "", nil, ctx.Err()
	})
	require.NoError(t, err)
	s.Close()
	got, err := s.Get(context.Background(), o.ID)
	require.NoError(t, err)
	require.Equal(t, operation.Failed, got.State)
	require.Equal(t, "operation_cut_off", got.Code)
	require.EqualValues(t, 1, got.Done)
}
