package fact

import (
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"unicode"

	"rapport/internal/intake"
)

// Wanted is a field a mapping looks for: the words a heading has (the more telling first), and what its cells look like.
type Wanted struct {
	Field string
	Words []string // lower case; a word matches the start of a word of the heading, one of three letters or fewer all of it
	Not   []string // words that speak against it
	Looks []string // text, number, date; none for any
}

// Guess finds a column for each field, in the order given; a column serves one field only.
func Guess(columns []intake.Column, wanted []Wanted) map[string]string {
	out, used := map[string]string{}, map[string]bool{}
	for _, w := range wanted {
		best, bestScore := "", 0
		for _, c := range columns {
			if used[c.Name] || len(w.Looks) > 0 && !slices.Contains(w.Looks, c.LooksLike) && c.LooksLike != "empty" || HasWord(c.Name, w.Not) {
				continue
			}
			if s := score(c.Name, w.Words); s > bestScore {
				best, bestScore = c.Name, s
			}
		}
		if best != "" {
			out[w.Field], used[best] = best, true
		}
	}
	return out
}

// score says how well a heading fits: more for words nearer the front of the list and for short headings.
func score(heading string, list []string) int {
	w := words(heading)
	for i, h := range list {
		if matches(w, h) {
			return 1000 - 10*i - min(len(w), 9)
		}
	}
	return 0
}

// HasWord reports whether a heading has one of the words.
func HasWord(heading string, list []string) bool {
	w := words(heading)
	return slices.ContainsFunc(list, func(h string) bool { return matches(w, h) })
}

func matches(w []string, hint string) bool {
	parts := strings.Fields(hint)
	return !slices.ContainsFunc(parts, func(p string) bool {
		return !slices.ContainsFunc(w, func(x string) bool { return x == p || len([]rune(p)) > 3 && strings.HasPrefix(x, p) })
	})
}

// words cuts a heading into lower-case words, at anything that is no letter or digit and where camelCase humps.
func words(heading string) []string {
	var b strings.Builder
	last := ' '
	for _, r := range heading {
		if unicode.IsUpper(r) && unicode.IsLower(last) || !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			b.WriteByte(' ')
		}
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			b.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	return strings.Fields(b.String())
}

// uniqueRows is how far a file is read to see whether ids repeat.
const uniqueRows = 2_000_000

// FirstUnique reads on through the file and gives the first set of columns whose cells together never repeat; nil when
// each one does. The rows already looked at count too.
func FirstUnique(p *intake.Preview, sets [][]string) []string {
	seed := maphash.MakeSeed()
	seen := make([]map[uint64]struct{}, len(sets))
	at := make([][]int, len(sets))
	for i, set := range sets {
		seen[i] = map[uint64]struct{}{}
		for _, c := range set {
			k, err := intake.Index(p.File.Columns, c)
			if err != nil {
				return nil
			}
			at[i] = append(at[i], k)
		}
	}
	look := func(cell func(col int) string) {
		for i := range sets {
			if seen[i] == nil {
				continue
			}
			var h maphash.Hash
			h.SetSeed(seed)
			filled := false
			for _, k := range at[i] {
				v := strings.TrimSpace(cell(k))
				filled = filled || v != ""
				_, _ = h.WriteString(v)
				_ = h.WriteByte(0)
			}
			sum := h.Sum64()
			if _, twice := seen[i][sum]; twice || !filled {
				seen[i] = nil // repeats, or is missing somewhere: not an id
				continue
			}
			seen[i][sum] = struct{}{}
		}
	}
	rows := 0
	if len(p.Columns) > 0 {
		rows = len(p.Columns[0].Values)
	}
	for i := range rows {
		look(func(col int) string { return p.Columns[col].Values[i] })
	}
	for ; rows < uniqueRows; rows++ {
		row, err := p.Next()
		if errors.Is(err, io.EOF) || err != nil { // what is wrong in the file is told when it is imported
			break
		}
		look(func(col int) string { return row.Cells[col] })
	}
	for i, set := range sets {
		if seen[i] != nil {
			return set
		}
	}
	return nil
}

// DateFormat says how the dates of columns are written, where they are not written year first: empty when the cells do
// not decide it, so that a person is asked.
func DateFormat(columns []intake.Column, names ...string) string {
	var first, second, dotted bool
	for _, c := range columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		for _, v := range c.Values {
			if _, code := intake.ParseDay(v, ""); code != "date_format_needed" {
				continue
			}
			_, d := intake.ParseDay(v, "DD/MM/YYYY")
			_, m := intake.ParseDay(v, "MM/DD/YYYY")
			first, second = first || d == "", second || m == ""
			dotted = dotted || strings.Contains(v, ".")
		}
	}
	switch {
	case first && !second && dotted:
		return "DD.MM.YYYY"
	case first && !second:
		return "DD/MM/YYYY"
	case second && !first:
		return "MM/DD/YYYY"
	}
	return ""
}

// DecimalComma reports whether figures of columns are written with a decimal comma; nil when nothing says so.
func DecimalComma(columns []intake.Column, names ...string) *bool {
	for _, c := range columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		for _, v := range c.Values {
			if _, code := intake.ParseNumber(v, nil); code == "decimal_comma" {
				yes := true
				return &yes
			}
		}
	}
	return nil
}
