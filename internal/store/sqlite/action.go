package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"rapport/internal/action"
	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/movement"
	"rapport/internal/org"
	"rapport/internal/outbox"
)

// AddAction implements action.Store.
func (s *Store) AddAction(ctx context.Context, a action.Action, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO action (id, team_id, owner_id, state, due_on, version, body) VALUES (?,?,?,?,?,?,?)`,
			a.ID, a.TeamID, a.OwnerID, a.State, millis(a.DueOn), a.Version, jsonText(a)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// ChangeAction implements action.Store.
func (s *Store) ChangeAction(ctx context.Context, a action.Action, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE action SET team_id = ?, owner_id = ?, state = ?, due_on = ?, version = ?, body = ? WHERE id = ? AND version = ?`,
			a.TeamID, a.OwnerID, a.State, millis(a.DueOn), a.Version, jsonText(a), a.ID, a.Version-1)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.Conflict("action_changed"))
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Action implements action.Store.
func (s *Store) Action(ctx context.Context, scope org.Scope, id string) (action.Action, error) {
	if err := scope.Check(); err != nil {
		return action.Action{}, err
	}
	where, args := inScope(scope, "team_id")
	return body[action.Action](ctx, s, "action_unknown", `SELECT body FROM action WHERE `+where+` AND id = ?`, append(args, id)...)
}

// Actions implements action.Store.
func (s *Store) Actions(ctx context.Context, scope org.Scope, f action.Filter) ([]action.Action, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, args := inScope(scope, "team_id")
	for _, c := range []struct{ column, want string }{{"state", string(f.State)}, {"owner_id", f.OwnerID}, {"team_id", f.TeamID}} {
		if c.want != "" {
			where, args = where+" AND "+c.column+" = ?", append(args, c.want)
		}
	}
	return bodies[action.Action](ctx, s, `SELECT body FROM action WHERE `+where+` ORDER BY state <> 'open', due_on, id`, args...)
}

// QueueMail implements action.Store.
func (s *Store) QueueMail(ctx context.Context, ms ...outbox.Message) error {
	if len(ms) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error { return appendOutbox(ctx, tx, ms...) })
}

// SaveMovements implements action.Store.
func (s *Store) SaveMovements(ctx context.Context, list map[string]movement.Since) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for id, m := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO action_movement (action_id, body) VALUES (?,?) ON CONFLICT (action_id) DO UPDATE SET body = excluded.body`, id, jsonText(m)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Movements implements action.Store.
func (s *Store) Movements(ctx context.Context, ids []string) (map[string]movement.Since, error) {
	type row struct {
		id string
		m  movement.Since
	}
	rows, err := list(ctx, s, func(r *sql.Rows) (x row, err error) {
		var text string
		if err := r.Scan(&x.id, &text); err != nil {
			return x, err
		}
		return x, fromJSON(text, &x.m)
	}, `SELECT action_id, body FROM action_movement WHERE action_id IN (SELECT value FROM json_each(?))`, jsonText(ids))
	out := make(map[string]movement.Since, len(rows))
	for _, x := range rows {
		out[x.id] = x.m
	}
	return out, err
}
