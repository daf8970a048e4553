package cli

import (
	"context"
	"flag"
	"fmt"

	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

func init() {
	commands["backup"] = command{summary: "write a checked copy of the database to a new file, while everything goes on", run: runBackup}
	commands["restore"] = command{summary: "put a backup in the place of the database of a stopped instance", run: runRestore}
}

func runBackup(ctx context.Context, env Env, args []string) int {
	fs := flag.NewFlagSet("backup", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	out := fs.String("out", "", "the file to write; it must not exist")
	if err := fs.Parse(args); err != nil || *out == "" || fs.NArg() > 0 {
		_, _ = fmt.Fprintln(env.Stderr, "usage: rapport backup -out FILE")
		return ExitUsage
	}
	if err := env.Backup(ctx, *out); err != nil {
		return env.fail(err)
	}
	_, _ = fmt.Fprintln(env.Stdout, i18n.Text(env.Locale(), "backup.done", map[string]any{"path": *out}))
	s, release, err := env.Open(ctx)
	if err != nil {
		return env.fail(err)
	}
	defer release()
	waves, err := s.Pulse.Waves(ctx)
	if err != nil {
		return env.fail(err)
	}
	open := 0
	for _, w := range waves {
		if w.State == pulse.Open || w.State == pulse.Closing {
			open++
		}
	}
	if open > 0 { // a lost key is a lost wave, and a key beside its database is no protection
		_, _ = fmt.Fprintln(env.Stdout, i18n.Text(env.Locale(), "backup.keys", map[string]any{"count": open}))
	}
	return ExitOK
}

func runRestore(ctx context.Context, env Env, args []string) int {
	fs := flag.NewFlagSet("restore", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	from := fs.String("file", "", "the backup")
	if err := fs.Parse(args); err != nil || *from == "" || fs.NArg() > 0 {
		_, _ = fmt.Fprintln(env.Stderr, "usage: rapport restore -file BACKUP   (stop the instance first)")
		return ExitUsage
	}
	if err := env.Restore(ctx, *from); err != nil {
		return env.fail(err)
	}
	_, _ = fmt.Fprintln(env.Stdout, i18n.Text(env.Locale(), "restore.done", nil))
	return ExitOK
}
