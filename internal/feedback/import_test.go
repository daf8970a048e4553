package feedback_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type bench struct {
	t     testing.TB
	store *sqlite.Store
	facts *fact.Service
	org   *org.Service
	*feedback.Service
}

func newBench(t testing.TB) *bench {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "x.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	tick := func() time.Time { now = now.Add(time.Millisecond); return now }
	f := fact.NewService(st, st, st, tick)
	return &bench{t: t, store: st, facts: f, org: org.NewService(st, tick), Service: feedback.NewService(f, st, tick)}
}

func mapping() intake.Mapping {
	return intake.Mapping{
		Kind: intake.Feedback, Team: "team", CreateTeams: true, SourceID: []string{"id"}, ScoreType: "csat", Relation: "transactional",
		Columns: map[string]string{"answered_at": "at", "score": "score"},
	}
}

func (b *bench) bring(body string, m intake.Mapping) (intake.Result, error) {
	return b.Import(context.Background(), fact.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", Mapping: m, By: auth.System("test")})
}

func (b *bench) put(body string, m intake.Mapping) intake.Result {
	b.t.Helper()
	res, err := b.bring(body, m)
	require.NoError(b.t, err)
	return res
}

// figures lists what the panel is given, as "metric team period value n".
func (b *bench) figures() []string {
	b.t.Helper()
	teams, err := b.store.Teams(context.Background(), org.Everything)
	require.NoError(b.t, err)
	name := map[string]string{}
	for _, x := range teams {
		name[x.ID] = x.Name
	}
	out := []string{}
	require.NoError(b.t, b.EachValue(context.Background(), org.Everything, series.Query{}, func(v series.Value) error {
		out = append(out, fmt.Sprintf("%s %s %s %.4g %d", strings.TrimPrefix(v.MetricID, "feedback."), name[v.TeamID], v.Period, v.Value, v.N))
		return nil
	}))
	slices.Sort(out)
	return out
}

const small = "id,team,at,score\n1,North,2026-01-02 10:00:00,5\n2,North,2026-01-09,2\n3,South,2026-02-01,4\n"

func TestAFileGoesInOnceAndAgainChangesNothing(t *testing.T) {
	b := newBench(t)
	res := b.put(small, mapping())
	require.Equal(t, intake.Result{ImportID: res.ImportID, Rows: 3, Imported: 3, TeamsCreated: 2}, res)
	want := []string{"csat.transactional North 2026-01 50 2", "csat.transactional South 2026-02 100 1"}
	require.Equal(t, want, b.figures())
	require.Equal(t, intake.Result{Rows: 3, Unchanged: 3}, b.put(small, mapping()))

	corrected := strings.Replace(small, "2026-01-09,2", "2026-01-09,4", 1)
	res = b.put(corrected, mapping())
	require.Equal(t, intake.Result{ImportID: res.ImportID, Rows: 3, Imported: 1, Unchanged: 2}, res)
	require.Equal(t, []string{"csat.transactional North 2026-01 100 2", "csat.transactional South 2026-02 100 1"}, b.figures())
	require.NoError(t, b.facts.Undo(context.Background(), auth.System("test"), res.ImportID))
	require.Equal(t, want, b.figures(), "undoing brings back what stood before")
}

func TestADryRunSaysTheSameAndStoresNothing(t *testing.T) {
	b := newBench(t)
	res, err := b.Import(context.Background(), fact.Input{File: strings.NewReader(small), Size: int64(len(small)), Name: "x.csv", Mapping: mapping(), By: auth.System("test"), DryRun: true})
	require.NoError(t, err)
	require.Equal(t, intake.Result{DryRun: true, Rows: 3, Imported: 3, TeamsCreated: 2}, res)
	require.Empty(t, b.figures())
	list, err := b.store.Batches(context.Background(), intake.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestRowsOfUnknownTeamsWaitUntilTheTeamIsThere(t *testing.T) {
	b := newBench(t)
	m := mapping()
	b.put("id,team,at,score\n9,North,2026-01-02,3\n", m)
	m.CreateTeams = false
	res := b.put(small, m)
	require.Equal(t, intake.Result{ImportID: res.ImportID, Rows: 3, Imported: 2, Queued: 1}, res)
	require.Equal(t, []string{"csat.transactional North 2026-01 33.33 3"}, b.figures())
	names, err := b.facts.UnattributedNames(context.Background(), intake.Feedback)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"South": 1}, names)
	queue, err := b.facts.Queue(context.Background())
	require.NoError(t, err)
	require.Equal(t, []fact.Waiting{{Kind: intake.Feedback, Name: "South", Facts: 1}}, queue)
	require.Equal(t, intake.Result{Rows: 3, Unchanged: 3}, b.put(small, m))

	_, err = b.org.CreateTeam(context.Background(), "test", org.NewTeam{Name: "South"})
	require.NoError(t, err)
	require.Equal(t, []string{"csat.transactional North 2026-01 33.33 3", "csat.transactional South 2026-02 100 1"}, b.figures())
	require.Equal(t, intake.Result{Rows: 3, Unchanged: 3}, b.put(small, m))
	queue, err = b.facts.Queue(context.Background())
	require.NoError(t, err)
	require.Empty(t, queue)
}

func TestRelationalAndTransactionalNeverPool(t *testing.T) {
	b := newBench(t)
	m := mapping()
	m.ScoreType = "nps"
	b.put("id,team,at,score\n1,N,2026-01-02,10\n2,N,2026-01-03,0\n3,N,2026-01-03,9\n4,N,2026-01-05,8\n", m)
	m.Relation = "relational"
	b.put("id,team,at,score\n5,N,2026-01-02,6\n", m)
	require.Equal(t, []string{"nps.relational N 2026-01 -100 1", "nps.transactional N 2026-01 25 4"}, b.figures())
}

func TestThePainsOfAnInteraction(t *testing.T) {
	b := newBench(t)
	m := mapping()
	m.WaitingUnit = "hours"
	m.Columns = map[string]string{"answered_at": "at", "score": "score", "waiting": "wait", "contacts": "contacts", "closed_at": "closed", "reopened": "again"}
	b.put("id,team,at,score,wait,contacts,closed,again\n1,N,2026-01-02,5,1,1,2026-01-03,no\n2,N,2026-01-02,1,3,3,,\n3,N,2026-01-02,1,2,2,2026-01-04,yes\n", m)
	require.Equal(t, []string{"closure N 2026-01 66.67 3", "contacts N 2026-01 2 3", "csat.transactional N 2026-01 33.33 3", "waiting N 2026-01 121.6 3"}, b.figures())
}

func TestWhatIsWrongInARowIsSaidWithItsPlace(t *testing.T) {
	comma, words := true, map[string]float64{"5 – very good": 5}
	for _, c := range []struct {
		name, body, code, column string
		line                     int
		change                   func(m *intake.Mapping)
	}{
		{name: "a date that can be read both ways", body: "id,team,at,score\n1,N,2026-01-02,5\n2,N,03/04/2026,4\n", code: "date_ambiguous", column: "at", line: 3},
		{name: "mixed date formats", body: "id,team,at,score\n1,N,13/04/2026,5\n2,N,04/14/2026,4\n", code: "date_impossible", column: "at", line: 3, change: func(m *intake.Mapping) { m.DateFormat = "DD/MM/YYYY" }},
		{name: "a time nobody can read", body: "id,team,at,score\n1,N,2026-01-02 25:61:00,5\n", code: "time_unreadable", column: "at", line: 2},
		{name: "a decimal comma", body: "id;team;at;score\n1;N;2026-01-02;4,5\n", code: "decimal_comma", column: "score", line: 2, change: func(m *intake.Mapping) { m.ScoreType, m.Metric = "free", "x" }},
		{name: "a thousands separator", body: "id;team;at;score\n1;N;2026-01-02;1,234\n", code: "number_ambiguous", column: "score", line: 2, change: func(m *intake.Mapping) { m.ScoreType, m.Metric = "free", "x" }},
		{name: "ten in a metric of one to five", body: "id,team,at,score\n1,N,2026-01-02,10\n", code: "score_out_of_scale", column: "score", line: 2},
		{name: "a mean for a score", body: "id,team,at,score\n1,N,2026-01-02,4.2\n", code: "score_not_whole", column: "score", line: 2},
		{name: "a score in words", body: "id,team,at,score\n1,N,2026-01-02,5 – very good\n", code: "score_text", column: "score", line: 2},
		{name: "a formula", body: "id,team,at,score\n1,N,2026-01-02,=1+4\n", code: "cell_formula", column: "score", line: 2},
		{name: "a day to come", body: "id,team,at,score\n1,N,2027-01-02,5\n", code: "date_future", column: "at", line: 2},
		{name: "no score and no words", body: "id,team,at,score\n1,N,2026-01-02,\n", code: "score_missing", column: "score", line: 2},
		{name: "no date", body: "id,team,at,score\n1,N,,4\n", code: "answered_at_missing", column: "at", line: 2},
		{name: "no id", body: "id,team,at,score\n,N,2026-01-02,4\n", code: "source_id_missing", column: "id", line: 2},
		{name: "one id, two answers", body: "id,team,at,score\n1,N,2026-01-02,4\n1,N,2026-01-02,5\n", code: "source_id_twice", column: "id", line: 3},
		{name: "a ragged row", body: "id,team,at,score\n1,N,2026-01-02\n", code: "row_ragged", line: 2},
		{name: "waiting below zero", body: "id,team,at,score,w\n1,N,2026-01-02,4,-3\n", code: "waiting_negative", column: "w", line: 2, change: func(m *intake.Mapping) { m.Columns["waiting"], m.WaitingUnit = "w", "days" }},
		{name: "not infinite", body: "id,team,at,score\n1,N,2026-01-02,1e309\n", code: "number_out_of_range", column: "score", line: 2},
		{name: "a value far outside with a comma declared", body: "id;team;at;score\n1;N;2026-01-02;4,5\n", code: "score_not_whole", column: "score", line: 2, change: func(m *intake.Mapping) { m.DecimalComma = &comma }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			m := mapping()
			if c.change != nil {
				c.change(&m)
			}
			good := strings.Split(c.body, "\n")[0]
			sep := good[2:3]
			body := c.body + strings.Join([]string{"99", "N", "2026-01-02", "5"}, sep) + strings.Repeat(sep, strings.Count(good, sep)-3) + "\n"
			res, err := b.bring(body, m)
			require.Equal(t, "import_rejected", errs.CodeOf(err))
			require.Zero(t, res.Imported)
			require.Equal(t, 1, res.Rejected)
			require.Len(t, res.Errors, 1)
			require.Equal(t, c.code, res.Errors[0].Code)
			require.Equal(t, c.line, res.Errors[0].Line)
			require.Equal(t, c.column, res.Errors[0].Column)
			require.Empty(t, b.figures(), "one bad row, and nothing is imported")
		})
	}
	b := newBench(t)
	m := mapping()
	m.ScoreValues = words
	require.Equal(t, 1, b.put("id,team,at,score\n1,N,2026-01-02,5 – Very good\n", m).Imported)
}

func TestWhatAFileMayBeWrittenLike(t *testing.T) {
	wide := func(s string) string {
		u := utf16.Encode([]rune(s))
		out := []byte{0xff, 0xfe}
		for _, c := range u {
			out = binary.LittleEndian.AppendUint16(out, c)
		}
		return string(out)
	}
	for name, body := range map[string]string{"bom": "\xef\xbb\xbf" + small, "utf-16": wide(small), "crlf": strings.ReplaceAll(small, "\n", "\r\n")} {
		require.Equal(t, 3, newBench(t).put(body, mapping()).Imported, name)
	}
	_, err := newBench(t).bring(strings.Replace(small, "North", "No\x00rth", 1), mapping())
	require.Equal(t, "file_holds_nul", errs.CodeOf(err))
	_, err = newBench(t).bring("id,team,at,score"+strings.Repeat(",x", 16_000)+"\n", mapping())
	require.Equal(t, "too_many_columns", errs.CodeOf(err))
	res, err := newBench(t).bring(small+"1,North,2026-01-02 10:00:00,5\n", mapping())
	require.NoError(t, err)
	require.Equal(t, 1, res.Unchanged, "the same row twice is one answer")
}

func TestAMappingThatCannotBeMeantIsRefused(t *testing.T) {
	for path, change := range map[string]func(m *intake.Mapping){
		"/source_id":           func(m *intake.Mapping) { m.SourceID = nil },
		"/score_type":          func(m *intake.Mapping) { m.ScoreType = "" },
		"/metric":              func(m *intake.Mapping) { m.ScoreType = "free" },
		"/relation":            func(m *intake.Mapping) { m.Relation = "" },
		"/columns/answered_at": func(m *intake.Mapping) { delete(m.Columns, "answered_at") },
		"/columns/score":       func(m *intake.Mapping) { delete(m.Columns, "score") },
		"/columns/colour":      func(m *intake.Mapping) { m.Columns["colour"] = "id" },
		"/waiting_unit":        func(m *intake.Mapping) { m.Columns["waiting"] = "id" },
		"/date_format":         func(m *intake.Mapping) { m.DateFormat = "DD" },
	} {
		m := mapping()
		change(&m)
		_, err := newBench(t).bring(small, m)
		var e *errs.Error
		require.ErrorAs(t, err, &e, path)
		require.Equal(t, "mapping_invalid", e.Code)
		require.Equal(t, path, e.Fields[0].Path)
	}
}

// The real file of 7,447 reviews goes in with the mapping that is suggested, and again changes nothing.
func TestTheOlistReviews(t *testing.T) {
	const folder = "../../../shared/real"
	if _, err := os.Stat(folder); err != nil {
		if _, there := os.Stat(filepath.Dir(folder)); there == nil && os.Getenv("CI") == "true" {
			t.Fatalf("../shared is there but unusable: %v", err)
		}
		t.Skip("left out: the real reviews are not here (../shared/real)")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "olist-reviews.csv"))
	require.NoError(t, err)
	b := newBench(t)
	body := string(raw)
	p, err := intake.Look(strings.NewReader(body), int64(len(body)), "olist-reviews.csv", intake.Options{})
	require.NoError(t, err)
	m, remembered, err := b.Suggest(context.Background(), p)
	require.NoError(t, err)
	require.False(t, remembered)
	require.Equal(t, []string{"review_id", "order_id"}, m.SourceID, "review_id alone is not unique")
	res := b.put(body, m)
	require.Equal(t, intake.Result{ImportID: res.ImportID, Rows: 7447, Imported: 7447, TeamsCreated: 19}, res)
	require.Equal(t, intake.Result{Rows: 7447, Unchanged: 7447}, b.put(body, m))
	m.SourceID = []string{"review_id"}
	_, err = b.bring(body, m)
	require.Equal(t, "import_rejected", errs.CodeOf(err))
}

// A formula of a workbook that carries no value is refused where a figure is wanted, never calculated.
func TestAFormulaInAWorkbook(t *testing.T) {
	x := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "id", "B1": "team", "C1": "at", "D1": "score", "A2": "1", "B2": "N", "C2": "2026-01-02"} {
		require.NoError(t, x.SetCellValue("Sheet1", cell, v))
	}
	require.NoError(t, x.SetCellFormula("Sheet1", "D2", "2+3"))
	buf, err := x.WriteToBuffer()
	require.NoError(t, err)
	res, err := newBench(t).Import(context.Background(), fact.Input{File: bytes.NewReader(buf.Bytes()), Size: int64(buf.Len()), Name: "x.xlsx", Mapping: mapping(), By: auth.System("test")})
	require.Equal(t, "import_rejected", errs.CodeOf(err))
	require.Equal(t, "cell_formula", res.Errors[0].Code)
}
