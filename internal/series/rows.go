package series

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

func itoa(i int) string { return strconv.Itoa(i) }

// lineSet is a set of line numbers.
type lineSet struct {
	bits []uint64
	n    int
}

func (s *lineSet) add(line uint32) {
	w := int(line / 64)
	for len(s.bits) <= w {
		s.bits = append(s.bits, make([]uint64, max(1024, len(s.bits)))...)
	}
	if bit := uint64(1) << (line % 64); s.bits[w]&bit == 0 {
		s.bits[w] |= bit
		s.n++
	}
}

// reading turns the rows of a file into figures.
type reading struct {
	m       intake.Mapping
	f       *intake.File
	metrics []plannedMetric
	teams   *teamFinder
	out     *sorter

	team, period, name, parent int // columns; -1 for none
	metric, value              int
	values                     []int // by metric (wide)
	counts                     []int // respondents' column by metric; -1 for none
	long                       map[string]int
	ignored                    map[string]bool

	periods  map[string]readingPeriod
	rows     int
	rejected lineSet
	errors   []errs.Field
}

type readingPeriod struct {
	figure // grain, period, at
	code   string
}

// newReading finds the mapping's columns in the file.
func newReading(m intake.Mapping, f *intake.File, metrics []plannedMetric, teams *teamFinder, out *sorter) (*reading, error) {
	r := &reading{m: m, f: f, metrics: metrics, teams: teams, out: out, periods: map[string]readingPeriod{}, long: map[string]int{}, ignored: map[string]bool{}}
	var missing []errs.Field
	var first *errs.Error
	find := func(name string) int {
		if name == "" {
			return -1
		}
		i, err := f.Index(name)
		var e *errs.Error
		if errors.As(err, &e) {
			missing = append(missing, e.Fields...)
			if first == nil {
				first = e
			}
		}
		return i
	}
	r.team, r.period, r.name, r.parent = find(m.Team), find(m.Period), find(m.TeamName), find(m.Parent)
	shared := find(m.Respondents)
	r.counts = make([]int, len(m.Metrics))
	for i, x := range m.Metrics {
		if r.counts[i] = shared; x.Respondents != "" {
			r.counts[i] = find(x.Respondents)
		}
		if m.Long == nil {
			r.values = append(r.values, find(x.Column))
		} else {
			r.long[strings.TrimSpace(x.Column)] = i
		}
	}
	if m.Long != nil {
		r.metric, r.value = find(m.Long.Metric), find(m.Long.Value)
		for _, x := range m.Ignore {
			r.ignored[strings.TrimSpace(x)] = true
		}
	}
	if first != nil {
		return nil, first.At(missing...)
	}
	return r, nil
}

// all reads the file to its end.
func (r *reading) all(progress func(read int64)) error {
	for {
		row, err := r.f.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errs.CodeOf(err) == "row_ragged" {
			var e *errs.Error
			errors.As(err, &e)
			r.rows++
			r.reject(e.Fields[0])
			continue
		}
		if err != nil {
			return err
		}
		r.rows++
		if r.rows%4096 == 0 {
			progress(r.f.Offset())
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
}

func (r *reading) reject(f errs.Field) {
	r.rejected.add(uint32(f.Line))
	if len(r.errors) < intake.MaxErrors {
		f.Value = short(f.Value)
		r.errors = append(r.errors, f)
	}
}

func short(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

func (r *reading) row(row intake.Row) error {
	line := row.Line
	bad := false
	fail := func(column int, name, code string) {
		bad = true
		v := ""
		if column >= 0 {
			name, v = r.f.Columns[column], row.Cells[column]
		}
		r.reject(errs.Field{Line: line, Column: name, Code: code, Value: v})
	}
	team, code := r.teams.find(row.Cells[r.team])
	if code != "" {
		fail(r.team, "", code)
	}
	p := r.readPeriod(row.Cells[r.period])
	if p.code != "" {
		fail(r.period, "", p.code)
	}
	x := p.figure
	x.team, x.line = team, uint32(line)
	used := false
	take := func(i, column int) error {
		if intake.Missing(row.Cells[column]) {
			return nil
		}
		v, code := r.number(row, column)
		if code != "" {
			fail(column, "", code)
			return nil
		}
		if scale := r.metrics[i].Scale; scale.Declared() && (v < scale.Low || v > scale.High) {
			fail(column, "", "figure_outside_scale")
			return nil
		}
		x.metric, x.value, x.n = uint16(i), v, 0
		if c := r.counts[i]; c >= 0 && !intake.Missing(row.Cells[c]) {
			n, code := intake.ParseCount(row.Cells[c], r.comma(row, c))
			if code != "" {
				fail(c, "", code)
				return nil
			}
			x.n = int32(n)
		}
		if bad {
			return nil
		}
		r.metrics[i].used, used = true, true
		return r.out.add(x)
	}
	if r.m.Long == nil {
		for i, column := range r.values {
			if err := take(i, column); err != nil {
				return err
			}
		}
	} else if name := strings.TrimSpace(row.Cells[r.metric]); !r.ignored[name] {
		i, ok := r.long[name]
		if !ok {
			fail(r.metric, "", "metric_unmapped")
		} else if err := take(i, r.value); err != nil {
			return err
		}
	}
	if used {
		r.noteTeam(row, team, x)
	}
	return nil
}

// number reads a figure; what a workbook stores as a number is not subject to the file's notation.
func (r *reading) number(row intake.Row, column int) (float64, string) {
	return intake.ParseNumber(row.Cells[column], r.comma(row, column))
}

var never = false

func (r *reading) comma(row intake.Row, column int) *bool {
	if row.IsNumber(column) {
		return &never
	}
	return r.m.DecimalComma
}

// noteTeam keeps what the row says about a team that the import makes.
func (r *reading) noteTeam(row intake.Row, team uint32, x figure) {
	t := &r.teams.teams[team]
	t.used = true
	if !t.isNew {
		return
	}
	if r.name >= 0 {
		if n := strings.TrimSpace(row.Cells[r.name]); n != "" && n != t.name {
			t.name = strings.Clone(truncate(n, 200))
		}
	}
	if r.parent >= 0 {
		switch p := strings.TrimSpace(row.Cells[r.parent]); {
		case p == "" || p == t.parent:
		case t.parent == "":
			t.parent = strings.Clone(truncate(p, 200))
		default:
			r.reject(errs.Field{Line: row.Line, Column: r.f.Columns[r.parent], Code: "team_parent_differs", Value: p, Params: map[string]any{"other": t.parent}})
		}
	}
	start := Period{Grain: grainOrder[x.grain], Index: int(x.period)}.Start()
	if t.from.IsZero() || start.Before(t.from) {
		t.from = start
	}
}

func truncate(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// readPeriod reads a period cell; the few different ones of a file are remembered.
func (r *reading) readPeriod(cell string) readingPeriod {
	if p, ok := r.periods[cell]; ok {
		return p
	}
	out := readingPeriod{}
	if strings.TrimSpace(cell) == "" {
		out.code = "period_missing"
	} else {
		fine, code := readPeriod(cell, r.m.DateFormat, "")
		out.code = code
		if code == "" {
			p := fine
			if g := Grain(r.m.Grain); g != "" {
				if fine.Grain.Coarser(g) {
					out.code = "period_too_coarse"
				}
				p = fine.In(g)
			}
			out.grain, out.period = uint8(grainRank[p.Grain]-1), int32(p.Index)
			out.at = int32(PeriodOf(fine.Start(), Day).Index)
		}
	}
	if len(r.periods) < 100_000 {
		r.periods[strings.Clone(cell)] = out
	}
	return out
}
