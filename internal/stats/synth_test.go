package stats_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rapport/internal/stats"
)

func refusedWith(t *testing.T, err error, want stats.Reason) {
	t.Helper()
	r, ok := errors.AsType[*stats.Refusal](err)
	if !ok || r.Reason != want {
		t.Fatalf("got %v, want a refusal %s", err, want)
	}
}

func benchProp99(b *testing.B, withPredictors bool) stats.SynthData {
	b.Helper()
	dir := filepath.Join(sharedDir(), "reference", "synthetic-control", "open-prop99-adh")
	if _, err := os.Stat(dir); err != nil {
		b.Skip("left out: the Proposition 99 data of ../shared/reference is not there")
	}
	d, _ := prop99(b, readRefCase(&testing.T{}, dir), withPredictors)
	return d
}

// Synthetic control for California with the nested search of V and all 38 placebos.
func BenchmarkStatsSynthCalifornia(b *testing.B) {
	d := benchProp99(b, true)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.SyntheticControl(context.Background(), d, nil); err != nil {
			b.Fatal(err)
		}
		if _, err := stats.SynthPlacebos(context.Background(), d, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatsSynthCaliforniaOutcome(b *testing.B) {
	d := benchProp99(b, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.SynthPlacebos(context.Background(), d, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}

func synthPanel(level float64) stats.SynthData {
	d := stats.SynthData{Treated: 0, Start: 8}
	for j := range 7 {
		y := make([]float64, 12)
		for t := range y {
			y[t] = float64(j) + float64((j*7+t*3)%5)/10 + float64(t)*.2
		}
		d.Y = append(d.Y, y)
	}
	for t := range 12 { // the mean of donors 2 and 4, plus 3 from the start on
		d.Y[0][t] = level + (d.Y[2][t]+d.Y[4][t])/2
		if t >= 8 {
			d.Y[0][t] += 3
		}
	}
	return d
}

func TestSyntheticControlFindsPlantedEffect(t *testing.T) {
	r, err := stats.SyntheticControl(context.Background(), synthPanel(0), nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effect", r.ATT, 3, 1e-8)
	near(t, "pre-period gap", r.RMSPEPre, 0, 1e-8)
}

func TestSyntheticControlRefuses(t *testing.T) {
	ctx := context.Background()
	_, err := stats.SyntheticControl(ctx, synthPanel(40), nil)
	refusedWith(t, err, stats.NoPretrendFit)
	d := synthPanel(0)
	d.Y = d.Y[:2]
	_, err = stats.SyntheticControl(ctx, d, nil)
	refusedWith(t, err, stats.NoComparison)
	d = synthPanel(0)
	d.Start = 1
	_, err = stats.SyntheticControl(ctx, d, nil)
	refusedWith(t, err, stats.InsufficientPeriods)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	d = synthPanel(0)
	d.Predictors = [][]float64{{1, 2, 3, 4, 5, 6, 7}, {2, 1, 3, 1, 3, 1, 3}}
	_, err = stats.SyntheticControl(gone, d, nil)
	refusedWith(t, err, stats.Canceled)
}

func TestSynthInTimeSeesNothingBeforeTheStart(t *testing.T) {
	r, err := stats.SynthInTime(context.Background(), synthPanel(0), 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "placebo effect", r.ATT, 0, .3)
	_, err = stats.SynthInTime(context.Background(), synthPanel(0), 9, nil)
	refusedWith(t, err, stats.OutOfRange)
}
