// Package storetest is the one conformance suite: it owns the list of tests and runs it on an engine. Both engines call
// Run from a three-line test of their own.
package storetest

import (
	"testing"

	"rapport/internal/store"
)

// Open gives a fresh, empty store; it is closed by the caller's cleanup.
type Open func(t *testing.T) store.Store

type suiteTest struct {
	name string
	fn   func(t *testing.T, s store.Store)
}

// suite is filled by the init functions of this package's files, one file per feature.
var suite []suiteTest

func add(name string, fn func(t *testing.T, s store.Store)) {
	suite = append(suite, suiteTest{name, fn})
}

// Run runs every test, each on a fresh store.
func Run(t *testing.T, open Open) {
	for _, x := range suite {
		t.Run(x.name, func(t *testing.T) { x.fn(t, open(t)) })
	}
}
