package returns

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"rapport/internal/initiative"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Worth is money with its doubt, minor units.
type Worth struct {
	Value         int64
	SE            float64
	P5, P50, P95  int64
	PositiveShare float64
}

// PointValue is what one point of experience in a set of teams is worth over a horizon, through the chain: association,
// never proof of a cause.
type PointValue struct {
	Chain     Established
	Currency  string
	Teams     int     // teams with figures among those asked for
	Months    float64 // of the horizon
	Revenue   int64   // of those teams over the horizon, minor units
	MarginPct float64
	Source    string // of revenue and margin
	PerEX     Worth
	PerCX     Worth
	Settings  int // version of finance's settings
	NotEnough *NotEnough
}

// DefaultHorizonMonths is how far ROV looks, where nothing else is said.
const DefaultHorizonMonths = 12 * DefaultHorizon

// pointDraws is how often the value of a point is drawn.
const pointDraws = MinReps

// PointValue prices one point in teams (leaves, or whole subtrees; none: the organisation) over a horizon in months. Where the chain is not
// established or finance has declared neither revenue nor margin, NotEnough stands in the place of every figure.
func (s *Service) PointValue(ctx context.Context, teams []string, months float64) (PointValue, error) {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return PointValue{}, fmt.Errorf("price a point: %w", err)
	}
	chain, err := s.Chain(ctx)
	if err != nil {
		return PointValue{}, fmt.Errorf("price a point: %w", err)
	}
	base, err := s.baseOf(ctx, set, s.now())
	if err != nil {
		return PointValue{}, fmt.Errorf("price a point: %w", err)
	}
	return base.point(chain, set, teams, months), nil
}

// Draws are n joint draws of the value of one EX point and of one CX point, minor units; the same seed gives the same.
func (v PointValue) Draws(n int, seed uint64) (ex, cx []float64) {
	if v.NotEnough != nil {
		return nil, nil
	}
	r := stream(seed, 0)
	ex, cx = make([]float64, n), make([]float64, n)
	base := float64(v.Revenue) * v.MarginPct / 1e4
	for i := range n {
		b1 := v.Chain.B1.Value + v.Chain.B1.SE*r.NormFloat64()
		b2 := v.Chain.B2.Value + v.Chain.B2.SE*r.NormFloat64()
		cx[i] = b2 * base
		ex[i] = b1 * cx[i]
	}
	return ex, cx
}

// base is the revenue of every leaf team and month, as finance counts it.
type base struct {
	tree   *org.Tree
	leaves int
	yearly float64            // of the organisation, minor units, spread evenly
	team   map[string]float64 // monthly revenue by leaf team, minor units
	source string
	reason string
	rate   float64
}

// baseOf reads the revenue base as of a day: the metric's last twelve whole months, or the declared yearly amount.
func (s *Service) baseOf(ctx context.Context, set initiative.Settings, asOf time.Time) (*base, error) {
	list, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, fmt.Errorf("read teams: %w", err)
	}
	b := &base{tree: org.NewTree(list), rate: set.Chain.MarginPct, source: set.Chain.MarginSource}
	for _, t := range b.tree.All() {
		if b.tree.Leaf(t.ID) && live(t, asOf) {
			b.leaves++
		}
	}
	switch rev := set.Chain.Revenue; {
	case b.rate <= 0:
		b.reason = ReasonNoMargin
	case rev.Metric != "":
		if err := s.fromMetric(ctx, b, rev.Metric, set.Currency, asOf); err != nil {
			return nil, err
		}
	case rev.Yearly > 0 && b.leaves > 0:
		b.yearly, b.source = float64(rev.Yearly), rev.Source+"; "+b.source
	default:
		b.reason = ReasonNoBase
	}
	return b, nil
}

// live reports whether a team is still there on a day.
func live(t org.Team, on time.Time) bool { return t.ClosedOn.IsZero() || t.ClosedOn.After(on) }

// fromMetric sums a revenue metric by team over the last twelve whole months and keeps the monthly mean of those that
// have figures. Figures of coarser periods than a month are spread over theirs.
func (s *Service) fromMetric(ctx context.Context, b *base, metric, currency string, asOf time.Time) error {
	until := time.Date(asOf.Year(), asOf.Month(), 1, 0, 0, 0, 0, time.UTC)
	from := until.AddDate(-1, 0, 0)
	sum, days := map[string]float64{}, map[string]float64{}
	for _, src := range s.sources {
		ms, err := src.Metrics(ctx)
		if err != nil {
			return fmt.Errorf("read revenue: %w", err)
		}
		if !slices.ContainsFunc(ms, func(m series.Metric) bool { return m.ID == metric }) {
			continue
		}
		err = src.EachValue(ctx, org.Everything, series.Query{Metrics: []string{metric}, From: from, To: until}, func(v series.Value) error {
			start, end := v.Period.Start(), v.Period.End()
			if start.Before(from) || end.After(until) || math.IsNaN(v.Value) || !b.tree.Leaf(v.TeamID) {
				return nil
			}
			sum[v.TeamID] += v.Value
			days[v.TeamID] += end.Sub(start).Hours() / 24
			return nil
		})
		if err != nil {
			return fmt.Errorf("read revenue: %w", err)
		}
		break // the first source that owns a metric speaks for it
	}
	b.team = map[string]float64{}
	for t, v := range sum {
		if days[t] > 0 {
			b.team[t] = v / days[t] * daysPerMonth * minorPerUnit(currency)
		}
	}
	if len(b.team) == 0 {
		b.reason = ReasonNoBase
	}
	return nil
}

const daysPerMonth = 30.436875

// minorPerUnit is how many minor units a currency's unit has (ISO 4217).
func minorPerUnit(currency string) float64 {
	switch currency {
	case "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV":
		return 1
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 1000
	}
	return 100
}

// roots are the teams with nothing above them.
func (b *base) roots() []string {
	out := []string{}
	for _, t := range b.tree.All() {
		if t.ParentID == "" {
			out = append(out, t.ID)
		}
	}
	return out
}

// leavesOf are the leaf teams below some teams, each once.
func (b *base) leavesOf(teams []string) []string {
	seen, out := map[string]bool{}, []string{}
	for _, id := range teams {
		for _, leaf := range b.tree.Subtree(id) {
			if b.tree.Leaf(leaf) && !seen[leaf] {
				seen[leaf] = true
				out = append(out, leaf)
			}
		}
	}
	return out
}

// revenue is that of some leaf teams over months, minor units.
func (b *base) revenue(leaves []string, months float64) float64 {
	if b.team == nil {
		return b.yearly / monthsPerYear * months * float64(len(leaves)) / float64(max(1, b.leaves))
	}
	total := 0.0
	for _, t := range leaves {
		total += b.team[t] * months
	}
	return total
}

func (b *base) point(chain Established, set initiative.Settings, teams []string, months float64) PointValue {
	if len(teams) == 0 {
		teams = b.roots()
	}
	leaves := b.leavesOf(teams)
	v := PointValue{Chain: chain, Currency: set.Currency, Teams: len(leaves), Months: months, MarginPct: b.rate, Source: b.source, Settings: set.Version}
	switch {
	case !chain.OK():
		v.NotEnough = chain.NotEnough
	case b.reason != "":
		v.NotEnough = &NotEnough{Reason: b.reason, Missing: missingOf[b.reason]}
	case b.revenue(leaves, months) <= 0:
		v.NotEnough = &NotEnough{Reason: ReasonNoBase, Missing: missingOf[ReasonNoBase]}
	}
	if v.NotEnough != nil {
		return v
	}
	v.Revenue = minor(b.revenue(leaves, months))
	ex, cx := v.Draws(pointDraws, seedOf("point"))
	perCX := chain.B2.Value * float64(v.Revenue) * v.MarginPct / 1e4
	v.PerEX, v.PerCX = worth(chain.B1.Value*perCX, ex), worth(perCX, cx)
	return v
}

// missingOf says what a reason asks for.
var missingOf = map[string]string{
	ReasonNoBase:   "a revenue base: a metric that counts each team's revenue, or a yearly amount with its source",
	ReasonNoMargin: "the contribution margin, with its source",
}

func worth(value float64, draws []float64) Worth {
	n := float64(len(draws))
	mean, ss, positive := 0.0, 0.0, 0
	for _, d := range draws {
		mean += d / n
	}
	for _, d := range draws {
		ss += (d - mean) * (d - mean)
		if d > 0 {
			positive++
		}
	}
	q := quantiles(draws, .05, .5, .95)
	return Worth{Value: minor(value), SE: math.Sqrt(ss / (n - 1)), P5: minor(q[0]), P50: minor(q[1]), P95: minor(q[2]), PositiveShare: float64(positive) / n}
}
