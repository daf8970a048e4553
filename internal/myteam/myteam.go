// Package myteam puts a team lead's page together from what is stored: the team's closed quarters, and the links of the
// run they stand on. It computes no new figure from facts, names no team outside the reader's scope, and ranks nobody.
package myteam

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/report"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// Reports gives closed quarters to somebody who may read them.
type Reports interface {
	List(ctx context.Context, who auth.Principal, team string) ([]report.Head, error)
	Get(ctx context.Context, who auth.Principal, quarter, team string, version int) (report.Report, error)
}

// Runs gives the findings of a run.
type Runs interface {
	Report(ctx context.Context, id string) (linkage.Run, []linkage.Finding, error)
}

// Teams gives the team tree as far as a scope reaches.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// Service answers for teams.
type Service struct {
	reports Reports
	runs    Runs
	teams   Teams
}

// NewService makes a service.
func NewService(r Reports, l Runs, t Teams) *Service { return &Service{r, l, t} }

// Page is what a team lead sees.
type Page struct {
	Report  report.Report // of the newest closed quarter
	Trends  []Trend
	Target  string // name of the customer figure that the drivers are held against; empty: there is none
	Drivers []Driver
	Says    []evidence.Sentence
	Cannot  []evidence.Sentence
}

// Trend is one figure over the closed quarters, oldest first.
type Trend struct {
	MetricID string
	Name     string
	Unit     string
	Kind     series.Kind
	Desired  *float64
	Points   []Point
}

// Point is one quarter of a trend. Lo and Hi are what the ups and downs within the quarter leave open, at 95 %.
type Point struct {
	Quarter string
	To      time.Time
	Value   float64
	Lo, Hi  *float64
	Parent  *float64 // the unit above
	Company *float64
	Breaks  bool // the figure was defined otherwise in the quarter before
}

// Driver is one employee figure: how closely it goes with a customer figure in the company's teams, and how it stands here.
type Driver struct {
	MetricID  string
	Name      string
	Unit      string
	Higher    bool // is better
	FindingID string
	Verdict   evidence.Verdict
	With      string            // name of the customer figure
	Strength  evidence.Estimate // correlation within teams, over the company
	Here      float64
	Lo, Hi    *float64 // of Here; widened for the number of drivers looked at
	Company   *float64
	Apart     *float64 // (Here − Company) in standard deviations between teams; positive: the better side
	Side      int      // 1: on the better side of the company beyond doubt, −1: on the worse, 0: cannot be told apart
}

// most is how many quarters a trend shows; perKind how many figures of a kind.
const (
	most    = 12
	perKind = 2
	level   = .95
)

// Page puts a team's page together; team "" is the first of the reader's own that has a closed quarter, or the whole
// organisation for a reader of all of it where it has several units at its top.
// errs.NotFound("report_none") where no quarter of it has been closed.
func (s *Service) Page(ctx context.Context, who auth.Principal, team string) (Page, error) {
	team, heads, err := s.choose(ctx, who, team)
	if err != nil {
		return Page{}, err
	}
	reports := make([]report.Report, min(most, len(heads)))
	for i := range reports {
		if reports[i], err = s.reports.Get(ctx, who, heads[i].Quarter.String(), team, 0); err != nil {
			return Page{}, fmt.Errorf("read quarter %s: %w", heads[i].Quarter, err)
		}
	}
	p := Page{Report: reports[0]}
	run, findings, err := s.runs.Report(ctx, p.Report.RunID)
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return p, fmt.Errorf("read links: %w", err)
	}
	p.Drivers, p.Trends = drivers(p.Report.Content.Measures, run, findings), trends(reports, findings)
	p.Says, p.Cannot = says(p, run), cannot(p, run)
	return p, nil
}

// choose finds the team and its closed quarters, newest first.
func (s *Service) choose(ctx context.Context, who auth.Principal, team string) (string, []report.Head, error) {
	ids := []string{team}
	if team == "" {
		list, err := s.teams.Teams(ctx, who.Scope)
		if err != nil {
			return "", nil, fmt.Errorf("read teams: %w", err)
		}
		if ids = roots(list); len(ids) > 1 && who.Scope.All() && who.May(auth.LedgerRead) {
			ids = []string{""} // no one unit stands for all of them: the organisation's own report does
		}
	}
	for _, id := range ids {
		heads, err := s.reports.List(ctx, who, id)
		if err != nil {
			return "", nil, err
		}
		if len(heads) > 0 {
			return id, heads, nil
		}
	}
	return "", nil, errs.NotFound("report_none")
}

// roots lists the topmost teams of a scope.
func roots(list []org.Team) []string {
	known := map[string]bool{}
	for _, t := range list {
		known[t.ID] = true
	}
	var out []string
	for _, t := range list {
		if !known[t.ParentID] {
			out = append(out, t.ID)
		}
	}
	return out
}

// trends follows two figures of employees and two of customers: first those that have a desired level and a supported
// link, then those with one of the two.
func trends(reports []report.Report, findings []linkage.Finding) []Trend {
	newest := reports[0].Content
	desired := map[string]float64{}
	for _, g := range newest.Gaps {
		desired[g.MetricID] = g.Desired
	}
	weight := map[string]int{}
	for id := range desired {
		weight[id] = 1
	}
	linked := map[string]bool{}
	for _, f := range findings {
		if f.Block == linkage.EXCX && f.Verdict == evidence.Supported {
			for _, id := range []string{f.X, f.Y} {
				if !linked[id] {
					weight[id], linked[id] = weight[id]+1, true
				}
			}
		}
	}
	order := slices.Clone(newest.Measures)
	slices.SortStableFunc(order, func(a, b report.Measure) int { return cmp.Compare(weight[b.MetricID], weight[a.MetricID]) })
	out := []Trend{}
	for _, kind := range []series.Kind{series.EX, series.CX} {
		n := 0
		for _, m := range order {
			if m.Kind != kind || n == perKind {
				continue
			}
			t := Trend{MetricID: m.MetricID, Name: m.Name, Unit: m.Unit, Kind: kind, Points: points(m.MetricID, reports)}
			if d, ok := desired[m.MetricID]; ok {
				t.Desired = &d
			}
			out, n = append(out, t), n+1
		}
	}
	return out
}

func points(metric string, reports []report.Report) []Point {
	out := []Point{}
	version := 0
	for _, r := range slices.Backward(reports) {
		i := slices.IndexFunc(r.Content.Measures, func(m report.Measure) bool { return m.MetricID == metric })
		if i < 0 || r.Content.Measures[i].Now == nil {
			continue
		}
		m := r.Content.Measures[i]
		p := Point{Quarter: r.Quarter.String(), To: r.Quarter.To(), Value: *m.Now, Parent: parentOf(m), Company: apartFrom(m.Company, m.Now), Breaks: version > 0 && version != m.Version}
		p.Lo, p.Hi = around(m, stats.Quantile(.5+level/2, math.Inf(1)))
		out, version = append(out, p), m.Version
	}
	return out
}

// around is the interval of a figure; nil where its doubt is not known.
func around(m report.Measure, crit float64) (lo, hi *float64) {
	if m.Now == nil || m.Err == nil {
		return nil, nil
	}
	a, b := *m.Now-crit**m.Err, *m.Now+crit**m.Err
	return &a, &b
}

// parentOf is the unit above, unless it is the company or the team itself.
func parentOf(m report.Measure) *float64 {
	if p := apartFrom(m.Parent, m.Now); p != nil && (m.Company == nil || *p != *m.Company) {
		return p
	}
	return nil
}
