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
	say(env.Stdout, "Rapport is ready: http://%s\n", listener.Addr())
	if code != "" {
		say(env.Stdout, "Nobody can sign in yet. Open the address and create the first administrator with this set-up code: %s\n", code)
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

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
