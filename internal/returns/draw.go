package returns

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// chunk is how many draws share one random stream. Streams belong to chunks, not to cores, so that the result is the
// same on any machine.
const chunk = 1 << 13

// draws holds one figure per joint draw.
type draws struct {
	roi, rov, rox, long, share, mex []float64
}

// plan is a case made ready to draw from: every term refers to the standard normal it moves with.
type plan struct {
	c        Case
	normals  int // standard normals per draw
	lineZ    []int
	tailLine []int
	tailFull []float64 // plug-in amount of each tail, minor units
	cost     float64
}

func (c Case) plan() plan {
	p := plan{c: c, cost: float64(c.investment())}
	groups := make(map[string]int)
	for _, l := range c.Lines {
		z := p.normals
		if l.DrawGroup != "" {
			if g, ok := groups[l.DrawGroup]; ok {
				p.lineZ = append(p.lineZ, g)
				continue
			}
			groups[l.DrawGroup] = z
		}
		p.lineZ = append(p.lineZ, z)
		p.normals++
	}
	for _, t := range c.Tails {
		for i, l := range c.Lines {
			if l.Name == t.Line {
				p.tailLine = append(p.tailLine, i)
				p.tailFull = append(p.tailFull, t.Units*t.PerUnit())
			}
		}
	}
	return p
}

func (c Case) investment() int64 {
	total := int64(0)
	for _, k := range c.Costs {
		total += k.Amount
	}
	return total
}

// run draws all lines jointly. Lines of one draw group share their normal; the links of the chain are independent.
func (p plan) run() draws {
	n := p.c.Reps
	d := draws{roi: make([]float64, n), rov: make([]float64, n)}
	if p.c.Chain != nil {
		d.rox, d.long, d.share, d.mex = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	chunks := (n + chunk - 1) / chunk
	next := make(chan int, chunks)
	for i := range chunks {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				p.fill(d, i*chunk, min((i+1)*chunk, n), stream(p.c.Seed, uint64(i)))
			}
		})
	}
	wg.Wait()
	return d
}

func stream(seed, number uint64) *rand.Rand {
	key := [32]byte{16: 'r', 17: 'e', 18: 't', 19: 'u', 20: 'r', 21: 'n', 22: 's'}
	binary.LittleEndian.PutUint64(key[0:], seed)
	binary.LittleEndian.PutUint64(key[8:], number)
	return rand.New(rand.NewChaCha8(key))
}

func (p plan) fill(d draws, from, to int, r *rand.Rand) {
	z := make([]float64, p.normals)
	value := make([]float64, len(p.c.Lines))
	for i := from; i < to; i++ {
		for k := range z {
			z[k] = r.NormFloat64()
		}
		for k, l := range p.c.Lines {
			value[k] = float64(l.Value) + l.SE*z[p.lineZ[k]]
		}
		s := p.sum(value)
		d.roi[i] = (s.roi - p.cost) / p.cost
		d.rov[i] = (s.roi + s.longRun + s.tails - p.cost) / p.cost
		ch := p.c.Chain
		if ch == nil {
			continue
		}
		dEX := ch.DEX + ch.DEXSE*r.NormFloat64()
		b1 := ch.B1 + ch.B1SE*r.NormFloat64()
		b2 := ch.B2 + ch.B2SE*r.NormFloat64()
		mex, mcx := ch.throughPeople(dEX, b1, b2), 0.0
		if ch.DCX != nil {
			mcx = ch.straight(*ch.DCX+ch.DCXSE*r.NormFloat64(), dEX, b1, b2)
		}
		d.mex[i] = mex
		d.rox[i] = (mex + mcx + s.employee + s.service - p.cost) / p.cost
		d.long[i] = d.rox[i] + s.tails/p.cost
		d.share[i] = mex / s.customer
	}
}

// sums are the totals of one draw, or of the point values.
type sums struct{ roi, longRun, tails, employee, service, customer float64 }

func (p plan) sum(value []float64) sums {
	var s sums
	for k, l := range p.c.Lines {
		switch l.place() {
		case InROI:
			n := kinds[l.Kind]
			s.roi += value[k]
			if n.employee {
				s.employee += value[k]
			}
			if n.service && (p.c.Chain == nil || !p.c.Chain.NetOfService) {
				s.service += value[k]
			}
			if n.customer {
				s.customer += value[k]
			}
		case InROV:
			s.longRun += value[k]
		case Indicative:
		}
	}
	for t, k := range p.tailLine {
		if v := float64(p.c.Lines[k].Value); v != 0 {
			s.tails += p.tailFull[t] * value[k] / v
		}
	}
	return s
}

// quantiles of a sample, sorted in place (linear interpolation; Hyndman & Fan 1996, type 7,
// doi:10.1080/00031305.1996.10473566).
func quantiles(x []float64, at ...float64) []float64 {
	slices.Sort(x)
	out := make([]float64, len(at))
	for i, q := range at {
		h := q * float64(len(x)-1)
		lo := int(h)
		hi := min(lo+1, len(x)-1)
		out[i] = x[lo] + (h-float64(lo))*(x[hi]-x[lo])
	}
	return out
}
