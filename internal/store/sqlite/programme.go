package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// PutProgramme implements pulse.Store.
func (s *Store) PutProgramme(ctx context.Context, p pulse.Programme, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var n int64
		var err error
		if p.Version == 1 {
			_, err = tx.ExecContext(ctx, `INSERT INTO programme (id, name, version, body) VALUES (?,?,?,?)`, p.ID, p.Name, p.Version, jsonText(p))
			n = 1
		} else {
			n, err = changed(tx.ExecContext(ctx, `UPDATE programme SET name = ?, version = ?, body = ? WHERE id = ? AND version = ?`, p.Name, p.Version, jsonText(p), p.ID, p.Version-1))
		}
		if isUnique(err) || (err == nil && n == 0) {
			return errs.Conflict("programme_changed")
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// Programme implements pulse.Store.
func (s *Store) Programme(ctx context.Context, id string) (pulse.Programme, error) {
	var p pulse.Programme
	var body string
	err := s.r.QueryRowContext(ctx, `SELECT body FROM programme WHERE id = ?`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errs.NotFound("programme_unknown")
	}
	if err != nil {
		return p, classify(err, s.path)
	}
	return p, fromJSON(body, &p)
}

// Programmes implements pulse.Store.
func (s *Store) Programmes(ctx context.Context) ([]pulse.Programme, error) {
	return bodies[pulse.Programme](ctx, s, `SELECT body FROM programme ORDER BY name, id`)
}

// bodies reads a list of values stored as JSON.
func bodies[T any](ctx context.Context, s *Store, query string, args ...any) ([]T, error) {
	return readBodies(ctx, s, func(body string) (x T, err error) { return x, fromJSON(body, &x) }, query, args...)
}

// readBodies gives what a query's texts stand for.
func readBodies[T any](ctx context.Context, s *Store, read func(body string) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []T{}
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, classify(err, s.path)
		}
		x, err := read(body)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, classify(rows.Err(), s.path)
}

// ExtendWave implements pulse.Store.
func (s *Store) ExtendWave(ctx context.Context, wave string, closesAt time.Time, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET closes_at = ? WHERE id = ? AND state = ?`, millis(closesAt), wave, pulse.Open))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("wave_closed")
		}
		return appendAudit(ctx, tx, e...)
	})
}

// KeepParticipation implements pulse.Store.
func (s *Store) KeepParticipation(ctx context.Context, wave string, percent int) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE wave SET participation = ? WHERE id = ? AND state = ?`, percent, wave, pulse.Open)
		return err
	})
}

func queueLetters(ctx context.Context, tx *sql.Tx, letters []pulse.Invitation, at time.Time) error {
	for _, i := range letters {
		if _, err := tx.ExecContext(ctx, `INSERT INTO invitation (wave, mailing, person, due_at, tries) VALUES (?,?,?,?,0)`, i.Wave, i.Mailing, i.Person, millis(i.DueAt)); err != nil {
			return err
		}
		if i.Mailing > 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO contact (person, last_at) VALUES (?,?) ON CONFLICT (person) DO UPDATE SET last_at = max(last_at, excluded.last_at)`, i.Person, max(millis(at), millis(i.DueAt))); err != nil {
			return err
		}
	}
	return nil
}

// ClaimInvitations implements pulse.Store.
func (s *Store) ClaimInvitations(ctx context.Context, now, until time.Time, limit int) ([]pulse.Invitation, error) {
	var out []pulse.Invitation
	err := s.write(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `UPDATE invitation SET due_at = ? WHERE (wave, mailing, person) IN
			(SELECT wave, mailing, person FROM invitation WHERE mailing >= 0 AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING wave, mailing, person, due_at, tries`, millis(until), millis(now), limit)
		if err != nil {
			return err
		}
		out, err = scanInvitations(rows)
		return err
	})
	return out, err
}

func scanInvitations(rows *sql.Rows) ([]pulse.Invitation, error) {
	defer func() { _ = rows.Close() }()
	out := []pulse.Invitation{}
	for rows.Next() {
		var i pulse.Invitation
		var due int64
		if err := rows.Scan(&i.Wave, &i.Mailing, &i.Person, &due, &i.Tries); err != nil {
			return nil, err
		}
		i.DueAt = fromMillis(due)
		out = append(out, i)
	}
	return out, rows.Err()
}

// SettleInvitation implements pulse.Store.
func (s *Store) SettleInvitation(ctx context.Context, i pulse.Invitation, again time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var err error
		if again.IsZero() {
			_, err = tx.ExecContext(ctx, `DELETE FROM invitation WHERE wave = ? AND mailing = ? AND person = ?`, i.Wave, i.Mailing, i.Person)
		} else {
			_, err = tx.ExecContext(ctx, `UPDATE invitation SET due_at = ?, tries = tries + 1 WHERE wave = ? AND mailing = ? AND person = ?`, millis(again), i.Wave, i.Mailing, i.Person)
		}
		return err
	})
}

// OnPaperInvitations implements pulse.Store.
func (s *Store) OnPaperInvitations(ctx context.Context, wave string) ([]pulse.Invitation, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT wave, mailing, person, due_at, tries FROM invitation WHERE wave = ? AND mailing = ? ORDER BY person`, wave, pulse.OnPaper)
	if err != nil {
		return nil, classify(err, s.path)
	}
	return scanInvitations(rows)
}

// InvitedSince implements pulse.Store.
func (s *Store) InvitedSince(ctx context.Context, since time.Time) ([]string, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT person FROM contact WHERE last_at >= ? ORDER BY person`, millis(since))
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []string{}
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// KeepAudit implements pulse.Store.
func (s *Store) KeepAudit(ctx context.Context, a pulse.AnonymityAudit, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO anonymity_audit (id, body) VALUES (1, ?)`, jsonText(a)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// LastAudit implements pulse.Store.
func (s *Store) LastAudit(ctx context.Context) (pulse.AnonymityAudit, error) {
	list, err := bodies[pulse.AnonymityAudit](ctx, s, `SELECT body FROM anonymity_audit`)
	if err == nil && len(list) == 0 {
		err = errs.NotFound("audit_never_run")
	}
	if err != nil {
		return pulse.AnonymityAudit{}, err
	}
	return list[0], nil
}

// DropCounts implements pulse.Store.
func (s *Store) DropCounts(ctx context.Context, wave string, e ...audit.Entry) (bool, error) {
	any := false
	err := s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM wave_count WHERE wave = ?`, wave))
		if err != nil || n == 0 {
			return err
		}
		any = true
		return appendAudit(ctx, tx, e...)
	})
	return any, err
}
