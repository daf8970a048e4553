package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/journey"
)

// Journeys implements journey.Store.
func (s *Store) Journeys(ctx context.Context) ([]journey.Journey, error) {
	return bodies[journey.Journey](ctx, s, `SELECT body FROM journey ORDER BY created_at, id`)
}

// SaveJourney implements journey.Store.
func (s *Store) SaveJourney(ctx context.Context, j journey.Journey, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putVersion(ctx, tx, versioned{"journey", "journey_changed", j.ID, millis(j.CreatedAt), j.Version, seen, jsonText(j)}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// SaveAtlas implements journey.Store.
func (s *Store) SaveAtlas(ctx context.Context, at time.Time, packed []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO journey_atlas (id, at, body) VALUES (1,?1,?2) ON CONFLICT (id) DO UPDATE SET at = ?1, body = ?2`, millis(at), packed)
		return err
	})
}

// NewestAtlas implements journey.Store.
func (s *Store) NewestAtlas(ctx context.Context, known time.Time) (time.Time, []byte, error) {
	var at int64
	var packed []byte
	err := s.r.QueryRowContext(ctx, `SELECT at, CASE WHEN at = ? THEN NULL ELSE body END FROM journey_atlas`, millis(known)).Scan(&at, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return known, nil, errs.NotFound("journey_map_none")
	}
	return time.UnixMilli(at).UTC(), packed, classify(err, s.path)
}
