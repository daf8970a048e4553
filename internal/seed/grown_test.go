package seed_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/seed"
)

// grownOn is the day on which the company that tests share looks back.
func grownOn() time.Time { return time.Date(2026, 9, 2, 10, 0, 0, 0, time.UTC) }

var grownIn string // the folder, once there is one

// grown is the demo company in a folder, grown once: it takes long, and each test gets a copy of its own.
var grown = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "rapport-seed-"); err != nil {
		return "", err
	}
	grownIn = dir
	ctx := context.Background()
	s, closed, err := servicesIn(ctx, dir, grownOn)
	if err != nil {
		return dir, err
	}
	defer closed()
	return dir, seed.Company(ctx, s, dir)
})

// company is the services over a copy of the demo company, with the folder it lies in.
func company(t *testing.T) (s seed.Services, dir string) {
	t.Helper()
	from, err := grown()
	require.NoError(t, err)
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	s, closed, err := servicesIn(context.Background(), dir, grownOn)
	require.NoError(t, err)
	t.Cleanup(closed)
	return s, dir
}

// services is the services over an empty store.
func services(t *testing.T, now func() time.Time) seed.Services {
	t.Helper()
	s, closed, err := servicesIn(context.Background(), t.TempDir(), now)
	require.NoError(t, err)
	t.Cleanup(closed)
	return s
}

func TestMain(m *testing.M) {
	code := m.Run()
	if grownIn != "" {
		_ = os.RemoveAll(grownIn)
	}
	os.Exit(code)
}
