package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/cli"
	"rapport/internal/errs"
	"rapport/internal/i18n"
)

func TestAnAddressInUseSaysSo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	t.Setenv("RAPPORT_ADDR", l.Addr().String())
	t.Setenv("RAPPORT_DB", "sqlite:"+filepath.Join(t.TempDir(), "s.db"))
	err = serve(context.Background(), cli.Env{Stdout: io.Discard, Stderr: io.Discard})
	require.Equal(t, "port_in_use", errs.CodeOf(err), "%v", err)
	require.Contains(t, i18n.Text("pl", "error.port_in_use", map[string]any{"address": l.Addr()}), "RAPPORT_ADDR")
}

func TestADatabaseOfNoKnownKindSaysSo(t *testing.T) {
	t.Setenv("RAPPORT_ADDR", "127.0.0.1:0")
	t.Setenv("RAPPORT_DB", "postgres://localhost/x")
	err := serve(context.Background(), cli.Env{Stdout: io.Discard, Stderr: io.Discard})
	require.Equal(t, "store_url", errs.CodeOf(err), "%v", err)
}

// The server prints its address and the set-up code, answers, and ends when it is told to.
func TestServeAnswersUntilItIsStopped(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("RAPPORT_ADDR", "127.0.0.1:0")
	t.Setenv("RAPPORT_DB", "sqlite:"+filepath.Join(dir, "s.db"))
	t.Setenv("RAPPORT_KEYS", filepath.Join(dir, "keys"))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- serve(ctx, cli.Env{Stdout: w, Stderr: io.Discard}); _ = w.Close() }()
	var said bytes.Buffer
	ready := regexp.MustCompile(`(http://127\.0\.0\.1:\d+)[\s\S]*set-up code: \S+`)
	buf := make([]byte, 1024)
	for !ready.Match(said.Bytes()) {
		n, err := r.Read(buf)
		said.Write(buf[:n])
		require.NoError(t, err, said.String())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	url := ready.FindSubmatch(said.Bytes())[1]
	for path, status := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/api/v1/session": 200, "/api/v1/nothing": 404, "/api/v1/teams": 401} {
		resp, err := http.Get(string(url) + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, status, resp.StatusCode, path)
	}
	stop()
	require.NoError(t, <-done)
}
