package cli

import (
	"crypto/rand"
	"encoding/json"
	"fmt"

	"rapport/internal/disclosure"
)

func anonauditTeeth(env Env, seed uint64, asJSON bool) int {
	bites, err := disclosure.Teeth(seed, rand.Reader)
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "the teeth test did not finish: %v\n", err)
		return ExitFailed
	}
	if asJSON {
		_ = json.NewEncoder(env.Stdout).Encode(bites)
	} else {
		for _, b := range bites {
			verdict := "NOT CAUGHT"
			switch {
			case b.Caught:
				verdict = "caught by the " + b.By
			case b.Honest:
				verdict = "nothing found, as it should be"
			}
			_, _ = fmt.Fprintf(env.Stdout, "%-40s %s (%d tried)\n", b.Publisher, verdict, b.Tried)
			if b.Example != "" {
				_, _ = fmt.Fprintf(env.Stdout, "%42s%s\n", "", b.Example)
			}
		}
	}
	if !disclosure.Caught(bites) {
		return ExitFailed
	}
	return ExitOK
}
