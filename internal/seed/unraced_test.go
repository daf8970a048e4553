//go:build !race

package seed_test

// raced says that the race detector watches this run.
const raced = false
