package cli

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"rapport/internal/i18n"
)

func init() {
	commands["seed"] = command{summary: "build the demo company in a database of its own", run: seed}
}

func seed(ctx context.Context, env Env, args []string) int {
	fs := flag.NewFlagSet("seed", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	db := fs.String("db", "sqlite:demo.db", "the database: a file, sqlite:PATH or mongodb://…")
	reports := fs.Bool("reports", true, "close the past quarters too; else the server does when it starts with RAPPORT_DEMO")
	if err := fs.Parse(args); err != nil || fs.NArg() > 0 {
		return ExitUsage
	}
	if !strings.Contains(*db, ":") {
		*db = "sqlite:" + *db
	}
	services, release, err := env.OpenAt(ctx, *db)
	if err != nil {
		return env.fail(err)
	}
	defer release()
	if err := services.Seed(ctx); err != nil {
		return env.fail(err)
	}
	if *reports {
		if err := services.SeedReports(ctx); err != nil {
			return env.fail(err)
		}
	}
	where := *db
	if at := strings.LastIndex(where, "@"); at >= 0 {
		where = "mongodb://" + where[at+1:] // no password on the screen
	}
	_, _ = fmt.Fprintln(env.Stdout, i18n.Text(env.Locale(), "seed.done", map[string]any{"db": where}))
	return ExitOK
}
