package fact

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Health says how the facts of the organisation are doing.
type Health struct {
	Sources []Arrival
	Kinds   []KindHealth
	Gaps    []TeamGap
}

// KindHealth is how much of a kind there is, and how much of it counts for a team. Records are counted by the measure that
// most of them have.
type KindHealth struct {
	Kind       intake.Kind
	Records    int64
	Attributed int64
	From, To   series.Period // months
}

// TeamGap is months in which a team has no record although it had one before.
type TeamGap struct {
	Kind   intake.Kind
	Team   string // id
	Name   string
	Months int
	First  series.Period
}

// mostGaps is how many gaps are listed, the longest first.
const mostGaps = 200

// Health looks at the sums of every team; only those who see the whole organisation may ask.
func (s *Service) Health(ctx context.Context, scope org.Scope) (Health, error) {
	out := Health{Kinds: []KindHealth{}, Gaps: []TeamGap{}}
	if err := scope.Check(); err != nil {
		return out, err
	}
	if !scope.All() {
		return out, errs.Forbidden("not_allowed").With("permission", string(Need))
	}
	var err error
	if out.Sources, err = s.Arrivals(ctx); err != nil {
		return out, err
	}
	tree, err := s.Teams(ctx)
	if err != nil {
		return out, err
	}
	for _, kind := range []intake.Kind{intake.Feedback, intake.Orders} {
		k, gaps, err := s.kindHealth(ctx, kind, tree)
		if err != nil {
			return out, err
		}
		if k.Records > 0 {
			out.Kinds = append(out.Kinds, k)
		}
		out.Gaps = append(out.Gaps, gaps...)
	}
	slices.SortFunc(out.Gaps, func(a, b TeamGap) int {
		return cmp.Or(cmp.Compare(b.Months, a.Months), strings.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	out.Gaps = out.Gaps[:min(len(out.Gaps), mostGaps)]
	return out, nil
}

func (s *Service) kindHealth(ctx context.Context, kind intake.Kind, tree *org.Tree) (KindHealth, []TeamGap, error) {
	k := KindHealth{Kind: kind}
	months := map[string]map[int]bool{}
	first, last := 0, 0
	byTeam := map[string]map[string]int64{} // team → measure → records
	err := s.EachFigure(ctx, org.Everything, kind, func(f Figure) error {
		if f.Period.Grain != series.Month || f.N() <= 0 {
			return nil
		}
		if byTeam[f.Team] == nil {
			byTeam[f.Team], months[f.Team] = map[string]int64{}, map[int]bool{}
		}
		byTeam[f.Team][f.Measure] += f.N()
		months[f.Team][f.Period.Index] = true
		if first == 0 || f.Period.Index < first {
			first = f.Period.Index
		}
		last = max(last, f.Period.Index)
		return nil
	})
	if err != nil {
		return k, nil, err
	}
	for _, measures := range byTeam {
		most := int64(0)
		for _, n := range measures {
			most = max(most, n)
		}
		k.Attributed += most
	}
	waiting, err := s.Queue(ctx)
	if err != nil {
		return k, nil, err
	}
	k.Records = k.Attributed
	for _, w := range waiting {
		if w.Kind == kind {
			k.Records += w.Facts
		}
	}
	if last == 0 {
		return k, nil, nil
	}
	k.From, k.To = series.Period{Grain: series.Month, Index: first}, series.Period{Grain: series.Month, Index: last}
	var gaps []TeamGap
	for team, has := range months {
		if x, ok := tree.Get(team); ok && x.ClosedOn.IsZero() {
			if g := gapOf(has, last); g.Months > 0 {
				g.Kind, g.Team, g.Name = kind, team, x.Name
				gaps = append(gaps, g)
			}
		}
	}
	return k, gaps, nil
}

// gapOf counts the months without a record from a team's first one to the last of all.
func gapOf(has map[int]bool, last int) (g TeamGap) {
	first := last
	for m := range has {
		first = min(first, m)
	}
	for m := first; m <= last; m++ {
		if !has[m] {
			if g.Months++; g.Months == 1 {
				g.First = series.Period{Grain: series.Month, Index: m}
			}
		}
	}
	return g
}
