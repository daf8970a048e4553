package main

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	v1 "rapport/api/v1"
	"rapport/internal/cli"
)

// badFile is a file that people really send, and what the command must say about it.
type badFile struct {
	name, kind, file string
	change           func(m map[string]any) // of the suggested mapping
	suggests         func(t *testing.T, m map[string]any)
	says             []string // what the refusal must hold; none for a file that goes in
	counts           map[string]int
}

// byCommand asks for a mapping, changes it, and imports.
func byCommand(t *testing.T, db, dir string, c badFile) (code int, res map[string]any, problems string) {
	t.Helper()
	path := filepath.Join(dir, "input.csv")
	if strings.HasPrefix(c.file, "PK") {
		path = filepath.Join(dir, "input.xlsx")
	}
	require.NoError(t, os.WriteFile(path, []byte(c.file), 0o600))
	code, out, problems := command(t, db, "import", c.kind, "-file", path, "-suggest")
	if code != cli.ExitOK {
		return code, nil, problems
	}
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &m))
	if c.suggests != nil {
		c.suggests(t, m)
	}
	if c.change != nil {
		c.change(m)
	}
	text, err := json.Marshal(m)
	require.NoError(t, err)
	mapping := filepath.Join(dir, "map.json")
	require.NoError(t, os.WriteFile(mapping, text, 0o600))
	code, out, problems = command(t, db, "import", c.kind, "-file", path, "-map", mapping, "-json")
	if out != "" {
		require.NoError(t, json.Unmarshal([]byte(out), &res))
	}
	return code, res, problems
}

const (
	answersHead = "id,team,answered_at,csat,comment\n"
	ordersHead  = "order_id,team,customer_id,purchased_at,value_eur,currency\n"
)

func utf16File(s string, order binary.AppendByteOrder, mark bool) string {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xfeff)
	}
	for _, c := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, c)
	}
	return string(out)
}

func workbook(t *testing.T, cells map[string]any, formulas map[string]string) string {
	t.Helper()
	x := excelize.NewFile()
	for at, v := range cells {
		require.NoError(t, x.SetCellValue("Sheet1", at, v))
	}
	for at, f := range formulas {
		require.NoError(t, x.SetCellFormula("Sheet1", at, f))
	}
	b, err := x.WriteToBuffer()
	require.NoError(t, err)
	return b.String()
}

// Whatever people send is taken as it is meant or refused with its place: by command, from the mapping it suggests itself.
func TestBadInputByCommand(t *testing.T) {
	good := answersHead + "1,North,2026-01-02,5,Żółw and שלום\n2,South,2026-01-03,4,fine\n"
	three := map[string]int{"rows": 2, "imported": 2, "rejected": 0}
	for _, c := range []badFile{
		{
			name: "a date that reads both ways", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,\n2,N,03/04/2026,4,\n",
			suggests: func(t *testing.T, m map[string]any) { require.Empty(t, m["date_format"], "asked, not guessed") },
			says:     []string{`line 3, column answered_at: "03/04/2026"`}, counts: map[string]int{"rows": 2, "imported": 0, "rejected": 1},
		},
		{
			name: "day first and month first in one column", kind: "feedback", file: answersHead + "1,N,13/04/2026,5,\n2,N,04/14/2026,4,\n3,N,03/04/2026,4,\n",
			suggests: func(t *testing.T, m map[string]any) { require.Empty(t, m["date_format"]) },
			says:     []string{"line 2, column answered_at", "line 3, column answered_at", "line 4, column answered_at"}, counts: map[string]int{"imported": 0, "rejected": 3},
		},
		{
			name: "all dates ambiguous, format given", kind: "feedback", file: answersHead + "1,N,03/04/2026,5,\n2,N,04/04/2026,4,\n",
			change: func(m map[string]any) { m["date_format"] = "DD/MM/YYYY" }, counts: map[string]int{"imported": 2},
		},
		{
			name: "decimal commas", kind: "orders", file: strings.ReplaceAll(ordersHead, ",", ";") + "1;N;a;2026-01-02;10,50;EUR\n2;N;b;2026-01-02;1.234,56;EUR\n",
			suggests: func(t *testing.T, m map[string]any) { require.Equal(t, true, m["decimal_comma"]) }, counts: map[string]int{"imported": 2},
		},
		{
			name: "a figure that is a thousand or one and a bit", kind: "orders", file: strings.ReplaceAll(ordersHead, ",", ";") + "1;N;a;2026-01-02;1,234;EUR\n",
			says: []string{`line 2, column value_eur: "1,234"`}, counts: map[string]int{"imported": 0, "rejected": 1},
		},
		{
			name: "thousands set off", kind: "orders", file: ordersHead + "1,N,a,2026-01-02,\"1,234.50\",EUR\n2,N,a,2026-01-02,1 234.50,EUR\n", counts: map[string]int{"imported": 2},
		},
		{
			name: "ten in a metric of one to five", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,\n2,N,2026-01-02,10,\n",
			change: func(m map[string]any) { m["score_type"] = "csat" }, says: []string{`line 3, column csat: "10"`}, counts: map[string]int{"imported": 0, "rejected": 1},
		},
		{
			name: "a team nobody knows", kind: "feedback", file: answersHead + "1,Nowhere,2026-01-02,5,\n2,North,2026-01-02,4,\n",
			change: func(m map[string]any) { m["create_teams"] = false }, counts: map[string]int{"rows": 2, "imported": 0, "queued": 2, "rejected": 0},
		},
		{name: "the same row twice", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,x\n1,N,2026-01-02,5,x\n2,N,2026-01-02,4,y\n", change: func(m map[string]any) { m["source_id"] = []string{"id"} }, counts: map[string]int{"rows": 3, "imported": 2, "unchanged": 1}},
		{
			name: "one id, two answers", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,x\n1,N,2026-01-02,4,x\n", change: func(m map[string]any) { m["source_id"] = []string{"id"} },
			says: []string{"line 3, column id"}, counts: map[string]int{"imported": 0, "rejected": 1},
		},
		{name: "UTF-16, little end first", kind: "feedback", file: utf16File(good, binary.LittleEndian, true), counts: three},
		{name: "UTF-16, big end first", kind: "feedback", file: utf16File(good, binary.BigEndian, true), counts: three},
		{name: "UTF-16 without a mark", kind: "feedback", file: utf16File(good, binary.LittleEndian, false), counts: three},
		{name: "a byte order mark", kind: "feedback", file: "\xef\xbb\xbf" + good, suggests: func(t *testing.T, m map[string]any) { require.Equal(t, []any{"id"}, m["source_id"]) }, counts: three},
		{name: "NUL in a cell", kind: "feedback", file: strings.Replace(good, "fine", "fi\x00ne", 1), says: []string{"line 3"}},
		{name: "16,000 columns", kind: "feedback", file: "id,team,answered_at,csat" + strings.Repeat(",x", 16_000) + "\n", says: []string{"columns"}},
		{name: "a formula", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,\n2,N,2026-01-02,=2+3,\n", change: func(m map[string]any) { m["score_type"] = "csat" }, says: []string{`line 3, column csat: "=2+3"`}, counts: map[string]int{"imported": 0, "rejected": 1}},
		{
			name: "a formula without a value in a workbook", kind: "feedback", file: workbook(t, map[string]any{"A1": "id", "B1": "team", "C1": "answered_at", "D1": "csat", "A2": "1", "B2": "N", "C2": "2026-01-02", "D2": 5, "A3": "2", "B3": "N", "C3": "2026-01-02"}, map[string]string{"D3": "2+3"}),
			says: []string{"line 3, column csat"}, counts: map[string]int{"imported": 0, "rejected": 1},
		},
		{
			name: "a score with its words", kind: "feedback", file: answersHead + "1,N,2026-01-02,5 – very good,\n2,N,2026-01-02,1 – very bad,\n",
			suggests: func(t *testing.T, m map[string]any) {
				require.Equal(t, map[string]any{"5 – very good": 5., "1 – very bad": 1.}, m["score_values"], "what the words are worth stands in the mapping, to be looked at")
			}, counts: map[string]int{"imported": 2},
		},
		{
			name: "a score with its words, not declared", kind: "feedback", file: answersHead + "1,N,2026-01-02,5 – very good,\n", change: func(m map[string]any) { delete(m, "score_values") },
			says: []string{`line 2, column csat: "5 – very good"`}, counts: map[string]int{"imported": 0, "rejected": 1},
		},
		{name: "a day to come", kind: "feedback", file: answersHead + "1,N,2026-01-02,5,\n2,N,2199-01-02,4,\n", says: []string{`line 3, column answered_at: "2199-01-02"`}, counts: map[string]int{"imported": 0, "rejected": 1}},
		{name: "an order of a day to come", kind: "orders", file: ordersHead + "1,N,a,2199-01-02,5,EUR\n", says: []string{"line 2, column purchased_at"}, counts: map[string]int{"imported": 0, "rejected": 1}},
		{name: "an order of nobody", kind: "orders", file: ordersHead + "1,N,a,2026-01-02,5,EUR\n2,N,,2026-01-02,5,EUR\n", says: []string{"line 3, column customer_id"}, counts: map[string]int{"imported": 0, "rejected": 1}},
		{name: "a negative value", kind: "orders", file: ordersHead + "1,N,a,2026-01-02,-5,EUR\n", says: []string{`line 2, column value_eur: "-5"`}, counts: map[string]int{"imported": 0, "rejected": 1}},
		{name: "two currencies", kind: "orders", file: ordersHead + "1,N,a,2026-01-02,5,EUR\n2,N,a,2026-01-02,5,USD\n", says: []string{`line 3, column currency: "USD"`}, counts: map[string]int{"imported": 0, "rejected": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			db := "sqlite:" + filepath.Join(dir, "x.db")
			code, res, problems := byCommand(t, db, dir, c)
			if len(c.says) > 0 {
				require.Equal(t, cli.ExitRefused, code, problems)
			} else {
				require.Equal(t, cli.ExitOK, code, problems)
			}
			for _, s := range c.says {
				require.Contains(t, problems, s)
			}
			for name, n := range c.counts {
				require.EqualValues(t, n, res[name], "%s: %v", name, res)
			}
		})
	}
}

// The API refuses the same things, all records or none, each with its place.
func TestBadInputByAPI(t *testing.T) {
	i, admin := administered(t, nil)
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	shop := i.feeder(t, admin)
	answer := func(change object) object {
		x := object{"source_id": "9", "team": "North", "answered_at": "2025-01-02T10:00:00Z", "score_type": "csat", "score": 4}
		maps.Copy(x, change)
		return x
	}
	order := func(change object) object {
		x := object{"order_id": "o9", "customer": "c1", "team": "North", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1250, "currency": "EUR"}
		maps.Copy(x, change)
		return x
	}
	for name, x := range map[string]struct {
		path, place string
		body        object
	}{
		"a date as people write it":      {"/feedback", "/answered_at", answer(object{"answered_at": "03/04/2026"})},
		"a score in words":               {"/feedback", "/score", answer(object{"score": "5 – very good"})},
		"a score with a comma":           {"/feedback", "/score", answer(object{"score": "4,5"})},
		"a formula":                      {"/feedback", "/score", answer(object{"score": "=2+3"})},
		"ten in a metric of one to five": {"/feedback", "/score", answer(object{"score": 10})},
		"a day to come":                  {"/feedback", "/answered_at", answer(object{"answered_at": "2199-01-02T10:00:00Z"})},
		"waiting below zero":             {"/feedback", "/waiting_minutes", answer(object{"waiting_minutes": -3})},
		"an order of nobody":             {"/orders", "/customer", order(object{"customer": ""})},
		"a value below zero":             {"/orders", "/value_minor", order(object{"value_minor": -1})},
		"a value in parts of a cent":     {"/orders", "/value_minor", order(object{"value_minor": 1.5})},
		"no currency":                    {"/orders", "/currency", order(object{"currency": "€"})},
		"an order of a day to come":      {"/orders", "/purchased_at", order(object{"purchased_at": "2199-01-02T10:00:00Z"})},
	} {
		status, text := shop.do("POST", x.path, x.body)
		require.GreaterOrEqual(t, status, 400, name)
		require.Less(t, status, 500, "%s: %s", name, text)
		p := problem(t, text)
		require.NotNil(t, p.Errors, "%s: %s", name, text)
		require.NotEmpty(t, *p.Errors, "%s: %s", name, text)
		require.Equal(t, x.place, *(*p.Errors)[0].Pointer, "%s: %s", name, text)
	}
	bad := object{"items": []object{order(nil), order(object{"order_id": "o10", "currency": "USD"})}}
	status, _ := shop.do("POST", "/orders/batch", bad)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/orders", order(nil)).Imported, "nothing of the refused batch went in")

	// NUL is nothing that a text of people holds; it is refused as in a file.
	status, text := shop.do("POST", "/feedback", answer(object{"comment": "fi\x00ne"}))
	require.Equal(t, http.StatusUnprocessableEntity, status, text)
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/feedback", answer(object{"team": "Nowhere"})).Queued, "an unknown team waits")
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/feedback", answer(object{"team": "Nowhere"})).Unchanged, "twice is once")
}
