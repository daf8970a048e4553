package series

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rapport/internal/intake"
)

// Suggest proposes a mapping for a file of figures from the names of its columns (English, Hebrew, Polish) and the first
// rows. It is a start for a person to correct: what it cannot tell it leaves out. createTeams is set while the
// organisation is empty.
func Suggest(p *intake.Preview, catalogue []Metric, createTeams bool) intake.Mapping {
	s := suggestion{columns: p.Columns, used: map[string]bool{}, m: intake.Mapping{Kind: intake.Series, CreateTeams: createTeams, Sheet: p.Sheet}}
	if p.Format == "csv" {
		s.m.Encoding, s.m.Delimiter = p.Encoding, p.Delimiter
	}
	s.findPeriod()
	s.findTeam()
	s.findRespondents()
	s.findLong(catalogue)
	if s.m.Long == nil {
		s.findMetrics(catalogue)
	}
	s.findNotation()
	s.findGrain()
	for _, c := range p.Columns {
		if !s.used[c.Name] {
			s.m.Ignore = append(s.m.Ignore, c.Name)
		}
	}
	return s.m
}

type suggestion struct {
	columns []intake.Column
	used    map[string]bool
	m       intake.Mapping
}

// findPeriod takes the column that reads as periods or dates, by its name where several do.
func (s *suggestion) findPeriod() {
	best, bestScore := "", 0
	for _, c := range s.columns {
		read, filled := 0, 0
		for _, v := range c.Values {
			if intake.Missing(v) {
				continue
			}
			filled++
			if readsAsPeriod(v) {
				read++
			}
		}
		if filled == 0 || read*50 < filled*49 {
			continue
		}
		score := 1 + 2*hint(c.Name, periodHints)
		if c.LooksLike == "number" && score == 1 {
			continue // four digits are a year only where the heading says so
		}
		if score > bestScore {
			best, bestScore = c.Name, score
		}
	}
	if best != "" {
		s.m.Period, s.used[best] = best, true
	}
}

func readsAsPeriod(v string) bool {
	if _, err := ParsePeriod(strings.TrimSpace(v)); err == nil {
		return true
	}
	if _, ok := looserPeriod(v); ok {
		return true
	}
	_, code := intake.ParseDay(v, "")
	return code == "" || code == "date_ambiguous" || code == "date_format_needed"
}

// findTeam takes the column that names teams: a code with its readable name beside it (trust_code, trust_name), else the
// column whose heading says so, else the text that repeats most.
func (s *suggestion) findTeam() {
	best, bestScore := -1, 0.0
	for i, c := range s.columns {
		if s.used[c.Name] || c.LooksLike == "empty" || c.LooksLike == "date" {
			continue
		}
		different, filled, long := map[string]bool{}, 0, 0
		for _, v := range c.Values {
			if v = strings.TrimSpace(v); v != "" {
				filled++
				different[v] = true
				if utf8.RuneCountInString(v) > 80 {
					long++
				}
			}
		}
		rank := hint(c.Name, teamHints)
		repeats := len(different) < filled || len(c.Values) < 3
		if filled == 0 || long*20 > filled || c.LooksLike == "number" && rank == 0 || !repeats && rank == 0 {
			continue
		}
		score := 10*float64(rank) + c.Filled + 1 - float64(len(different))/float64(max(filled, 1))
		if s.codeWithName(c.Name) != "" {
			score += 100
		}
		if strings.Contains(strings.ToLower(c.Name), "parent") {
			score -= 50
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		return
	}
	s.m.Team = s.columns[best].Name
	s.used[s.m.Team] = true
	if n := s.codeWithName(s.m.Team); n != "" {
		s.m.TeamName, s.used[n] = n, true
	}
	if s.m.CreateTeams {
		for _, c := range s.columns {
			if !s.used[c.Name] && hint(c.Name, parentHints) > 0 && c.LooksLike == "text" {
				s.m.Parent, s.used[c.Name] = c.Name, true
				break
			}
		}
	}
}

var codeEnding = regexp.MustCompile(`(?i)[ _-]?(code|id|kod|nr|no|קוד|מספר)$`)

// codeWithName finds the column with the readable names for a column of codes: the same word with "name" at its end.
func (s *suggestion) codeWithName(code string) string {
	stem := codeEnding.ReplaceAllString(code, "")
	if stem == code || stem == "" {
		return ""
	}
	for _, c := range s.columns {
		l := strings.ToLower(c.Name)
		if c.LooksLike == "text" && strings.HasPrefix(l, strings.ToLower(stem)) && hint(strings.TrimPrefix(l, strings.ToLower(stem)), nameHints) > 0 {
			return c.Name
		}
	}
	return ""
}

func (s *suggestion) findRespondents() {
	for _, c := range s.columns {
		if s.used[c.Name] || c.LooksLike != "number" || hint(c.Name, respondentHints) == 0 {
			continue
		}
		whole := true
		for _, v := range c.Values {
			if !intake.Missing(v) {
				if _, code := intake.ParseCount(v, nil); code == "not_a_count" {
					whole = false
				}
			}
		}
		if whole {
			s.m.Respondents, s.used[c.Name] = c.Name, true
			return
		}
	}
}

// findLong recognises one row per team, period and metric: a column of metric names beside a column of values.
func (s *suggestion) findLong(catalogue []Metric) {
	var name, value *intake.Column
	for i := range s.columns {
		c := &s.columns[i]
		switch {
		case s.used[c.Name]:
		case name == nil && c.LooksLike == "text" && hint(c.Name, metricHints) > 0:
			name = c
		case value == nil && c.LooksLike == "number" && hint(c.Name, valueHints) > 0:
			value = c
		}
	}
	if name == nil || value == nil {
		return
	}
	byMetric := map[string][]string{}
	var order []string
	for i, v := range name.Values {
		if v = strings.TrimSpace(v); v != "" {
			if byMetric[v] == nil {
				order = append(order, v)
			}
			byMetric[v] = append(byMetric[v], value.Values[i])
		}
	}
	if len(order) == 0 || len(order) > 200 {
		return
	}
	s.m.Long = &intake.LongMapping{Metric: name.Name, Value: value.Name}
	s.used[name.Name], s.used[value.Name] = true, true
	for _, o := range order {
		m, known := suggestMetric(o, byMetric[o], catalogue)
		if !known {
			m.Kind = string(Outcome)
		}
		s.m.Metrics = append(s.m.Metrics, m)
	}
}

// findMetrics takes the columns of numbers. Where some headings are recognised, the others are left out; the share
// of a question whose mean stands beside it is the same figure twice.
func (s *suggestion) findMetrics(catalogue []Metric) {
	var known, unknown []intake.MetricMapping
	for _, c := range s.columns {
		if s.used[c.Name] || c.LooksLike != "number" {
			continue
		}
		if stem := strings.TrimSuffix(strings.ToLower(c.Name), "_share"); stem != strings.ToLower(c.Name) && s.hasColumn(stem) {
			continue
		}
		m, ok := suggestMetric(c.Name, c.Values, catalogue)
		if ok {
			known = append(known, m)
		} else {
			m.Kind = string(Outcome)
			unknown = append(unknown, m)
		}
	}
	if len(known) == 0 {
		known = unknown
	}
	if len(known) > 200 {
		known = known[:200]
	}
	for _, m := range known {
		s.m.Metrics = append(s.m.Metrics, m)
		s.used[m.Column] = true
	}
}

func (s *suggestion) hasColumn(lower string) bool {
	return slices.ContainsFunc(s.columns, func(c intake.Column) bool { return strings.ToLower(c.Name) == lower && c.LooksLike == "number" })
}

// findNotation looks at what the figures and dates are written like.
func (s *suggestion) findNotation() {
	comma := false
	for _, c := range s.columns {
		if c.LooksLike != "number" || !s.used[c.Name] {
			continue
		}
		for _, v := range c.Values {
			if _, code := intake.ParseNumber(v, nil); code == "decimal_comma" {
				comma = true
			}
		}
	}
	if comma {
		s.m.DecimalComma = &comma
	}
	var first, second, dotted bool
	for _, v := range s.values(s.m.Period) {
		if _, code := intake.ParseDay(v, ""); code != "date_format_needed" {
			continue
		}
		_, d := intake.ParseDay(v, "DD/MM/YYYY")
		_, m := intake.ParseDay(v, "MM/DD/YYYY")
		first = first || d == ""
		second = second || m == ""
		dotted = dotted || strings.Contains(v, ".")
	}
	switch { // a column that is written both ways, or that says nothing, is left for a person to decide
	case first && !second && dotted:
		s.m.DateFormat = "DD.MM.YYYY"
	case first && !second:
		s.m.DateFormat = "DD/MM/YYYY"
	case second && !first:
		s.m.DateFormat = "MM/DD/YYYY"
	}
}

func (s *suggestion) values(column string) []string {
	for _, c := range s.columns {
		if c.Name == column {
			return c.Values
		}
	}
	return nil
}

// findGrain says how long the periods are, and whether several rows fall into one.
func (s *suggestion) findGrain() {
	var days []time.Time
	var finest Grain
	for _, v := range s.values(s.m.Period) {
		if intake.Missing(v) {
			continue
		}
		p, code := readPeriod(v, s.m.DateFormat, "")
		if code != "" {
			continue
		}
		if p.Grain == Day {
			days = append(days, p.Start())
		}
		if finest == "" || finest.Coarser(p.Grain) {
			finest = p.Grain
		}
	}
	if finest == Day {
		finest = grainOfDates(days)
	}
	if finest == "" {
		return
	}
	if s.repeats(finest) {
		s.m.Aggregate = true
		if finest == Day {
			finest = Month
		}
		s.m.CountRows = s.m.Respondents == ""
	}
	s.m.Grain = string(finest)
}

// grainOfDates recognises dates that stand for their period: every 1 January, first of a quarter or month, or Monday.
func grainOfDates(days []time.Time) Grain {
	all := func(is func(time.Time) bool) bool {
		return !slices.ContainsFunc(days, func(d time.Time) bool { return !is(d) })
	}
	first := func(d time.Time) bool { return d.Day() == 1 }
	switch {
	case all(func(d time.Time) bool { return first(d) && d.Month() == time.January }):
		return Year
	case all(func(d time.Time) bool { return first(d) && (d.Month()-1)%3 == 0 }):
		return Quarter
	case all(first):
		return Month
	case all(func(d time.Time) bool { return d.Weekday() == time.Monday }), all(func(d time.Time) bool { return d.Weekday() == time.Sunday }):
		return Week
	}
	return Day
}

// repeats reports whether several rows fall into one team and period.
func (s *suggestion) repeats(g Grain) bool {
	seen := map[string]bool{}
	teams, periods := s.values(s.m.Team), s.values(s.m.Period)
	var metrics []string
	if s.m.Long != nil {
		metrics = s.values(s.m.Long.Metric)
	}
	if len(teams) == 0 {
		return false
	}
	for i := range teams {
		p, code := readPeriod(periods[i], s.m.DateFormat, g)
		if code != "" {
			continue
		}
		key := strings.TrimSpace(teams[i]) + "\x00" + p.String()
		if metrics != nil {
			key += "\x00" + metrics[i]
		}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// KeyOf makes a catalogue key of a heading: letters, digits, dots and hyphens stay, anything else becomes one "_".
func KeyOf(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), r == '.', r == '-':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= 76 {
			break
		}
	}
	return strings.Trim(b.String(), "_")
}
