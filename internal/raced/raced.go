// Package raced knows whether the race detector watches a run of the tests.
package raced

import "testing"

// NothingToTell leaves a test to the run without the race detector that make test makes as well, in the packages that the
// Makefile names (FIGURES). It is for tests that ask whether figures come out right, in one goroutine: watched, they take
// ten times as long, and there is nothing to see.
func NothingToTell(t testing.TB) {
	t.Helper()
	if on {
		t.Skip("figures, in one goroutine: make test works them out without the race detector")
	}
}
