package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

// env is a company of teams under two units, with its own services on a real store.
type env struct {
	*report.Service
	store  *sqlite.Store
	src    *paneltest.Figures
	teams  paneltest.Tree
	ledger *initiative.Service
	now    time.Time
	print  *printer
	full   bool // the disk has no room for files
}

// disk is the store, with room for files or without.
type disk struct {
	*sqlite.Store
	e *env
}

func (d disk) SaveReportFile(ctx context.Context, f report.File) error {
	if d.e.full {
		return errs.Unavailable("disk_full")
	}
	return d.Store.SaveReportFile(ctx, f)
}

// speaking are the languages of those who sign in.
type speaking []string

func (s speaking) Locales(context.Context) ([]string, error) { return s, nil }

// printer stands for the browser: it says what it was asked to print, or that it is not there.
type printer struct {
	missing bool
	pages   int
	tries   int
	during  func() // what happens while a page is printed
	real    report.Printer
}

func newEnv(t testing.TB, teams int) *env {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	ops := operation.NewService(st, time.Now)
	t.Cleanup(func() { ops.Close(); _ = st.Close() })
	e := &env{store: st, src: &paneltest.Figures{}, now: on("2025-10-10"), print: &printer{}}
	e.teams = paneltest.Tree{{ID: "root", Name: "Company"}, {ID: "north", Name: "North", ParentID: "root"}, {ID: "south", Name: "South", ParentID: "root"}}
	for i := range teams {
		up := "north"
		if i%2 == 1 {
			up = "south"
		}
		e.teams = append(e.teams, org.Team{ID: fmt.Sprintf("t%02d", i), Name: fmt.Sprintf("Team %02d", i), ParentID: up})
	}
	clock := func() time.Time { return e.now }
	sources := []panel.Source{e.src}
	links := linkage.NewService(st, &e.teams, sources, ops, clock)
	e.ledger = initiative.NewService(st, &e.teams, sources, ops, clock)
	paid := returns.NewService(st, returns.From{Ledger: e.ledger, Links: links, Teams: &e.teams, Sources: sources}, ops, clock)
	e.Service = report.NewService(disk{st, e}, report.Sources{
		Teams: &e.teams, Figures: sources, Evidence: links, Ledger: e.ledger, Returns: paid, Events: st, Goals: goal.NewService(st, &e.teams, sources, ops, clock), Printer: e.print, Readers: speaking{"en", "pl"},
	}, ops, clock)
	return e
}

// fill makes weekly figures up to a day in which nothing goes with anything and nothing was changed by anything; effect
// is added to satisfaction of the first six teams from a day on.
func (e *env) fill(until, from time.Time, effect float64) {
	rng := rand.New(rand.NewPCG(5, 9))
	e.src.List = []series.Metric{
		{ID: "ex", Key: "ex", Name: "Engagement", Kind: series.EX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean},
		{ID: "cx", Key: "cx", Name: "=Satisfaction", Kind: series.CX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean},
		{ID: "loyal", Key: "loyal", Name: "Repeat orders", Kind: series.Behaviour, Unit: "%", HigherIsBetter: true, Aggregation: series.Mean},
	}
	e.src.Rows = nil
	first, last := series.PeriodOf(on("2024-07-01"), series.Week).Index, series.PeriodOf(until, series.Week).Index
	for i, team := range e.teams[3:] {
		level := []float64{60 + 4*rng.NormFloat64(), 70 + 4*rng.NormFloat64(), 30 + 2*rng.NormFloat64()}
		for week := first; week <= last; week++ {
			p := series.Period{Grain: series.Week, Index: week}
			for k, m := range e.src.List {
				v := level[k] + 3*rng.NormFloat64()
				if k == 1 && i < 6 && !from.IsZero() && !p.Start().Before(from) {
					v += effect
				}
				e.src.Rows = append(e.src.Rows, series.Value{MetricID: m.ID, TeamID: team.ID, Period: p, Value: v, N: 9})
			}
		}
	}
}

// invest enters an initiative in the first six teams that costs 1,000 and saves 10 per point.
func (e *env) invest(t testing.TB, start time.Time) {
	t.Helper()
	was := e.now
	e.now = start.AddDate(0, 0, -20)
	plan := initiative.Plan{
		Name: "Coaching", Purpose: initiative.Skills, Side: initiative.EmployeeSide, Metric: "cx", Grain: series.Week, Others: true, EndsOn: start.AddDate(0, 11, 0),
		Assignment: initiative.Assignment{Drawn: true, By: "Ada", How: "by lot"},
		Costs:      []initiative.Cost{{Name: "coaches", Kind: initiative.Money, On: start, Amount: 100_000}},
		Benefits:   []initiative.Benefit{{Name: "contacts saved", Kind: string(returns.CostToServe), Units: 100, Price: 1000, PriceSource: "finance"}},
	}
	for _, team := range e.teams[3:9] {
		plan.Treated = append(plan.Treated, initiative.Treated{TeamID: team.ID, On: start})
	}
	i, err := e.ledger.Add(context.Background(), "u1", plan)
	require.NoError(t, err)
	_, err = e.ledger.Seal(context.Background(), "u1", i.ID, i.Version)
	require.NoError(t, err)
	e.now = was
}

func (p *printer) Print(ctx context.Context, page []byte) ([]byte, error) {
	p.tries++
	if p.missing {
		return nil, errUnavailable
	}
	p.pages++
	if p.during != nil {
		p.during()
	}
	if p.real != nil {
		return p.real.Print(ctx, page)
	}
	return append([]byte("%PDF-"), page...), nil
}

var (
	executive = auth.Principal{ID: "u1", Name: "Ada", Role: auth.Executive, Scope: org.Everything}
	lead      = auth.Principal{ID: "u2", Name: "Lea", Role: auth.Lead, Scope: org.Teams("t00", "t02")}
)

func (e *env) close(t testing.TB, day string) report.Closed {
	t.Helper()
	out, err := e.Close(context.Background(), report.Order{AsOf: on(day), By: "job:close-quarter"})
	require.NoError(t, err)
	return out
}
