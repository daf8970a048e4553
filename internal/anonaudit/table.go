package anonaudit

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readCSV reads a table of text. A file that is no table is read as text.
func (c *crawler) readCSV(at place, body []byte) {
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		c.readText(at, string(body))
		return
	}
	c.readTable(at, rows)
}

func (c *crawler) readWorkbook(at place, body []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		c.readTable(at, rows)
	}
	return nil
}

// readTable finds the line of titles, then reads each line that begins with a group. A number under a title that is a
// column's must be a released figure of that group; a number under a pulse's metric a released value of that team.
func (c *crawler) readTable(at place, rows [][]string) {
	var titles [][]string
	metrics := map[int]string{}
	for _, row := range rows {
		if t, m := c.titlesOf(at, row); len(t) > 0 || len(m) > 0 {
			titles, metrics = t, m
			continue
		}
		if len(titles) == 0 && len(metrics) == 0 || len(row) == 0 {
			continue
		}
		group, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(row[0], "'")), " · ")
		nodes := c.known.names[group]
		if group == "" {
			continue
		}
		if len(nodes) == 0 { // the company has no name of its own in some waves
			for _, root := range c.known.roots {
				nodes = append(nodes, root)
			}
		}
		for i, field := range row {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				continue
			}
			if metric, ok := metrics[i]; ok {
				c.readLine(at, metric, row[0], v)
				continue
			}
			if i >= len(titles) || len(titles[i]) == 0 {
				continue
			}
			c.out.Figures++
			if keys := c.known.number(nodes, titles[i], at.wave, v); !slices.ContainsFunc(keys, func(k cellKey) bool { return k.value == value }) {
				c.find(at.finding("outside", sighting{wave: at.wave, column: titles[i][0], node: group}))
			}
		}
	}
}

// readLine reads one figure of the rows behind a finding; teams out of scope are numbered there.
func (c *crawler) readLine(at place, metric, team string, v float64) {
	if nodes := c.known.names[team]; len(nodes) == 1 {
		c.readPanel(at, metric, nodes[0], v)
		return
	}
	c.out.Figures++
	for _, values := range c.known.measures[metric] {
		if v >= float64(slices.Min(values)) && v <= float64(slices.Max(values)) {
			return
		}
	}
	c.find(at.finding("outside", sighting{column: metric, node: team}))
}

// titlesOf gives the columns a line of titles names, position by position; empty when it is no such line.
func (c *crawler) titlesOf(at place, row []string) (titles [][]string, metrics map[int]string) {
	found := false
	metrics = map[int]string{}
	for i, field := range row {
		field = strings.TrimPrefix(strings.TrimSpace(field), "'")
		keys := c.columnsCalled(at, field)
		titles = append(titles, keys)
		found = found || len(keys) > 0
		if strings.HasPrefix(field, "pulse.") {
			metrics[i] = field
		}
	}
	if !found {
		titles = nil
	}
	return titles, metrics
}

var number = regexp.MustCompile(`[-−]?\d+(?:[.,]\d+)?`)

// readText reads pages, PDFs and letters: where a line names a group and a column, each number in the rest of it must be
// a released figure of the two.
func (c *crawler) readText(at place, text string) {
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 2000 || !strings.ContainsAny(line, "0123456789") {
			continue
		}
		for title, columns := range c.known.titles {
			if len(title) < 4 || !strings.Contains(line, title) || len(c.columnsCalled(at, title)) == 0 {
				continue
			}
			for name, nodes := range c.known.names {
				if len(name) < 2 || !word(line, name) {
					continue
				}
				rest := strings.ReplaceAll(strings.ReplaceAll(ofGroup(line, name), title, " "), name, " ")
				for _, n := range number.FindAllString(rest, -1) {
					v, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(n, "−", "-"), ",", "."), 64)
					if err != nil {
						continue
					}
					c.out.Figures++
					if len(c.known.number(nodes, columns, at.wave, v)) == 0 && len(c.known.number(nodes, columns, at.wave, -v)) == 0 {
						c.find(at.finding("outside", sighting{wave: at.wave, column: columns[0], node: name}))
					}
				}
			}
		}
	}
}

// ofGroup is the part of a line that speaks of one group, without the ends of intervals: in a letter a row of a table is a line in
// which a column's heading stands before its figure, such as "Care · Organisation: 70 (64–76) · East: 60 (50–70)". A line that is not
// made like that is taken as a whole.
func ofGroup(line, group string) string {
	for _, part := range strings.Split(line, " · ")[1:] {
		if heading, figure, ok := strings.Cut(part, ":"); ok && strings.TrimSpace(heading) == group {
			return span.ReplaceAllString(figure, " ")
		}
	}
	return line
}

// span is an interval behind its figure.
var span = regexp.MustCompile(`\([-−]?\d+(?:[.,]\d+)?–[-−]?\d+(?:[.,]\d+)?\)`)

// word reports whether a name stands in a line as a word of its own.
func word(line, name string) bool {
	for from := 0; ; {
		i := strings.Index(line[from:], name)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(name)
		if (i == 0 || !alnum(line[i-1])) && (end == len(line) || !alnum(line[end])) {
			return true
		}
		from = end
	}
}

func alnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}
