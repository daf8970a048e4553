//go:build calibrate

package calibrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rapport/internal/stats"
)

// teamsPanel draws unit × period series of AR(rho) around team and period effects.
func teamsPanel(rng *rand.Rand, teams, periods int, rho float64) [][]float64 {
	shock := make([]float64, periods)
	ar(rng, shock, rho)
	y := make([][]float64, teams)
	for g := range y {
		y[g] = make([]float64, periods)
		ar(rng, y[g], rho)
		a := rng.NormFloat64()
		for t := range y[g] {
			y[g][t] += a + shock[t]
		}
	}
	return y
}

func TestDiD(t *testing.T) {
	runSection(t, "did", "Difference-in-differences without an effect",
		"Teams with AR(.8) series, team effects and a shared shock; 6 periods before, 6 after, nobody affected. The verdict is randomisation inference on t, drawn from the assignment.",
		func(s *section) {
			for _, c := range [][2]int{{2, 20}, {5, 20}, {10, 20}} {
				treated, teams := c[0], c[1]
				s.measure(t, fmt.Sprintf("%d of %d treated", treated, teams), 5000, []ask{
					{what: "flagged by randomisation inference", high: .06},
					{what: "refused", high: 0},
					{what: "flagged by CR1 and t(G−1)", high: 1},
				}, func(rng *rand.Rand, rep int, out []int8) { nullDiD(rng, rep, treated, teams, out) })
			}
			s.measure(t, "1 of 10 treated", 5000, []ask{
				{what: "flagged by randomisation inference", high: 0},
				{what: "refused (too_few_treated)", low: 1, high: 1},
				{what: "flagged by CR1 and t(G−1)", high: 1, note: "DiD itself refuses one treated unit"},
			}, func(rng *rand.Rand, rep int, out []int8) { nullDiD(rng, rep, 1, 10, out) })
		})
}

func nullDiD(rng *rand.Rand, rep, treated, teams int, out []int8) {
	y := teamsPanel(rng, teams, 12, .8)
	start := make([]int, teams)
	var long []float64
	var treat, post []bool
	var unit []int
	for g := range start {
		start[g] = -1
		if g < treated {
			start[g] = 6
		}
		for t, v := range y[g] {
			long, treat, post, unit = append(long, v), append(treat, g < treated), append(post, t >= 6), append(unit, g)
		}
	}
	r, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 999, Seed: uint64(rep), ExactUpTo: 20000, NoCI: true})
	var ref *stats.Refusal
	out[1] = yes(errors.As(err, &ref) && ref.Reason == stats.TooFewTreated)
	out[0] = yes(err == nil && r.P <= .05)
	if d, err := stats.DiD(long, treat, post, unit, .95); err == nil {
		out[2] = yes(d.PCR1 <= .05)
	}
}

func causeTrials() []trial {
	bg := context.Background()
	return []trial{
		{
			name: "2 × 2 difference-in-differences, 20 of 40 teams, AR(.8)", reps: 4000, parts: []string{"effect, CR1 and t(G−1)"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				y := teamsPanel(rng, 40, 8, .8)
				var long []float64
				var treat, post []bool
				var unit []int
				for g := range y {
					for t, v := range y[g] {
						if g < 20 && t >= 4 {
							v += .7
						}
						long, treat, post, unit = append(long, v), append(treat, g < 20), append(post, t >= 4), append(unit, g)
					}
				}
				r, err := stats.DiD(long, treat, post, unit, level)
				if err != nil {
					return nil
				}
				return []hit{{r.CI, .7}}
			},
		},
		{
			name: "randomisation inference, 6 of 20 teams, AR(.8)", reps: 2000, parts: []string{"effect, inverted interval, 999 draws"},
			wide: map[int]string{0: "by randomisation"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit { return rollout(rng, rep, 20, 6, level) },
		},
		{
			name: "randomisation inference, 3 of 12 teams, enumerated", reps: 2000, parts: []string{"effect, inverted interval"},
			wide: map[int]string{0: "enumerated: 220 assignments"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit { return rollout(rng, rep, 12, 3, level) },
		},
		{
			name: "staggered adoption, 3 cohorts of 80, 160 never, AR(.5)", reps: 2000, parts: []string{"simple", "dynamic", "group (delta method)", "calendar", "one cell", "simultaneous band, every event time"},
			wide: map[int]string{5: "simultaneous"},
			draw: func(rng *rand.Rand, rep int, level float64) []hit {
				const periods = 10
				y := teamsPanel(rng, 400, periods, .5)
				var d stats.StaggeredData
				for g := range y {
					cohort := 0.0
					if g < 240 {
						cohort = []float64{4, 6, 8}[g/80]
					}
					for t, v := range y[g] {
						if cohort > 0 && float64(t+1) >= cohort {
							v += .5
						}
						d.Unit, d.Time, d.Cohort, d.Y = append(d.Unit, g), append(d.Time, float64(t+1)), append(d.Cohort, cohort), append(d.Y, v)
					}
				}
				r, err := stats.CallawaySantAnna(bg, d, stats.StaggeredOptions{Level: level, Seed: uint64(rep), Draws: 4000})
				if err != nil {
					return nil
				}
				out := []hit{
					{normalCI(r.SimpleATT, r.SimpleSE, level), .5},
					{normalCI(r.Dynamic.Overall, r.Dynamic.OverallSE, level), .5},
					{normalCI(r.Group.Overall, r.GroupSE, level), .5},
					{normalCI(r.Calendar.Overall, r.Calendar.OverallSE, level), .5},
				}
				for _, c := range r.Cells {
					if c.Cohort == 6 && c.Time == 7 {
						out = append(out, hit{normalCI(c.ATT, c.SE, level), .5})
					}
				}
				band := stats.Interval{Lo: 0, Hi: 0} // holds the truth 0 exactly when every band does
				for i, e := range r.Dynamic.At {
					truth := 0.0
					if e >= 0 {
						truth = .5
					}
					if b := r.Band[i]; !math.IsNaN(b.Lo) && (truth < b.Lo || truth > b.Hi) {
						band = stats.Interval{Lo: 1, Hi: 1}
					}
				}
				return append(out, hit{band, 0})
			},
		},
		{
			name: "interrupted series, 120 periods, AR(.5)", reps: 3000, parts: []string{"level change, REML AR(1)", "level change, ML AR(1)", "level change, Newey–West"},
			weak: map[int]string{1: "somewhat short", 2: "short series: too short"},
			draw: func(rng *rand.Rand, _ int, level float64) []hit {
				y := make([]float64, 120)
				ar(rng, y, .5)
				for i := range y {
					y[i] += .05 * float64(i)
					if i >= 70 {
						y[i] += 2
					}
				}
				r, err := stats.InterruptedSeries(stats.SeriesDesign{Y: y, Start: 70}, 3, level)
				if err != nil {
					return nil
				}
				return []hit{{r.LevelCI[2], 2}, {r.LevelCI[1], 2}, {r.LevelCI[0], 2}}
			},
		},
	}
}

func rollout(rng *rand.Rand, rep, teams, treated int, level float64) []hit {
	y := teamsPanel(rng, teams, 10, .8)
	start := make([]int, teams)
	for g := range y {
		start[g] = -1
		if g < treated {
			start[g] = 5
			for t := 5; t < 10; t++ {
				y[g][t] += .7
			}
		}
	}
	r, err := stats.RandomisationTest(context.Background(), stats.RolloutData{Y: y, Start: start}, stats.RandomisationOptions{Reps: 999, Seed: uint64(rep), Level: level, ExactUpTo: 1000})
	if err != nil {
		return nil
	}
	return []hit{{r.CI, .7}}
}
