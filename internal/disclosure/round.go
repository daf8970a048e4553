package disclosure

import "math"

// Band is a published group size. The exact size is never published.
type Band string

// The bands. Below the floor there is no band, because there is no figure.
const (
	Band5to9   Band = "5-9"
	Band10to19 Band = "10-19"
	Band20to49 Band = "20-49"
	Band50up   Band = "50+"
)

// BandOf gives the band of a group of n ≥ 5 people.
func BandOf(n int) Band {
	switch {
	case n < 10:
		return Band5to9
	case n < 20:
		return Band10to19
	case n < 50:
		return Band20to49
	}
	return Band50up
}

// Lower is the smallest size in the band: the n that intervals and weights use.
func (b Band) Lower() int {
	switch b {
	case Band5to9:
		return 5
	case Band10to19:
		return 10
	case Band20to49:
		return 20
	case Band50up:
		return 50
	}
	return 0
}

// scoreStep is the step in which a score on 0–100 is published.
func scoreStep(n int) int {
	switch {
	case n < 10:
		return 10
	case n < 20:
		return 5
	}
	return 1
}

// shareStep is the step in which shares and eNPS are published.
func shareStep(n int) int {
	if n < 20 {
		return 10
	}
	return 5
}

// rounded places a total of n people, each between lo and hi, on a scale from first to last, rounds it to the nearest
// step (halves upwards) and keeps it inside the two-answer margin, whose ends are rounded inwards to the same step. The
// total comes in units of 1/grain answer steps.
func rounded(total, n, lo, hi, grain, first, last, step int) int {
	lo, hi = lo*grain, hi*grain
	span := n * (hi - lo)
	at := func(t int) (num, den int) { return (t-lo*n)*(last-first) + first*span, span }
	num, den := at(total)
	p := step * floorDiv(2*num+step*den, 2*step*den)
	num, den = at(lo*n + inside*grain)
	least := -step * floorDiv(-num, step*den)
	num, den = at(hi*n - inside*grain)
	most := step * floorDiv(num, step*den)
	return min(max(p, least), most)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// spreadStep coarsens the pooled spread.
const spreadStep = 5

// PooledSpread is the organisation's standard deviation of a question on the 0–100 scale, from how many people chose
// each option (position 0 is the lowest), rounded up to the next 5. It is never less than it would be with two people
// one answer step away from all others, so that it does not tell when all agree. It is 0 for fewer than k people.
func PooledSpread(options []int, k int) int {
	n, sum, squares := 0, 0, 0
	for v, c := range options {
		n += c
		sum += c * v
		squares += c * v * v
	}
	if n < k || len(options) < 2 {
		return 0
	}
	mean := float64(sum) / float64(n)
	variance := max(float64(squares)/float64(n)-mean*mean, 0) * float64(n) / float64(n-1)
	share := inside / float64(BandOf(n).Lower())
	variance = max(variance, share*(1-share))
	sd := math.Sqrt(variance) * 100 / float64(len(options)-1)
	return spreadStep * int(math.Ceil(sd/spreadStep-1e-9))
}

// HalfWidth is half the 95 % interval of a score, in points: 1.96 × spread / √(lower end of the band), rounded up.
func HalfWidth(spread int, b Band) int {
	if b.Lower() == 0 {
		return 0
	}
	return int(math.Ceil(1.959964*float64(spread)/math.Sqrt(float64(b.Lower())) - 1e-9))
}

// ParticipationStep is the coarse step, in per cent, of the participation shown while a wave is open.
const ParticipationStep = 10

// Participation is the share of invited people who have answered, in steps of 10 %, for groups of at least ten; ok is
// false below. Which groups are shown is decided over the invited by Lattice.Decide with ParticipationFloor.
func Participation(answered, invited int) (percent int, ok bool) {
	if invited < ParticipationFloor || answered < 0 || answered > invited {
		return 0, false
	}
	return ParticipationStep * floorDiv(answered*100, invited*ParticipationStep), true
}
