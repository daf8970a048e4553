package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// appendedBatch names the batch of everything of a kind that came in record by record; it is always live.
func appendedBatch(kind intake.Kind) string { return "append:" + string(kind) }

// AppendFacts implements fact.Store. There is one writer, so that what is shown to decide still stands when its answer is
// stored.
func (s *Store) AppendFacts(ctx context.Context, kind intake.Kind, keys []fact.Key, decide func(fact.Appending) (fact.Staged, error)) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO fact_batch (id, kind, live) VALUES (?,?,1) ON CONFLICT DO NOTHING`, appendedBatch(kind), kind); err != nil {
			return err
		}
		var no, last int64
		if err := tx.QueryRowContext(ctx, `SELECT n FROM fact_batch WHERE id = ?`, appendedBatch(kind)).Scan(&no); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), ?1 << 32) FROM fact WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32`, no).Scan(&last); err != nil {
			return err
		}
		now := fact.Appending{Next: last + 1, Facts: func(ids []int64) ([]fact.Fact, error) { return factsByID(ctx, tx, ids) }}
		for from := 0; from < len(keys); from += 500 {
			list, err := standingFacts(ctx, tx, keys[from:min(from+500, len(keys))])
			if err != nil {
				return err
			}
			now.Standing = append(now.Standing, list...)
		}
		x, err := decide(now)
		if err != nil {
			return err
		}
		if err := insertFacts(ctx, tx, no, x); err != nil {
			return err
		}
		if err := insertSums(ctx, tx, kind, no, x.Sums, ` ON CONFLICT DO UPDATE SET n = n + excluded.n, sum = sum + excluded.sum, squares = squares + excluded.squares`); err != nil {
			return err
		}
		return saveArrivals(ctx, tx, x.Arrivals)
	})
}

func saveArrivals(ctx context.Context, tx *sql.Tx, list []fact.Arrival) error {
	for _, a := range list {
		if a.Records == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO fact_arrival (kind, source, door, at, newest, records, queued) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT DO UPDATE SET at = MAX(at, excluded.at), newest = MAX(newest, excluded.newest), records = records + excluded.records, queued = queued + excluded.queued`,
			a.Kind, a.Source, a.Door, millis(a.At), millis(a.Newest), a.Records, a.Queued); err != nil {
			return err
		}
	}
	return nil
}

// LastAppended implements fact.Store.
func (s *Store) LastAppended(ctx context.Context, kind intake.Kind) (int64, error) {
	var no, last int64
	err := s.r.QueryRowContext(ctx, `SELECT n FROM fact_batch WHERE id = ?`, appendedBatch(kind)).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		err = s.r.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM fact WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32`, no).Scan(&last)
	}
	return last, classify(err, s.path)
}

// Overtaken implements fact.Store.
func (s *Store) Overtaken(ctx context.Context, no int64, kind intake.Kind, after int64) (overtaken bool, last int64, err error) {
	if last, err = s.LastAppended(ctx, kind); err != nil || last <= after {
		return false, max(last, after), err
	}
	overtaken, err = overtakenIn(ctx, s.r, no, kind, after)
	return overtaken, last, classify(err, s.path)
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func overtakenIn(ctx context.Context, q queryer, no int64, kind intake.Kind, after int64) (overtaken bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM fact_batch b CROSS JOIN fact f ON f.id > ?1 AND f.id >= b.n << 32 AND f.id < (b.n + 1) << 32
		CROSS JOIN fact_key k ON k.key = f.key AND k.fact >= ?2 << 32 AND k.fact < (?2 + 1) << 32 WHERE b.id = ?3)`, after, no, appendedBatch(kind)).Scan(&overtaken)
	return overtaken, err
}

// Arrivals implements fact.Store.
func (s *Store) Arrivals(ctx context.Context) ([]fact.Arrival, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT kind, source, door, at, newest, records, queued FROM fact_arrival ORDER BY at DESC, kind, source, door`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []fact.Arrival{}
	for rows.Next() {
		var a fact.Arrival
		var at, newest int64
		if err := rows.Scan(&a.Kind, &a.Source, &a.Door, &at, &newest, &a.Records, &a.Queued); err != nil {
			return nil, classify(err, s.path)
		}
		a.At, a.Newest = fromMillis(at), fromMillis(newest)
		out = append(out, a)
	}
	return out, classify(rows.Err(), s.path)
}

// Aliases implements fact.Store.
func (s *Store) Aliases(ctx context.Context) ([]fact.Alias, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT name, team, at, by_id FROM team_alias ORDER BY name_key`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []fact.Alias{}
	for rows.Next() {
		var a fact.Alias
		var at int64
		if err := rows.Scan(&a.Name, &a.Team, &at, &a.By); err != nil {
			return nil, classify(err, s.path)
		}
		a.At = fromMillis(at)
		out = append(out, a)
	}
	return out, classify(rows.Err(), s.path)
}

// SaveAlias implements fact.Store.
func (s *Store) SaveAlias(ctx context.Context, a fact.Alias, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO team_alias (name_key, name, team, at, by_id) VALUES (?,?,?,?,?)`, a.Key(), a.Name, a.Team, millis(a.At), a.By); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// notOvertaken refuses a publication whose records were appended by somebody else meanwhile.
func notOvertaken(ctx context.Context, tx *sql.Tx, p fact.Publication) error {
	overtaken, err := overtakenIn(ctx, tx, p.No, p.Batch.Kind, p.Appended)
	if err == nil && overtaken {
		return errs.Conflict("facts_changed")
	}
	return err
}

// standingFacts reads the versions that count; at most 500 keys.
func standingFacts(ctx context.Context, q queryer, keys []fact.Key) ([]fact.Standing, error) {
	out := []fact.Standing{}
	if len(keys) == 0 {
		return out, nil
	}
	args := make([]any, 0, len(keys))
	for i := range keys {
		args = append(args, keys[i][:])
	}
	rows, err := q.QueryContext(ctx, `SELECT k.key, k.fact, k.digest FROM fact_key k CROSS JOIN fact_batch b ON b.n = k.fact >> 32 AND b.live = 1
		WHERE k.key IN (`+strings.TrimSuffix(strings.Repeat("?,", len(keys)), ",")+`) AND NOT `+fmt.Sprintf(replacedNow, "k.fact"), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var x fact.Standing
		var key []byte
		var digest int64
		if err := rows.Scan(&key, &x.ID, &digest); err != nil {
			return nil, err
		}
		copy(x.Key[:], key)
		x.Digest = uint64(digest)
		out = append(out, x)
	}
	return out, rows.Err()
}
