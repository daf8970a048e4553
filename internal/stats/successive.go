package stats

import "math"

// Spread is how much figures of several teams jump from one period to the next without meaning anything: the part that
// all teams share in a period, and each team's own, as variances of one figure.
type Spread struct {
	Shared float64
	Own    float64
	N      int // differences it rests on
}

// minSuccessive is the least number of successive differences to speak of a spread.
const minSuccessive = 20

// Successive estimates the spread of a team's figure around its slowly moving level by the mean square successive
// difference (von Neumann, Kent, Bellinson & Hart 1941, doi:10.1214/aoms/1177731746): half the variance of the differences
// between neighbouring periods, which neither a level nor a slow trend enters. The differences of one period are split
// into their mean over teams (the shared part) and the rest (each team's own) as in a one-way analysis of variance with
// random effects; a shared part below zero is none. rows holds one line per team, NaN where there is no figure. ok is
// false with fewer than 20 differences.
func Successive(rows [][]float64) (s Spread, ok bool) {
	periods := 0
	for _, r := range rows {
		periods = max(periods, len(r))
	}
	var within, between float64
	var freedom, groups, total, squares float64
	var grand float64
	type group struct{ n, mean float64 }
	var per []group
	for t := 1; t < periods; t++ {
		var d []float64
		for _, r := range rows {
			if t < len(r) && !math.IsNaN(r[t]) && !math.IsNaN(r[t-1]) {
				d = append(d, r[t]-r[t-1])
			}
		}
		if len(d) == 0 {
			continue
		}
		mean := 0.0
		for _, x := range d {
			mean += x / float64(len(d))
		}
		for _, x := range d {
			within += (x - mean) * (x - mean)
		}
		n := float64(len(d))
		freedom += n - 1
		groups++
		total += n
		squares += n * n
		grand += n * mean
		per = append(per, group{n, mean})
	}
	if total < minSuccessive {
		return Spread{}, false
	}
	s.N = int(total)
	grand /= total
	for _, g := range per {
		between += g.n * (g.mean - grand) * (g.mean - grand)
	}
	if freedom == 0 { // one team: what is shared cannot be told apart
		s.Own = between / (total - 1) / 2
		return s, true
	}
	own := within / freedom
	s.Own = own / 2
	if groups > 1 {
		size := (total - squares/total) / (groups - 1)
		s.Shared = max(0, (between/(groups-1)-own)/size) / 2
	}
	return s, true
}

// StdErr is the standard error of a weighted sum of as many teams' figures of one period as there are weights.
func (s Spread) StdErr(weights []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, w := range weights {
		sum += w
		squares += w * w
	}
	return math.Sqrt(s.Shared*sum*sum + s.Own*squares)
}
