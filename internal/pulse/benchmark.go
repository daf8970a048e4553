package pulse

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/intake"
)

// BenchmarkMeasure is what a benchmark says about a figure.
type BenchmarkMeasure string

// The measures: a score on 0–100, a favourable share in per cent, an eNPS from −100 to 100.
const (
	BenchmarkScore      BenchmarkMeasure = "score"
	BenchmarkFavourable BenchmarkMeasure = "favourable"
	BenchmarkENPS       BenchmarkMeasure = "enps"
)

// Benchmark is what others reached, to stand beside a released figure. It comes from outside and is only as good as its
// source, so it never stands without it. One stands per figure, measure and source; a newer one replaces it.
type Benchmark struct {
	ID      string
	Figure  string // key of a column: a question, a driver, a side or engagement_index
	Measure BenchmarkMeasure
	Value   float64
	Source  string
	On      time.Time
	N       int // people behind it; 0: not said
}

// maxBenchmarks bounds what one request or file may bring.
const maxBenchmarks = 5000

// SaveBenchmarks puts benchmarks in, all or none. Errors: benchmark_invalid with the places.
func (s *Service) SaveBenchmarks(ctx context.Context, list []Benchmark, by string) ([]Benchmark, error) {
	if len(list) == 0 || len(list) > maxBenchmarks {
		return nil, errs.Invalid("benchmarks_count").With("limit", maxBenchmarks)
	}
	known, err := s.figures(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []errs.Field
	out := slices.Clone(list)
	for i := range out {
		if code := out[i].settle(known, s.now()); code != "" {
			wrong = append(wrong, errs.Field{Path: "/items/" + itoa(i), Code: code, Value: out[i].Figure})
		}
	}
	if len(wrong) > 0 {
		return nil, errs.Invalid("benchmark_invalid").At(wrong...)
	}
	return out, s.PutBenchmarks(ctx, out, audit.Entry{At: s.now(), Actor: by, Action: "benchmark.save", Detail: map[string]string{"count": itoa(len(out)), "source": out[0].Source}})
}

// settle completes a benchmark, or says what is wrong with it.
func (b *Benchmark) settle(known map[string]bool, now time.Time) (code string) {
	b.Figure, b.Source = strings.TrimSpace(b.Figure), strings.TrimSpace(b.Source)
	if b.Measure == "" {
		b.Measure = BenchmarkScore
	}
	least := 0.0
	switch b.Measure {
	case BenchmarkScore, BenchmarkFavourable:
	case BenchmarkENPS:
		least = -100
	default:
		return "benchmark_measure_unknown"
	}
	switch {
	case !known[b.Figure]:
		return "benchmark_figure_unknown"
	case !(b.Value >= least && b.Value <= 100):
		return "benchmark_value_range"
	case b.Source == "" || len(b.Source) > 200:
		return "benchmark_source_missing"
	case b.On.IsZero() || b.On.After(now.AddDate(0, 0, 1)):
		return "benchmark_day_missing"
	case b.N < 0:
		return "benchmark_n_negative"
	}
	b.ID = fingerprint(b.Figure, string(b.Measure), fold(b.Source))
	return ""
}

// figures lists the keys a benchmark may stand beside: the library's, and what programmes and releases ask.
func (s *Service) figures(ctx context.Context) (map[string]bool, error) {
	lib, err := LoadLibrary()
	if err != nil {
		return nil, err
	}
	out := map[string]bool{"engagement_index": true, "emotional": true, "professional": true}
	for _, d := range lib.Drivers {
		out[d.Key] = true
	}
	questions := lib.Questions
	programmes, err := s.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range programmes {
		questions = append(questions, p.Questions...)
	}
	releases, err := s.Releases(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range releases {
		for _, q := range r.Questions {
			out[q.Item] = true
		}
	}
	for _, q := range questions {
		for _, it := range items(q) {
			out[it.id] = true
		}
	}
	return out, nil
}

// ForgetBenchmark deletes one; errs.NotFound("benchmark_unknown").
func (s *Service) ForgetBenchmark(ctx context.Context, id, by string) error {
	return s.DropBenchmark(ctx, id, audit.Entry{At: s.now(), Actor: by, Action: "benchmark.drop", Object: id})
}

// beside gives the newest benchmark of each measure for a column.
func beside(list []Benchmark, column string) []Benchmark {
	out := []Benchmark{}
	for _, b := range list {
		if b.Figure != column {
			continue
		}
		i := slices.IndexFunc(out, func(x Benchmark) bool { return x.Measure == b.Measure })
		switch {
		case i < 0:
			out = append(out, b)
		case b.On.After(out[i].On):
			out[i] = b
		}
	}
	slices.SortFunc(out, func(a, b Benchmark) int { return cmp.Compare(a.Measure, b.Measure) })
	return out
}

// benchmarkFields are the columns of a file of benchmarks, with the headings they are known by.
var benchmarkFields = map[string][]string{
	"figure":  {"figure", "key", "question", "driver", "pytanie", "obszar", "שאלה", "תחום"},
	"measure": {"measure", "miara", "מדד"},
	"value":   {"value", "score", "benchmark", "wartość", "wartosc", "ערך"},
	"source":  {"source", "źródło", "zrodlo", "מקור"},
	"on":      {"on", "date", "data", "תאריך"},
	"n":       {"n", "people", "respondents", "liczba", "משיבים"},
}

// SuggestBenchmarks proposes which column is what.
func SuggestBenchmarks(p *intake.Preview) intake.Mapping {
	m := intake.Mapping{Kind: intake.Benchmark, Columns: map[string]string{}}
	for _, c := range p.Columns {
		for field, words := range benchmarkFields {
			if m.Columns[field] == "" && slices.Contains(words, fold(c.Name)) {
				m.Columns[field] = c.Name
			}
		}
	}
	return m
}

// ImportBenchmarks takes a file of benchmarks in, all rows or none.
func (s *Service) ImportBenchmarks(ctx context.Context, f *intake.File, m intake.Mapping, dryRun bool, by string) (intake.Result, error) {
	at := map[string]int{}
	for field, column := range m.Columns {
		if benchmarkFields[field] == nil {
			return intake.Result{}, errs.Invalid("mapping_field_unknown").With("value", field)
		}
		i, err := f.Index(column)
		if err != nil {
			return intake.Result{}, err
		}
		at[field] = i
	}
	for _, field := range []string{"figure", "value", "source", "on"} {
		if _, ok := at[field]; !ok {
			return intake.Result{}, errs.Invalid("mapping_field_missing").With("value", field).With("columns", strings.Join(f.Columns, ", "))
		}
	}
	known, err := s.figures(ctx)
	if err != nil {
		return intake.Result{}, err
	}
	res := intake.Result{DryRun: dryRun}
	var list []Benchmark
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return res, err
		}
		if res.Rows++; res.Rows > maxBenchmarks {
			return res, errs.Invalid("benchmarks_count").With("limit", maxBenchmarks)
		}
		b, field, code := readBenchmark(row, at, m)
		if code == "" {
			field, code = "figure", b.settle(known, s.now())
		}
		if code != "" {
			res.Rejected++
			res.Errors = append(res.Errors, errs.Field{Line: row.Line, Column: m.Columns[field], Code: code})
			continue
		}
		list = append(list, b)
	}
	if res.Rejected > 0 {
		if !dryRun {
			err = errs.Invalid("import_rejected").With("count", res.Rejected).At(res.Errors...)
		}
		return res, err
	}
	old, err := s.Benchmarks(ctx)
	if err != nil {
		return res, err
	}
	list = slices.DeleteFunc(list, func(b Benchmark) bool {
		return slices.ContainsFunc(old, func(x Benchmark) bool {
			return x.ID == b.ID && x.Value == b.Value && x.N == b.N && x.On.Equal(b.On) && x.Source == b.Source
		})
	})
	res.Imported = len(list)
	res.Unchanged = res.Rows - res.Imported
	if dryRun || len(list) == 0 {
		return res, nil
	}
	_, err = s.SaveBenchmarks(ctx, list, by)
	return res, err
}

func readBenchmark(row intake.Row, at map[string]int, m intake.Mapping) (b Benchmark, field, code string) {
	cell := func(f string) string {
		i, ok := at[f]
		if !ok || intake.Missing(row.Cells[i]) {
			return ""
		}
		return strings.TrimSpace(row.Cells[i])
	}
	number := func(f string) (float64, string) {
		comma := m.DecimalComma
		if row.IsNumber(at[f]) {
			comma = new(bool)
		}
		return intake.ParseNumber(cell(f), comma)
	}
	b = Benchmark{Figure: cell("figure"), Measure: BenchmarkMeasure(strings.ToLower(cell("measure"))), Source: cell("source")}
	if b.Value, code = number("value"); code != "" {
		return b, "value", code
	}
	if b.On, code = intake.ParseDay(cell("on"), m.DateFormat); code != "" {
		return b, "on", code
	}
	if cell("n") != "" {
		n, code := number("n")
		if code != "" {
			return b, "n", code
		}
		b.N = int(n)
	}
	return b, "", ""
}
