package pulse

import (
	"context"
	"math"
	"slices"
	"time"

	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/stats"
)

// Results are the released cells one reader may see, laid out as a table of groups × columns.
type Results struct {
	Wave     Wave
	Columns  []Column
	Rows     []Row
	Comments []ReleasedComment

	Corrected   []Corrected
	Gap         *ResponseGap // nil where response rates are alike
	Reliability []Reliability
	LeadsFrom   time.Time // the day from which leads see this; zero: at once
	Proof       Proof     // of the whole release; nothing for those who see a part of it
}

// ColumnKind says what a column shows.
type ColumnKind string

// The kinds of columns: an index, a side and a driver are means of the released scores of their items, so they tell nothing the
// items do not.
const (
	IndexColumn    ColumnKind = "index"
	SideColumn     ColumnKind = "side" // the drivers of one side, emotional or professional, folded into one
	DriverColumn   ColumnKind = "driver"
	QuestionColumn ColumnKind = "question"
)

// Column is one measure with the company's figure and its history.
type Column struct {
	Key      string
	Kind     ColumnKind
	Driver   string
	Question Question // of a question column
	Option   int      // of a choice; -1 otherwise
	Company  *Figure
	Previous *Figure // the company's figure in the wave before, when the wording was the same
	Trend    []TrendPoint
	Beside   []Benchmark // the newest of each measure
}

// Figure is one released figure; a nil *Figure is "not shown".
type Figure struct {
	disclosure.Figures
	Items int // how many released item scores it is the mean of; 1 for a question
}

// TrendPoint is the company's figure in one wave.
type TrendPoint struct {
	Wave  string
	At    time.Time
	Cell  *Figure
	Break bool // the wording changed since the point before
}

// ENPSMargin is the widest 95 % interval (adjusted Wald) an eNPS can have with the fewest people of its band: nobody
// passive. It is a function of what is published, so it tells nothing more; ok is false where there is no eNPS.
func (f Figure) ENPSMargin() (lo, hi int, ok bool) {
	n := f.NBand.Lower()
	if f.ENPS == nil || n == 0 {
		return 0, 0, false
	}
	promoters := (n*(100+*f.ENPS) + 100) / 200
	r, err := stats.NPSFromCounts(promoters, 0, n-promoters, 0, .95)
	if err != nil {
		return 0, 0, false
	}
	half := int(math.Ceil(r.AdjustedMOE))
	return max(-100, *f.ENPS-half), min(100, *f.ENPS+half), true
}

// Row is one group with its figures, one per column.
type Row struct {
	Node     string
	Name     string
	Value    string // of the attribute
	Depth    int
	Response *int // per cent, in steps
	Cells    []*Figure
}

// Results answers for one wave. A lead sees the groups of own teams and the company beside them, from the day the
// programme says; HR and whoever sees everything from the start.
func (s *Service) Results(ctx context.Context, wave string, scope org.Scope) (Results, error) {
	if err := scope.Check(); err != nil {
		return Results{}, err
	}
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return Results{}, err
	}
	r, err := s.Release(ctx, wave)
	if err != nil {
		return Results{}, err
	}
	if !scope.All() && s.tooEarly(ctx, r) {
		return Results{}, errs.NotFound("not_released")
	}
	lib, err := LoadLibrary()
	if err != nil {
		return Results{}, err
	}
	ledger, err := s.Releases(ctx)
	if err != nil {
		return Results{}, err
	}
	out := Results{Wave: w, Comments: []ReleasedComment{}, Columns: columns(r, lib)}
	out.history(r, ledger, lib)
	benchmarks, err := s.Benchmarks(ctx)
	if err != nil {
		return Results{}, err
	}
	for i, c := range out.Columns {
		out.Columns[i].Beside = beside(benchmarks, c.Key)
	}
	out.rows(r, lib, scope)
	out.corrections(r, lib)
	if scope.All() { // it names groups
		out.gap(r)
		out.Proof = r.Proof
	}
	out.Reliability, out.LeadsFrom = r.Reliability, s.leadsFrom(ctx, r, scope)
	for _, c := range r.Comments {
		if scope.Has(c.Node) {
			out.Comments = append(out.Comments, c)
		}
	}
	return out, nil
}

// tooEarly reports whether leads still have to wait. A programme that is gone makes nobody wait.
func (s *Service) tooEarly(ctx context.Context, r Release) bool {
	p, err := s.Programme(ctx, r.ProgrammeID)
	return err == nil && s.now().Before(r.At.AddDate(0, 0, p.LeadsSeeAfterDays))
}

// columns lists the engagement index, the two sides, the drivers in the library's order, then every question.
func columns(r Release, lib Library) []Column {
	has := map[string]int{}
	index := 0
	for _, q := range r.Questions {
		if q.Question.Driver != "" && q.Question.Scored() && q.Question.Type != ENPS {
			has[q.Question.Driver]++
		}
		if slices.Contains(lib.Index, q.Question.Key) {
			index++
		}
	}
	var out []Column
	if index > 0 && index == len(lib.Index) {
		out = append(out, Column{Key: "engagement_index", Kind: IndexColumn, Driver: "engagement", Option: -1})
	}
	for _, side := range []string{"emotional", "professional"} {
		if slices.ContainsFunc(lib.Drivers, func(d Driver) bool { return d.Side == side && has[d.Key] > 0 }) {
			out = append(out, Column{Key: side, Kind: SideColumn, Option: -1})
		}
	}
	for _, d := range lib.Drivers {
		if has[d.Key] > 0 && d.Key != "engagement" {
			out = append(out, Column{Key: d.Key, Kind: DriverColumn, Driver: d.Key, Option: -1})
		}
	}
	for _, q := range r.Questions {
		out = append(out, Column{Key: q.Item, Kind: QuestionColumn, Driver: q.Question.Driver, Question: q.Question, Option: option(q)})
	}
	return out
}

func option(q ReleasedQuestion) int {
	if q.Question.Type != Single && q.Question.Type != Multiple {
		return -1
	}
	for o, it := range items(q.Question) {
		if it.id == q.Item {
			return o
		}
	}
	return -1
}

// figure gives a column's figure in a cell of a release, nil where it is not shown: a mean of items needs all of them.
func (c Column) figure(r Release, lib Library, cell disclosure.Cell) *Figure {
	var parts []disclosure.Figures
	for _, q := range r.Questions {
		if !c.takes(q, lib) {
			continue
		}
		i := slices.IndexFunc(q.Cells, func(f disclosure.Figures) bool { return f.Cell == cell })
		if i < 0 {
			return nil
		}
		parts = append(parts, q.Cells[i])
	}
	if len(parts) == 0 {
		return nil
	}
	f := Figure{Figures: parts[0], Items: len(parts)}
	if c.Kind == QuestionColumn {
		return &f
	}
	score, lo, hi, band := 0, 0, 0, parts[0].NBand
	for _, p := range parts {
		score, lo, hi = score+p.Score, lo+p.Low, hi+p.High
		if p.NBand.Lower() < band.Lower() {
			band = p.NBand
		}
	}
	n := len(parts)
	f.Figures = disclosure.Figures{Cell: cell, NBand: band, Score: (score + n/2) / n, Low: lo / n, High: (hi + n - 1) / n}
	f.Favourable = meanFavourable(parts)
	return &f
}

// meanFavourable is the mean of released favourable shares, nil where one of the items has none.
func meanFavourable(parts []disclosure.Figures) *int {
	sum := 0
	for _, p := range parts {
		if p.Favourable == nil {
			return nil
		}
		sum += *p.Favourable
	}
	mean := (sum + len(parts)/2) / len(parts)
	return &mean
}

// TableColumn is one column of a release with every cell that is shown in it, by what it is made of.
type TableColumn struct {
	Key   string
	Kind  ColumnKind
	Items []string // the questions it is the mean of; its own for a question
	Cells map[disclosure.Cell]Figure
}

// Table lays a whole release out as its readers see it, everybody's cells together: what an audit holds against what it
// found outside.
func (r Release) Table() ([]TableColumn, error) {
	lib, err := LoadLibrary()
	if err != nil {
		return nil, err
	}
	places := []disclosure.Cell{}
	values := attributeValues(r)
	for _, n := range r.Nodes {
		places = append(places, disclosure.Cell{Node: n.ID})
		for _, v := range values[n.ID] {
			places = append(places, disclosure.Cell{Node: n.ID, Value: v})
		}
	}
	out := []TableColumn{}
	for _, c := range columns(r, lib) {
		t := TableColumn{Key: c.Key, Kind: c.Kind, Cells: map[disclosure.Cell]Figure{}}
		for _, q := range r.Questions {
			if c.takes(q, lib) {
				t.Items = append(t.Items, q.Item)
			}
		}
		for _, p := range places {
			if f := c.figure(r, lib, p); f != nil {
				t.Cells[p] = *f
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// takes reports whether a released question is the column's or one of its items.
func (c Column) takes(q ReleasedQuestion, lib Library) bool {
	switch c.Kind {
	case IndexColumn:
		return slices.Contains(lib.Index, q.Question.Key)
	case SideColumn:
		return q.Question.Scored() && q.Question.Type != ENPS &&
			slices.ContainsFunc(lib.Drivers, func(d Driver) bool { return d.Key == q.Question.Driver && d.Side == c.Key })
	case DriverColumn:
		return q.Question.Driver == c.Driver && q.Question.Scored() && q.Question.Type != ENPS
	}
	return q.Item == c.Key
}

// sameWording reports whether a column means the same in two releases.
func (c Column) sameWording(a, b Release, lib Library) bool {
	versions := func(r Release) (out []string) {
		for _, q := range r.Questions {
			if c.takes(q, lib) {
				out = append(out, q.Question.String())
			}
		}
		slices.Sort(out)
		return out
	}
	x, y := versions(a), versions(b)
	return len(x) > 0 && slices.Equal(x, y)
}

// history fills the company's figures of this and earlier waves of the programme.
func (out *Results) history(r Release, ledger []Release, lib Library) {
	company := func(x Release) string { return root(x.Nodes) }
	for i := range out.Columns {
		c := &out.Columns[i]
		c.Company = c.figure(r, lib, disclosure.Cell{Node: root(r.Nodes)})
		c.Trend, c.Previous = c.line(r, ledger, lib, company)
	}
}

func (out *Results) rows(r Release, lib Library, scope org.Scope) {
	parent := map[string]string{}
	for _, n := range r.Nodes {
		parent[n.ID] = n.Parent
	}
	values := attributeValues(r)
	for _, n := range r.Nodes {
		if !scope.Has(n.ID) {
			continue
		}
		depth := 0
		for p := n.Parent; p != ""; p = parent[p] {
			depth++
		}
		row := Row{Node: n.ID, Name: n.Name, Depth: depth, Cells: make([]*Figure, len(out.Columns))}
		for i := range r.Response {
			if r.Response[i].Node == n.ID {
				row.Response = &r.Response[i].Percent
			}
		}
		for i, c := range out.Columns {
			row.Cells[i] = c.figure(r, lib, disclosure.Cell{Node: n.ID})
		}
		out.Rows = append(out.Rows, row)
		for _, v := range values[n.ID] {
			sub := Row{Node: n.ID, Name: n.Name, Value: v, Depth: depth + 1, Cells: make([]*Figure, len(out.Columns))}
			for i, c := range out.Columns {
				sub.Cells[i] = c.figure(r, lib, disclosure.Cell{Node: n.ID, Value: v})
			}
			out.Rows = append(out.Rows, sub)
		}
	}
}

// attributeValues lists, per node, the values of the attribute that are shown anywhere.
func attributeValues(r Release) map[string][]string {
	out := map[string][]string{}
	for _, q := range r.Questions {
		for _, f := range q.Cells {
			if v := f.Cell.Value; v != "" && !slices.Contains(out[f.Cell.Node], v) {
				out[f.Cell.Node] = append(out[f.Cell.Node], v)
			}
		}
	}
	for _, vs := range out {
		slices.Sort(vs)
	}
	return out
}

func root(nodes []Node) string {
	for _, n := range nodes {
		if n.Parent == "" {
			return n.ID
		}
	}
	return ""
}

// Change is a change of the company's figure beyond its interval since the wave before.
type Change struct {
	Column Column
	Points int
}

// Changes lists what really changed since the wave before, largest first: figures whose intervals do not overlap.
func (out Results) Changes() []Change {
	var list []Change
	for _, c := range out.Columns {
		if c.Kind == QuestionColumn || c.Company == nil || c.Previous == nil {
			continue
		}
		if c.Company.Low > c.Previous.High || c.Company.High < c.Previous.Low {
			list = append(list, Change{c, c.Company.Score - c.Previous.Score})
		}
	}
	slices.SortStableFunc(list, func(a, b Change) int { return abs(b.Points) - abs(a.Points) })
	return list
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
