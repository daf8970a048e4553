package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/initiative"
)

// AddInitiative implements initiative.Store.
func (s *Store) AddInitiative(ctx context.Context, i initiative.Initiative, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO initiative (id, created_at, version, body) VALUES (?,?,?,?)`, i.ID, millis(i.CreatedAt), i.Version, jsonText(i)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Initiatives implements initiative.Store.
func (s *Store) Initiatives(ctx context.Context) ([]initiative.Initiative, error) {
	return bodies[initiative.Initiative](ctx, s, `SELECT body FROM initiative ORDER BY created_at DESC, id DESC`)
}

// Initiative implements initiative.Store.
func (s *Store) Initiative(ctx context.Context, id string) (initiative.Initiative, error) {
	return body[initiative.Initiative](ctx, s, "initiative_unknown", `SELECT body FROM initiative WHERE id = ?`, id)
}

// ReviseInitiative implements initiative.Store.
func (s *Store) ReviseInitiative(ctx context.Context, i initiative.Initiative, change *initiative.Change, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE initiative SET version = ?, body = ? WHERE id = ? AND version = ?`, i.Version, jsonText(i), i.ID, i.Version-1)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.Conflict("initiative_changed"))
		}
		if change != nil {
			if _, err := tx.ExecContext(ctx, `INSERT INTO initiative_change (initiative_id, version, body) VALUES (?,?,?)`, i.ID, i.Version, jsonText(change)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entry)
	})
}

// TakeInitiatives implements initiative.Store.
func (s *Store) TakeInitiatives(ctx context.Context, added, changed []initiative.Initiative, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, i := range added {
			if _, err := tx.ExecContext(ctx, `INSERT INTO initiative (id, created_at, version, body) VALUES (?,?,?,?)`, i.ID, millis(i.CreatedAt), i.Version, jsonText(i)); err != nil {
				return err
			}
		}
		for _, i := range changed {
			res, err := tx.ExecContext(ctx, `UPDATE initiative SET version = ?, body = ? WHERE id = ? AND version = ?`, i.Version, jsonText(i), i.ID, i.Version-1)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return errors.Join(err, errs.Conflict("initiative_changed"))
			}
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// InitiativeChanges implements initiative.Store.
func (s *Store) InitiativeChanges(ctx context.Context, id string) ([]initiative.Change, error) {
	return bodies[initiative.Change](ctx, s, `SELECT body FROM initiative_change WHERE initiative_id = ? ORDER BY version`, id)
}

// SaveOutlook implements initiative.Store.
func (s *Store) SaveOutlook(ctx context.Context, o initiative.Outlook, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO initiative_outlook (initiative_id, body) VALUES (?,?) ON CONFLICT (initiative_id) DO UPDATE SET body = excluded.body`, o.InitiativeID, jsonText(o)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Outlook implements initiative.Store.
func (s *Store) Outlook(ctx context.Context, id string) (initiative.Outlook, error) {
	return body[initiative.Outlook](ctx, s, "outlook_unknown", `SELECT body FROM initiative_outlook WHERE initiative_id = ?`, id)
}

// SaveEvaluations implements initiative.Store.
func (s *Store) SaveEvaluations(ctx context.Context, list []initiative.Evaluation, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, e := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO initiative_evaluation (initiative_id, body) VALUES (?,?) ON CONFLICT (initiative_id) DO UPDATE SET body = excluded.body`, e.InitiativeID, jsonText(e)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// Evaluation implements initiative.Store.
func (s *Store) Evaluation(ctx context.Context, id string) (initiative.Evaluation, error) {
	return body[initiative.Evaluation](ctx, s, "evaluation_unknown", `SELECT body FROM initiative_evaluation WHERE initiative_id = ?`, id)
}

// Evaluations implements initiative.Store.
func (s *Store) Evaluations(ctx context.Context) ([]initiative.Evaluation, error) {
	return bodies[initiative.Evaluation](ctx, s, `SELECT body FROM initiative_evaluation ORDER BY initiative_id`)
}

// Settings implements initiative.Store.
func (s *Store) Settings(ctx context.Context) (initiative.Settings, error) {
	return body[initiative.Settings](ctx, s, "settings_unknown", `SELECT body FROM returns_settings ORDER BY version DESC LIMIT 1`)
}

// SettingsHistory implements initiative.Store.
func (s *Store) SettingsHistory(ctx context.Context) ([]initiative.Settings, error) {
	return bodies[initiative.Settings](ctx, s, `SELECT body FROM returns_settings ORDER BY version DESC`)
}

// SaveSettings implements initiative.Store.
func (s *Store) SaveSettings(ctx context.Context, n initiative.Settings, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO returns_settings (version, body) VALUES (?,?)`, n.Version, jsonText(n))
		if isUnique(err) {
			return errs.Conflict("settings_changed").Because(err)
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// body reads one stored value; code says what is not there when it is not.
func body[T any](ctx context.Context, s *Store, code, query string, args ...any) (T, error) {
	var out T
	var text string
	err := s.r.QueryRowContext(ctx, query, args...).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return out, errs.NotFound(code)
	}
	if err != nil {
		return out, classify(err, s.path)
	}
	return out, fromJSON(text, &out)
}
