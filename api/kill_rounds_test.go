//go:build !faults

package main

// killRounds in every run of the tests; make test-faults does a hundred.
const killRounds = 5
