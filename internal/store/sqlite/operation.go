package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"rapport/internal/errs"
	"rapport/internal/operation"
)

// SaveOperation implements operation.Store.
func (s *Store) SaveOperation(ctx context.Context, o operation.Operation) error {
	_, err := s.w.ExecContext(ctx, `INSERT OR REPLACE INTO operation
		(id, kind, by_id, state, done, total, started_at, finished_at, beat_at, result_id, result, code, detail) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		o.ID, o.Kind, o.By, o.State, o.Done, o.Total, millis(o.StartedAt), millis(o.FinishedAt), millis(o.BeatAt), o.ResultID, string(o.Result), o.Code, string(o.Detail))
	return classify(err, s.path)
}

// Operation implements operation.Store.
func (s *Store) Operation(ctx context.Context, id string) (operation.Operation, error) {
	var o operation.Operation
	var started, finished, beat int64
	var result, detail string
	err := s.r.QueryRowContext(ctx, `SELECT id, kind, by_id, state, done, total, started_at, finished_at, beat_at, result_id, result, code, detail
		FROM operation WHERE id = ?`, id).Scan(&o.ID, &o.Kind, &o.By, &o.State, &o.Done, &o.Total, &started, &finished, &beat, &o.ResultID, &result, &o.Code, &detail)
	if errors.Is(err, sql.ErrNoRows) {
		return o, errs.NotFound("operation_unknown")
	}
	o.StartedAt, o.FinishedAt, o.BeatAt = fromMillis(started), fromMillis(finished), fromMillis(beat)
	o.Result, o.Detail = rawJSON(result), rawJSON(detail)
	return o, classify(err, s.path)
}

func rawJSON(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}
