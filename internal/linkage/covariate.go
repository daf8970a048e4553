package linkage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// mostCovariates is how many metrics may be allowed for at once: each takes a degree of freedom, and a long list invites to search
// for the one that makes a finding.
const mostCovariates = 5

// Use says what became of a declared covariate in a finding; it is a translation key (covariate.<use>).
type Use string

// The uses.
const (
	Taken    Use = "used"
	Absorbed Use = "absorbed" // the same for all teams at once, or fixed for each: the effects of teams and periods have it already
	Sparse   Use = "sparse"   // missing where the pair has figures, in more than half of them
)

// Allowance is a covariate declared for the result of a pair, as a finding keeps it.
type Allowance struct {
	Metric string // id
	Name   string
	Use    Use
}

// Covariates gives what is declared, by the id of the metric that is to be explained.
func (s *Service) Covariates(ctx context.Context) (map[string][]string, error) {
	return s.store.Covariates(ctx)
}

// DeclareCovariates says which metrics are allowed for wherever a metric is to be explained, from the next run on. What happened
// outside or in the results of the same time may be; what employees or customers say may not: it is what is looked at, or on the way.
// An empty list takes the declaration back. errs.Invalid covariates_too_many, covariate_unknown, covariate_kind.
func (s *Service) DeclareCovariates(ctx context.Context, by auth.Principal, metric string, list []string) error {
	if !by.May(auth.MetricsWrite) {
		return errs.Forbidden("not_allowed").With("permission", string(auth.MetricsWrite))
	}
	if len(list) > mostCovariates {
		return errs.Invalid("covariates_too_many").With("limit", mostCovariates)
	}
	kinds := map[string]series.Kind{}
	for _, src := range s.sources {
		ms, err := src.Metrics(ctx)
		if err != nil {
			return fmt.Errorf("read metrics: %w", err)
		}
		for _, m := range ms {
			if _, twice := kinds[m.ID]; !twice {
				kinds[m.ID] = m.Kind
			}
		}
	}
	if _, ok := kinds[metric]; !ok {
		return errs.NotFound("metric_unknown")
	}
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	for i, id := range list {
		k, ok := kinds[id]
		at := errs.Field{Path: fmt.Sprintf("/covariates/%d", i), Value: id}
		switch {
		case !ok:
			at.Code = "covariate_unknown"
		case k == series.EX || k == series.CX || id == metric:
			at.Code = "covariate_kind"
		default:
			continue
		}
		return errs.Invalid(at.Code).At(at)
	}
	return s.store.SaveCovariates(ctx, metric, list, audit.Entry{
		At: s.now(), Actor: by.ID, Action: "metric.covariates", Object: metric, Detail: map[string]string{"covariates": strings.Join(list, ", ")},
	})
}

// allowed is a covariate of a pair with its figures at the pair's grain.
type allowed struct {
	metric series.Metric
	column *panel.Column
}

// at gives the covariate beside every row of a pair, at the time of y; NaN where it has no figure.
func (a allowed) at(q *panel.Pair) []float64 {
	out := make([]float64, len(q.Y))
	for i := range out {
		k := q.Time[i] - a.column.First
		if k < 0 || k >= a.column.Periods {
			out[i] = math.NaN()
			continue
		}
		out[i] = a.column.Value[q.Team[i]*a.column.Periods+k]
	}
	return out
}

// controlled is a pair with what is allowed for.
type controlled struct {
	rests *panel.Pair // without the part of x and y that goes with the covariates
	rows  *panel.Pair // the rows that are left, as they are
	z     [][]float64 // the covariates used, beside rows
	uses  []Allowance
}

// allowFor takes the part of x and y that goes with the covariates out of both: the slope of what is left is the slope with the
// covariates in the regression (Frisch & Waugh 1933, doi:10.2307/1907330; Lovell 1963, doi:10.1080/01621459.1963.10480682), and every
// method and picture that works on rows works on these. A covariate that is missing in more than half of the rows is left out, or it
// would throw them away; rows without one that is used fall out.
func allowFor(q *panel.Pair, covariates []allowed) (controlled, error) {
	out := controlled{rests: q, rows: q}
	rows := make([]bool, len(q.Y))
	for i := range rows {
		rows[i] = true
	}
	type candidate struct {
		at     []float64
		report int
	}
	var dense []candidate
	for _, c := range covariates {
		z := c.at(q)
		known := 0
		for _, v := range z {
			if !math.IsNaN(v) {
				known++
			}
		}
		out.uses = append(out.uses, Allowance{c.metric.ID, c.metric.Name, Sparse})
		if 2*known <= len(q.Y) {
			continue
		}
		dense = append(dense, candidate{z, len(out.uses) - 1})
		for i, v := range z {
			rows[i] = rows[i] && !math.IsNaN(v)
		}
	}
	left := q.Where(func(i int) bool { return rows[i] })
	var kept [][]float64
	for _, c := range dense {
		z := make([]float64, 0, len(left.Y))
		for i, v := range c.at {
			if rows[i] {
				z = append(z, v)
			}
		}
		with := append(slices.Clone(kept), z)
		_, err := stats.TwoWayFE(covariatePanel(left, left.Y, with), stats.FEOptions{})
		var r *stats.Refusal
		switch {
		case err == nil:
			kept = with
			out.uses[c.report].Use = Taken
		case errors.As(err, &r) && (r.Reason == stats.NoVariation || r.Reason == stats.Collinear):
			out.uses[c.report].Use = Absorbed
		case errors.As(err, &r): // too few rows for any regression: the gate says so
		default:
			return out, err
		}
	}
	if len(kept) == 0 {
		return out, nil
	}
	rests := *left
	for _, v := range []*[]float64{&rests.X, &rests.Y} {
		fit, err := stats.TwoWayFE(covariatePanel(left, *v, kept), stats.FEOptions{})
		var r *stats.Refusal
		if errors.As(err, &r) {
			return controlled{rests: q, rows: q}, nil // x or y does not vary: there is no slope, with or without
		}
		if err != nil {
			return out, err
		}
		rest := slices.Clone(*v)
		for j, z := range kept {
			mean := 0.0
			for _, x := range z {
				mean += x / float64(len(z))
			}
			for i := range rest {
				rest[i] -= fit.Coef[j].B * (z[i] - mean)
			}
		}
		*v = rest
	}
	out.rests, out.rows, out.z = &rests, left, kept
	return out, nil
}

// with is the regression of y on x and the covariates used.
func (c controlled) with() *stats.Panel {
	return covariatePanel(c.rows, c.rows.Y, append([][]float64{c.rows.X}, c.z...))
}

func covariatePanel(q *panel.Pair, y []float64, z [][]float64) *stats.Panel {
	return &stats.Panel{Unit: q.Team, Time: q.Time, Y: y, X: z}
}

// covariatesOf gives the covariates declared for the result of a pair; one that has lost its metric or figures, or that is the other
// side of the pair, is passed over.
func covariatesOf(p *panel.Panel, pr pair, declared map[string][]string) []allowed {
	var out []allowed
	for _, id := range declared[pr.y.ID] {
		i := slices.IndexFunc(p.Metrics, func(m series.Metric) bool { return m.ID == id })
		if i < 0 || id == pr.x.ID {
			continue
		}
		if c := p.Column(id, pr.grain); c != nil && c.Periods > 0 {
			out = append(out, allowed{p.Metrics[i], c})
		}
	}
	return out
}
