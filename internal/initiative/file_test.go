package initiative_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/series"
)

const ledgerFile = `Initiative,Purpose,Side,Outcome,Control,Lag,Ends on,Team,Starts on,Role,Block,By lot,Drawn by,Expected effect,Confidence,Cost name,Cost kind,Cost date,Amount,Hours,Currency,Exchange rate,Benefit,Benefit kind,Units,Price,Price source
Coaching,skills,employee,Satisfaction,rain,1,2024-12-31,Team t00,2024-01-01,,n,yes,HR,3,0.7,coaches,money,2024-01-01,60000.00,,,,calls,cost to serve,8000,6.50,finance: a call
Coaching,,,,,,,Team t01,2024-02-01,treated,n,,,,,trainers' time,hours,2024-01-01,45,1200,,,,,,,
Coaching,,,,,,,Team t08,,comparison,n,,,,,licences,licences,2024-01-01,40000,,PLN,0.25,,,,,
Coaching,,,,,,,Team t09,,comparison,n,,,,,,,,,,,,,,,,
"New desks",process,customer,cx,,,2024-12-31,Team t02,2024-01-01,,,,,,,desks,roll-out,2024-01-01,12000,,,,,,,,
`

func openLedger(t testing.TB, text string) (*intake.File, intake.Mapping) {
	t.Helper()
	src := bytes.NewReader([]byte(text))
	p, err := intake.Look(src, src.Size(), "ledger.csv", intake.Options{})
	require.NoError(t, err)
	f, err := intake.Open(src, src.Size(), "ledger.csv", intake.Options{})
	require.NoError(t, err)
	return f, initiative.SuggestColumns(p)
}

func TestALedgerComesInFromAFile(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	e := newEnv(t, teams, src, "2023-11-15")
	ctx := context.Background()
	f, m := openLedger(t, ledgerFile)
	require.Empty(t, m.Ignore, "every heading is recognised")
	dry, err := e.ImportFile(ctx, "u1", f, m, true)
	require.NoError(t, err)
	require.Empty(t, dry.Errors)
	require.Equal(t, 5, dry.Imported)
	list, err := e.List(ctx)
	require.NoError(t, err)
	require.Empty(t, list, "a dry run stores nothing")

	f, m = openLedger(t, ledgerFile)
	res, err := e.ImportFile(ctx, "u1", f, m, false)
	require.NoError(t, err)
	require.Equal(t, 5, res.Imported)
	list, err = e.List(ctx)
	require.NoError(t, err)
	require.Len(t, list, 2)
	byName := map[string]initiative.Plan{}
	for _, v := range list {
		byName[v.Plan.Name] = v.Plan
	}
	p := byName["Coaching"]
	require.Equal(t, []initiative.Treated{{TeamID: "t00", On: paneltest.Day("2024-01-01"), Block: "n"}, {TeamID: "t01", On: paneltest.Day("2024-02-01"), Block: "n"}}, p.Treated)
	require.Equal(t, []initiative.Comparison{{TeamID: "t08", Block: "n"}, {TeamID: "t09", Block: "n"}}, p.Comparison)
	require.False(t, p.Others)
	require.Equal(t, "cx", p.Metric)
	require.Equal(t, 1, p.Lag)
	require.True(t, p.Assignment.Drawn)
	require.Equal(t, int64(6_000_000), p.Costs[0].Amount)
	require.InDelta(t, 5_400_000, p.Costs[1].InLedger(), 1e-9)
	require.InDelta(t, 1_000_000, p.Costs[2].InLedger(), 1e-9, "a quarter of 40,000 zloty")
	require.Equal(t, initiative.Benefit{Name: "calls", Kind: "cost_to_serve", Units: 8000, Price: 650, PriceSource: "finance: a call"}, p.Benefits[0])
	require.True(t, byName["New desks"].Others, "without teams to compare with: all others")

	f, m = openLedger(t, ledgerFile)
	res, err = e.ImportFile(ctx, "u1", f, m, false)
	require.NoError(t, err)
	require.Equal(t, 5, res.Unchanged, "the same file again changes nothing")
	require.Zero(t, res.Imported)

	f, m = openLedger(t, strings.Replace(ledgerFile, "60000.00", "61000.00", 1))
	res, err = e.ImportFile(ctx, "u1", f, m, false)
	require.NoError(t, err)
	require.Equal(t, 4, res.Imported, "the rows of the draft that changed")
	require.Equal(t, 1, res.Unchanged)

	e.now = paneltest.Day("2024-01-02")
	_, err = e.SealDue(ctx, "job", e.now)
	require.NoError(t, err)
	f, m = openLedger(t, ledgerFile)
	res, err = e.ImportFile(ctx, "u1", f, m, false)
	require.NoError(t, err)
	require.Equal(t, "sealed_plan_in_file", res.Errors[0].Code, "a sealed plan is not changed from a file")
	require.Equal(t, 2, res.Errors[0].Line)
	require.Zero(t, res.Imported)
}

// A workbook gives the same plans as the text file: numbers come as cells, days as text.
func TestALedgerComesInFromAWorkbook(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(ledgerFile)).ReadAll()
	require.NoError(t, err)
	book := excelize.NewFile()
	defer func() { require.NoError(t, book.Close()) }()
	for r, row := range rows {
		for c, v := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			require.NoError(t, err)
			if x, err := strconv.ParseFloat(v, 64); err == nil {
				require.NoError(t, book.SetCellValue("Sheet1", cell, x))
			} else {
				require.NoError(t, book.SetCellValue("Sheet1", cell, v))
			}
		}
	}
	var file bytes.Buffer
	require.NoError(t, book.Write(&file))

	plans := func(name string, content []byte) []initiative.Plan {
		src, teams := company(12, 24, 6, 12, 0)
		e := newEnv(t, teams, src, "2023-11-15")
		read := bytes.NewReader(content)
		p, err := intake.Look(read, read.Size(), name, intake.Options{})
		require.NoError(t, err)
		f, err := intake.Open(read, read.Size(), name, intake.Options{})
		require.NoError(t, err)
		res, err := e.ImportFile(context.Background(), "u1", f, initiative.SuggestColumns(p), false)
		require.NoError(t, err)
		require.Empty(t, res.Errors)
		list, err := e.List(context.Background())
		require.NoError(t, err)
		out := []initiative.Plan{}
		for _, v := range list {
			out = append(out, v.Plan)
		}
		slices.SortFunc(out, func(a, b initiative.Plan) int { return strings.Compare(a.Name, b.Name) })
		return out
	}
	fromText := plans("ledger.csv", []byte(ledgerFile))
	require.Len(t, fromText, 2)
	require.Equal(t, fromText, plans("ledger.xlsx", file.Bytes()))
}

// Every bad input has its own message in three languages, at its line and column, and nothing goes in.
func TestBadLedgerFiles(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	ctx := context.Background()
	for code, x := range map[string]struct {
		old, new string
		line     int
		column   string
	}{
		"negative_cost":              {"60000.00", "-60000", 2, "Amount"},
		"cost_currency_without_rate": {"PLN,0.25", "PLN,", 4, "Exchange rate"},
		"currency_invalid":           {"PLN,0.25", "zloty,0.25", 4, "Currency"},
		"end_before_start":           {"1,2024-12-31,Team t00", "1,2023-12-31,Team t00", 2, "Starts on"},
		"price_without_source":       {"finance: a call", "", 2, "Price source"},
		"team_unknown":               {"Team t01", "Team nowhere", 3, "Team"},
		"team_named_twice":           {"Team t09", "Team t00", 5, "Team"},
		"metric_unknown":             {"Satisfaction", "Love", 2, "Outcome"},
		"control_is_outcome":         {",rain,", ",cx,", 2, "Control"},
		"date_impossible":            {"2024-02-01", "2024-02-31", 3, "Starts on"},
		"cost_kind_unknown":          {"roll-out", "magic", 6, "Cost kind"},
		"unknown_kind":               {"cost to serve", "joy", 2, "Benefit kind"},
		"purpose_unknown":            {"process,customer", "luck,customer", 6, "Purpose"},
		"team_role_unknown":          {",,comparison,n,,,,,licences", ",,bystander,n,,,,,licences", 4, "Role"},
		"yes_or_no":                  {",yes,HR", ",perhaps,HR", 2, "By lot"},
		"initiative_rows_differ":     {"Coaching,,,,,,,Team t09", "Coaching,process,,,,,,Team t09", 5, "Purpose"},
		"row_ragged":                 {"\"New desks\",process", "\"New desks\"", 6, ""},
	} {
		e := newEnv(t, teams, src, "2023-11-15")
		require.Contains(t, ledgerFile, x.old, code)
		f, m := openLedger(t, strings.Replace(ledgerFile, x.old, x.new, 1))
		res, err := e.ImportFile(ctx, "u1", f, m, false)
		require.NoError(t, err, code)
		codes := []string{}
		found := false
		for _, fault := range res.Errors {
			codes = append(codes, fault.Code)
			found = found || fault.Code == code && fault.Line == x.line && (x.column == "" || fault.Column == x.column)
		}
		require.Contains(t, codes, code)
		require.True(t, found, "%s: %+v", code, res.Errors)
		require.Positive(t, res.Rejected)
		require.Zero(t, res.Imported)
		list, err := e.List(ctx)
		require.NoError(t, err)
		require.Empty(t, list, code)
		for _, loc := range []string{"en", "he", "pl"} {
			require.True(t, i18n.Has("error."+code), code)
			require.NotEqual(t, "error."+code, i18n.Text(loc, "error."+code, nil))
		}
	}
}

func TestALedgerFileNeedsItsColumns(t *testing.T) {
	src, teams := company(12, 24, 6, 12, 0)
	e := newEnv(t, teams, src, "2023-11-15")
	f, m := openLedger(t, "Initiative,Team\nX,Team t00\n")
	_, err := e.ImportFile(context.Background(), "u1", f, m, false)
	require.ErrorContains(t, err, "mapping_field_missing")
	f, m = openLedger(t, ledgerFile)
	m.Columns["luck"] = "Team"
	_, err = e.ImportFile(context.Background(), "u1", f, m, false)
	require.ErrorContains(t, err, "mapping_field_unknown")
}

func FuzzLedgerFile(f *testing.F) {
	f.Add([]byte(ledgerFile))
	f.Add([]byte("name;outcome;ends on;team;start\na;cx;31.12.2024;t00;1.1.2024\n"))
	src := &paneltest.Figures{List: []series.Metric{{ID: "cx", Key: "cx", Name: "Satisfaction", Kind: series.CX, Aggregation: series.Mean}}}
	_, teams := company(4, 2, 2, 1, 0)
	e := newEnv(f, teams, src, "2023-11-15")
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		p, err := intake.Look(r, r.Size(), "x.csv", intake.Options{})
		if err != nil {
			return
		}
		file, err := intake.Open(r, r.Size(), "x.csv", intake.Options{})
		if err != nil {
			return
		}
		res, err := e.ImportFile(context.Background(), "u1", file, initiative.SuggestColumns(p), true)
		if err == nil {
			require.Equal(t, res.Rejected == 0, len(res.Errors) == 0)
			require.LessOrEqual(t, res.Imported+res.Unchanged+res.Rejected, res.Rows)
		}
	})
}
