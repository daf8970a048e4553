package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// FactEdition implements fact.Store.
func (s *Store) FactEdition(ctx context.Context) (int64, error) {
	var n int64
	err := s.r.QueryRowContext(ctx, `SELECT edition FROM fact_edition`).Scan(&n)
	return n, classify(err, s.path)
}

func nextFactEdition(ctx context.Context, tx *sql.Tx, seen int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE fact_edition SET edition = edition + 1 WHERE edition = ?`, seen)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errs.Conflict("facts_changed"))
	}
	return nil
}

// BeginFacts implements fact.Store.
func (s *Store) BeginFacts(ctx context.Context, b intake.Batch) (no int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := saveBatch(ctx, tx, b); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO fact_batch (id, kind, live) VALUES (?,?,0)`, b.ID, b.Kind)
		if err != nil {
			return err
		}
		no, err = res.LastInsertId()
		return err
	})
	return no, err
}

// rowsPerInsert is how many rows one statement carries: a statement costs more than a row.
const rowsPerInsert = 32

// many is what to insert into, how many columns there are, and what stands behind the values.
type many struct {
	into  string
	width int
	then  string
}

// insertMany inserts rows of equal width, many per statement.
func insertMany(ctx context.Context, tx *sql.Tx, m many, rows int, row func(i int, args []any) []any) error {
	if rows == 0 {
		return nil
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", m.width), ",") + ")"
	var full *sql.Stmt
	args := make([]any, 0, m.width*rowsPerInsert)
	for i := 0; i < rows; {
		k := min(rowsPerInsert, rows-i)
		args = args[:0]
		for range k {
			args = row(i, args)
			i++
		}
		var err error
		if k == rowsPerInsert {
			if full == nil {
				if full, err = tx.PrepareContext(ctx, m.into+` VALUES `+strings.TrimSuffix(strings.Repeat(one+",", k), ",")+m.then); err != nil {
					return err
				}
				defer func() { _ = full.Close() }()
			}
			_, err = full.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, m.into+` VALUES `+strings.TrimSuffix(strings.Repeat(one+",", k), ",")+m.then, args...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// StageFacts implements fact.Store.
func (s *Store) StageFacts(ctx context.Context, b intake.Batch, no int64, x fact.Staged) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := saveBatch(ctx, tx, b); err != nil {
			return err
		}
		if err := insertFacts(ctx, tx, no, x); err != nil {
			return err
		}
		return insertSums(ctx, tx, b.Kind, no, x.Sums, "")
	})
}

// insertFacts stores facts, their keys and what they replace.
func insertFacts(ctx context.Context, tx *sql.Tx, no int64, x fact.Staged) error {
	if err := insertMany(ctx, tx, many{into: `INSERT INTO fact (id, key, team, at, customer, body)`, width: 6}, len(x.Facts), func(i int, a []any) []any {
		f := &x.Facts[i]
		return append(a, f.ID, f.Key[:], f.Team, f.At.UnixMilli(), f.Customer, f.Body)
	}); err != nil {
		return err
	}
	if err := insertMany(ctx, tx, many{into: `INSERT INTO fact_key (key, fact, digest)`, width: 3}, len(x.Keys), func(i int, a []any) []any {
		k := &x.Keys[i]
		return append(a, k.Key[:], k.ID, int64(k.Digest))
	}); err != nil {
		return err
	}
	return insertMany(ctx, tx, many{into: `INSERT INTO fact_replaced (fact, batch)`, width: 2}, len(x.Replaced), func(i int, a []any) []any {
		return append(a, x.Replaced[i], no)
	})
}

func insertSums(ctx context.Context, tx *sql.Tx, kind intake.Kind, no int64, sums []fact.Sum, onConflict string) error {
	into := many{into: `INSERT INTO fact_sum (kind, team, measure, grain, period, bucket, batch, n, sum, squares)`, width: 10, then: onConflict}
	return insertMany(ctx, tx, into, len(sums), func(i int, a []any) []any {
		m := &sums[i]
		return append(a, string(kind), m.Team, m.Measure, grainRank(m.Grain), m.Period, m.Bucket, no, m.N, m.Sum, m.Squares)
	})
}

// replacedNow says that a live batch has taken the place of a fact.
const replacedNow = `EXISTS (SELECT 1 FROM fact_replaced o CROSS JOIN fact_batch ob ON ob.n = o.batch AND ob.live = 1 WHERE o.fact = %s)`

// StandingFacts implements fact.Store.
func (s *Store) StandingFacts(ctx context.Context, keys []fact.Key) ([]fact.Standing, error) {
	out, err := standingFacts(ctx, s.r, keys)
	return out, classify(err, s.path)
}

const factColumns = `f.id, fb.kind, f.key, f.team, f.at, f.customer, f.body`

func scanFact(rows *sql.Rows) (fact.Fact, error) {
	var f fact.Fact
	var key []byte
	var at int64
	err := rows.Scan(&f.ID, &f.Kind, &key, &f.Team, &at, &f.Customer, &f.Body)
	copy(f.Key[:], key)
	f.At = time.UnixMilli(at).UTC()
	return f, err
}

// FactsByID implements fact.Store.
func (s *Store) FactsByID(ctx context.Context, ids []int64) ([]fact.Fact, error) {
	out, err := factsByID(ctx, s.r, ids)
	return out, classify(err, s.path)
}

func factsByID(ctx context.Context, q queryer, ids []int64) ([]fact.Fact, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+factColumns+` FROM fact f CROSS JOIN fact_batch fb ON fb.n = f.id >> 32 WHERE f.id IN (SELECT value FROM json_each(?)) ORDER BY f.id`, jsonText(ids))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []fact.Fact{}
	for rows.Next() {
		f, err := scanFact(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// DropFacts implements fact.Store.
func (s *Store) DropFacts(ctx context.Context, batch string) (more bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		var no int64
		err := tx.QueryRowContext(ctx, `SELECT n FROM fact_batch WHERE id = ? AND live = 0`, batch).Scan(&no)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM fact_key WHERE (key, fact) IN (SELECT key, id FROM fact WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 ORDER BY id LIMIT 500)`, no); err != nil {
			return err
		}
		count := func(res sql.Result, err error) error {
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			more = more || n == 500
			return err
		}
		if err := count(tx.ExecContext(ctx, `DELETE FROM fact WHERE id IN (SELECT id FROM fact WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 ORDER BY id LIMIT 500)`, no)); err != nil {
			return err
		}
		if err := count(tx.ExecContext(ctx, `DELETE FROM fact_replaced WHERE (fact, batch) IN (SELECT fact, batch FROM fact_replaced WHERE batch = ? LIMIT 500)`, no)); err != nil {
			return err
		}
		return count(tx.ExecContext(ctx, `DELETE FROM fact_sum WHERE (kind, team, measure, grain, period, bucket, batch) IN
			(SELECT kind, team, measure, grain, period, bucket, batch FROM fact_sum WHERE batch = ? LIMIT 500)`, no))
	})
	return more, err
}

// PublishFacts implements fact.Store.
func (s *Store) PublishFacts(ctx context.Context, p fact.Publication) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := nextFactEdition(ctx, tx, p.Seen); err != nil {
			return err
		}
		if err := notOvertaken(ctx, tx, p); err != nil {
			return err
		}
		if p.Org != nil {
			if err := saveOrg(ctx, tx, *p.Org); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE fact_batch SET live = 1 WHERE n = ?`, p.No); err != nil {
			return err
		}
		if err := saveBatch(ctx, tx, p.Batch); err != nil {
			return err
		}
		if err := saveMemory(ctx, tx, p.Memory); err != nil {
			return err
		}
		if err := saveArrivals(ctx, tx, []fact.Arrival{p.Arrival}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, p.Audit...)
	})
}

// RetractFacts implements fact.Store.
func (s *Store) RetractFacts(ctx context.Context, r fact.Retraction) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := nextFactEdition(ctx, tx, r.Seen); err != nil {
			return err
		}
		var no int64
		err := tx.QueryRowContext(ctx, `SELECT n FROM fact_batch WHERE id = ? AND live = 1`, r.BatchID).Scan(&no)
		if errors.Is(err, sql.ErrNoRows) {
			return errs.Conflict("import_not_undoable")
		}
		if err != nil {
			return err
		}
		var later int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM fact_replaced o JOIN fact_batch ob ON ob.n = o.batch AND ob.live = 1
			WHERE o.fact >= ?1 << 32 AND o.fact < (?1 + 1) << 32 LIMIT 1)`, no).Scan(&later); err != nil {
			return err
		}
		if later > 0 {
			return errs.Conflict("import_superseded")
		}
		res, err := tx.ExecContext(ctx, `UPDATE batch SET state = 'undone', finished_at = ?, can_undo = 0 WHERE id = ? AND state = 'done' AND can_undo = 1`, millis(r.At), r.BatchID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.Conflict("import_not_undoable"))
		}
		if _, err := tx.ExecContext(ctx, `UPDATE fact_batch SET live = 0 WHERE n = ?`, no); err != nil {
			return err
		}
		return appendAudit(ctx, tx, r.Audit...)
	})
}

// measuredSteps walks the primary key of the sums from team to team and, within one, from measure to measure. A measure
// counts when any of its sums is of something: the walk over them ends at the first one.
const measuredSteps = `WITH RECURSIVE
	t (team) AS (
		SELECT MIN(team) FROM fact_sum WHERE kind = ?1
		UNION ALL SELECT (SELECT MIN(s.team) FROM fact_sum s WHERE s.kind = ?1 AND s.team > t.team) FROM t WHERE t.team IS NOT NULL),
	m (team, measure) AS (
		SELECT t.team, (SELECT MIN(s.measure) FROM fact_sum s WHERE s.kind = ?1 AND s.team = t.team) FROM t WHERE t.team IS NOT NULL
		UNION ALL SELECT m.team, (SELECT MIN(s.measure) FROM fact_sum s WHERE s.kind = ?1 AND s.team = m.team AND s.measure > m.measure) FROM m WHERE m.measure IS NOT NULL)
	SELECT m.team, m.measure FROM m WHERE m.measure IS NOT NULL AND EXISTS (
		SELECT 1 FROM fact_sum s CROSS JOIN fact_batch b ON b.n = s.batch AND b.live = 1 WHERE s.kind = ?1 AND s.team = m.team AND s.measure = m.measure
		GROUP BY s.grain, s.period, s.bucket HAVING SUM(s.n) <> 0)
	ORDER BY m.team, m.measure`

// Measured implements fact.Store.
func (s *Store) Measured(ctx context.Context, kind intake.Kind) ([]fact.Measured, error) {
	rows, err := s.r.QueryContext(ctx, measuredSteps, kind)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []fact.Measured{}
	for rows.Next() {
		var x fact.Measured
		if err := rows.Scan(&x.Team, &x.Measure); err != nil {
			return nil, classify(err, s.path)
		}
		out = append(out, x)
	}
	return out, classify(rows.Err(), s.path)
}

// EachSum implements fact.Store.
func (s *Store) EachSum(ctx context.Context, scope org.Scope, kind intake.Kind, fn func(fact.Sum) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	where, teams := scopeArg(scope, "s.team")
	rows, err := s.r.QueryContext(ctx, `SELECT s.team, s.measure, s.grain, s.period, s.bucket, SUM(s.n), SUM(s.sum), SUM(s.squares) FROM fact_sum s
		CROSS JOIN fact_batch b ON b.n = s.batch AND b.live = 1 WHERE `+where+` AND s.kind = ?2
		GROUP BY s.team, s.measure, s.grain, s.period, s.bucket HAVING SUM(s.n) <> 0 ORDER BY s.team, s.measure, s.grain, s.period, s.bucket`, teams, kind)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var x fact.Sum
		var grain int
		if err := rows.Scan(&x.Team, &x.Measure, &grain, &x.Period, &x.Bucket, &x.N, &x.Sum, &x.Squares); err != nil {
			return classify(err, s.path)
		}
		x.Grain = grains[grain]
		if err := fn(x); err != nil {
			return err
		}
	}
	return classify(rows.Err(), s.path)
}

// EachFact implements fact.Store.
func (s *Store) EachFact(ctx context.Context, scope org.Scope, q fact.Filter, fn func(fact.Fact) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	where, teams := scopeArg(scope, "f.team")
	limit := q.Limit
	if limit == 0 {
		limit = -1
	}
	past, order := "f.id > ?3", "f.id"
	if q.Newest {
		past, order = "(?3 = 0 OR f.id < ?3)", "f.id DESC"
	}
	rows, err := s.r.QueryContext(ctx, `SELECT `+factColumns+` FROM fact f CROSS JOIN fact_batch fb ON fb.n = f.id >> 32 AND fb.live = 1 AND fb.kind = ?2
		WHERE `+where+` AND `+past+` AND (?4 = '' OR f.customer = ?4) AND NOT `+fmt.Sprintf(replacedNow, "f.id")+` ORDER BY `+order+` LIMIT ?5`, teams, q.Kind, q.After, q.Customer, limit)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		f, err := scanFact(rows)
		if err != nil {
			return classify(err, s.path)
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return classify(rows.Err(), s.path)
}
