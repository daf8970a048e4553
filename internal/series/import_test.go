package series_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type bench struct {
	t     testing.TB
	store *sqlite.Store
	*series.Service
	now time.Time
}

func newBench(t testing.TB) *bench {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "x.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	b := &bench{t: t, store: st, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b.Service = series.NewService(st, st, st, func() time.Time { b.now = b.now.Add(time.Millisecond); return b.now })
	return b
}

var admin = auth.System("test")

func (b *bench) input(body string, m intake.Mapping) series.Input {
	return series.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", Mapping: m, By: admin}
}

func (b *bench) put(body string, m intake.Mapping) intake.Result {
	b.t.Helper()
	res, err := b.Import(context.Background(), b.input(body, m))
	require.NoError(b.t, err)
	return res
}

// values lists what may be used, as "metric team period value n".
func (b *bench) values() []string {
	b.t.Helper()
	metrics, err := b.Metrics(context.Background())
	require.NoError(b.t, err)
	teams, err := b.store.Teams(context.Background(), org.Everything)
	require.NoError(b.t, err)
	name := map[string]string{}
	for _, m := range metrics {
		name[m.ID] = m.Key
	}
	for _, x := range teams {
		name[x.ID] = x.Name
	}
	out := []string{}
	require.NoError(b.t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(v series.Value) error {
		out = append(out, fmt.Sprintf("%s %s %s %g %d", name[v.MetricID], name[v.TeamID], v.Period, v.Value, v.N))
		return nil
	}))
	slicesSort(out)
	return out
}

func slicesSort(s []string) {
	for i := range s {
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

func cx(column string) intake.MetricMapping {
	return intake.MetricMapping{Column: column, Metric: column, Kind: "cx", HigherIsBetter: true, Aggregation: "mean"}
}

func ex(column string) intake.MetricMapping {
	m := cx(column)
	m.Kind = "ex"
	return m
}

func wide(metrics ...intake.MetricMapping) intake.Mapping {
	return intake.Mapping{Kind: intake.Series, Team: "team", Period: "period", CreateTeams: true, Metrics: metrics}
}

func TestWideFileGoesInAndAgainChangesNothing(t *testing.T) {
	b := newBench(t)
	m := wide(cx("nps"), ex("engagement"))
	m.Respondents = "n"
	body := "team,period,n,nps,engagement\nA,2025-01,12,30,4.5\nA,2025-02,4,31,4.25\nB,2025-01,,32,\n"
	try := b.input(body, m)
	try.DryRun = true
	dry, err := b.Import(context.Background(), try)
	require.NoError(t, err)
	require.Equal(t, intake.Result{DryRun: true, Rows: 3, Imported: 3, TeamsCreated: 2, MetricsCreated: 2, HeldBack: 1}, dry)
	require.Empty(t, b.values())

	res := b.put(body, m)
	require.NotEmpty(t, res.ImportID)
	res.ImportID = ""
	require.Equal(t, intake.Result{Rows: 3, Imported: 3, TeamsCreated: 2, MetricsCreated: 2, HeldBack: 1}, res)
	want := []string{"engagement A 2025-01 4.5 12", "nps A 2025-01 30 12", "nps A 2025-02 31 4", "nps B 2025-01 32 0"}
	require.Equal(t, want, b.values(), "four respondents are too few for a figure about employees")

	edition, err := b.store.Edition(context.Background())
	require.NoError(t, err)
	again := b.put(body, m)
	require.Equal(t, intake.Result{Rows: 3, Unchanged: 3, HeldBack: 1}, again)
	after, err := b.store.Edition(context.Background())
	require.NoError(t, err)
	require.Equal(t, edition, after, "nothing was written")

	changed := b.put(strings.Replace(body, "31,", "33,", 1), m)
	require.Equal(t, 1, changed.Imported)
	require.Equal(t, 2, changed.Unchanged)
	require.Contains(t, b.values(), "nps A 2025-02 33 4")
}

func TestUndoRestoresWhatStoodBefore(t *testing.T) {
	b := newBench(t)
	first := b.put("team,period,nps\nA,2025-01,1\nA,2025-02,2\n", wide(cx("nps")))
	before := b.values()
	m := wide(cx("nps"), cx("csat"))
	second := b.put("team,period,nps,csat\nA,2025-02,20,5\nA,2025-03,30,6\nNew,2025-03,7,8\n", m)
	require.Len(t, b.values(), 7)
	require.NoError(t, b.Undo(context.Background(), admin, second.ImportID))
	require.Equal(t, before, b.values())
	teams, err := b.store.Teams(context.Background(), org.Everything)
	require.NoError(t, err)
	require.Len(t, teams, 1, "the team that came with the import is gone")
	metrics, err := b.Metrics(context.Background())
	require.NoError(t, err)
	require.Len(t, metrics, 1)
	require.Equal(t, "import_not_undoable", errs.CodeOf(b.Undo(context.Background(), admin, second.ImportID)))
	third := b.put("team,period,nps,csat\nA,2025-02,20,5\nA,2025-03,30,6\nNew,2025-03,7,8\n", m)
	require.Equal(t, 3, third.Imported)
	require.NoError(t, b.Undo(context.Background(), admin, first.ImportID), "an older one can go, too")
	require.NotContains(t, b.values(), "nps A 2025-01 1 0")
	require.Contains(t, b.values(), "nps A 2025-02 20 0")
	teams, err = b.store.Teams(context.Background(), org.Everything)
	require.NoError(t, err)
	require.Len(t, teams, 2, "a team that other figures stand on stays")
	require.Equal(t, errs.KindNotFound, errs.KindOf(b.Undo(context.Background(), admin, "nobody")))
	hr := admin
	hr.Role = auth.HR
	require.Equal(t, errs.KindForbidden, errs.KindOf(b.Undo(context.Background(), hr, third.ImportID)), "HR does not undo CX figures")
}

func TestLongFileAndOwnRespondents(t *testing.T) {
	b := newBench(t)
	m := wide(cx("wait"), ex("engagement"))
	m.Long = &intake.LongMapping{Metric: "what", Value: "value"}
	m.Metrics[1].Respondents = "n"
	m.Ignore = []string{"comment"}
	res := b.put("team,period,what,value,n\nA,2025-W14,wait,3,9\nA,2025-W14,engagement,4,9\nA,2025-W14,comment,hello,9\n", m)
	require.Equal(t, 2, res.Imported)
	require.Equal(t, 1, res.Unchanged)
	require.Equal(t, []string{"engagement A 2025-W14 4 9", "wait A 2025-W14 3 0"}, b.values())
}

func TestFinerRowsAreAggregated(t *testing.T) {
	b := newBench(t)
	m := wide(cx("score"), cx("orders"), cx("stock"))
	m.Grain, m.Aggregate, m.Respondents = "month", true, "n"
	m.Metrics[1].Aggregation, m.Metrics[2].Aggregation = "sum", "last"
	body := "team,period,n,score,orders,stock\nA,2025-01-31,30,5,1,7\nA,2025-01-01,10,1,2,8\nB,2025-01-01,10,1,2,8\nB,2025-01-02,,4,2,9\n"
	res := b.put(body, m)
	require.Equal(t, 4, res.Imported)
	require.Equal(t, []string{"orders A 2025-01 3 40", "orders B 2025-01 4 0", "score A 2025-01 4 40", "score B 2025-01 2.5 0", "stock A 2025-01 7 40", "stock B 2025-01 9 0"}, b.values())
	require.Equal(t, 4, b.put(body, m).Unchanged)
	m.Respondents, m.CountRows = "", true
	require.Equal(t, 4, b.put(body, m).Imported, "the counts are other ones")
	require.Contains(t, b.values(), "score A 2025-01 3 2")
}

func TestTeamsAreFoundByIDCodeAndNameAndCreatedWithTheirParents(t *testing.T) {
	b := newBench(t)
	m := wide(cx("nps"))
	m.TeamName, m.Parent = "name", "parent"
	res := b.put("team,name,parent,period,nps\nX1,North,Sales,2025,1\nX2,North,Sales,2025,2\nX3,South,,2024,3\nX3,South West,,2025,3\n", m)
	require.Equal(t, 4, res.TeamsCreated)
	teams, err := b.store.Teams(context.Background(), org.Everything)
	require.NoError(t, err)
	byCode := map[string]org.Team{}
	for _, x := range teams {
		byCode[x.ExternalID] = x
	}
	require.Equal(t, "North", byCode["X1"].Name)
	require.Equal(t, "North (X2)", byCode["X2"].Name, "two teams of one name could not be told apart")
	require.Equal(t, "South West", byCode["X3"].Name, "the newest name stands")
	require.Equal(t, "2024-01-01", byCode["X3"].CreatedOn.Format("2006-01-02"))
	require.Equal(t, byCode["Sales"].ID, byCode["X1"].ParentID)
	plain := wide(cx("nps"))
	plain.CreateTeams = false
	res = b.put("team,period,nps\n"+byCode["X1"].ID+",2026,1\nX2,2026,2\nsouth west,2026,3\n", plain)
	require.Equal(t, 3, res.Imported)
	require.Zero(t, res.TeamsCreated)
}

func TestEachBadRowIsNamedAndNothingGoesIn(t *testing.T) {
	no := false
	for name, c := range map[string]struct {
		body  string
		edit  func(m *intake.Mapping)
		want  []errs.Field
		count int
	}{
		"text, NaN, Inf, 1e309": {body: "team,period,nps\nA,2025-01,1\nA,2025-02,good\nA,2025-03,NaN\nA,2025-04,-Inf\nA,2025-05,1e309\n", want: []errs.Field{
			{Line: 3, Column: "nps", Code: "not_a_number", Value: "good"},
			{Line: 4, Column: "nps", Code: "not_finite", Value: "NaN"},
			{Line: 5, Column: "nps", Code: "not_finite", Value: "-Inf"},
			{Line: 6, Column: "nps", Code: "number_out_of_range", Value: "1e309"},
		}},
		"unknown and missing team": {body: "team,period,nps\nA,2025-01,1\n,2025-01,2\n", edit: func(m *intake.Mapping) { m.CreateTeams = false }, want: []errs.Field{
			{Line: 2, Column: "team", Code: "team_unknown", Value: "A"}, {Line: 3, Column: "team", Code: "team_missing"},
		}},
		"periods": {body: "team,period,nps\nA,2025-13,1\nA,2025-02-30,1\nA,spring,1\nA,,1\nA,2025-W54,1\nA,0000,1\n", want: []errs.Field{
			{Line: 2, Column: "period", Code: "period_impossible", Value: "2025-13"},
			{Line: 3, Column: "period", Code: "period_impossible", Value: "2025-02-30"},
			{Line: 4, Column: "period", Code: "period_unreadable", Value: "spring"},
			{Line: 5, Column: "period", Code: "period_missing"},
			{Line: 6, Column: "period", Code: "period_impossible", Value: "2025-W54"},
			{Line: 7, Column: "period", Code: "period_impossible", Value: "0000"},
		}},
		"ambiguous date": {body: "team,period,nps\nA,03/04/2026,1\nA,13/04/2026,1\n", want: []errs.Field{
			{Line: 2, Column: "period", Code: "date_ambiguous", Value: "03/04/2026"}, {Line: 3, Column: "period", Code: "date_format_needed", Value: "13/04/2026"},
		}},
		"year where months are wanted": {body: "team,period,nps\nA,2025,1\n", edit: func(m *intake.Mapping) { m.Grain = "month" }, want: []errs.Field{
			{Line: 2, Column: "period", Code: "period_too_coarse", Value: "2025"},
		}},
		"the same figure twice": {body: "team,period,nps\nA,2025-01,1\nB,2025-01,1\nA,2025-01,2\n", want: []errs.Field{
			{Line: 4, Column: "nps", Code: "figure_twice", Params: map[string]any{"first": 2, "period": "2025-01"}},
		}},
		"notations": {body: "team;period;nps\nA;2025-01;3,5\nA;2025-02;1,234\n", want: []errs.Field{
			{Line: 2, Column: "nps", Code: "decimal_comma", Value: "3,5"}, {Line: 3, Column: "nps", Code: "number_ambiguous", Value: "1,234"},
		}},
		"decimal point said": {body: "team;period;nps\nA;2025-01;3,5\n", edit: func(m *intake.Mapping) { m.DecimalComma = &no }, want: []errs.Field{
			{Line: 2, Column: "nps", Code: "not_a_number", Value: "3,5"},
		}},
		"count": {body: "team,period,nps,n\nA,2025-01,1,2.5\nA,2025-02,1,-3\n", edit: func(m *intake.Mapping) { m.Respondents = "n" }, want: []errs.Field{
			{Line: 2, Column: "n", Code: "not_a_count", Value: "2.5"}, {Line: 3, Column: "n", Code: "not_a_count", Value: "-3"},
		}},
		"ragged": {body: "team,period,nps\nA,2025-01\nA,2025-02,x\n", want: []errs.Field{
			{Line: 2, Code: "row_ragged", Params: map[string]any{"found": 2, "expected": 3}}, {Line: 3, Column: "nps", Code: "not_a_number", Value: "x"},
		}},
		"two parents": {body: "team,period,nps,p\nA,2025-01,1,X\nA,2025-02,1,Y\n", edit: func(m *intake.Mapping) { m.Parent = "p" }, want: []errs.Field{
			{Line: 3, Column: "p", Code: "team_parent_differs", Value: "Y", Params: map[string]any{"other": "X"}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			m := wide(cx("nps"))
			if c.edit != nil {
				c.edit(&m)
			}
			res, err := b.Import(context.Background(), b.input(c.body, m))
			var e *errs.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, "import_rejected", e.Code)
			require.Equal(t, c.want, res.Errors)
			require.Equal(t, c.want, e.Fields)
			require.Equal(t, len(c.want), res.Rejected)
			require.Zero(t, res.Imported)
			try := b.input(c.body, m)
			try.DryRun = true
			dry, err := b.Import(context.Background(), try)
			require.NoError(t, err)
			require.Equal(t, c.want, dry.Errors)
			require.Empty(t, b.values())
			teams, err := b.store.Teams(context.Background(), org.Everything)
			require.NoError(t, err)
			require.Empty(t, teams)
		})
	}
}

func TestMappingsThatCannotBeMeantAreRefused(t *testing.T) {
	b := newBench(t)
	for _, m := range []intake.Mapping{
		{},
		{Kind: intake.Series, Team: "team", Period: "period"},
		wide(cx("a b")), wide(cx("nps"), cx("nps")),
		wide(intake.MetricMapping{Column: "nps", Metric: "nps", Kind: "kx", Aggregation: "max", DefaultLag: 99}),
	} {
		_, err := b.Import(context.Background(), b.input("team,period,nps\nA,2025,1\n", m))
		require.Equal(t, "mapping_invalid", errs.CodeOf(err))
	}
	_, err := b.Import(context.Background(), b.input("team,period\nA,2025\n", wide(cx("nps"), cx("ces"))))
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "column_missing", e.Code)
	require.Len(t, e.Fields, 2)
	_, err = b.Import(context.Background(), b.input("team,period,nps,nps\nA,2025,1,2\n", wide(cx("nps"))))
	require.Equal(t, "column_twice", errs.CodeOf(err))
	b.put("team,period,nps\nA,2025,1\n", wide(cx("nps")))
	_, err = b.Import(context.Background(), b.input("team,period,nps\nA,2025,2\n", wide(ex("nps"))))
	require.Equal(t, "mapping_invalid", errs.CodeOf(err), "the catalogue says otherwise")
	_, err = intake.ParseMapping([]byte(`{"kind":"series","metriks":[]}`))
	require.Equal(t, "mapping_unreadable", errs.CodeOf(err))
}

func TestRolesImportTheirOwnKinds(t *testing.T) {
	b := newBench(t)
	hr := admin
	hr.Role = auth.HR
	in := b.input("team,period,nps\nA,2025,1\n", wide(cx("nps")))
	in.By = hr
	_, err := b.Import(context.Background(), in)
	require.Equal(t, "import_not_allowed", errs.CodeOf(err))
	in.By.Role = auth.CX
	_, err = b.Import(context.Background(), in)
	require.NoError(t, err, "the organisation is empty: the file may make its teams")
	in = b.input("team,period,nps\nB,2025,1\n", wide(cx("nps")))
	in.By.Role = auth.CX
	_, err = b.Import(context.Background(), in)
	require.Equal(t, "teams_not_allowed", errs.CodeOf(err))
}

func TestUnsureEncodingIsAskedAbout(t *testing.T) {
	b := newBench(t)
	body := "team,period,nps\n\xa3\xf3d\x9f,2025,1\n"
	m := wide(cx("nps"))
	_, err := b.Import(context.Background(), b.input(body, m))
	require.Equal(t, "encoding_unsure", errs.CodeOf(err))
	m.Encoding = "windows-1250"
	b.put(body, m)
	require.Equal(t, []string{"nps Łódź 2025 1 0"}, b.values())
}

func TestHospitalTrustsGoInWhole(t *testing.T) {
	body := realFile(t, "nhs-trusts-2012-2019.csv")
	b := newBench(t)
	p, err := intake.Look(bytes.NewReader(body), int64(len(body)), "nhs.csv", intake.Options{})
	require.NoError(t, err)
	m, remembered, err := b.Suggest(context.Background(), p)
	require.NoError(t, err)
	require.False(t, remembered)
	res := b.put(string(body), m)
	res.ImportID = ""
	require.Equal(t, 1084, res.Rows)
	require.Equal(t, 1084, res.Imported)
	require.Equal(t, 146, res.TeamsCreated)
	require.Equal(t, 5, res.MetricsCreated)
	require.Equal(t, 1084, b.put(string(body), m).Unchanged)
	m2, remembered, err := b.Suggest(context.Background(), p)
	require.NoError(t, err)
	require.True(t, remembered)
	m.CreateTeams = false
	require.Equal(t, m, m2)
}

func TestShopReviewsGoInByStateAndMonth(t *testing.T) {
	body := realFile(t, "olist-reviews.csv")
	b := newBench(t)
	p, err := intake.Look(bytes.NewReader(body), int64(len(body)), "olist.csv", intake.Options{})
	require.NoError(t, err)
	m, _, err := b.Suggest(context.Background(), p)
	require.NoError(t, err)
	res := b.put(string(body), m)
	require.Equal(t, 7447, res.Rows)
	require.Equal(t, 7447, res.Imported)
	require.Equal(t, 7447, b.put(string(body), m).Unchanged)
	n := 0
	require.NoError(t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(v series.Value) error { n += v.N; return nil }))
	require.Equal(t, 7447, n, "each review is counted once")
}
