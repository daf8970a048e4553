// Package calibrate measures whether the estimators of package stats do what they promise: how often they flag a
// relation where there is none, and how often their intervals hold the truth.
//
// It has no code of its own outside its tests: `make calibrate` runs them (build tag calibrate) and writes the figures
// with seeds, date and command to internal/docs/calibration.md. Every seed is fixed in seeds_test.go before the run.
package calibrate
