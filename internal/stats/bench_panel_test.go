package stats_test

import (
	"context"
	"testing"

	"rapport/internal/stats"
)

// benchPanel is a panel of one y and one x; missing is the share of cells left out.
func benchPanel(units, periods int, missing float64) *stats.Panel {
	g := grid(units, periods, 2, missing, 3)
	unit, time, x := column(g, 0)
	_, _, y := column(g, 1)
	return &stats.Panel{Unit: unit, Time: time, Y: y, X: [][]float64{x}, Name: []string{"x"}}
}

func BenchmarkStatsTwoWayFE(b *testing.B) {
	for name, missing := range map[string]float64{"balanced": 0, "holes": .02} {
		b.Run(name+"-1000x104", func(b *testing.B) {
			p := benchPanel(1000, 104, missing)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stats.TwoWayFE(p, stats.FEOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStatsCCE(b *testing.B) {
	for name, missing := range map[string]float64{"balanced": 0, "holes": .02} {
		b.Run(name+"-1000x104", func(b *testing.B) {
			p := benchPanel(1000, 104, missing)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stats.CCE(p, .95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStatsWildCluster(b *testing.B) {
	p := benchPanel(40, 104, .02)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.WildCluster(context.Background(), p, 0, stats.WildOptions{Effects: stats.TwoWay, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatsRMCorr(b *testing.B) {
	p := benchPanel(1000, 104, .02)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.RMCorr(p.Unit, p.X[0], p.Y, .95); err != nil {
			b.Fatal(err)
		}
	}
}
