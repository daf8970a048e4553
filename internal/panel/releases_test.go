package panel_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/pulse"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

// Staff and business partners of one team answer the same questions in programmes of their own. The panel has a metric for
// each, and what was released when both shared their cells is a figure of neither.
func TestStaffAndPartnersNeverShareAFigure(t *testing.T) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "a.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	svc := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), func() time.Time { return now })
	lib, err := pulse.LoadLibrary()
	require.NoError(t, err)
	var asked []pulse.Question
	for _, q := range lib.Questions {
		if q.Type == pulse.ENPS {
			asked = append(asked, q)
		}
	}
	ask := func(p pulse.Programme, said int) {
		t.Helper()
		p.Version, p.Cadence = 1, pulse.Cadence{Rule: pulse.Monthly}
		require.NoError(t, s.PutProgramme(ctx, p))
		plan := pulse.Plan{
			ProgrammeID: p.ID, Title: p.Name, K: 5, Languages: lib.Languages, Questions: asked, Population: p.Audience.Population,
			OpensAt: now, ClosesAt: now.AddDate(0, 0, 7), Nodes: []pulse.Node{{ID: "a", Name: "A"}},
		}
		for i := range 6 {
			plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint(p.ID, i), Team: "a"})
		}
		w, key, err := svc.Launch(ctx, plan, "u1")
		require.NoError(t, err)
		for _, x := range plan.People {
			f := pulse.Form{Wave: w.ID, Token: key.Token(x.ID), Receipt: strings.Repeat(x.ID+".", 20)[:40], Revision: 1, Answers: pulse.Answers{}}
			for _, q := range asked {
				f.Answers.Number(q.Key, said)
			}
			require.NoError(t, svc.Submit(ctx, f))
		}
		require.NoError(t, svc.Close(ctx, w.ID, "u1"))
	}
	ask(pulse.Programme{ID: "staff", Name: "Pulse"}, 9)
	ask(pulse.Programme{ID: "partners", Name: "Pulse of partners", Audience: pulse.Audience{Population: pulse.Partners}}, 2)

	table, err := panel.Build(ctx, []org.Team{{ID: "a", Name: "A"}}, []panel.Source{panel.NewReleases(svc)}, now.AddDate(0, 1, 0))
	require.NoError(t, err)
	said := map[string]float64{}
	for _, m := range table.Metrics {
		if line := table.Line(m.ID); len(line) > 0 && m.Unit == "points" {
			require.Equal(t, series.EX, m.Kind)
			said[m.Name] = line[0].Value
		}
	}
	require.Equal(t, map[string]float64{"eNPS · Pulse": 60, "Partners: eNPS · Pulse of partners": -60}, said, "as coarse as anything released")

	old, err := svc.Releases(ctx)
	require.NoError(t, err)
	old[0].Population = "" // as a release from before the two were kept apart
	before := panel.NewReleases(ledger{old[:1], []pulse.Programme{{ID: old[0].ProgrammeID, Name: "Both", Audience: pulse.Audience{Pooled: true}}}})
	ms, err := before.Metrics(ctx)
	require.NoError(t, err)
	require.Empty(t, ms)
}

// ledger gives releases as an earlier version of the program wrote them.
type ledger struct {
	releases   []pulse.Release
	programmes []pulse.Programme
}

func (l ledger) Releases(context.Context) ([]pulse.Release, error)     { return l.releases, nil }
func (l ledger) Programmes(context.Context) ([]pulse.Programme, error) { return l.programmes, nil }
