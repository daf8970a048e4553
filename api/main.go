// Command rapport collects employee pulses and customer feedback, links them per team to behaviour and money, and
// reports three returns with honest intervals.
package main

import (
	"context"
	"io"
	"os"

	"rapport/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], commandEnv(os.Stdin, os.Stdout, os.Stderr)))
}

// commandEnv is what the commands get of the world and of this composition root.
func commandEnv(in io.Reader, out, err io.Writer) cli.Env {
	return cli.Env{
		Stdin: in, Stdout: out, Stderr: err, Lang: os.Getenv("LANG"),
		Serve:   serve,
		Open:    func(ctx context.Context) (*cli.Services, func(), error) { return open(ctx, "") },
		OpenAt:  open,
		Backup:  backup,
		Restore: restore,
	}
}

// open gives a command its services on a database; "" is the one of RAPPORT_DB.
func open(ctx context.Context, db string) (*cli.Services, func(), error) {
	cfg, err := readConfig()
	if err != nil {
		return nil, nil, err
	}
	if db != "" {
		cfg.DB, cfg.Keys = db, "" // the keys lie beside the database that is meant
		cfg = cfg.complete()
	}
	logTo(os.Stderr, cfg.LogJSON)
	a, err := build(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	return &a.Services, a.close, nil
}
