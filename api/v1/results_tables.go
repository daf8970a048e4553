package v1

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/xuri/excelize/v2"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// detail adds what stands beside the cells: the correction for who answered, the alarm, the reliability of the scales.
func (r *PulseResults) detail(res pulse.Results, lib pulse.Library, loc string) {
	corrected := []PulseCorrected{}
	for _, x := range res.Corrected {
		c := res.Columns[x.Column]
		corrected = append(corrected, PulseCorrected{Key: c.Key, Title: columnTitle(c, lib, loc), Raw: x.Raw, Value: x.Value, Groups: x.Groups})
	}
	r.Corrected = &corrected
	if g := res.Gap; g != nil {
		r.ResponseGap = &PulseResponseGap{Points: g.Points, Most: g.Most, Least: g.Least, MostPercent: g.MostPC, LeastPercent: g.LowPC}
	}
	reliability := []PulseReliability{}
	for _, x := range res.Reliability {
		i := slices.IndexFunc(res.Columns, func(c pulse.Column) bool { return c.Key == x.Scale })
		if i < 0 {
			continue
		}
		reliability = append(reliability, PulseReliability{
			Key: x.Scale, Title: columnTitle(res.Columns[i], lib, loc), Items: x.Items, Alpha: x.Alpha, Omega: x.Omega, Icc1: x.ICC1, Icc2: x.ICC2, Rwg: x.RWG,
		})
	}
	r.Reliability = &reliability
	if !res.LeadsFrom.IsZero() {
		r.LeadsFrom = &openapi_types.Date{Time: res.LeadsFrom}
	}
}

// resultTable is one table of the results page. Cells are texts, numbers, or nil for nothing to say.
type resultTable struct {
	key  string // names the sheet: results.table.<key>, or the whole key of a text where it holds a point
	head []string
	rows [][]any
}

// resultTables are all tables of the page, made of the same value that the page shows.
func resultTables(res PulseResults, loc string) []resultTable {
	t := func(key string) string { return i18n.Text(loc, "results."+key, nil) }
	hidden := t("hidden")
	known := func(p *int) any {
		if p == nil {
			return hidden
		}
		return *p
	}
	name := func(r PulseRow) string {
		if r.AttributeValue != nil {
			return r.Name + " · " + *r.AttributeValue
		}
		return r.Name
	}
	figure := func(c *PulseCell) any {
		switch {
		case c == nil:
			return nil
		case c.Enps != nil:
			return *c.Enps
		}
		return known(c.Score)
	}
	groups := resultTable{key: "groups", head: []string{t("group"), t("response")}}
	favourable := resultTable{key: "favourable", head: []string{t("group")}}
	questions := resultTable{key: "questions", head: []string{
		t("group"), t("column"), t("score"), t("from"), t("to"), t("favourable"), t("unfavourable"), t("neutral"), t("favourable_class"), t("band"), t("company"), t("before"), t("benchmark"), t("source"),
	}}
	trend := resultTable{key: "trend", head: []string{t("column"), t("day"), t("score"), t("from"), t("to"), t("new_wording")}}
	for _, c := range res.Columns {
		groups.head, favourable.head = append(groups.head, c.Title), append(favourable.head, c.Title)
		for _, p := range *c.Trend {
			row := []any{c.Title, p.On.String(), figure(p.Cell), nil, nil, nil}
			if lo, hi := bounds(p.Cell); lo != nil {
				row[3], row[4] = *lo, *hi
			}
			if value(p.VersionBreak) {
				row[5] = "×"
			}
			trend.rows = append(trend.rows, row)
		}
	}
	for _, r := range res.Rows {
		g := []any{strings.Repeat("    ", r.Depth) + name(r), known(r.ResponsePercent)}
		f := []any{strings.Repeat("    ", r.Depth) + name(r)}
		for i, cell := range r.Cells {
			column := res.Columns[i]
			g, f = append(g, figure(&cell)), append(f, known(cell.Favourable))
			q := []any{name(r), column.Title, figure(&cell), nil, nil, known(cell.Favourable), hidden, hidden, hidden, hidden, figure(column.Company), figure(column.Previous), nil, nil}
			if lo, hi := bounds(&cell); lo != nil {
				q[3], q[4] = *lo, *hi
			}
			if d := value(cell.Distribution); len(d) == 3 {
				q[6], q[7], q[8] = d[0], d[1], d[2]
			}
			if cell.NBand != nil {
				q[9] = *cell.NBand
			}
			for _, b := range value(column.Benchmarks) {
				if m := value(b.Measure); m == BenchmarkMeasureScore || m == BenchmarkMeasureEnps {
					q[12], q[13] = b.Value, fmt.Sprintf("%s, %s", b.Source, b.On)
				}
			}
			questions.rows = append(questions.rows, q)
		}
		groups.rows, favourable.rows = append(groups.rows, g), append(favourable.rows, f)
	}
	return append([]resultTable{groups, favourable, questions, trend}, besideTables(res, t)...)
}

// besideTables are the comments, the reliability of the scales and the correction for who answered.
func besideTables(res PulseResults, t func(string) string) []resultTable {
	names := map[string]string{}
	for _, r := range res.Rows {
		if r.AttributeValue == nil {
			names[r.NodeId] = r.Name
		}
	}
	comments := resultTable{key: "comments", head: []string{t("group"), t("column"), t("comment")}}
	for _, c := range res.Comments {
		comments.rows = append(comments.rows, []any{names[c.NodeId], c.Question, c.Text})
	}
	reliability := resultTable{key: "reliability", head: []string{t("scale"), t("items"), "alpha", "omega", "ICC(1)", "ICC(2)", "r_wg"}}
	hundredth := func(n int) float64 { return float64(n) / 100 }
	for _, x := range value(res.Reliability) {
		row := []any{x.Title, x.Items, hundredth(x.Alpha), nil, hundredth(x.Icc1), hundredth(x.Icc2), hundredth(x.Rwg)}
		if x.Omega != nil {
			row[3] = hundredth(*x.Omega)
		}
		reliability.rows = append(reliability.rows, row)
	}
	corrected := resultTable{key: "corrected", head: []string{t("column"), t("raw"), t("corrected"), t("groups")}}
	for _, x := range value(res.Corrected) {
		corrected.rows = append(corrected.rows, []any{x.Title, x.Raw, x.Value, x.Groups})
	}
	return []resultTable{comments, reliability, corrected}
}

func bounds(c *PulseCell) (lo, hi *int) {
	switch {
	case c == nil || c.Lo == nil:
		return nil, nil
	case c.Enps != nil && c.EnpsLo != nil:
		return c.EnpsLo, c.EnpsHi
	case c.Enps != nil:
		return nil, nil
	}
	return c.Lo, c.Hi
}

// workbook writes the tables as sheets.
func workbook(tables []resultTable, loc string) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	rtl := loc == "he"
	for i, x := range tables {
		sheet := i18n.Text(loc, x.name(), nil)
		if i == 0 {
			if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
				return nil, err
			}
		} else if _, err := f.NewSheet(sheet); err != nil {
			return nil, err
		}
		w, err := f.NewStreamWriter(sheet)
		if err != nil {
			return nil, err
		}
		for j := -1; j < len(x.rows); j++ {
			var row []any
			if j < 0 {
				for _, h := range x.head {
					row = append(row, escapeCell(h))
				}
			} else {
				for _, c := range x.rows[j] {
					if s, ok := c.(string); ok {
						c = escapeCell(s)
					}
					row = append(row, c)
				}
			}
			cell, err := excelize.CoordinatesToCellName(1, j+2)
			if err != nil {
				return nil, err
			}
			if err := w.SetRow(cell, row); err != nil {
				return nil, err
			}
		}
		if err := w.Flush(); err != nil {
			return nil, err
		}
		if rtl {
			if err := f.SetSheetView(sheet, 0, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
				return nil, err
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// DownloadResultsTable implements StrictServerInterface: the byte order mark tells a spreadsheet that this is UTF-8.
func (s *Server) DownloadResultsTable(ctx context.Context, r DownloadResultsTableRequestObject) (DownloadResultsTableResponseObject, error) {
	res, err := s.results(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	tables := resultTables(res, locale(ctx))
	i := slices.IndexFunc(tables, func(x resultTable) bool { return x.key == string(r.Params.Table) })
	if i < 0 {
		return nil, errs.NotFound("not_released")
	}
	b, err := tables[i].csv()
	if err != nil {
		return nil, err
	}
	return DownloadResultsTable200TextcsvResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b))}, nil
}

// name is the key of the text that names the table.
func (x resultTable) name() string {
	if strings.Contains(x.key, ".") {
		return x.key
	}
	return "results.table." + x.key
}

func (x resultTable) csv() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	rows := [][]string{x.head}
	for _, row := range x.rows {
		cells := make([]string, len(row))
		for j, c := range row {
			switch v := c.(type) {
			case nil:
			case string:
				cells[j] = escapeCell(v)
			default:
				cells[j] = fmt.Sprint(v)
			}
		}
		rows = append(rows, cells)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
