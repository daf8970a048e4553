// Package cli holds the commands of the binary; each is thin over the same services the server uses.
package cli

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"sort"
	"syscall"
)

// Env is what a command may touch of the world around it.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Lang   string // the terminal's LANG

	// Serve and Open are set by the composition root (package main of ./api), so that no command knows an engine. Open
	// gives the services on the database of RAPPORT_DB and a function that releases them, OpenAt those on another one.
	Serve  func(ctx context.Context, env Env) error
	Open   func(ctx context.Context) (*Services, func(), error)
	OpenAt func(ctx context.Context, db string) (*Services, func(), error)

	// Backup writes a copy of the database to a file; Restore puts one back.
	Backup  func(ctx context.Context, path string) error
	Restore func(ctx context.Context, from string) error
}

// Exit codes: 0 done, 1 failed, 2 the input was refused and nothing was written, 64 the words were off.
const (
	ExitOK      = 0
	ExitFailed  = 1
	ExitRefused = 2
	ExitUsage   = 64
)

// command runs with its own arguments (without its name) and returns an exit code.
type command struct {
	summary string
	run     func(ctx context.Context, env Env, args []string) int
}

var commands = map[string]command{}

// Main runs one command line and returns the exit code.
func Main(args []string, env Env) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if len(args) > 0 {
		if c, ok := commands[args[0]]; ok {
			return c.run(ctx, env, args[1:])
		}
	}
	names := make([]string, 0, len(commands))
	for n := range commands {
		names = append(names, n)
	}
	sort.Strings(names)
	_, _ = fmt.Fprintln(env.Stderr, "usage: rapport COMMAND [flags]")
	for _, n := range names {
		_, _ = fmt.Fprintf(env.Stderr, "  %-12s %s\n", n, commands[n].summary)
	}
	return ExitUsage
}
