package linkage

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/ident"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Service makes runs and answers for stored ones.
type Service struct {
	store   Store
	teams   Teams
	sources []panel.Source
	ops     *operation.Service
	now     func() time.Time
}

// NewService makes a service over the sources of figures; the first source that owns a metric speaks for it.
func NewService(store Store, teams Teams, sources []panel.Source, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, teams: teams, sources: sources, ops: ops, now: now}
}

// Order is what a run is asked for.
type Order struct {
	AsOf     time.Time // zero: today
	Trigger  Trigger
	By       string                  // actor for the audit log
	Origin   string                  // the job's execution, if it is one
	Progress func(done, total int64) // pairs; may be nil
}

// Correlate runs all pairs as of a day and stores the run.
func (s *Service) Correlate(ctx context.Context, asOf time.Time, trigger Trigger) (Run, error) {
	return s.Do(ctx, Order{AsOf: asOf, Trigger: trigger, By: "system"})
}

// Start runs in the background; the operation's result is the run's id.
func (s *Service) Start(ctx context.Context, o Order) (operation.Operation, error) {
	return s.ops.Start(ctx, "correlate", o.By, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		o.Progress = progress
		run, err := s.Do(ctx, o)
		return run.ID, nil, err
	})
}

// Do runs all pairs and stores the run. A second call for the same origin gives the run of the first. It ends early
// with the context and then stores nothing.
func (s *Service) Do(ctx context.Context, o Order) (Run, error) {
	if o.Origin != "" {
		run, err := s.store.RunOfOrigin(ctx, o.Origin)
		if err == nil || errs.KindOf(err) != errs.KindNotFound {
			return run, err
		}
	}
	started := s.now()
	if o.AsOf.IsZero() {
		o.AsOf = started
	}
	o.AsOf = time.Date(o.AsOf.Year(), o.AsOf.Month(), o.AsOf.Day(), 0, 0, 0, 0, time.UTC)
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: read teams: %w", err)
	}
	p, err := panel.Build(ctx, teams, s.sources, o.AsOf)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: %w", err)
	}
	run := Run{
		ID: ident.New(), AsOf: o.AsOf, CreatedAt: started.UTC().Truncate(time.Millisecond), Trigger: o.Trigger, Origin: o.Origin, Teams: teamsWithFigures(p),
		Seed: o.AsOf.Unix() / 86400, Version: Version, Catalogue: withFigures(p),
	}
	run.Metrics = len(run.Catalogue)
	declared, err := s.store.Covariates(ctx)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: read covariates: %w", err)
	}
	results, columns, err := examine(ctx, p, declared, run.Seed, o.Progress)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: %w", err)
	}
	findings, blobs, err := conclude(p, results, columns)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: %w", err)
	}
	sig := &signals{p: p, columns: columns, known: map[columnAt]Signal{}}
	sig.measure(findings)
	paths, err := chains(ctx, p, results, findings, columns, declared, run.Seed)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: %w", err)
	}
	for i := range paths {
		c := &paths[i]
		c.Lead, c.Middle = sig.of(c.EX, c.Grain), sig.of(c.CX, c.Grain)
	}
	b, err := pack(paths)
	if err != nil {
		return Run{}, fmt.Errorf("correlate: %w", err)
	}
	blobs = append(blobs, parts(chainsBlob, b)...)
	run.Findings = len(findings)
	for _, f := range findings {
		if f.Verdict == evidence.Supported {
			run.Supported++
		}
	}
	run.Headline = headline(run, findings)
	run.Seconds = math.Round(s.now().Sub(started).Seconds()*1000) / 1000
	entry := audit.Entry{At: s.now(), Actor: o.By, Action: "run.save", Object: run.ID, Detail: map[string]string{"as_of": o.AsOf.Format(time.DateOnly), "trigger": string(o.Trigger)}}
	err = s.store.SaveRun(ctx, run, findings, blobs, keepBlobs, entry)
	if o.Origin != "" && errs.CodeOf(err) == "run_exists" {
		return s.store.RunOfOrigin(ctx, o.Origin)
	}
	if err != nil {
		return Run{}, fmt.Errorf("correlate: save run: %w", err)
	}
	return run, nil
}

type columnAt struct {
	metric string
	grain  string
}

// examine analyses every pair on all processors. The order of the results does not depend on who finished first.
func examine(ctx context.Context, p *panel.Panel, declared map[string][]string, seed int64, progress func(done, total int64)) ([]*result, map[columnAt]*panel.Column, error) {
	pairs := pairsOf(p)
	columns := map[columnAt]*panel.Column{}
	for _, pr := range pairs {
		for _, m := range []string{pr.x.ID, pr.y.ID} {
			if k := (columnAt{m, string(pr.grain)}); columns[k] == nil {
				columns[k] = p.Column(m, pr.grain)
			}
		}
	}
	results := make([]*result, len(pairs))
	var done atomic.Int64
	report := func(n int64) {
		if progress != nil {
			progress(n, int64(len(pairs)))
		}
	}
	report(0)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, pr := range pairs {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := analyse(ctx, p, pr, columns[columnAt{pr.x.ID, string(pr.grain)}], columns[columnAt{pr.y.ID, string(pr.grain)}], covariatesOf(p, pr, declared), seedOf(seed, pr))
			if err != nil {
				return fmt.Errorf("%s and %s: %w", pr.x.Key, pr.y.Key, err)
			}
			results[i] = r
			report(done.Add(1))
			return nil
		})
	}
	return results, columns, g.Wait()
}

// conclude controls for multiplicity, judges, and packs what is read by name.
func conclude(p *panel.Panel, results []*result, columns map[columnAt]*panel.Column) ([]Finding, []Blob, error) {
	ps := make([]float64, len(results))
	gated := 0
	for i, r := range results {
		ps[i] = math.NaN() // not tested: does not count among the pairs looked at
		if r.reach == evidence.Model && r.finding.TWFE.P != nil {
			ps[i] = *r.finding.TWFE.P
			gated++
		}
	}
	qs, err := stats.BH(ps)
	if err != nil {
		return nil, nil, err
	}
	var findings []Finding
	var blobs []Blob
	for i, r := range results {
		f := r.finding
		f.TWFE.Q = finite(qs[i])
		j := evidence.Judge(evidence.Link{X: r.pair.x.Name, Y: r.pair.y.Name, Grain: string(r.pair.grain), Teams: r.teams, Periods: r.periods, TWFE: f.TWFE, CCE: f.CCE, Pairs: gated})
		f.Verdict, f.Text, f.Reasons = j.Verdict, j.Text, j.Reasons
		r.detail.Sentences = explain(r.pair, f, r.detail)
		for k, l := range r.detail.Lags {
			if l.Declared {
				r.detail.Lags[k].Estimate = f.TWFE
			}
		}
		b, err := pack(r.detail)
		if err != nil {
			return nil, nil, err
		}
		findings = append(findings, f)
		blobs = append(blobs, parts(detailBlob(f.ID), b)...)
	}
	slices.SortStableFunc(findings, byEvidence)
	more, err := packColumns(p, columns)
	return findings, append(blobs, more...), err
}

// byEvidence sorts by verdict, then by the doubt that is left, never by strength.
func byEvidence(a, b Finding) int {
	if d := a.Verdict.Rank() - b.Verdict.Rank(); d != 0 {
		return d
	}
	qa, qb := 2.0, 2.0
	if a.TWFE.Q != nil {
		qa = *a.TWFE.Q
	}
	if b.TWFE.Q != nil {
		qb = *b.TWFE.Q
	}
	switch {
	case qa < qb:
		return -1
	case qa > qb:
		return 1
	}
	return 0
}

func teamsWithFigures(p *panel.Panel) int {
	seen := make([]bool, len(p.Teams))
	for _, m := range p.Metrics {
		g, ok := p.Grain(m.ID)
		if !ok {
			continue
		}
		c := p.Column(m.ID, g)
		for i, v := range c.Value {
			if !math.IsNaN(v) {
				seen[i/c.Periods] = true
			}
		}
	}
	n := 0
	for _, s := range seen {
		if s {
			n++
		}
	}
	return n
}

// withFigures lists the metrics that have a figure which may be used.
func withFigures(p *panel.Panel) []series.Metric {
	out := []series.Metric{}
	for _, m := range p.Metrics {
		if _, ok := p.Grain(m.ID); ok {
			out = append(out, m)
		}
	}
	return out
}
