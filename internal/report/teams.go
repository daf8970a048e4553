package report

import (
	"math"

	"rapport/internal/series"
	"rapport/internal/stats"
)

// teamPanel lays out the teams side by side in the figures of the chain. Each figure is pulled towards the mean as far
// as it is uncertain, and its interval allows for the number of teams looked at, so that "above the mean" is said only
// where it holds for all of them together. Nobody is ranked.
func (g *gathered) teamPanel(c *Chain, leaves []int) *Panel {
	out := &Panel{}
	if len(leaves) < 2 {
		return nil
	}
	for _, f := range g.panelFigures(c) {
		g.column(out, f, leaves)
	}
	if len(out.Columns) == 0 {
		return nil
	}
	return out
}

// panelFigures are the figures of the chain, else the one of each kind that most teams have.
func (g *gathered) panelFigures(c *Chain) []*figure {
	var ids []string
	if c != nil {
		ids = append(ids, c.Links[0].FromID)
		for _, l := range c.Links {
			ids = append(ids, l.ToID)
		}
	}
	var out []*figure
	seen := map[series.Kind]bool{}
	for _, id := range ids {
		for _, f := range g.figures {
			if f.metric.ID == id {
				out, seen[f.metric.Kind] = append(out, f), true
			}
		}
	}
	for _, kind := range []series.Kind{series.EX, series.CX} {
		if seen[kind] {
			continue
		}
		var best *figure
		most := 0
		for _, f := range g.figures {
			if _, n := f.mean(g.leaves[""]); f.metric.Kind == kind && n > most {
				best, most = f, n
			}
		}
		if best != nil {
			out = append(out, best)
		}
	}
	return out
}

// column adds a figure to the panel.
func (g *gathered) column(p *Panel, f *figure, leaves []int) {
	if p.Rows == nil {
		p.Rows = make([]PanelRow, len(leaves))
		for i, t := range leaves {
			team := g.teamsOf[t]
			p.Rows[i] = PanelRow{TeamID: team.ID, Name: team.Name}
			if up, ok := g.tree.Get(team.ParentID); ok {
				p.Rows[i].Under = up.Name
			}
		}
	}
	var y, se []float64
	var at []int
	cells := make([]PanelCell, len(leaves))
	for i, t := range leaves {
		if v := f.now[t]; !math.IsNaN(v) {
			cells[i].Value = &v
			y, se, at = append(y, v), append(se, f.se/math.Sqrt(float64(f.periods[t]))), append(at, i)
		}
	}
	col := PanelColumn{MetricID: f.metric.ID, Name: f.metric.Name, Unit: f.metric.Unit, Kind: f.metric.Kind}
	if m, n := f.mean(leaves); n > 0 {
		col.Mean = &m
	}
	if len(y) > 0 {
		fit, err := stats.ShrinkKnown(y, se, stats.TauREML, 1-(1-level)/float64(len(y)))
		if err == nil {
			mu := fit.Mu
			col.Mean = &mu
			for k, i := range at {
				e := fit.Estimates[k]
				v, lo, hi := e.EB, e.CI.Lo, e.CI.Hi
				cells[i] = PanelCell{Value: &v, Lo: &lo, Hi: &hi}
				switch {
				case lo > mu:
					cells[i].Side = 1
				case hi < mu:
					cells[i].Side = -1
				}
				if cells[i].Side != 0 {
					col.Apart++
				}
			}
		}
	}
	p.Columns = append(p.Columns, col)
	for i := range p.Rows {
		p.Rows[i].Cells = append(p.Rows[i].Cells, cells[i])
	}
}
