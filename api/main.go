// Command rapport collects employee pulses and customer feedback, links them per team to behaviour and money, and
// reports three returns with honest intervals.
package main

import (
	"context"
	"os"

	"rapport/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lang: os.Getenv("LANG"),
		Serve: serve,
		Open: func(ctx context.Context) (*cli.Services, func(), error) {
			cfg, err := readConfig()
			if err != nil {
				return nil, nil, err
			}
			logTo(os.Stderr, cfg.LogJSON)
			a, err := build(ctx, cfg)
			if err != nil {
				return nil, nil, err
			}
			return &a.Services, a.close, nil
		},
	}))
}
