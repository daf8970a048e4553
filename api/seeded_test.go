package main

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var grownIn string // the folder, once there is one

// grown is the demo company in a folder, grown once: it takes long, and each test gets a copy of its own.
var grown = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "rapport-demo-"); err != nil {
		return "", err
	}
	grownIn = dir
	ctx := context.Background()
	a, err := build(ctx, Config{DB: "sqlite:" + filepath.Join(dir, "demo.db"), Demo: true, From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")})
	if err != nil {
		return dir, err
	}
	err = a.Seed(ctx)
	a.close()
	return dir, err
})

// seeded is an instance that holds the demo company, with the folder it lies in.
func seeded(t testing.TB) (i *instance, dir string) {
	t.Helper()
	from, err := grown()
	require.NoError(t, err)
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	return newInstance(t, func(c *Config) {
		c.DB, c.Keys, c.Demo = "sqlite:"+filepath.Join(dir, "demo.db"), filepath.Join(dir, "keys"), true
	}), dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	if grownIn != "" {
		_ = os.RemoveAll(grownIn)
	}
	os.Exit(code)
}
