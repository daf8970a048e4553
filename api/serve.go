package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"rapport/internal/cli"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/jobs"
)

// serve answers until the context ends, then finishes what is under way (10 s at most).
func serve(ctx context.Context, env cli.Env) error {
	cfg, err := readConfig()
	if err != nil {
		return err
	}
	logTo(os.Stderr, cfg.LogJSON)
	listener, err := net.Listen("tcp", cfg.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return errs.Unavailable("port_in_use").With("address", cfg.Addr)
	}
	if err != nil {
		return errs.Invalid("address_unusable").With("address", cfg.Addr).Because(err)
	}
	a, err := build(ctx, cfg)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer a.close()
	if cfg.Demo {
		if err := a.Seed(ctx); err != nil {
			return err
		}
		// The demo company's past quarters are closed while people already look around.
		if _, err := a.Operations.Start(ctx, "close-quarter", "seed", func(ctx context.Context, _ func(done, total int64)) (string, any, error) {
			return "", nil, a.SeedReports(ctx)
		}); err != nil {
			return err
		}
	}
	h, err := a.handler() //nolint:contextcheck // a request has its own context, not the one of the start
	if err != nil {
		return err
	}
	code, err := a.Auth.SetupCode(ctx)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	say(env, "serve.ready", "address", "http://"+listener.Addr().String())
	if code != "" {
		say(env, "serve.set_up", "code", code)
	}
	if !cfg.NoJobs {
		runner := jobs.Start(a.Jobs) //nolint:contextcheck // jobs outlive the start; Close ends them
		defer runner.Close()
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return srv.Shutdown(stopping)
}

func logTo(w io.Writer, json bool) {
	var h slog.Handler = slog.NewTextHandler(w, nil)
	if json {
		h = slog.NewJSONHandler(w, nil)
	}
	slog.SetDefault(slog.New(h))
}

// say prints a sentence in the language of the terminal.
func say(env cli.Env, key, name, value string) {
	_, _ = fmt.Fprintln(env.Stdout, i18n.Text(env.Locale(), key, map[string]any{name: value}))
}
