package pulse

import (
	"context"

	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/org"
)

// line gives a column's released figures of one place in a wave and those before it, and the newest earlier one that
// means the same; place names the node in each release. Waves in which the place is not shown are left out.
func (c Column) line(r Release, ledger []Release, lib Library, place func(Release) string) (points []TrendPoint, previous *Figure) {
	var last *Release
	for j := range ledger {
		x := ledger[j]
		if x.ProgrammeID != r.ProgrammeID || x.Rehearsal != r.Rehearsal || x.At.After(r.At) {
			continue
		}
		if cell := c.figure(x, lib, disclosure.Cell{Node: place(x)}); cell != nil {
			points = append(points, TrendPoint{Wave: x.WaveID, At: x.At, Cell: cell, Break: last != nil && !c.sameWording(*last, x, lib)})
			if x.WaveID != r.WaveID && c.sameWording(x, r, lib) {
				previous = cell
			}
			last = &ledger[j]
		}
		if x.WaveID == r.WaveID {
			break // the ledger runs from the oldest to the newest; days alone do not tell waves of one day apart
		}
	}
	return points, previous
}

// TeamTrend is one group over the waves of a programme: released cells only.
type TeamTrend struct {
	Node    Node
	Columns []Column // those in which the group has been shown, each with its Trend
}

// TeamTrend gives the line of one group up to a wave, for whoever may see the group in it. A group that is unknown or
// foreign is errs.NotFound("team_unknown"); a wave that is still early for leads is not_released.
func (s *Service) TeamTrend(ctx context.Context, wave, node string, scope org.Scope) (TeamTrend, error) {
	if err := scope.Check(); err != nil {
		return TeamTrend{}, err
	}
	r, err := s.Release(ctx, wave)
	if err != nil {
		return TeamTrend{}, err
	}
	if !scope.All() && s.tooEarly(ctx, r) {
		return TeamTrend{}, errs.NotFound("not_released")
	}
	out := TeamTrend{}
	for _, n := range r.Nodes {
		if n.ID == node && scope.Has(n.ID) {
			out.Node = n
		}
	}
	if out.Node.ID == "" {
		return TeamTrend{}, errs.NotFound("team_unknown").With("value", node)
	}
	lib, err := LoadLibrary()
	if err != nil {
		return TeamTrend{}, err
	}
	ledger, err := s.Releases(ctx)
	if err != nil {
		return TeamTrend{}, err
	}
	for _, c := range columns(r, lib) {
		if c.Trend, _ = c.line(r, ledger, lib, func(Release) string { return node }); len(c.Trend) > 0 {
			out.Columns = append(out.Columns, c)
		}
	}
	return out, nil
}
