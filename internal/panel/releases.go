package panel

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/series"
)

// Ledger gives what pulses have released.
type Ledger interface {
	Releases(ctx context.Context) ([]pulse.Release, error)
	Programmes(ctx context.Context) ([]pulse.Programme, error)
}

// Releases is the source of the released cells of pulses: a metric per programme, measure and wording, a figure per
// team and wave, weighted by the lower end of its band. A programme asks staff or business partners, so that each metric
// speaks for one population. Rehearsals never enter.
type Releases struct {
	ledger Ledger
	known  *measured
}

// NewReleases makes the source.
func NewReleases(l Ledger) Releases { return Releases{l, &measured{of: map[string]measures{}}} }

// measured keeps what releases say by measure: every panel and every list of metrics asks for it, and a release never changes.
type measured struct {
	mu sync.Mutex
	of map[string]measures // by wave
}

// measures were made of the release whose questions stand where first points to. While they are kept nothing else can stand
// there, so that a release that was read anew is never taken for the one before.
type measures struct {
	first *pulse.ReleasedQuestion
	list  []pulse.Measure
}

func (k *measured) get(r pulse.Release) ([]pulse.Measure, error) {
	if len(r.Questions) == 0 {
		return r.Measures()
	}
	first := &r.Questions[0]
	k.mu.Lock()
	x, ok := k.of[r.WaveID]
	k.mu.Unlock()
	if ok && x.first == first {
		return x.list, nil
	}
	list, err := r.Measures()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.of[r.WaveID] = measures{first, list}
	return list, nil
}

// Metrics implements Source.
func (s Releases) Metrics(ctx context.Context) ([]series.Metric, error) {
	out := []series.Metric{}
	err := s.each(ctx, func(p pulse.Programme, _ series.Grain, r pulse.Release, m pulse.Measure) error {
		id := measureID(p.ID, m)
		if !slices.ContainsFunc(out, func(x series.Metric) bool { return x.ID == id }) {
			kind := series.EX
			if m.Noticed {
				kind = series.Outcome
			}
			name, definition := m.Name+" · "+p.Name, m.Definition
			if r.Population == pulse.Partners {
				name, definition = "Partners: "+name, "Said by business partners, not by people who work here. "+definition
			}
			out = append(out, series.Metric{
				ID: id, Key: id, Name: name, Kind: kind, Unit: m.Unit, HigherIsBetter: true, Aggregation: series.Mean,
				AboutPeople: true, Version: m.Version, Owner: "HR", Definition: definition, Formula: m.Formula,
			})
		}
		return nil
	})
	return out, err
}

// EachValue implements Source.
func (s Releases) EachValue(ctx context.Context, scope org.Scope, q series.Query, fn func(series.Value) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	return s.each(ctx, func(p pulse.Programme, g series.Grain, r pulse.Release, m pulse.Measure) error {
		id := measureID(p.ID, m)
		period := series.PeriodOf(r.At, g)
		if (len(q.Metrics) > 0 && !slices.Contains(q.Metrics, id)) || (!q.From.IsZero() && r.At.Before(q.From)) || (!q.To.IsZero() && period.Start().After(q.To)) {
			return nil
		}
		for _, c := range m.Cells {
			if !scope.Has(c.Node) {
				continue
			}
			if err := fn(series.Value{MetricID: id, TeamID: c.Node, Period: period, Value: float64(c.Value), N: c.N}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s Releases) each(ctx context.Context, fn func(pulse.Programme, series.Grain, pulse.Release, pulse.Measure) error) error {
	programmes, err := s.ledger.Programmes(ctx)
	if err != nil {
		return err
	}
	releases, err := s.ledger.Releases(ctx)
	if err != nil {
		return err
	}
	for _, r := range releases {
		i := slices.IndexFunc(programmes, func(p pulse.Programme) bool { return p.ID == r.ProgrammeID })
		programme := pulse.Programme{ID: r.ProgrammeID, Name: r.Title} // of a finished survey from elsewhere
		switch {
		case r.Rehearsal, i < 0 && !r.Imported:
			continue
		case i >= 0 && r.Population == "" && !r.Imported && programmes[i].Audience.Pooled:
			continue // staff and partners in the same cells: a figure of neither
		case i >= 0:
			programme = programmes[i]
		}
		list, err := s.known.get(r)
		if err != nil {
			return err
		}
		for _, m := range list {
			if err := fn(programme, grainOf(programme.Cadence.Rule), r, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// grainOf is the grain at which a programme's waves stand in the panel.
func grainOf(r pulse.Rule) series.Grain {
	switch r {
	case pulse.Weekly, pulse.EveryTwoWeeks:
		return series.Week
	case pulse.Quarterly:
		return series.Quarter
	}
	return series.Month
}

func measureID(programme string, m pulse.Measure) string {
	return fmt.Sprintf("pulse.%s.%s.v%d", programme, m.Key, m.Version)
}
