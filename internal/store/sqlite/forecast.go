package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/forecast"
)

// SaveForecast implements forecast.Store.
func (s *Store) SaveForecast(ctx context.Context, f forecast.Forecast, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO forecast (initiative_id, body) VALUES (?,?) ON CONFLICT (initiative_id) DO UPDATE SET body = excluded.body`, f.InitiativeID, jsonText(f)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Forecast implements forecast.Store.
func (s *Store) Forecast(ctx context.Context, initiativeID string) (forecast.Forecast, error) {
	return body[forecast.Forecast](ctx, s, "forecast_unknown", `SELECT body FROM forecast WHERE initiative_id = ?`, initiativeID)
}

// ApproveForecast implements forecast.Store.
func (s *Store) ApproveForecast(ctx context.Context, a forecast.Approval, entry audit.Entry) error {
	a.Score = nil
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO forecast_approved (initiative_id, hash, approved_at, body) VALUES (?,?,?,?)`, a.InitiativeID, a.Hash, millis(a.ApprovedAt), jsonText(a))
		if isUnique(err) {
			return errs.Conflict("forecast_approved").Because(err)
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Approvals implements forecast.Store.
func (s *Store) Approvals(ctx context.Context) ([]forecast.Approval, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT a.body, s.body FROM forecast_approved a LEFT JOIN forecast_score s USING (initiative_id, hash) ORDER BY a.approved_at, a.initiative_id, a.hash`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []forecast.Approval{}
	for rows.Next() {
		var text string
		var score sql.NullString
		if err := rows.Scan(&text, &score); err != nil {
			return nil, classify(err, s.path)
		}
		var a forecast.Approval
		if err := fromJSON(text, &a); err != nil {
			return nil, err
		}
		if score.Valid {
			a.Score = &forecast.Score{}
			if err := fromJSON(score.String, a.Score); err != nil {
				return nil, err
			}
		}
		out = append(out, a)
	}
	if err := rows.Err(); err != nil {
		return nil, classify(err, s.path)
	}
	return out, nil
}

// ScoreForecast implements forecast.Store.
func (s *Store) ScoreForecast(ctx context.Context, initiativeID, hash string, x forecast.Score, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO forecast_score (initiative_id, hash, body) VALUES (?,?,?) ON CONFLICT (initiative_id, hash) DO UPDATE SET body = excluded.body`, initiativeID, hash, jsonText(x)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}
