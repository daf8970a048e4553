// Command rapport collects employee pulses and customer feedback, links them per team to behaviour and money, and
// reports three returns with honest intervals.
package main

import (
	"os"

	"rapport/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
}
