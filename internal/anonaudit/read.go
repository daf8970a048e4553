package anonaudit

import (
	"maps"
	"math"
	"slices"
	"strings"

	"rapport/internal/pulse"
)

// place is where something was read.
type place struct {
	viewer  viewer
	channel string
	path    string
	wave    string // of the path; empty where it names none
}

func (p place) finding(kind string, s sighting) pulse.CrawlFinding {
	return pulse.CrawlFinding{Kind: kind, Viewer: p.viewer.name, Channel: p.channel, Route: p.path, Wave: s.wave, Column: s.column, Node: s.node}
}

var figureNames = []string{"score", "lo", "hi", "favourable", "enps", "enps_lo", "enps_hi"}

// countNames are names under which an exact number of people would stand.
var countNames = []string{"n", "count", "respondents", "answered", "answers", "people"}

// readJSON looks for released figures anywhere in an answer: in tables of results, and in any object that carries the
// band of a released figure.
func (c *crawler) readJSON(at place, v any) {
	c.walk(at, v, sighting{wave: at.wave}, nil)
}

// walk goes down with what the objects above said about where a figure belongs. columns is set inside the rows of a
// table whose cells stand in the order of its columns.
func (c *crawler) walk(at place, v any, above sighting, columns []string) {
	switch x := v.(type) {
	case []any:
		for _, y := range x {
			c.walk(at, y, above, columns)
		}
	case map[string]any:
		here := above
		if w, ok := x["wave"].(map[string]any); ok {
			if id, ok := w["id"].(string); ok {
				here.wave = id
			}
		}
		for _, name := range []string{"wave_id", "wave"} {
			if s, ok := x[name].(string); ok {
				here.wave = s
			}
		}
		for _, name := range []string{"node_id", "team_id", "node", "team"} {
			if s, ok := x[name].(string); ok && c.known.nodes[s] {
				here.node, here.company = s, false
			}
		}
		if here.company && here.node == "" && here.wave != "" {
			here.node = c.known.roots[here.wave]
		}
		if h, ok := x["head"].(map[string]any); ok { // a document about one team says so in its head
			if s, ok := h["team_id"].(string); ok && c.known.nodes[s] {
				here.node, here.company = s, false
			}
		}
		if s, ok := x["attribute_value"].(string); ok {
			here.value = s
		}
		if s, ok := x["key"].(string); ok {
			here.column = s
			if title, ok := x["title"].(string); ok && !slices.Contains(c.known.titles[title], s) {
				c.known.titles[title] = append(c.known.titles[title], s)
				c.known.learned++
			}
		}
		c.readName(x)
		c.readMetric(at, x, here)
		c.readReport(at, x, here)
		c.readComment(at, x, here)
		if n, ok := x["response_percent"].(float64); ok && here.node != "" {
			if p, shown := c.known.response[[2]string{here.wave, here.node}]; !shown || p != int(n) {
				c.find(at.finding("outside", sighting{wave: here.wave, node: here.node, column: "response"}))
			}
		}
		if _, banded := x["n_band"].(string); banded {
			c.readFigure(at, x, here)
		}
		keys := columns
		if list, ok := x["columns"].([]any); ok {
			keys = columnKeys(list)
		}
		for _, name := range slices.Sorted(maps.Keys(x)) {
			y, next := x[name], here
			switch name {
			case "cells":
				if list, ok := y.([]any); ok && keys != nil {
					c.readRow(at, list, keys, here)
					continue
				}
			case "company", "previous", "trend":
				next.company = true
				if next.node = c.known.roots[here.wave]; name != "company" {
					next.wave, next.node = "", "" // the company's figure of another wave
				}
			}
			if metric, ok := x["metric_id"].(string); ok && name == "points" {
				next.metric = metric // a trend: its points stand for the figure above them
			}
			if name == "wave" || y == nil {
				continue
			}
			c.walk(at, y, next, keys)
		}
	}
}

func columnKeys(list []any) []string {
	out := []string{}
	for _, y := range list {
		if o, ok := y.(map[string]any); ok {
			key, _ := o["key"].(string)
			out = append(out, key)
		}
	}
	return out
}

// readRow reads cells that stand in the order of their table's columns. A cell that is not shown must say nothing else.
func (c *crawler) readRow(at place, cells []any, keys []string, here sighting) {
	if at.viewer.own != nil && here.node != "" && !at.viewer.own[here.node] && here.node != c.known.roots[here.wave] {
		c.find(at.finding("foreign", here)) // the whole organisation may stand beside one's own
	}
	for i, y := range cells {
		o, ok := y.(map[string]any)
		if !ok || i >= len(keys) {
			continue
		}
		s := here
		s.column = keys[i]
		if hidden, _ := o["not_shown"].(bool); hidden {
			if len(o) > 1 {
				c.find(at.finding("talkative", s))
			}
			continue
		}
		c.readFigure(at, o, s)
	}
}

// readFigure holds one figure against the ledger.
func (c *crawler) readFigure(at place, o map[string]any, s sighting) {
	s.figures = map[string]int{}
	for _, name := range figureNames {
		n, ok := o[name].(float64)
		if !ok {
			continue
		}
		if n != math.Trunc(n) {
			c.find(at.finding("exact", s)) // released figures are whole numbers
			return
		}
		s.figures[name] = int(n)
	}
	if list, ok := o["distribution"].([]any); ok {
		s.distribution = []int{}
		for _, y := range list {
			n, _ := y.(float64)
			s.distribution = append(s.distribution, int(n))
		}
	}
	s.band, _ = o["n_band"].(string)
	for _, name := range countNames {
		if _, ok := o[name].(float64); ok {
			c.find(at.finding("exact", s))
		}
	}
	if len(s.figures) == 0 && s.distribution == nil {
		return
	}
	c.out.Figures++
	c.judge(at, s, c.known.find(s))
}

// judge notes what was seen: as one of the released cells, or as one that is none. An index, a side or a driver is seen
// only where every question in it is released.
func (c *crawler) judge(at place, s sighting, keys []cellKey) {
	if len(keys) == 0 {
		c.find(at.finding("outside", s))
		return
	}
	if len(keys) > 1 {
		return // it names no single cell, and every one it may be is released
	}
	key := keys[0]
	for _, q := range c.known.parts[key.wave+"|"+key.column] {
		part := cellKey{key.wave, q, key.node, key.value}
		if _, ok := c.known.cells[part]; !ok {
			c.find(at.finding("outside", sighting{wave: key.wave, column: q, node: key.node}))
			continue
		}
		c.seen[part] = true
	}
	if c.known.items[key.wave+"|"+key.column] {
		c.seen[key] = true
	}
}

// readName learns what metrics from elsewhere are called. Outside a wave's own pages such a name stands for that metric,
// even where a driver happens to be called the same.
func (c *crawler) readName(x map[string]any) {
	id, _ := x["id"].(string)
	name, _ := x["name"].(string)
	if _, metric := x["aggregation"].(string); metric && name != "" && !strings.HasPrefix(id, "pulse.") && !c.known.others[name] {
		c.known.others[name] = true
		c.known.learned++
	}
}

// columnsCalled gives the columns a title stands for at a place.
func (c *crawler) columnsCalled(at place, title string) []string {
	if at.wave == "" && c.known.others[title] {
		return nil
	}
	return c.known.titles[title]
}

// readMetric reads a row of the panel's figures about a pulse.
func (c *crawler) readMetric(at place, x map[string]any, s sighting) {
	metric, _ := x["metric_id"].(string)
	if metric == "" {
		metric, _ = x["metric"].(string)
	}
	if metric == "" {
		metric = s.metric
	}
	if !strings.HasPrefix(metric, "pulse.") || s.node == "" {
		return
	}
	for _, name := range []string{"value", "here"} {
		if v, ok := x[name].(float64); ok {
			c.readPanel(at, metric, s.node, v)
		}
	}
}

// readReport reads a table of a team's report whose lines are figures: what stands in the column of the quarter itself.
func (c *crawler) readReport(at place, x map[string]any, s sighting) {
	columns, _ := x["columns"].([]any)
	rows, _ := x["rows"].([]any)
	now := slices.IndexFunc(columns, func(y any) bool { o, ok := y.(map[string]any); return ok && o["id"] == "now" })
	if now < 0 || s.node == "" {
		return
	}
	for _, y := range rows {
		cells, _ := y.([]any)
		if len(cells) <= now {
			continue
		}
		name, _ := cells[0].(map[string]any)
		ref, _ := name["ref"].(map[string]any)
		id, _ := ref["id"].(string)
		cell, _ := cells[now].(map[string]any)
		if v, ok := cell["value"].(float64); ok && ref["kind"] == "metric" && strings.HasPrefix(id, "pulse.") {
			c.readPanel(at, id, s.node, v)
		}
	}
}

// readPanel accepts a released value of the team or of a team below it, or a mean of such values: a unit's figure is the
// mean of its teams'. Where nothing was released there is no figure.
func (c *crawler) readPanel(at place, metric, team string, v float64) {
	c.out.Figures++
	var values []int
	for id, list := range c.known.measures[metric] {
		if id == team || c.known.below[team][id] {
			values = append(values, list...)
		}
	}
	if len(values) == 0 || v < float64(slices.Min(values))-1e-9 || v > float64(slices.Max(values))+1e-9 {
		c.find(at.finding("outside", sighting{column: metric, node: team}))
	}
}

// readComment holds a comment against the one node where it was listed.
func (c *crawler) readComment(at place, x map[string]any, s sighting) {
	text, isText := x["text"].(string)
	question, isAbout := x["question"].(string)
	if !isText || !isAbout || s.node == "" || at.wave == "" {
		return
	}
	c.out.Comments++
	switch {
	case !c.known.comments[[4]string{at.wave, s.node, question, text}]:
		c.find(at.finding("comment", sighting{wave: at.wave, column: question, node: s.node}))
	case at.viewer.own != nil && !at.viewer.own[s.node]:
		c.find(at.finding("foreign", sighting{wave: at.wave, column: question, node: s.node}))
	}
}
