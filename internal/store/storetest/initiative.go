package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/initiative"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/store"
)

func anInitiative(id string, minute int) initiative.Initiative {
	at := runAt.Add(time.Duration(minute) * time.Minute)
	return initiative.Initiative{
		ID: id, State: initiative.Draft, Version: 1, CreatedAt: at, EditedAt: at, CreatedBy: "u1",
		Plan: initiative.Plan{
			Name: "Coaching", Purpose: initiative.Skills, Side: initiative.EmployeeSide, Metric: "cx", Others: true, EndsOn: time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC),
			Costs:   []initiative.Cost{{Name: "coaches", Kind: initiative.Money, On: time.Date(2025, 1, 7, 0, 0, 0, 0, time.UTC), Amount: 6000000}},
			Treated: []initiative.Treated{{TeamID: "t1", On: time.Date(2025, 1, 7, 0, 0, 0, 0, time.UTC), Block: "north"}},
		},
	}
}

func entryOf(action, object string) audit.Entry {
	return audit.Entry{At: runAt, Actor: "u1", Action: action, Object: object}
}

func lastAudit(t *testing.T, s store.Store) audit.Entry {
	t.Helper()
	list, err := s.AuditEntries(context.Background(), 0, 1)
	require.NoError(t, err)
	require.Len(t, list, 1)
	return list[0]
}

func init() {
	add("initiative: kept, listed newest first, revised once per version", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Initiative(ctx, "i1")
		require.Equal(t, "initiative_unknown", errs.CodeOf(err))
		none, err := s.Initiatives(ctx)
		require.NoError(t, err)
		require.NotNil(t, none)
		require.NoError(t, s.AddInitiative(ctx, anInitiative("i1", 1), entryOf("initiative.add", "i1")))
		require.NoError(t, s.AddInitiative(ctx, anInitiative("i2", 2), entryOf("initiative.add", "i2")))
		list, err := s.Initiatives(ctx)
		require.NoError(t, err)
		require.Equal(t, []initiative.Initiative{anInitiative("i2", 2), anInitiative("i1", 1)}, list)

		next := anInitiative("i1", 1)
		next.Version, next.State, next.Hash = 2, initiative.Sealed, "abc"
		require.NoError(t, s.ReviseInitiative(ctx, next, nil, entryOf("initiative.seal", "i1")))
		require.Equal(t, "initiative.seal", lastAudit(t, s).Action)
		again := next
		again.Plan.Name = "somebody else"
		require.Equal(t, "initiative_changed", errs.CodeOf(s.ReviseInitiative(ctx, again, nil, entryOf("initiative.change", "i1"))))
		require.Equal(t, "initiative.seal", lastAudit(t, s).Action, "what was refused left no trace")
		got, err := s.Initiative(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, next, got)
	})
	add("initiative: a file's entries go in together or not at all", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		old := anInitiative("i1", 1)
		require.NoError(t, s.AddInitiative(ctx, old, entryOf("initiative.add", "i1")))
		old.Version, old.Plan.Name = 2, "Coaching in the north"
		stale := anInitiative("i1", 1)
		stale.Version = 3
		err := s.TakeInitiatives(ctx, []initiative.Initiative{anInitiative("i2", 2)}, []initiative.Initiative{stale}, entryOf("initiative.change", "i1"))
		require.Equal(t, "initiative_changed", errs.CodeOf(err))
		list, err := s.Initiatives(ctx)
		require.NoError(t, err)
		require.Len(t, list, 1, "nothing of it went in")
		require.NoError(t, s.TakeInitiatives(ctx, []initiative.Initiative{anInitiative("i2", 2)}, []initiative.Initiative{old}, entryOf("initiative.add", "i2"), entryOf("initiative.change", "i1")))
		list, err = s.Initiatives(ctx)
		require.NoError(t, err)
		require.Equal(t, []initiative.Initiative{anInitiative("i2", 2), old}, list)
	})
	add("initiative: changes of a sealed plan stay", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		i := anInitiative("i1", 1)
		require.NoError(t, s.AddInitiative(ctx, i, entryOf("initiative.add", "i1")))
		var want []initiative.Change
		for v := 2; v < 4; v++ {
			i.Version = v
			c := initiative.Change{InitiativeID: "i1", At: runAt, By: "u1", Reason: "typing error", Hash: "x", Fields: []initiative.FieldChange{{Field: "lag", Before: "0", After: "1"}}}
			want = append(want, c)
			require.NoError(t, s.ReviseInitiative(ctx, i, &c, entryOf("initiative.change", "i1")))
		}
		got, err := s.InitiativeChanges(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, err = s.InitiativeChanges(ctx, "other")
		require.NoError(t, err)
		require.NotNil(t, got)
		require.Empty(t, got)
	})
	add("initiative: outlook and evaluation, the newest replaces", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Outlook(ctx, "i1")
		require.Equal(t, "outlook_unknown", errs.CodeOf(err))
		_, err = s.Evaluation(ctx, "i1")
		require.Equal(t, "evaluation_unknown", errs.CodeOf(err))
		p := .02
		o := initiative.Outlook{InitiativeID: "i1", At: runAt, Grain: series.Week, Design: initiative.DiD, SmallestP: &p, Words: []evidence.Sentence{{Key: "initiative.outlook.mde"}}}
		require.NoError(t, s.SaveOutlook(ctx, o, entryOf("initiative.outlook", "i1")))
		o.Treated = 6
		require.NoError(t, s.SaveOutlook(ctx, o, entryOf("initiative.outlook", "i1")))
		got, err := s.Outlook(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, o, got)

		v := 1.5
		list := []initiative.Evaluation{
			{InitiativeID: "i1", AsOf: runAt, At: runAt, Version: 2, Effects: []initiative.Effect{{MetricID: "cx", Design: initiative.DiD, Grade: "B", Estimate: evidence.Estimate{Value: &v, Level: .9}}}},
			{InitiativeID: "i2", AsOf: runAt, At: runAt},
		}
		require.NoError(t, s.SaveEvaluations(ctx, list, entryOf("initiative.evaluate", "i1"), entryOf("initiative.evaluate", "i2")))
		require.Equal(t, "i2", lastAudit(t, s).Object)
		list[0].Effects[0].Grade = "A"
		require.NoError(t, s.SaveEvaluations(ctx, list[:1], entryOf("initiative.evaluate", "i1")))
		one, err := s.Evaluation(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, list[0], one)
		all, err := s.Evaluations(ctx)
		require.NoError(t, err)
		require.Equal(t, list, all)
	})
	add("initiative: settings keep every version once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Settings(ctx)
		require.Equal(t, "settings_unknown", errs.CodeOf(err))
		rate := .1
		for v := 1; v < 3; v++ {
			n := initiative.Settings{Version: v, Currency: "PLN", FiscalStart: 4, Discount: &rate, Chain: initiative.Chain{EX: "e", MarginPct: 30}, Prices: []initiative.Price{{Kind: "absence", Amount: int64(v), Source: "finance"}}, At: runAt, By: "u1"}
			require.NoError(t, s.SaveSettings(ctx, n, entryOf("settings.change", "returns")))
			require.Equal(t, "settings_changed", errs.CodeOf(s.SaveSettings(ctx, n, entryOf("settings.change", "returns"))))
			got, err := s.Settings(ctx)
			require.NoError(t, err)
			require.Equal(t, n, got)
			all, err := s.SettingsHistory(ctx)
			require.NoError(t, err)
			require.Len(t, all, v)
			require.Equal(t, n, all[0], "newest first")
		}
	})
	add("returns: statements replace what stood before, and keep a refusal", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Statement(ctx, "", returns.Organisation)
		require.Equal(t, "returns_unknown", errs.CodeOf(err))
		npv := int64(5)
		full := returns.Statement{
			Subject: returns.OfInitiative("i1"), Name: "Coaching", At: runAt, AsOf: runAt,
			Result: &returns.Result{Currency: "EUR", Investment: 100, ROI: returns.Return{Estimate: .2, P5: -.1, P95: .5, BCR: 1.2}, ROX: returns.Return{NotEnough: &returns.NotEnough{Reason: "chain_not_established", Missing: "x"}}, Cash: returns.Cash{NPV: &npv}},
		}
		bare := returns.Statement{Subject: returns.Organisation, At: runAt, AsOf: runAt, Refused: []errs.Field{{Path: "costs", Code: "no_investment"}}, Left: []returns.LeftOut{{Line: "calls", Reason: returns.LeftUngraded}}}
		require.NoError(t, s.SaveStatements(ctx, []returns.Statement{full, bare}, entryOf("returns.state", "returns")))
		full.Result.Investment = 101
		require.NoError(t, s.SaveStatements(ctx, []returns.Statement{full}, entryOf("returns.state", "returns")))
		require.Equal(t, "returns.state", lastAudit(t, s).Action)
		got, err := s.Statement(ctx, "", full.Subject)
		require.NoError(t, err)
		require.Equal(t, full, got)
		all, err := s.Statements(ctx, "", returns.KindOrganisation, returns.KindInitiative)
		require.NoError(t, err)
		require.Equal(t, []returns.Statement{full, bare}, all)
		some, err := s.Statements(ctx, "", returns.KindOrganisation)
		require.NoError(t, err)
		require.Equal(t, []returns.Statement{bare}, some)
		none, err := s.Statements(ctx, "")
		require.NoError(t, err)
		require.Equal(t, []returns.Statement{}, none)
	})
	add("returns: quarters stand beside whole windows, and teams are listed by pages", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		quarters, err := s.StatedQuarters(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{}, quarters)
		of := func(quarter string, subject returns.Subject) returns.Statement {
			return returns.Statement{Quarter: quarter, Subject: subject, At: runAt, AsOf: runAt, From: runAt, To: runAt}
		}
		list := []returns.Statement{of("", returns.Organisation), of("2025-Q4", returns.Organisation), of("2026-Q1", returns.Organisation)}
		for _, id := range []string{"c", "a", "b"} {
			list = append(list, of("2026-Q1", returns.OfTeam(id)))
		}
		require.NoError(t, s.SaveStatements(ctx, list, entryOf("returns.state", "returns")))
		require.NoError(t, s.SaveStatements(ctx, list, entryOf("returns.state", "returns")))
		quarters, err = s.StatedQuarters(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"2026-Q1", "2025-Q4"}, quarters)
		got, err := s.Statement(ctx, "2025-Q4", returns.Organisation)
		require.NoError(t, err)
		require.Equal(t, list[1], got)
		_, err = s.Statement(ctx, "2025-Q4", returns.OfTeam("a"))
		require.Equal(t, "returns_unknown", errs.CodeOf(err))
		page, err := s.StatementsAfter(ctx, "2026-Q1", returns.KindTeam, "", 2)
		require.NoError(t, err)
		require.Len(t, page, 2)
		require.Equal(t, returns.OfTeam("a"), page[0].Subject)
		page, err = s.StatementsAfter(ctx, "2026-Q1", returns.KindTeam, page[1].Subject, 2)
		require.NoError(t, err)
		require.Len(t, page, 1)
		require.Equal(t, returns.OfTeam("c"), page[0].Subject)
	})
}
