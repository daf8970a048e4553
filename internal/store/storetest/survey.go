package storetest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: a finished survey from elsewhere is released once and its rows are gone", surveyReleased)
	add("pulse: a finished survey with bad rows leaves nothing behind", surveyRefused)
	add("pulse: what a dead import of a survey left is swept, a living one is not disturbed", surveySwept)
	add("pulse: benchmarks stand once per figure, measure and source", benchmarks)
	add("pulse: rows of a survey are staged only while it is staging", surveyStages)
}

// surveyed is an organisation of four teams under one division, and a survey of theirs: a team of 4, of 6, of 10, of 20.
func surveyed(t *testing.T, s store.Store, now func() time.Time) (svc *pulse.Service, keys string) {
	t.Helper()
	people := org.NewService(s, now)
	joined := now().AddDate(-1, 0, 0)
	var rows []org.EmployeeRow
	for i, team := range []string{"A", "B", "C", "D"} {
		name, north := team, "North"
		rows = append(rows, org.EmployeeRow{ExternalID: fmt.Sprint(i), Name: &name, Team: team, Parent: north, JoinedOn: &joined})
	}
	res, err := people.PutEmployees(context.Background(), "u1", rows, org.Batch{CreateTeams: true})
	require.NoError(t, err)
	require.Zero(t, res.Rejected, "%+v", res)
	keys = t.TempDir()
	return pulse.NewService(s, s, pulse.NewKeyRing(keys), now), keys
}

func surveyMap() intake.Mapping {
	return intake.Mapping{Kind: intake.Survey, Team: "Team", Survey: &intake.SurveyMapping{
		Title: "Annual survey", On: "2025-11-30", Language: "en",
		Questions: []intake.SurveyQuestion{
			{Column: "Proud", Type: "scale5", Driver: "engagement", Values: map[string]int{"Fully": 5}},
			{Column: "Pace", Type: "scale", Low: 1, High: 4},
			{Column: "Why", Type: "comment"},
		},
	}}
}

func surveyRows(change func(team string, i int) string) []byte {
	var b strings.Builder
	b.WriteString("Team,Proud,Pace,Why\n")
	for _, x := range []struct {
		team string
		n    int
	}{{"A", 4}, {"B", 6}, {"C", 10}, {"D", 20}} {
		for i := range x.n {
			b.WriteString(change(x.team, i) + "\n")
		}
	}
	return []byte(b.String())
}

func goodRow(team string, i int) string {
	if i == 0 {
		return team + ",Fully,4,canary-" + team
	}
	return fmt.Sprintf("%s,%d,%d,canary-%s-%d", team, 1+i%5, 1+i%4, team, i)
}

func surveyIn(file []byte, m intake.Mapping) pulse.SurveyInput {
	return pulse.SurveyInput{File: bytes.NewReader(file), Size: int64(len(file)), Name: "survey.csv", Mapping: m, By: auth.System("u1")}
}

func surveyReleased(t *testing.T, s store.Store) {
	ctx := context.Background()
	now := func() time.Time { return pulseStart }
	svc, keys := surveyed(t, s, now)
	file := surveyRows(goodRow)
	dry := surveyIn(file, surveyMap())
	dry.DryRun = true
	res, err := svc.ImportSurvey(ctx, dry)
	require.NoError(t, err)
	require.Equal(t, 40, res.Imported)
	waves, err := svc.Waves(ctx)
	require.NoError(t, err)
	require.Empty(t, waves, "a trial leaves nothing")

	res, err = svc.ImportSurvey(ctx, surveyIn(file, surveyMap()))
	require.NoError(t, err)
	require.Equal(t, [4]int{40, 40, 0, 0}, [4]int{res.Rows, res.Imported, res.Unchanged, res.Rejected})
	w, err := svc.Wave(ctx, res.WaveID)
	require.NoError(t, err)
	require.Equal(t, pulse.Purged, w.State)
	require.Zero(t, w.Invited)
	for _, l := range w.Labels {
		require.Zero(t, l.Invited, "how many people a group has is not kept")
	}
	require.NoError(t, s.EachEnvelope(ctx, w.ID, func([]byte) error { t.Fatal("a row is left"); return nil }))
	left, err := os.ReadDir(keys)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, w.ID+".release", left[0].Name(), "its key is gone, a copy of what was published stays")

	r, err := svc.Release(ctx, w.ID)
	require.NoError(t, err)
	require.True(t, r.Imported)
	require.Equal(t, "2025-11-30", r.At.Format(time.DateOnly))
	require.Empty(t, r.Response)
	require.Zero(t, r.Proof.Derivable)
	shown := map[string]bool{}
	names := map[string]string{}
	for _, n := range r.Nodes {
		names[n.ID] = n.Name
	}
	for _, c := range r.Questions[0].Cells {
		shown[names[c.Cell.Node]] = true
	}
	require.True(t, shown["North"] && shown["C"] && shown["D"], "%v", shown)
	require.False(t, shown["A"], "four people are never shown")
	require.Len(t, r.Comments, 40)

	_, err = svc.ImportSurvey(ctx, surveyIn(file, surveyMap()))
	require.Equal(t, "survey_already_released", errs.CodeOf(err), "the same file again")
	one := surveyRows(func(team string, i int) string {
		if team == "B" && i == 5 {
			return "D,1,1,"
		}
		return goodRow(team, i)
	})
	_, err = svc.ImportSurvey(ctx, surveyIn(one, surveyMap()))
	require.Equal(t, "survey_already_released", errs.CodeOf(err), "one person elsewhere: the difference would tell")
	list, err := s.Releases(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)

	next := surveyMap()
	next.Survey.On, next.Survey.Questions[1].High = "2026-02-27", 5
	res, err = svc.ImportSurvey(ctx, surveyIn(file, next))
	require.NoError(t, err)
	later, err := svc.Release(ctx, res.WaveID)
	require.NoError(t, err)
	require.Equal(t, r.ProgrammeID, later.ProgrammeID, "surveys of one title are one line")
	require.Equal(t, [2]int{1, 2}, [2]int{later.Questions[0].Question.Version, later.Questions[1].Question.Version}, "another scale breaks the line")
}

func surveyRefused(t *testing.T, s store.Store) {
	ctx := context.Background()
	svc, keys := surveyed(t, s, func() time.Time { return pulseStart })
	bad := surveyRows(func(team string, i int) string {
		switch {
		case team == "C" && i == 1:
			return "C,canary-9,1,"
		case team == "C" && i == 2:
			return "Canary team,1,1,"
		case team == "C" && i == 3:
			return "C,1,1," + strings.Repeat("x", pulse.CommentLength+1)
		case team == "C" && i == 4:
			return "C,,,"
		}
		return goodRow(team, i)
	})
	in := surveyIn(bad, surveyMap())
	res, err := svc.ImportSurvey(ctx, in)
	require.Equal(t, "import_rejected", errs.CodeOf(err))
	require.Equal(t, [4]int{40, 0, 1, 3}, [4]int{res.Rows, res.Imported, res.Unchanged, res.Rejected})
	for _, f := range res.Errors {
		require.NotContains(t, f.Value+fmt.Sprint(f.Params), "canary-", "what somebody answered is in no report")
		require.True(t, f.Value == "" || f.Line == 0, "a team's name is not told beside a row")
	}
	few := surveyIn([]byte("Team,Proud,Pace,Why\nA,1,1,\nA,2,2,\nA,3,3,\nA,4,4,\n"), surveyMap())
	_, err = svc.ImportSurvey(ctx, few)
	require.Equal(t, "survey_too_small", errs.CodeOf(err))
	lead := surveyIn(surveyRows(goodRow), surveyMap())
	lead.By = auth.Principal{ID: "l", Role: auth.Lead, Scope: org.Teams("x")}
	_, err = svc.ImportSurvey(ctx, lead)
	require.Equal(t, errs.KindForbidden, errs.KindOf(err))
	wrong := surveyMap()
	wrong.Survey.Questions[1].Low, wrong.Survey.Questions[1].High = 0, 0
	_, err = svc.ImportSurvey(ctx, surveyIn(bad, wrong))
	require.Equal(t, "mapping_invalid", errs.CodeOf(err), "a scale is declared")
	waves, err := s.Waves(ctx)
	require.NoError(t, err)
	require.Empty(t, waves)
	left, err := os.ReadDir(keys)
	require.NoError(t, err)
	require.Empty(t, left)
}

func surveySwept(t *testing.T, s store.Store) {
	ctx := context.Background()
	at := pulseStart
	svc, keys := surveyed(t, s, func() time.Time { return at })
	ring := pulse.NewKeyRing(keys)
	key, err := ring.Create("survey-dead")
	require.NoError(t, err)
	dead := pulse.Wave{ID: "survey-dead", State: pulse.Staging, Imported: true, StagedAt: at, OpensAt: at, ClosesAt: at, Fingerprint: key.Fingerprint}
	require.NoError(t, s.LaunchWave(ctx, dead, nil, nil))
	require.NoError(t, s.StageEnvelopes(ctx, dead.ID, []pulse.Envelope{{ID: "x", Seal: []byte("sealed")}}))
	require.Equal(t, "import_running", errs.CodeOf(svc.Close(ctx, dead.ID, "u1")), "half a survey is never released")
	_, err = svc.CloseDue(ctx, "job")
	require.NoError(t, err)
	_, err = s.Wave(ctx, dead.ID)
	require.NoError(t, err, "it may still be coming in")
	at = at.Add(time.Hour)
	_, err = svc.CloseDue(ctx, "job")
	require.NoError(t, err)
	_, err = s.Wave(ctx, dead.ID)
	require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	require.NoError(t, s.EachEnvelope(ctx, dead.ID, func([]byte) error { t.Fatal("a row is left"); return nil }))
	left, err := os.ReadDir(keys)
	require.NoError(t, err)
	require.Empty(t, left)
}

func surveyStages(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	rows := []pulse.Envelope{{ID: "planted", Seal: []byte("x")}}
	require.Equal(t, "import_cut_off", errs.CodeOf(s.StageEnvelopes(ctx, p.w.ID, rows)), "nothing is slipped into an open wave")
	require.Equal(t, "import_cut_off", errs.CodeOf(s.StageEnvelopes(ctx, "nothing", rows)))
	require.NoError(t, s.DropSurvey(ctx, p.w.ID))
	_, err := s.Wave(ctx, p.w.ID)
	require.NoError(t, err, "only what is staging is dropped")
	require.NoError(t, p.svc.Submit(ctx, p.form("t1-0", 1, 4)))
}

func benchmarks(t *testing.T, s store.Store) {
	ctx := context.Background()
	svc := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), func() time.Time { return pulseStart })
	care := pulse.Benchmark{Figure: "care", Value: 70, Source: "Panel", On: pulseStart.AddDate(-1, 0, 0), N: 900}
	_, err := svc.SaveBenchmarks(ctx, []pulse.Benchmark{care, {Figure: "nothing", Value: 70, Source: "Panel", On: pulseStart}, {Figure: "care", Value: 170, Source: "Panel", On: pulseStart}}, "u1")
	require.Equal(t, "benchmark_invalid", errs.CodeOf(err))
	list, err := s.Benchmarks(ctx)
	require.NoError(t, err)
	require.Equal(t, []pulse.Benchmark{}, list, "all or none")
	saved, err := svc.SaveBenchmarks(ctx, []pulse.Benchmark{care}, "u1")
	require.NoError(t, err)
	care.Value, care.Source = 72, " panel "
	again, err := svc.SaveBenchmarks(ctx, []pulse.Benchmark{care}, "u1")
	require.NoError(t, err)
	require.Equal(t, saved[0].ID, again[0].ID)
	list, err = s.Benchmarks(ctx)
	require.NoError(t, err)
	require.Equal(t, again, list, "a newer one of the same source replaces it")
	require.NoError(t, svc.ForgetBenchmark(ctx, saved[0].ID, "u1"))
	require.Equal(t, "benchmark_unknown", errs.CodeOf(svc.ForgetBenchmark(ctx, saved[0].ID, "u1")))
}
