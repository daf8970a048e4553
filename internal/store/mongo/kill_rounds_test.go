//go:build !faults

package mongo_test

// killRounds: 5 in every run of the tests, 100 in make test-faults.
const killRounds = 5
