package series

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Sizes of what is compared and staged at once: small enough that nobody waits long for the writer.
const (
	chunkLines  = 512
	chunkPoints = 32 << 10
)

// commit brings sorted figures in: cells are made of them, compared with what stands, staged where they differ, and
// published in one change.
type commit struct {
	s       *Service
	batch   intake.Batch
	dryRun  bool
	mapping intake.Mapping
	metrics []plannedMetric
	teams   *teamFinder
	field   func(line uint32, metric int) errs.Field // where a figure came from

	seen     int64
	changed  lineSet
	rejected *lineSet
	errors   *[]errs.Field
	marked   []markedCell // of metrics about people
	staged   int

	cells  []cell
	lines  []uint32 // lines of the file behind the cells
	groups []group
}

// cell is one figure of the import: what several rows together, or one alone, say about a team, metric and period.
type cell struct {
	Point
	from, to int // its lines
}

// group is the cells of one line of figures.
type group struct {
	metric   uint16
	team     uint32
	grain    uint8
	from, to int // its cells
}

// figures runs through all figures in order.
func (c *commit) figures(ctx context.Context, in *sorter, progress func(done int)) error {
	var err error
	if c.seen, err = c.s.store.Edition(ctx); err != nil {
		return err
	}
	var same []figure
	done := 0
	flush := func() error {
		if len(same) == 0 {
			return nil
		}
		if err := c.cell(ctx, same); err != nil {
			return err
		}
		same = same[:0]
		return nil
	}
	err = in.each(func(f figure) error {
		if len(same) > 0 && !sameCell(same[0], f) {
			if err := flush(); err != nil {
				return err
			}
		}
		same = append(same, f)
		if done++; done%8192 == 0 {
			progress(done)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return c.compare(ctx)
}

// cell makes one cell of the figures for it. Without aggregation a second figure is a mistake that names both rows.
func (c *commit) cell(ctx context.Context, same []figure) error {
	f := same[0]
	if len(same) > 1 && !c.mapping.Aggregate {
		for _, x := range same[1:] {
			e := c.field(x.line, int(x.metric))
			e.Code = "figure_twice"
			if e.Path != "" {
				e.Code = "figure_item_twice"
			}
			e.Params = map[string]any{"first": int(f.line), "period": Period{Grain: grainOrder[f.grain], Index: int(f.period)}.String()}
			c.rejected.add(x.line)
			if len(*c.errors) < intake.MaxErrors {
				*c.errors = append(*c.errors, e)
			}
		}
		return nil
	}
	m := c.metrics[f.metric]
	p := Point{Index: int(f.period), Value: f.value, N: int(f.n)}
	if c.mapping.Aggregate {
		p.Value, p.N = aggregate(m.Aggregation, same, c.mapping.CountRows)
		if math.IsInf(p.Value, 0) || math.IsNaN(p.Value) {
			e := c.field(f.line, int(f.metric))
			e.Code = "number_out_of_range"
			c.rejected.add(f.line)
			*c.errors = append(*c.errors, e)
			return nil
		}
	}
	if m.HeldBack(0) {
		c.mark(f, p.N)
	}
	if len(c.groups) == 0 || c.groups[len(c.groups)-1].metric != f.metric || c.groups[len(c.groups)-1].team != f.team || c.groups[len(c.groups)-1].grain != f.grain {
		if len(c.groups) >= chunkLines || len(c.cells) >= chunkPoints || len(c.lines) >= 8*chunkPoints {
			if err := c.compare(ctx); err != nil {
				return err
			}
		}
		c.groups = append(c.groups, group{metric: f.metric, team: f.team, grain: f.grain, from: len(c.cells), to: len(c.cells)})
	}
	from := len(c.lines)
	for _, x := range same {
		c.lines = append(c.lines, x.line)
	}
	c.cells = append(c.cells, cell{Point: p, from: from, to: len(c.lines)})
	c.groups[len(c.groups)-1].to++
	return nil
}

// aggregate makes one figure of several finer ones. A mean is weighted by the respondents where every row counts them,
// else each row weighs the same; the respondents add up, and are unknown (0) when a row does not count them. With
// countRows each row is one respondent.
func aggregate(a Aggregation, rows []figure, countRows bool) (value float64, n int) {
	counted := true
	total := 0
	for _, r := range rows {
		counted = counted && r.n > 0
		total += int(r.n)
	}
	switch {
	case countRows:
		n = len(rows)
	case counted:
		n = min(total, math.MaxInt32)
	}
	switch a {
	case Sum:
		for _, r := range rows {
			value += r.value
		}
	case Last:
		value = rows[len(rows)-1].value
	default:
		sum, weight := 0.0, 0.0
		for _, r := range rows {
			w := 1.0
			if counted && !countRows {
				w = float64(r.n)
			}
			sum, weight = sum+w*r.value, weight+w
		}
		value = sum / weight
	}
	return value, n
}

// compare lays the collected cells beside what stands and stages those that differ.
func (c *commit) compare(ctx context.Context) error {
	defer func() { c.cells, c.lines, c.groups = c.cells[:0], c.lines[:0], c.groups[:0] }()
	if len(c.groups) == 0 || c.rejected.n > 0 { // with a rejected row nothing will be published: only look for more mistakes
		return nil
	}
	stand, err := c.standing(ctx)
	if err != nil {
		return err
	}
	var blocks []Block
	for _, g := range c.groups {
		metric, team := c.metrics[g.metric].ID, c.teams.teams[g.team].id
		old := stand[lineKey{metric, team, g.grain}]
		var points Points
		for _, x := range c.cells[g.from:g.to] {
			i, ok := slices.BinarySearchFunc(old, x.Index, func(p Point, index int) int { return p.Index - index })
			if ok && old[i].N == x.N && math.Float64bits(old[i].Value) == math.Float64bits(x.Value) {
				continue
			}
			points = append(points, x.Point)
			for _, line := range c.lines[x.from:x.to] {
				c.changed.add(line)
			}
		}
		if len(points) > 0 {
			blocks = append(blocks, Block{MetricID: metric, TeamID: team, Grain: grainOrder[g.grain], Points: points})
		}
	}
	if len(blocks) == 0 || c.dryRun {
		return nil
	}
	c.staged += len(blocks)
	c.batch.BeatAt = c.s.now()
	return c.s.store.Stage(ctx, c.batch, blocks)
}

type lineKey struct {
	metric, team string
	grain        uint8
}

// standing reads the lines that the collected cells may change. A new metric or a new team has none.
func (c *commit) standing(ctx context.Context) (map[lineKey]Points, error) {
	var metrics, teams []string
	for _, g := range c.groups {
		if m, t := c.metrics[g.metric], c.teams.teams[g.team]; !m.isNew && !t.isNew {
			if n := len(metrics); n == 0 || metrics[n-1] != m.ID {
				metrics = append(metrics, m.ID)
			}
			teams = append(teams, t.id)
		}
	}
	out := map[lineKey]Points{}
	if len(teams) == 0 {
		return out, nil
	}
	err := eachLine(ctx, c.s.store, org.Teams(teams...), Lines{Metrics: metrics}, func(l line) error {
		out[lineKey{l.metric, l.team, uint8(grainRank[l.grain] - 1)}] = l.points
		return nil
	})
	return out, err
}

// publish makes the batch visible, with the metrics and teams it brings.
func (c *commit) publish(ctx context.Context, result *intake.Result, change *org.Change, memory *intake.Memory) error {
	p := Publication{Seen: c.seen, Org: change, Memory: memory}
	for _, m := range c.metrics {
		if m.isNew && m.used {
			p.Metrics = append(p.Metrics, m.Metric)
			c.batch.Made.Metrics = append(c.batch.Made.Metrics, m.ID)
			p.Audit = append(p.Audit, c.entry("metric.create", m.ID, map[string]string{"key": m.Key, "kind": string(m.Kind), "import": c.batch.ID}))
		}
	}
	if change != nil {
		for _, t := range change.Teams {
			c.batch.Made.Teams = append(c.batch.Made.Teams, t.ID)
		}
		p.Audit = append(p.Audit, c.entry("team.create", c.batch.ID, map[string]string{"teams": itoa(len(change.Teams))}))
	}
	result.ImportID = c.batch.ID
	c.batch.State, c.batch.CanUndo, c.batch.FinishedAt, c.batch.BeatAt = intake.Done, true, c.s.now(), c.s.now()
	var err error
	if c.batch.Result, err = json.Marshal(result); err != nil {
		return err
	}
	p.Audit = append(p.Audit, c.entry("import.publish", c.batch.ID, map[string]string{
		"kind": string(c.batch.Kind), "source": c.batch.Source,
		"rows": itoa(result.Rows), "imported": itoa(result.Imported),
	}))
	p.Batch = c.batch
	err = c.s.store.Publish(ctx, p)
	if err == nil || errs.KindOf(err) == errs.KindConflict {
		return err
	}
	// The answer may have been lost on its way although the change was made: ask what stands.
	if b, lost := c.s.intake.Batch(context.WithoutCancel(ctx), c.batch.ID); lost == nil && b.State == intake.Done {
		return nil
	}
	return err
}

func (c *commit) entry(action, object string, detail map[string]string) audit.Entry {
	return audit.Entry{At: c.s.now(), Actor: c.batch.By, Action: action, Object: object, Detail: detail}
}

// abandon forgets what was staged; what it cannot delete now stays invisible and goes at the next import.
func (c *commit) abandon(ctx context.Context) {
	if c.staged == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	b := c.batch
	b.State, b.FinishedAt = intake.Failed, c.s.now()
	if c.s.store.Stage(ctx, b, nil) != nil {
		return
	}
	for more := true; more; {
		var err error
		if more, err = c.s.store.DropStaged(ctx, b.ID); err != nil {
			return
		}
	}
}

func (s *Service) newBatch(source, by string, mapping intake.Mapping) intake.Batch {
	b := intake.Batch{ID: ident.New(), Kind: intake.Series, Source: source, State: intake.Staging, By: by, StartedAt: s.now(), BeatAt: s.now()}
	b.Mapping, _ = json.Marshal(mapping) // strings, numbers and booleans only: cannot fail
	return b
}
