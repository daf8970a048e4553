package stats

import (
	"context"
	"math"
	"sort"
)

// Purchase is one dated purchase; time in the unit of the model, on any common origin.
type Purchase struct {
	Customer int
	Time     float64
	Amount   float64
}

// Histories turns purchases up to the time end into buyers and spenders, one per customer in ascending order of code.
// Purchases of a customer at the same time count as one, with the amounts added (a day's basket). Later purchases are
// ignored; customers whose first purchase is later are left out.
func Histories(purchases []Purchase, end float64) (codes []int, buyers []Buyer, spenders []Spender, err error) {
	if math.IsNaN(end) || math.IsInf(end, 0) {
		return nil, nil, nil, Refuse(NotFinite, "end")
	}
	s := make([]Purchase, 0, len(purchases))
	for i, p := range purchases {
		if math.IsNaN(p.Time+p.Amount) || math.IsInf(p.Time+p.Amount, 0) {
			return nil, nil, nil, Refuse(NotFinite, "purchase %d", i)
		}
		if p.Time <= end {
			s = append(s, p)
		}
	}
	sort.SliceStable(s, func(i, j int) bool {
		if s[i].Customer != s[j].Customer {
			return s[i].Customer < s[j].Customer
		}
		return s[i].Time < s[j].Time
	})
	for i := 0; i < len(s); {
		first := s[i]
		b, sum, last := Buyer{T: end - first.Time}, 0.0, first.Time
		for ; i < len(s) && s[i].Customer == first.Customer; i++ {
			if s[i].Time > last {
				b.X++
				last = s[i].Time
			}
			if last > first.Time {
				sum += s[i].Amount
			}
		}
		b.Tx = last - first.Time
		sp := Spender{X: b.X}
		if b.X > 0 {
			sp.M = sum / b.X
		}
		codes, buyers, spenders = append(codes, first.Customer), append(buyers, b), append(spenders, sp)
	}
	return codes, buyers, spenders, nil
}

// Backtest says how a model fitted on the first part of the purchases forecast the second.
type Backtest struct {
	Fit       *BGNBDFit
	Customers int
	Actual    float64 // repeat purchases in the hold-out of customers known at the split
	Forecast  float64
	Error     float64 // Forecast/Actual − 1; NaN when nothing was bought
	MAE       float64 // mean absolute error per customer
	NaiveMAE  float64 // of the forecast "as often as so far": x/T × length
	Bias      float64 // mean of forecast − actual per customer
	Groups    []BacktestGroup
}

// BacktestGroup compares forecast and actual for customers with the same number of purchases before the split (7 and
// more together).
type BacktestGroup struct {
	X                float64
	Customers        int
	Actual, Forecast float64 // per customer
}

// BacktestBGNBD fits BG/NBD up to split and forecasts the purchases between split and end of the customers known at the
// split.
//
// Refuses: split not before end or no purchase on either side (insufficient_periods), what FitBGNBD refuses.
// Source: Fader, Hardie & Lee (2005) doi:10.1287/mksc.1040.0098, §4.
func BacktestBGNBD(ctx context.Context, purchases []Purchase, split, end float64) (*Backtest, error) {
	if !(split < end) || math.IsInf(split, 0) || math.IsInf(end, 0) {
		return nil, Refuse(InsufficientPeriods, "split %v, end %v", split, end)
	}
	codes, buyers, _, err := Histories(purchases, split)
	if err != nil {
		return nil, err
	}
	if len(codes) == 0 {
		return nil, Refuse(InsufficientPeriods, "no purchase before the split")
	}
	actual := make([]float64, len(codes))
	seen := map[Purchase]bool{}
	for _, p := range purchases {
		day := Purchase{Customer: p.Customer, Time: p.Time}
		if p.Time > split && p.Time <= end && !seen[day] {
			seen[day] = true
			if k := sort.SearchInts(codes, p.Customer); k < len(codes) && codes[k] == p.Customer {
				actual[k]++
			}
		}
	}
	return ScoreForecast(ctx, buyers, actual, end-split)
}

// ScoreForecast fits BG/NBD to the buyers and compares its forecast of the next t with what each of them did.
func ScoreForecast(ctx context.Context, buyers []Buyer, actual []float64, t float64) (*Backtest, error) {
	if len(actual) != len(buyers) {
		return nil, Refuse(LengthMismatch, "%d buyers, %d actual counts", len(buyers), len(actual))
	}
	if err := finite("actual", actual); err != nil {
		return nil, err
	}
	if !(t > 0) || math.IsInf(t, 0) {
		return nil, Refuse(OutOfRange, "t = %v", t)
	}
	fit, err := FitBGNBD(ctx, buyers, .95)
	if err != nil {
		return nil, err
	}
	r := &Backtest{Fit: fit, Customers: len(buyers), Error: math.NaN()}
	byX := map[float64]*BacktestGroup{}
	for i, q := range buyers {
		f := fit.Expected(q, t)
		r.Forecast += f
		r.Actual += actual[i]
		r.MAE += math.Abs(f-actual[i]) / float64(len(buyers))
		naive := 0.0
		if q.T > 0 {
			naive = q.X / q.T * t
		}
		r.NaiveMAE += math.Abs(naive-actual[i]) / float64(len(buyers))
		x := math.Min(q.X, 7)
		if byX[x] == nil {
			byX[x] = &BacktestGroup{X: x}
		}
		g := byX[x]
		g.Customers++
		g.Actual += actual[i]
		g.Forecast += f
	}
	r.Bias = (r.Forecast - r.Actual) / float64(len(buyers))
	if r.Actual > 0 {
		r.Error = r.Forecast/r.Actual - 1
	}
	for x := 0.0; x <= 7; x++ {
		if g := byX[x]; g != nil {
			g.Actual /= float64(g.Customers)
			g.Forecast /= float64(g.Customers)
			r.Groups = append(r.Groups, *g)
		}
	}
	return r, nil
}
