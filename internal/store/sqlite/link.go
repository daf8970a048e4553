package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/outbox"
)

// Links implements feedback.Store.
func (s *Store) Links(ctx context.Context) ([]feedback.Link, error) {
	return bodies[feedback.Link](ctx, s, `SELECT body FROM link ORDER BY created_at DESC, id DESC`)
}

// Link implements feedback.Store.
func (s *Store) Link(ctx context.Context, id string) (feedback.Link, error) {
	return body[feedback.Link](ctx, s, "link_unknown", `SELECT body FROM link WHERE id = ?`, id)
}

// SaveLink implements feedback.Store.
func (s *Store) SaveLink(ctx context.Context, l feedback.Link, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO link (id, created_at, version, body) VALUES (?1,?2,?3,?4)
			ON CONFLICT (id) DO UPDATE SET version = ?3, body = ?4 WHERE version = ?3 - 1`, l.ID, millis(l.CreatedAt), l.Version, jsonText(l)))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("link_changed")
		}
		return appendAudit(ctx, tx, entry)
	})
}

// SaveInvitation implements feedback.Store.
func (s *Store) SaveInvitation(ctx context.Context, x feedback.Invitation, rest time.Time, letter outbox.Message) (feedback.Outcome, error) {
	out := feedback.Invited
	err := s.write(ctx, func(tx *sql.Tx) error {
		var known, optedOut, resting bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM invitation_sent WHERE link = ?1 AND event = ?2), EXISTS (SELECT 1 FROM opt_out WHERE address = ?3),
			EXISTS (SELECT 1 FROM invitation_sent WHERE address = ?3 AND sent_at > ?4) OR EXISTS (SELECT 1 FROM invitation_sent WHERE customer = ?5 AND ?5 <> '' AND sent_at > ?4)`,
			x.Link, x.Event, x.Address, millis(rest), x.Customer).Scan(&known, &optedOut, &resting); err != nil {
			return err
		}
		switch {
		case known:
			out = feedback.Known
		case optedOut:
			out = feedback.OptedOut
		case resting:
			out = feedback.Resting
		}
		if out != feedback.Invited {
			return nil
		}
		if err := insertInvitation(ctx, tx, x); err != nil {
			return err
		}
		return appendOutbox(ctx, tx, letter)
	})
	return out, err
}

func insertInvitation(ctx context.Context, tx *sql.Tx, x feedback.Invitation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO invitation_sent (id, link, event, customer, team, order_id, address, token, sent_at, expires_at, answered_at) VALUES (?,?,?,?,?,?,?,?,?,?,0)`,
		x.ID, x.Link, x.Event, x.Customer, x.Team, x.Order, x.Address, x.Token, millis(x.SentAt), millis(x.ExpiresAt))
	return err
}

// SurveyInvitation implements feedback.Store.
func (s *Store) SurveyInvitation(ctx context.Context, token string) (feedback.Invitation, error) {
	var x feedback.Invitation
	var sent, expires, answered int64
	err := s.r.QueryRowContext(ctx, `SELECT id, link, event, customer, team, order_id, address, token, sent_at, expires_at, answered_at FROM invitation_sent WHERE token = ?`, token).
		Scan(&x.ID, &x.Link, &x.Event, &x.Customer, &x.Team, &x.Order, &x.Address, &x.Token, &sent, &expires, &answered)
	if errors.Is(err, sql.ErrNoRows) {
		return x, errs.NotFound("invitation_unknown")
	}
	x.SentAt, x.ExpiresAt, x.AnsweredAt = fromMillis(sent), fromMillis(expires), fromMillis(answered)
	return x, classify(err, s.path)
}

// AnswerInvitation implements feedback.Store.
func (s *Store) AnswerInvitation(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE invitation_sent SET answered_at = ? WHERE id = ? AND answered_at = 0`, millis(at), id)
		return err
	})
}

// OptOut implements feedback.Store.
func (s *Store) OptOut(ctx context.Context, token string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `INSERT OR REPLACE INTO opt_out (address, at) SELECT address, ? FROM invitation_sent WHERE token = ?`, millis(at), token))
		if err == nil && n == 0 {
			return errs.NotFound("invitation_unknown")
		}
		return err
	})
}

// InvitationCounts implements feedback.Store.
func (s *Store) InvitationCounts(ctx context.Context) (map[string]feedback.InvitationCounts, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT link, COUNT(*), SUM(answered_at > 0) FROM invitation_sent GROUP BY link`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]feedback.InvitationCounts{}
	for rows.Next() {
		var link string
		var c feedback.InvitationCounts
		if err := rows.Scan(&link, &c.Sent, &c.Answered); err != nil {
			return nil, classify(err, s.path)
		}
		out[link] = c
	}
	return out, classify(rows.Err(), s.path)
}
