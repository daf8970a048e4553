package print_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/report/print"
)

// browser leaves a test out where there is no browser, and fails it where one was promised.
func browser(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		require.NotEqual(t, "true", os.Getenv("CI"), "CI installs chromium (.ci/setup), and there is none")
		t.Skip("left out: no chromium on this machine")
	}
	return path
}

func TestPrints(t *testing.T) {
	browser(t)
	pdf, err := print.New(print.Options{}).Print(context.Background(), []byte(`<!doctype html><p>zażółć +20.8%</p>`))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
}

func TestWithoutABrowserThereIsAReason(t *testing.T) {
	_, err := print.New(print.Options{Chromium: "/no/such/browser"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	require.Equal(t, errs.KindUnavailable, errs.KindOf(err))
	_, err = print.New(print.Options{Chromium: "ws://127.0.0.1:1/none"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	_, err = print.New(print.Options{Chromium: "/bin/false"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err), "a browser that ends at once")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = print.New(print.Options{}).Print(ended, []byte("x"))
	require.Error(t, err)
}

// A browser that is killed while it prints is no end of printing: the reason is told, and the next page prints.
func TestABrowserKilledHalfWay(t *testing.T) {
	real := browser(t)
	dir, err := os.MkdirTemp("", "rapport-killed-") // not t.TempDir: where the test runs as root, the browser runs as nobody
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777)) //nolint:gosec // the browser writes here, and as root it runs as nobody
	// It dies the first time it has said where it listens, which is when it is asked for the page.
	program := filepath.Join(dir, "browser")
	script := fmt.Sprintf(`#!/bin/sh
if [ -e %[1]s/died ]; then exec %[2]s "$@"; fi
touch %[1]s/died
exec 3>&2
{ %[2]s "$@" 2>&1 >/dev/null & echo $! >%[1]s/pid; wait; } | while read -r line; do
  echo "$line" >&3
  case "$line" in *"DevTools listening"*) kill -9 "$(cat %[1]s/pid)";; esac
done
`, dir, real)
	require.NoError(t, os.WriteFile(program, []byte(script), 0o755)) //nolint:gosec // a program that cannot be run is none
	p := print.New(print.Options{Chromium: program})
	_, err = p.Print(t.Context(), []byte("<!doctype html><p>x</p>"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	require.FileExists(t, filepath.Join(dir, "died"))
	pdf, err := p.Print(t.Context(), []byte("<!doctype html><p>x</p>"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
}

// A browser that never answers is given up, with whatever it started, and others do not wait for it one after the other.
func TestABrowserThatHangs(t *testing.T) {
	dir, err := os.MkdirTemp("", "rapport-hangs-") // not t.TempDir: where the test runs as root, the browser runs as nobody
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777)) //nolint:gosec // as root, the browser runs as nobody and writes here
	program := filepath.Join(dir, "browser")
	child := filepath.Join(dir, "child")
	script := fmt.Sprintf("#!/bin/sh\nsleep 600 &\necho $! >%s\nwait\n", child)
	require.NoError(t, os.WriteFile(program, []byte(script), 0o755)) //nolint:gosec // a program that cannot be run is none
	p := print.New(print.Options{Chromium: program, Patience: time.Second})
	for range 3 {
		_, err = p.Print(t.Context(), []byte("<!doctype html><p>x</p>"))
		require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	}
	require.ErrorContains(t, err, "a moment ago")
	if said, err := os.ReadFile(child); err == nil { //nolint:gosec // a slow machine may have given it up before it said so
		pid, err := strconv.Atoi(strings.TrimSpace(string(said)))
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			return err != nil || strings.Contains(string(state), ") Z ")
		}, time.Minute, 20*time.Millisecond, "what it started ends with it")
	}
}
