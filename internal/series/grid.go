package series

import (
	"context"
	"math"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
)

// Item is one figure typed into the grid, or sent by another system.
type Item struct {
	Team   string // id, external id, path or unique name
	Period string // as Period.String writes it
	Metric string // key or id
	Value  float64
	N      int // respondents; 0 = not counted
}

// PutValues brings figures in that were typed, pasted or sent: all or none, under the same rules as a file. Sending the
// same again changes nothing. source is "grid" or "api".
func (s *Service) PutValues(ctx context.Context, by auth.Principal, source string, items []Item, dryRun bool) (intake.Result, error) {
	for i := 1; ; i++ {
		res, err := s.putOnce(ctx, by, source, items, dryRun)
		if errs.CodeOf(err) != "figures_changed" || i == tries {
			return res, err
		}
	}
}

func (s *Service) putOnce(ctx context.Context, by auth.Principal, source string, items []Item, dryRun bool) (intake.Result, error) {
	none := intake.Result{}
	list, err := s.store.Metrics(ctx)
	if err != nil {
		return none, err
	}
	_, tree, err := s.organisation(ctx)
	if err != nil {
		return none, err
	}
	at := map[string]int{}
	metrics := make([]plannedMetric, len(list))
	for i, m := range list {
		metrics[i] = plannedMetric{Metric: m}
		at[m.ID] = i
	}
	for i, m := range list {
		at[m.Key] = i
	}
	teams := newTeamFinder(tree.Names(), by.Scope, false)
	figures := &sorter{max: memoryFigures}
	defer figures.close()
	var rejected lineSet
	var wrong []errs.Field
	path := func(line uint32, part string) string { return "/items/" + itoa(int(line)-1) + part }
	for i, x := range items {
		line := uint32(i + 1)
		fail := func(part, code, value string) {
			rejected.add(line)
			wrong = append(wrong, errs.Field{Path: path(line, part), Code: code, Value: short(value), Params: map[string]any{"value": short(value)}})
		}
		f := figure{line: line, value: x.Value, n: int32(min(max(x.N, 0), math.MaxInt32))}
		var code string
		if f.team, code = teams.find(x.Team); code != "" {
			fail("/team", code, x.Team)
		}
		if p, code := readPeriod(x.Period, "", ""); code != "" {
			fail("/period", code, x.Period)
		} else {
			f.grain, f.period = uint8(grainRank[p.Grain]-1), int32(p.Index)
		}
		m, ok := at[x.Metric]
		switch {
		case !ok:
			fail("/metric", "metric_unknown", x.Metric)
		case !by.May(Need(list[m].Kind)):
			return none, errs.Forbidden("import_not_allowed").With("kind", string(list[m].Kind)).With("permission", string(Need(list[m].Kind)))
		}
		if math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
			fail("/value", "not_finite", "")
		}
		if x.N < 0 {
			fail("/n", "not_a_count", itoa(x.N))
		}
		if f.metric = uint16(m); len(wrong) == 0 {
			if err := figures.add(f); err != nil {
				return none, err
			}
		}
	}
	c := &commit{
		s: s, batch: s.newBatch(source, by.ID, intake.Mapping{Kind: intake.Series}), dryRun: dryRun || len(wrong) > 0, metrics: metrics, teams: teams,
		rejected: &rejected, errors: &wrong,
		field: func(line uint32, _ int) errs.Field { return errs.Field{Path: path(line, "")} },
	}
	if err := c.figures(ctx, figures, func(int) {}); err != nil {
		c.abandon(ctx)
		return none, err
	}
	res := intake.Result{DryRun: dryRun, Rows: len(items), Rejected: rejected.n, Errors: wrong[:min(len(wrong), intake.MaxErrors)]}
	if res.Rejected > 0 {
		c.abandon(ctx)
		if dryRun {
			return res, nil
		}
		return res, errs.Invalid("import_rejected").With("count", res.Rejected).At(res.Errors...)
	}
	if res.HeldBack, err = c.heldBack(ctx, tree, nil); err != nil {
		c.abandon(ctx)
		return none, err
	}
	res.Imported = c.changed.n
	res.Unchanged = res.Rows - res.Imported
	if dryRun || res.Imported == 0 {
		return res, nil
	}
	c.batch.Mapping = nil
	if err := c.publish(ctx, &res, nil, nil); err != nil {
		c.abandon(ctx)
		return none, err
	}
	return res, nil
}
