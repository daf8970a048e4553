package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/loop"
)

// CaseRules implements loop.Store.
func (s *Store) CaseRules(ctx context.Context) ([]loop.Rule, error) {
	return bodies[loop.Rule](ctx, s, `SELECT body FROM case_rule ORDER BY created_at, id`)
}

// SaveCaseRule implements loop.Store.
func (s *Store) SaveCaseRule(ctx context.Context, r loop.Rule, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putVersion(ctx, tx, versioned{"case_rule", "rule_changed", r.ID, millis(r.CreatedAt), r.Version, seen, jsonText(r)}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// CasesSeen implements loop.Store.
func (s *Store) CasesSeen(ctx context.Context) (loop.Seen, error) {
	var text string
	err := s.r.QueryRowContext(ctx, `SELECT body FROM case_seen`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return loop.Seen{}, nil
	}
	if err != nil {
		return nil, classify(err, s.path)
	}
	out := loop.Seen{}
	return out, fromJSON(text, &out)
}

// OpenCases implements loop.Store.
func (s *Store) OpenCases(ctx context.Context, list []loop.Case, seen loop.Seen) (opened int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		opened = 0
		for _, c := range list {
			n, err := changed(tx.ExecContext(ctx, `INSERT INTO case_file (id, team, status, opened_at, due_at, token, version, body) VALUES (?,?,?,?,?,NULL,?,?) ON CONFLICT DO NOTHING`,
				c.ID, c.Team, c.Status, millis(c.OpenedAt), millis(c.DueAt), c.Version, jsonText(c)))
			if err != nil {
				return err
			}
			opened += int(n)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO case_seen (id, body) VALUES (1,?1) ON CONFLICT (id) DO UPDATE SET body = ?1`, jsonText(seen))
		return err
	})
	return opened, err
}

// Case implements loop.Store.
func (s *Store) Case(ctx context.Context, id string) (loop.Case, error) {
	return body[loop.Case](ctx, s, "case_unknown", `SELECT body FROM case_file WHERE id = ?`, id)
}

// CaseByToken implements loop.Store.
func (s *Store) CaseByToken(ctx context.Context, digest string) (loop.Case, error) {
	return body[loop.Case](ctx, s, "case_unknown", `SELECT body FROM case_file WHERE token = ?`, digest)
}

// Cases implements loop.Store.
func (s *Store) Cases(ctx context.Context, q loop.Query) ([]loop.Case, error) {
	if err := q.Scope.Check(); err != nil {
		return nil, err
	}
	where, teams := scopeArg(q.Scope, "c.team")
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	return bodies[loop.Case](ctx, s, `SELECT c.body FROM case_file c WHERE `+where+` AND (?2 = '' OR c.status = ?2) AND (?3 = 0 OR c.status <> 'closed' AND c.due_at < ?3) AND (?6 = 0 OR c.opened_at >= ?6)
		AND (?4 = '' OR (c.opened_at, c.id) < (SELECT opened_at, id FROM case_file WHERE id = ?4)) ORDER BY c.opened_at DESC, c.id DESC LIMIT ?5`,
		teams, string(q.Status), millis(q.Due), q.After, limit, millis(q.Since))
}

// EachCase implements loop.Store.
func (s *Store) EachCase(ctx context.Context, fn func(loop.Case) error) error {
	rows, err := s.r.QueryContext(ctx, `SELECT body FROM case_file ORDER BY id`)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		var c loop.Case
		if err := rows.Scan(&text); err != nil {
			return classify(err, s.path)
		}
		if err := fromJSON(text, &c); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return classify(rows.Err(), s.path)
}

// SaveCase implements loop.Store.
func (s *Store) SaveCase(ctx context.Context, c loop.Case, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error { return saveCase(ctx, tx, c, seen, entry) })
}

func saveCase(ctx context.Context, tx *sql.Tx, c loop.Case, seen int, entry audit.Entry) error {
	var token any
	if c.Asked != nil {
		token = c.Asked.Token
	}
	n, err := changed(tx.ExecContext(ctx, `UPDATE case_file SET status = ?, due_at = ?, token = ?, version = ?, body = ? WHERE id = ? AND version = ?`,
		c.Status, millis(c.DueAt), token, c.Version, jsonText(c), c.ID, seen))
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.Conflict("case_changed")
	}
	return appendAudit(ctx, tx, entry)
}

// SaveCaseAsking implements loop.Store.
func (s *Store) SaveCaseAsking(ctx context.Context, c loop.Case, seen int, entry audit.Entry, l loop.Letter) (feedback.Outcome, error) {
	out, x := feedback.Invited, l.Invitation
	err := s.write(ctx, func(tx *sql.Tx) error {
		var optedOut, resting bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM opt_out WHERE address = ?1), EXISTS (SELECT 1 FROM invitation_sent WHERE address = ?1 AND link = ?2 AND sent_at > ?3)`,
			x.Address, x.Link, millis(l.Rest)).Scan(&optedOut, &resting); err != nil {
			return err
		}
		switch {
		case optedOut:
			out = feedback.OptedOut
			return nil
		case resting:
			out = feedback.Resting
			return nil
		}
		out = feedback.Invited
		if err := saveCase(ctx, tx, c, seen, entry); err != nil {
			return err
		}
		if err := insertInvitation(ctx, tx, x); err != nil {
			return err
		}
		return appendOutbox(ctx, tx, l.Message)
	})
	return out, err
}
