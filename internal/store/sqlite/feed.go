package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/feed"
)

// Hooks implements feed.Store.
func (s *Store) Hooks(ctx context.Context) ([]feed.Hook, error) {
	return bodies[feed.Hook](ctx, s, `SELECT body FROM hook ORDER BY created_at, id`)
}

// Hook implements feed.Store.
func (s *Store) Hook(ctx context.Context, id string) (feed.Hook, error) {
	return body[feed.Hook](ctx, s, "hook_unknown", `SELECT body FROM hook WHERE id = ?`, id)
}

// SaveHook implements feed.Store.
func (s *Store) SaveHook(ctx context.Context, h feed.Hook, entry audit.Entry) error {
	return s.saveVersion(ctx, "hook", []any{h.ID, millis(h.CreatedAt), h.Version, jsonText(h)}, entry)
}

// Feeds implements feed.Store.
func (s *Store) Feeds(ctx context.Context) ([]feed.Feed, error) {
	return bodies[feed.Feed](ctx, s, `SELECT body FROM feed ORDER BY created_at, id`)
}

// Feed implements feed.Store.
func (s *Store) Feed(ctx context.Context, id string) (feed.Feed, error) {
	return body[feed.Feed](ctx, s, "feed_unknown", `SELECT body FROM feed WHERE id = ?`, id)
}

// SaveFeed implements feed.Store.
func (s *Store) SaveFeed(ctx context.Context, f feed.Feed, entry audit.Entry) error {
	return s.saveVersion(ctx, "feed", []any{f.ID, millis(f.CreatedAt), f.Version, jsonText(f)}, entry)
}

// saveVersion inserts version 1 of a value or replaces the version before, in one of the two tables of this file.
func (s *Store) saveVersion(ctx context.Context, table string, row []any, entry audit.Entry) error {
	insert := map[string]string{
		"hook": `INSERT INTO hook (id, created_at, version, body) VALUES (?1,?2,?3,?4) ON CONFLICT (id) DO UPDATE SET version = ?3, body = ?4 WHERE version = ?3 - 1`,
		"feed": `INSERT INTO feed (id, created_at, version, body) VALUES (?1,?2,?3,?4) ON CONFLICT (id) DO UPDATE SET version = ?3, body = ?4 WHERE version = ?3 - 1`,
	}[table]
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, insert, row...))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict(table + "_changed")
		}
		return appendAudit(ctx, tx, entry)
	})
}

// FeedStates implements feed.Store.
func (s *Store) FeedStates(ctx context.Context) (map[string]feed.State, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT id, body FROM feed_state`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]feed.State{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, classify(err, s.path)
		}
		var x feed.State
		if err := fromJSON(text, &x); err != nil {
			return nil, err
		}
		out[id] = x
	}
	return out, classify(rows.Err(), s.path)
}

// SaveFeedState implements feed.Store.
func (s *Store) SaveFeedState(ctx context.Context, id string, x feed.State) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO feed_state (id, body) VALUES (?,?)`, id, jsonText(x))
		return err
	})
}

// FileTaken implements feed.Store.
func (s *Store) FileTaken(ctx context.Context, id, digest string) (bool, error) {
	var there bool
	err := s.r.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM feed_file WHERE feed = ? AND digest = ?)`, id, digest).Scan(&there)
	return there, classify(err, s.path)
}

// TakeFile implements feed.Store.
func (s *Store) TakeFile(ctx context.Context, id, digest string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO feed_file (feed, digest, at) VALUES (?,?,?)`, id, digest, millis(at))
		return err
	})
}
