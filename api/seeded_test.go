package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var grownIn string // the folder, once there is one

// grown is the demo company in a folder, grown once: it takes long, and each test gets a copy of its own. The program itself
// grows it, in a process of its own: where make test names the built one, no race detector slows that down, and what grows
// side by side is watched by the tests of internal/seed.
var grown = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "rapport-demo-"); err != nil {
		return "", err
	}
	grownIn = dir
	db := "sqlite:" + filepath.Join(dir, "demo.db")
	cmd := program(Config{DB: db}, "seed", "-reports=false", "-db", db)
	cmd.Env = append(cmd.Env, "RAPPORT_DEMO=true")
	if said, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("grow the demo company: %w\n%s", err, said)
	}
	return dir, nil
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
