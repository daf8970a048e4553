package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/api/web"
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

// The first sentences on a terminal are in its language.
func TestServeSpeaksTheTerminalsLanguage(t *testing.T) {
	for _, lang := range []string{"en_GB.UTF-8", "he_IL.UTF-8", "pl_PL.UTF-8"} {
		var out bytes.Buffer
		env := cli.Env{Stdout: &out, Lang: lang}
		say(env, "serve.set_up", "code", "abcde")
		require.Equal(t, i18n.Text(env.Locale(), "serve.set_up", map[string]any{"code": "abcde"})+"\n", out.String())
		require.Equal(t, lang[:2], env.Locale())
	}
}

// An address that does not exist, and one that does not take this kind of request, say so in the reader's language.
func TestUnknownAddressesSaySo(t *testing.T) {
	i := newInstance(t, nil)
	status := map[string]int{"route_unknown": http.StatusNotFound, "method_not_allowed": http.StatusMethodNotAllowed}
	for path, want := range map[string]string{"GET /api/v1/nowhere": "route_unknown", "DELETE /api/v1/teams": "method_not_allowed"} {
		method, address, _ := strings.Cut(path, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, i.url+address, nil)
		require.NoError(t, err)
		r.Header.Set("Accept-Language", "he")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		var p web.Problem
		require.NoError(t, json.NewDecoder(res.Body).Decode(&p))
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, p.Code)
		require.Equal(t, status[want], res.StatusCode)
		require.Equal(t, want == "method_not_allowed", res.Header.Get("Allow") != "", "Allow says what would work")
		require.Equal(t, i18n.Text("he", "error."+want, nil), p.Detail)
		require.Equal(t, "application/problem+json; charset=utf-8", res.Header.Get("Content-Type"))
	}
}
