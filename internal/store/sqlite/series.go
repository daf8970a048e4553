package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// grains are stored by their rank, so that they sort from fine to coarse.
var grains = []series.Grain{"", series.Day, series.Week, series.Month, series.Quarter, series.Year}

func grainRank(g series.Grain) int {
	for i, x := range grains {
		if x == g {
			return i
		}
	}
	return 0
}

const metricColumns = `id, key, name, kind, unit, higher_is_better, aggregation, definition, formula, owner, default_lag, about_people, version, created_at, scale`

// Metrics implements series.Reader.
func (s *Store) Metrics(ctx context.Context) ([]series.Metric, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT `+metricColumns+` FROM metric ORDER BY key`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []series.Metric{}
	for rows.Next() {
		var m series.Metric
		var created int64
		var scale string
		if err := rows.Scan(&m.ID, &m.Key, &m.Name, &m.Kind, &m.Unit, &m.HigherIsBetter, &m.Aggregation, &m.Definition, &m.Formula, &m.Owner,
			&m.DefaultLag, &m.AboutPeople, &m.Version, &created, &scale); err != nil {
			return nil, classify(err, s.path)
		}
		if scale != "" {
			if err := fromJSON(scale, &m.Scale); err != nil {
				return nil, err
			}
		}
		m.CreatedAt = fromMillis(created)
		out = append(out, m)
	}
	return out, classify(rows.Err(), s.path)
}

// SaveMetric implements series.Store.
func (s *Store) SaveMetric(ctx context.Context, m series.Metric, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := saveMetric(ctx, tx, m, seen); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

func saveMetric(ctx context.Context, tx *sql.Tx, m series.Metric, seen int) error {
	var res sql.Result
	var err error
	scale := ""
	if m.Scale.Declared() {
		scale = jsonText(m.Scale)
	}
	if seen == 0 {
		res, err = tx.ExecContext(ctx, `INSERT INTO metric (`+metricColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			m.ID, m.Key, m.Name, m.Kind, m.Unit, m.HigherIsBetter, m.Aggregation, m.Definition, m.Formula, m.Owner, m.DefaultLag, m.AboutPeople, m.Version, millis(m.CreatedAt), scale)
	} else {
		res, err = tx.ExecContext(ctx, `UPDATE metric SET key=?, name=?, kind=?, unit=?, higher_is_better=?, aggregation=?, definition=?, formula=?, owner=?, default_lag=?,
			about_people=?, version=?, scale=? WHERE id=? AND version=?`,
			m.Key, m.Name, m.Kind, m.Unit, m.HigherIsBetter, m.Aggregation, m.Definition, m.Formula, m.Owner, m.DefaultLag, m.AboutPeople, m.Version, scale, m.ID, seen)
	}
	if isUnique(err) {
		return errs.Conflict("metric_key_taken").With("key", m.Key)
	}
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errs.Conflict("metric_changed"))
	}
	return nil
}

// scopeArg gives a condition on a team column and its argument.
func scopeArg(scope org.Scope, column string) (string, any) {
	if scope.All() {
		return "?1 IS NULL", nil
	}
	return column + " IN (SELECT value FROM json_each(?1))", jsonText(scope.IDs())
}

// EachBlock implements series.Store.
func (s *Store) EachBlock(ctx context.Context, scope org.Scope, lines series.Lines, fn func(series.Block) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	where, teams := scopeArg(scope, "b.team")
	var metrics any
	if len(lines.Metrics) > 0 {
		where += " AND b.metric IN (SELECT value FROM json_each(?2))"
		metrics = jsonText(lines.Metrics)
	}
	rows, err := s.r.QueryContext(ctx, `SELECT b.metric, b.team, b.grain, b.batch, b.points FROM series_block b CROSS JOIN batch p ON p.id = b.batch AND p.state = 'done'
		WHERE `+where+` AND b.team >= ?3 ORDER BY b.metric, b.team, b.grain, p.seq`, teams, metrics, lines.FromTeam)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	var points sql.RawBytes
	for rows.Next() {
		var b series.Block
		var grain int
		if err := rows.Scan(&b.MetricID, &b.TeamID, &grain, &b.BatchID, &points); err != nil {
			return classify(err, s.path)
		}
		b.Grain = grains[grain]
		if b.Points, err = series.DecodePoints(points); err != nil {
			return errs.Unavailable("store_damaged").With("path", s.path).Because(err)
		}
		if err := fn(b); err != nil {
			return err
		}
	}
	return classify(rows.Err(), s.path)
}

// Spans implements series.Reader.
func (s *Store) Spans(ctx context.Context, scope org.Scope) ([]series.Span, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, teams := scopeArg(scope, "b.team")
	rows, err := s.r.QueryContext(ctx, `SELECT b.metric, b.grain, COUNT(DISTINCT b.team), MIN(b.first), MAX(b.last)
		FROM series_block b CROSS JOIN batch p ON p.id = b.batch AND p.state = 'done' WHERE `+where+` GROUP BY b.metric, b.grain ORDER BY b.metric, b.grain`, teams)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []series.Span{}
	for rows.Next() {
		var x series.Span
		var grain int
		if err := rows.Scan(&x.MetricID, &grain, &x.Teams, &x.First, &x.Last); err != nil {
			return nil, classify(err, s.path)
		}
		x.Grain = grains[grain]
		out = append(out, x)
	}
	return out, classify(rows.Err(), s.path)
}

// Events implements series.Reader.
func (s *Store) Events(ctx context.Context) ([]series.Event, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT id, on_ms, until, title, kind, source FROM event ORDER BY on_ms, id`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []series.Event{}
	for rows.Next() {
		var e series.Event
		var on, until int64
		if err := rows.Scan(&e.ID, &on, &until, &e.Title, &e.Kind, &e.Source); err != nil {
			return nil, classify(err, s.path)
		}
		e.On, e.Until = time.UnixMilli(on).UTC(), fromMillis(until)
		out = append(out, e)
	}
	return out, classify(rows.Err(), s.path)
}

// SaveEvent implements series.Store.
func (s *Store) SaveEvent(ctx context.Context, e series.Event, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO event (id, on_ms, until, title, kind, source) VALUES (?,?,?,?,?,?)`,
			e.ID, e.On.UnixMilli(), millis(e.Until), e.Title, e.Kind, e.Source); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Edition implements series.Store.
func (s *Store) Edition(ctx context.Context) (int64, error) {
	var n int64
	err := s.r.QueryRowContext(ctx, `SELECT edition FROM series_edition`).Scan(&n)
	return n, classify(err, s.path)
}

// nextEdition counts one publication or undoing, if nobody else did since the edition seen.
func nextEdition(ctx context.Context, tx *sql.Tx, seen int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE series_edition SET edition = edition + 1 WHERE edition = ?`, seen)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errs.Conflict("figures_changed"))
	}
	return nil
}

// Stage implements series.Store.
func (s *Store) Stage(ctx context.Context, b intake.Batch, blocks []series.Block) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := saveStaging(ctx, tx, b); err != nil {
			return err
		}
		ins, err := tx.PrepareContext(ctx, `INSERT INTO series_block (metric, team, grain, batch, first, last, points) VALUES (?,?,?,?,?,?,?)`)
		if err != nil {
			return err
		}
		defer func() { _ = ins.Close() }()
		for _, x := range blocks {
			if _, err := ins.ExecContext(ctx, x.MetricID, x.TeamID, grainRank(x.Grain), b.ID, x.Points[0].Index, x.Points[len(x.Points)-1].Index, x.Points.Encode()); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropStaged implements series.Store.
func (s *Store) DropStaged(ctx context.Context, batch string) (more bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM series_block WHERE (metric, team, grain, batch) IN (SELECT metric, team, grain, batch FROM series_block
			WHERE batch = ?1 AND NOT EXISTS (SELECT 1 FROM batch WHERE id = ?1 AND state = 'done') LIMIT 500)`, batch)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		more = n == 500
		return err
	})
	return more, err
}

// Publish implements series.Store.
func (s *Store) Publish(ctx context.Context, p series.Publication) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := nextEdition(ctx, tx, p.Seen); err != nil {
			return err
		}
		for _, m := range p.Metrics {
			if err := saveMetric(ctx, tx, m, 0); err != nil {
				return err
			}
		}
		if p.Org != nil {
			if err := saveOrg(ctx, tx, *p.Org); err != nil {
				return err
			}
		}
		p.Batch.Seq = p.Seen + 1
		if err := saveBatch(ctx, tx, p.Batch); err != nil {
			return err
		}
		if err := saveMemory(ctx, tx, p.Memory); err != nil {
			return err
		}
		return appendAudit(ctx, tx, p.Audit...)
	})
}

// Retract implements series.Store.
func (s *Store) Retract(ctx context.Context, r series.Retraction) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := nextEdition(ctx, tx, r.Seen); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE batch SET state = 'undone', finished_at = ?, can_undo = 0 WHERE id = ? AND state = 'done' AND can_undo = 1`, millis(r.At), r.BatchID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.Conflict("import_not_undoable"))
		}
		for _, id := range r.Metrics {
			if _, err := tx.ExecContext(ctx, `DELETE FROM metric WHERE id = ?`, id); err != nil {
				return err
			}
		}
		if len(r.Teams) > 0 {
			if err := nextOrgVersion(ctx, tx, r.OrgSeen); err != nil {
				return err
			}
		}
		for _, id := range r.Teams {
			if _, err := tx.ExecContext(ctx, `DELETE FROM team WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, r.Audit...)
	})
}
