package alert

import (
	"context"
	"math"
	"slices"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// A change is looked for between the newest Recent periods and the movement.Longest before them, of which at least
// leastBefore must have a figure. All figures of all teams are looked at together, and of those that are told at most
// one in twenty is expected to be a false alarm (Benjamini & Hochberg 1995). One line is told once in quiet periods:
// a step stays visible in the window for a while.
const (
	Recent      = 4
	leastBefore = 8
	mostTold    = 20
	quiet       = 16
)

type candidate struct {
	metric series.Metric
	team   *org.Team // nil is the whole organisation
	last   series.Period
	est    evidence.Estimate
	shift  *stats.Shift
}

// WatchChanges looks at every figure of every team and of the whole organisation, and tells of changes beyond their
// usual ups and downs.
func (s *Service) WatchChanges(ctx context.Context, asOf time.Time, progress func(done, total int64)) (int, error) {
	teams, err := s.from.Teams.Teams(ctx, org.Everything)
	if err != nil {
		return 0, err
	}
	p, err := panel.Build(ctx, teams, s.from.Sources, asOf)
	if err != nil {
		return 0, err
	}
	var all []candidate
	for i, m := range p.Metrics {
		progress(int64(i), int64(len(p.Metrics)))
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if m.Kind != series.Confounder {
			all = append(all, candidates(p, m, asOf)...)
		}
	}
	ps := make([]float64, len(all))
	for i, c := range all {
		ps[i] = c.shift.P
	}
	qs, err := stats.BH(ps)
	if err != nil {
		return 0, err
	}
	told, err := s.toldOf(ctx, all, asOf)
	if err != nil {
		return 0, err
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ps[a] < ps[b]:
			return -1
		case ps[a] > ps[b]:
			return 1
		}
		return 0
	})
	var found []Alert
	for _, i := range order {
		if qs[i] > evidence.Level || len(found) == mostTold {
			break
		}
		if a := all[i].alert(); !told[a.Line] {
			found = append(found, a)
		}
	}
	return s.tell(ctx, found)
}

// candidates are the lines of a metric that can be judged: each leaf team's, and the organisation's.
func candidates(p *panel.Panel, m series.Metric, asOf time.Time) []candidate {
	var out []candidate
	add := func(l movement.Line, team *org.Team) {
		before, after, last := recent(l, asOf)
		if len(after) < Recent || len(before) < leastBefore {
			return
		}
		est, shift := movement.Shift(before, after, l.Grain)
		if shift != nil && !math.IsNaN(shift.P) {
			out = append(out, candidate{m, team, last, est, shift})
		}
	}
	for i := range p.Teams {
		t := &p.Teams[i]
		add(movement.Of(p, m.ID, func(id string) bool { return id == t.ID }), t)
	}
	if all := movement.Of(p, m.ID, func(string) bool { return true }); all.Teams >= movement.OthersLeast {
		add(all, nil)
	}
	return out
}

// recent cuts a line into its newest Recent figures of whole periods and those before. A line that ended a while ago is
// no news.
func recent(l movement.Line, asOf time.Time) (before, after []float64, last series.Period) {
	var v []float64
	for k, x := range l.Value {
		if p := (series.Period{Grain: l.Grain, Index: l.First + k}); !math.IsNaN(x) && !p.End().After(asOf) {
			v, last = append(v, x), p
		}
	}
	if len(v) < Recent || series.PeriodOf(asOf, last.Grain).Index-last.Index > 2 {
		return nil, nil, last
	}
	cut := len(v) - Recent
	return v[max(0, cut-movement.Longest):cut], v[cut:], last
}

func (c candidate) direction() string {
	if c.shift.Diff < 0 {
		return "down"
	}
	return "up"
}

func (c candidate) line() string {
	team := ""
	if c.team != nil {
		team = c.team.ID
	}
	return c.metric.ID + "/" + team + "/" + c.direction()
}

func (c candidate) alert() Alert {
	d := movement.Digits(c.est)
	a := Alert{
		Key: "change/" + c.line() + "/" + c.last.String(), Line: c.line(), Kind: Change, Path: "/catalogue/" + c.metric.ID,
		Text: evidence.Sentence{Key: "alert.change." + c.direction() + ".everybody", Params: map[string]evidence.Param{
			"metric": evidence.Text(c.metric.Name), "before": evidence.Num(c.shift.Before, d), "after": evidence.Num(c.shift.After, d),
			"lo": evidence.Num(c.shift.CI.Lo, d), "hi": evidence.Num(c.shift.CI.Hi, d),
		}},
	}
	if c.team != nil {
		a.TeamID = c.team.ID
		a.Text.Key = "alert.change." + c.direction() + ".team"
		a.Text.Params["team"] = evidence.Text(c.team.Name)
	}
	return a
}

// toldOf is which lines were told of lately.
func (s *Service) toldOf(ctx context.Context, all []candidate, asOf time.Time) (map[string]bool, error) {
	out := map[string]bool{}
	if len(all) == 0 {
		return out, nil
	}
	since := map[string]time.Time{}
	for _, c := range all {
		since[c.line()] = series.Period{Grain: c.last.Grain, Index: c.last.Index - quiet}.Start()
	}
	const most = 10_000
	alerts, err := s.store.Alerts(ctx, asOf.Add(-keepFor), most)
	for _, a := range alerts {
		if from, ok := since[a.Line]; ok && a.Kind == Change && !a.At.Before(from) {
			out[a.Line] = true
		}
	}
	return out, err
}
