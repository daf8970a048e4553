package linkage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/ident"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/pulse"
	"rapport/internal/series"
	"rapport/internal/store"
	"rapport/internal/store/mongo"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

// hiddenCase is an organisation with one team more than those that are shown: in it seven are asked and three answer.
type hiddenCase struct {
	open    func(t *testing.T) store.Store
	visible int
	months  int
}

// afterHidden runs half a year of waves in which the hidden team answers what it is told to, and gives everything that comes
// after the release: the run, its findings, and the released cells that are not the hidden team's parents'.
func (x hiddenCase) after(t *testing.T, hidden int) (linkage.Run, []linkage.Finding, []string) {
	t.Helper()
	ctx := context.Background()
	s := x.open(t)
	visibleTeams, months, hiddenTeam := x.visible, x.months, fmt.Sprint("t", x.visible)
	ops := operation.NewService(s, time.Now)
	t.Cleanup(func() { ops.Close(); _ = s.Close() })
	now := paneltest.Day("2025-01-10")
	svc := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), func() time.Time { return now })
	require.NoError(t, s.PutProgramme(ctx, pulse.Programme{ID: "p1", Version: 1, Name: "Pulse", Cadence: pulse.Cadence{Rule: pulse.Monthly}}))
	lib, err := pulse.LoadLibrary()
	require.NoError(t, err)
	plan := pulse.Plan{
		ProgrammeID: "p1", Title: "Pulse", K: 5, Languages: lib.Languages,
		Nodes: []pulse.Node{{ID: "co", Name: "Co"}, {ID: "d1", Parent: "co", Name: "North"}, {ID: "d2", Parent: "co", Name: "South"}},
	}
	for _, q := range lib.Questions {
		if q.Type == pulse.ENPS || q.Driver == "tools" || q.Driver == "care" {
			plan.Questions = append(plan.Questions, q)
		}
	}
	teams := []org.Team{{ID: "co", Name: "Co"}, {ID: "d1", Name: "North", ParentID: "co"}, {ID: "d2", Name: "South", ParentID: "co"}}
	outcome := &paneltest.Figures{List: []series.Metric{{ID: "cx", Key: "cx", Name: "Satisfaction", Kind: series.CX, Aggregation: series.Mean, HigherIsBetter: true}}}
	for i := range visibleTeams + 1 {
		id, up := fmt.Sprint("t", i), []string{"d1", "d2"}[i*2/(visibleTeams+1)]
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: id, Parent: up, Name: id})
		teams = append(teams, org.Team{ID: id, Name: id, ParentID: up})
		for p := range 7 + i%3*(1-i/visibleTeams) {
			plan.People = append(plan.People, pulse.Person{ID: fmt.Sprintf("%s-%d", id, p), Team: id})
		}
	}
	cells := []string{}
	for month := range months {
		now = time.Date(2025, time.Month(1+month), 10, 0, 0, 0, 0, time.UTC)
		plan.OpensAt, plan.ClosesAt = now.Add(-time.Hour), now.Add(time.Hour)
		w, key, err := svc.Launch(ctx, plan, "u1")
		require.NoError(t, err)
		for n, person := range plan.People {
			answer := 1 + (n*7+month*(3+len(person.Team)+n%4))%5
			if person.Team == hiddenTeam {
				if strings.HasSuffix(person.ID, "-3") || strings.HasSuffix(person.ID, "-4") || strings.HasSuffix(person.ID, "-5") || strings.HasSuffix(person.ID, "-6") {
					continue
				}
				answer = hidden
			}
			f := pulse.Form{Wave: w.ID, Token: key.Token(person.ID), Receipt: strings.Repeat(person.ID+".", 20)[:40], Revision: 1, Answers: pulse.Answers{}}
			for _, q := range plan.Questions {
				if q.Type == pulse.ENPS {
					f.Answers.Number(q.Key, 2*answer)
				} else if q.Scored() {
					f.Answers.Number(q.Key, answer)
				}
			}
			require.NoError(t, svc.Submit(ctx, f))
		}
		require.NoError(t, svc.Close(ctx, w.ID, "u1"))
		r, err := svc.Release(ctx, w.ID)
		require.NoError(t, err)
		for _, q := range r.Questions {
			for _, c := range q.Cells {
				require.NotEqual(t, hiddenTeam, c.Cell.Node)
				if c.Cell.Node != "co" && c.Cell.Node != "d2" {
					cells = append(cells, fmt.Sprint(month, q.Item, c.Cell, c.NBand, c.Score))
				}
			}
		}
		for i := range visibleTeams + 1 {
			outcome.Rows = append(outcome.Rows, series.Value{MetricID: "cx", TeamID: fmt.Sprint("t", i), Period: series.PeriodOf(now, series.Month), Value: float64(50 + (i*13+month*7)%40), N: 30})
		}
	}
	svcs := []panel.Source{panel.NewReleases(svc), outcome}
	link := linkage.NewService(s, paneltest.Tree(teams), svcs, ops, func() time.Time { return clock })
	run, err := link.Correlate(ctx, paneltest.Day("2026-01-01"), linkage.ByHand)
	require.NoError(t, err)
	_, fs, err := link.Report(ctx, run.ID)
	require.NoError(t, err)
	return run, fs, cells
}

// Whatever a team that is not shown answers, nothing downstream changes by it: no correlation, driver, rank, verdict or
// sentence, and no released cell but those of its own parents.
func TestAHiddenTeamsAnswersChangeNothingDownstream(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		hiddenCase{visible: 23, months: 6, open: func(t *testing.T) store.Store {
			s, err := sqlite.Open(t.Context(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "hidden.db")))
			require.NoError(t, err)
			return s
		}}.hold(t, 3, 1, 5)
	})
	t.Run("MongoDB", func(t *testing.T) {
		uri := os.Getenv("RAPPORT_TEST_MONGO")
		if uri == "" {
			if os.Getenv("RAPPORT_REQUIRE_MONGO") != "" {
				t.Fatal("a MongoDB server was promised (RAPPORT_REQUIRE_MONGO) but RAPPORT_TEST_MONGO is empty")
			}
			t.Skip("MongoDB left out: RAPPORT_TEST_MONGO names no server")
		}
		// Smaller: what comes after the release does not know the engine, and each answer is a transaction.
		hiddenCase{visible: 9, months: 3, open: func(t *testing.T) store.Store {
			before, after, _ := strings.Cut(uri, "/?")
			s, err := mongo.Open(t.Context(), strings.TrimRight(before, "/")+"/t"+ident.New()[:12]+"?"+after)
			require.NoError(t, err)
			return s
		}}.hold(t, 1, 5)
	})
}

func (x hiddenCase) hold(t *testing.T, first int, others ...int) {
	t.Helper()
	run, findings, cells := x.after(t, first)
	require.NotEmpty(t, findings)
	require.NotEmpty(t, cells)
	numbers := 0
	for _, f := range findings {
		if f.Naive.Value != nil && f.Naive.Gap == nil {
			numbers++
		}
	}
	if x.months > 3 {
		require.Positive(t, numbers, "there is something that could change")
	}
	for _, hidden := range others {
		r, fs, cs := x.after(t, hidden)
		require.Equal(t, cells, cs)
		require.Equal(t, findings, fs)
		require.Equal(t, run.Headline, r.Headline)
		require.Equal(t, run.Supported, r.Supported)
	}
}
