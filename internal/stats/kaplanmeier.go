package stats

import (
	"math"
	"slices"
	"sort"
)

// Lifetimes are follow-up times: unit i is seen from Entry (0 when Entry is nil) to Time, and the event happens at Time
// when Event is true; otherwise it is censored there. Any unit of time.
type Lifetimes struct {
	Time  []float64
	Event []bool
	Entry []float64 // nil: everybody from the start; else entry < time
}

// check refuses what is no follow-up; it returns times with ties restored (times that differ by rounding only are one).
func (l Lifetimes) check() (Lifetimes, error) {
	n := len(l.Time)
	if n == 0 {
		return l, TooFew(InsufficientObservations, 1, 0)
	}
	if len(l.Event) != n || (l.Entry != nil && len(l.Entry) != n) {
		return l, Refuse(LengthMismatch, "%d times, %d events, %d entries", n, len(l.Event), len(l.Entry))
	}
	if err := finite("time", l.Time); err != nil {
		return l, err
	}
	if err := finite("entry", l.Entry); err != nil {
		return l, err
	}
	for i, t := range l.Time {
		if t < 0 {
			return l, Refuse(OutOfRange, "time[%d] = %v", i, t)
		}
		if l.Entry != nil && l.Entry[i] >= t {
			return l, Refuse(OutOfRange, "entry[%d] = %v is not before time %v", i, l.Entry[i], t)
		}
	}
	return l.tied(), nil
}

// tied makes times equal that differ by less than 1.5e−8 of their mean size (R's timefix).
func (l Lifetimes) tied() Lifetimes {
	all := slices.Concat(l.Time, l.Entry)
	var scale float64
	for _, t := range all {
		scale += math.Abs(t) / float64(len(all))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	to := map[float64]float64{}
	for i := 1; i < len(all); i++ {
		if all[i]-all[i-1] < 1.5e-8*scale {
			base := all[i-1]
			if b, ok := to[base]; ok {
				base = b
			}
			to[all[i]] = base
		}
	}
	if len(to) == 0 {
		return l
	}
	fix := func(ts []float64) []float64 {
		out := slices.Clone(ts)
		for i, t := range out {
			if b, ok := to[t]; ok {
				out[i] = b
			}
		}
		return out
	}
	return Lifetimes{Time: fix(l.Time), Event: l.Event, Entry: fix(l.Entry)}
}

// KMCurve is a Kaplan–Meier curve: one entry per distinct time in ascending order.
type KMCurve struct {
	Time     []float64
	AtRisk   []float64
	Events   []float64
	Censored []float64
	S        []float64 // survival just after Time
	SE       []float64 // Greenwood's standard error of S
	greenw   []float64 // Σ d/(n(n−d)), the variance of log S
	level    float64
	N, NEv   int
	exits    []float64 // sorted times of leaving, for the number at risk between events
	entries  []float64
}

// KMPoint is the curve at one time with its intervals.
type KMPoint struct {
	Time, S, SE, AtRisk float64
	Log                 Interval // R's default: on log S
	LogLog              Interval // on log(−log S): lifelines, SAS; the one Rapport shows
	Plain               Interval // S ± z·SE, clipped
}

// KaplanMeier estimates the survival (retention) curve.
//
//	S(t) = Π_{t_i ≤ t} (1 − d_i/n_i);  Var log S = Σ d_i/(n_i(n_i − d_i))  (Greenwood)
//
// Assumes that leaving observation says nothing about the event. The log–log interval covers ≥ 93 % while at least 10
// units are still at risk, from 30 units on for S ≤ .8 and from 50 on up to S = .9 (30: 92.5 %); nearer the edges none of
// the three does (internal/docs/calibration.md).
//
// Refuses: no units (insufficient_observations), times that are negative, not finite or not after entry.
//
// Sources: Kaplan & Meier (1958) doi:10.1080/01621459.1958.10501452; Greenwood (1926); Kalbfleisch & Prentice (2002)
// doi:10.1002/9781118032985.
func KaplanMeier(l Lifetimes, level float64) (*KMCurve, error) {
	if err := levelInRange(level); err != nil {
		return nil, err
	}
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	c := &KMCurve{level: level, N: len(l.Time)}
	c.exits = slices.Clone(l.Time)
	slices.Sort(c.exits)
	c.entries = slices.Clone(l.Entry)
	slices.Sort(c.entries)
	ord := make([]int, len(l.Time))
	for i := range ord {
		ord[i] = i
	}
	sort.SliceStable(ord, func(a, b int) bool { return l.Time[ord[a]] < l.Time[ord[b]] })
	s, g := 1.0, 0.0
	for i := 0; i < len(ord); {
		t := l.Time[ord[i]]
		var d, cens float64
		for ; i < len(ord) && l.Time[ord[i]] == t; i++ {
			if l.Event[ord[i]] {
				d++
			} else {
				cens++
			}
		}
		n := c.atRisk(t)
		if d > 0 {
			s *= (n - d) / n
			g += d / (n * (n - d)) // +Inf when everybody at risk goes
			c.NEv += int(d)
		}
		c.Time, c.AtRisk = append(c.Time, t), append(c.AtRisk, n)
		c.Events, c.Censored = append(c.Events, d), append(c.Censored, cens)
		c.S, c.greenw = append(c.S, s), append(c.greenw, g)
		c.SE = append(c.SE, greenwoodSE(s, g))
	}
	return c, nil
}

// greenwoodSE is NaN once the curve has reached zero.
func greenwoodSE(s, g float64) float64 {
	if s == 0 {
		return math.NaN()
	}
	return s * math.Sqrt(g)
}

// atRisk counts units with entry < t ≤ time.
func (c *KMCurve) atRisk(t float64) float64 {
	out := len(c.exits) - sort.SearchFloat64s(c.exits, t)
	if len(c.entries) > 0 {
		out -= len(c.entries) - sort.SearchFloat64s(c.entries, t)
	}
	return float64(out)
}

// At reads the curve at time t.
func (c *KMCurve) At(t float64) KMPoint {
	k := sort.Search(len(c.Time), func(i int) bool { return c.Time[i] > t }) - 1
	s, g := 1.0, 0.0
	if k >= 0 {
		s, g = c.S[k], c.greenw[k]
	}
	p := KMPoint{Time: t, S: s, SE: greenwoodSE(s, g), AtRisk: c.atRisk(t)}
	p.Log, p.LogLog, p.Plain = c.limits(s, g)
	return p
}

func (c *KMCurve) limits(s, g float64) (logI, loglog, plain Interval) {
	if s == 1 {
		one := Interval{1, 1, c.level}
		return one, one, one
	}
	if s == 0 {
		nan := Interval{math.NaN(), math.NaN(), c.level}
		return nan, nan, nan
	}
	z := normQuantile((1 + c.level) / 2)
	se := math.Sqrt(g)
	logI = Interval{s * math.Exp(-z*se), math.Min(1, s*math.Exp(z*se)), c.level}
	w := z * se / math.Abs(math.Log(s))
	loglog = Interval{math.Pow(s, math.Exp(w)), math.Pow(s, math.Exp(-w)), c.level}
	plain = Interval{math.Max(0, s-z*s*se), math.Min(1, s+z*s*se), c.level}
	return logI, loglog, plain
}

// KMQuantile is a survival-time quantile with its limits on the log and the log–log scale; NaN where the curve or the
// limit never comes down that far.
type KMQuantile struct {
	Time        float64
	Log, LogLog Interval
}

// Quantile gives the smallest time at which S ≤ 1 − p (p = .5: the median). Where the curve runs flat at exactly 1 − p
// the middle of the flat stretch is taken, as R does. The limits invert the pointwise intervals (Brookmeyer & Crowley
// 1982).
func (c *KMCurve) Quantile(p float64) KMQuantile {
	n := len(c.Time)
	col := [5][]float64{c.S}
	for j := 1; j < 5; j++ {
		col[j] = make([]float64, n)
	}
	for i := range c.Time {
		lg, ll, _ := c.limits(c.S[i], c.greenw[i])
		col[1][i], col[2][i], col[3][i], col[4][i] = lg.Lo, lg.Hi, ll.Lo, ll.Hi
	}
	q := func(y []float64) float64 { return stepQuantile(c.Time, y, 1-p) }
	return KMQuantile{
		Time:   q(col[0]),
		Log:    Interval{q(col[1]), q(col[2]), c.level},
		LogLog: Interval{q(col[3]), q(col[4]), c.level},
	}
}

func stepQuantile(x, y []float64, level float64) float64 {
	const tol = 1.5e-8
	for i := range y {
		if math.IsNaN(y[i]) || y[i] > level+tol {
			continue
		}
		if y[i] < level-tol {
			return x[i]
		}
		for k := i + 1; k < len(y); k++ {
			if y[k] < level-tol {
				return (x[i] + x[k]) / 2
			}
		}
		return (x[i] + x[len(x)-1]) / 2
	}
	return math.NaN()
}

// RMST is the mean time lived up to tau, ∫₀^τ S, with its standard error (Greenwood); ± 1.96 of it covers ≥ 93 % from
// 50 units on. NaN when the curve is unknown
// before tau (the last unit was censored earlier). Source: Royston & Parmar (2013) doi:10.1186/1471-2288-13-152.
func (c *KMCurve) RMST(tau float64) (mean, se float64) {
	if !(tau > 0) {
		return math.NaN(), math.NaN()
	}
	last := len(c.Time) - 1
	if c.Time[last] < tau && c.S[last] > 0 {
		return math.NaN(), math.NaN()
	}
	var v float64
	at, s := 0.0, 1.0
	area := make([]float64, len(c.Time)+1) // area up to each time
	for i, t := range c.Time {
		t = math.Min(t, tau)
		mean += s * (t - at)
		area[i] = mean
		at = t
		s = c.S[i]
	}
	mean += s * math.Max(0, tau-at)
	for i := range c.Time {
		if c.Time[i] >= tau || c.Events[i] == 0 || c.AtRisk[i] == c.Events[i] {
			continue
		}
		v += sq(mean-area[i]) * c.Events[i] / (c.AtRisk[i] * (c.AtRisk[i] - c.Events[i]))
	}
	return mean, math.Sqrt(v)
}
