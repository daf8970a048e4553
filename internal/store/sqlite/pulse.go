package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// LaunchWave implements pulse.Store.
func (s *Store) LaunchWave(ctx context.Context, w pulse.Wave, credentials []pulse.Credential, letters []pulse.Invitation, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO wave (id, programme_id, state, opens_at, closes_at, participation, fence, body) VALUES (?,?,?,?,?,?,?,?)`,
			w.ID, w.ProgrammeID, w.State, millis(w.OpensAt), millis(w.ClosesAt), w.Participation, w.Fence, jsonText(w))
		if isUnique(err) {
			return errs.Conflict("wave_exists")
		}
		if err != nil {
			return err
		}
		ins, err := tx.PrepareContext(ctx, `INSERT INTO credential (wave, id, label, spent, closed, random) VALUES (?,?,?,?,?,?)`)
		if err != nil {
			return err
		}
		defer func() { _ = ins.Close() }()
		for _, c := range credentials {
			if _, err := ins.ExecContext(ctx, w.ID, c.ID, c.Label, c.Spent, c.Closed, c.Random); err != nil {
				return err
			}
		}
		if err := queueLetters(ctx, tx, letters, w.OpensAt); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// Wave implements pulse.Store.
func (s *Store) Wave(ctx context.Context, id string) (pulse.Wave, error) {
	w, err := scanWave(s.r.QueryRowContext(ctx, `SELECT body, state, fence, closes_at, participation FROM wave WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return w, errs.NotFound("wave_unknown")
	}
	return w, classify(err, s.path)
}

func scanWave(row interface{ Scan(...any) error }) (pulse.Wave, error) {
	var w pulse.Wave
	var body, state, fence string
	var closes int64
	var participation int
	if err := row.Scan(&body, &state, &fence, &closes, &participation); err != nil {
		return w, err
	}
	err := fromJSON(body, &w)
	w.State, w.Fence, w.ClosesAt, w.Participation = pulse.State(state), fence, fromMillis(closes), participation
	return w, err
}

// Waves implements pulse.Store.
func (s *Store) Waves(ctx context.Context) ([]pulse.Wave, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT body, state, fence, closes_at, participation FROM wave ORDER BY opens_at DESC, id`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []pulse.Wave{}
	for rows.Next() {
		w, err := scanWave(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

const credentialColumns = `id, label, spent, closed, random`

func scanCredential(row interface{ Scan(...any) error }, wave string) (pulse.Credential, error) {
	c := pulse.Credential{Wave: wave}
	err := row.Scan(&c.ID, &c.Label, &c.Spent, &c.Closed, &c.Random)
	return c, err
}

// Credential implements pulse.Store.
func (s *Store) Credential(ctx context.Context, wave, id string) (pulse.Credential, error) {
	c, err := scanCredential(s.r.QueryRowContext(ctx, `SELECT `+credentialColumns+` FROM credential WHERE wave = ? AND id = ?`, wave, id), wave)
	if errors.Is(err, sql.ErrNoRows) {
		return c, errs.NotFound("code_unknown")
	}
	return c, classify(err, s.path)
}

// EachCredential implements pulse.Store.
func (s *Store) EachCredential(ctx context.Context, wave string, visit func(pulse.Credential) error) error {
	rows, err := s.r.QueryContext(ctx, `SELECT `+credentialColumns+` FROM credential WHERE wave = ? ORDER BY id`, wave)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		c, err := scanCredential(rows, wave)
		if err != nil {
			return err
		}
		if err := visit(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Envelope implements pulse.Store.
func (s *Store) Envelope(ctx context.Context, wave, answer string) ([]byte, error) {
	var seal []byte
	err := s.r.QueryRowContext(ctx, `SELECT seal FROM envelope WHERE wave = ? AND id = ?`, wave, answer).Scan(&seal)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return seal, classify(err, s.path)
}

// SubmitAnswer implements pulse.Store.
func (s *Store) SubmitAnswer(ctx context.Context, x pulse.Submission) error {
	return s.submits.do(ctx, x, s.submitTogether)
}

func submitOne(ctx context.Context, tx *sql.Tx, x pulse.Submission) error {
	if x.Before == nil {
		return insertAnswer(ctx, tx, x)
	}
	n, err := changed(tx.ExecContext(ctx, `UPDATE credential SET random = ? WHERE wave = ? AND id = ? AND closed = 0`, x.Random, x.Wave, x.Credential))
	if err != nil || n == 0 {
		return refusal(ctx, tx, x, err)
	}
	n, err = changed(tx.ExecContext(ctx, `UPDATE envelope SET seal = ? WHERE wave = ? AND id = ? AND seal = ?`, x.Seal, x.Wave, x.Answer, x.Before))
	if err == nil && n == 0 {
		return errs.Conflict("answer_changed")
	}
	return err
}

func insertAnswer(ctx context.Context, tx *sql.Tx, x pulse.Submission) error {
	var there int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM envelope WHERE wave = ? AND id = ?`, x.Wave, x.Answer).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		return errs.Conflict("answer_changed") // the same browser was faster: the caller looks again
	}
	n, err := changed(tx.ExecContext(ctx, `UPDATE credential SET spent = 1, random = ? WHERE wave = ? AND id = ? AND closed = 0 AND spent = 0`, x.Random, x.Wave, x.Credential))
	if err != nil || n == 0 {
		return refusal(ctx, tx, x, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO envelope (wave, id, seal) VALUES (?,?,?)`, x.Wave, x.Answer, x.Seal)
	return err
}

// refusal says why a credential could not be written.
func refusal(ctx context.Context, tx *sql.Tx, x pulse.Submission, err error) error {
	if err != nil {
		return err
	}
	var closed bool
	err = tx.QueryRowContext(ctx, `SELECT closed FROM credential WHERE wave = ? AND id = ?`, x.Wave, x.Credential).Scan(&closed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errs.NotFound("code_unknown")
	case err != nil:
		return err
	case closed:
		return errs.Conflict("wave_closed")
	}
	return errs.Conflict("already_recorded")
}

func changed(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// StageEnvelopes implements pulse.Store.
func (s *Store) StageEnvelopes(ctx context.Context, wave string, envelopes []pulse.Envelope) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM wave WHERE id = ? AND state = ?`, wave, pulse.Staging).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return errs.Conflict("import_cut_off")
		}
		ins, err := tx.PrepareContext(ctx, `INSERT INTO envelope (wave, id, seal) VALUES (?,?,?)`)
		if err != nil {
			return err
		}
		defer func() { _ = ins.Close() }()
		for _, x := range envelopes {
			if _, err := ins.ExecContext(ctx, wave, x.ID, x.Seal); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropSurvey implements pulse.Store.
func (s *Store) DropSurvey(ctx context.Context, wave string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM envelope WHERE wave IN (SELECT id FROM wave WHERE id = ? AND state = ?)`, wave, pulse.Staging); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM wave WHERE id = ? AND state = ?`, wave, pulse.Staging)
		return err
	})
}

// BeginClose implements pulse.Store.
func (s *Store) BeginClose(ctx context.Context, wave, fence string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET state = ?, fence = ? WHERE id = ? AND state IN (?, ?, ?)`, pulse.Closing, fence, wave, pulse.Staging, pulse.Open, pulse.Closing))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("wave_closed")
		}
		_, err = tx.ExecContext(ctx, `UPDATE credential SET closed = 1 WHERE wave = ?`, wave)
		return err
	})
}

// BeginStop implements pulse.Store.
func (s *Store) BeginStop(ctx context.Context, wave string, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET state = ?, fence = '' WHERE id = ? AND state IN (?, ?)`, pulse.Stopping, wave, pulse.Open, pulse.Closing))
		if err != nil {
			return err
		}
		if n == 0 {
			var there int
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM wave WHERE id = ? AND state = ?`, wave, pulse.Stopping).Scan(&there); err != nil {
				return err
			}
			if there == 0 {
				return errs.Conflict("wave_closed")
			}
			e = nil
		}
		if _, err = tx.ExecContext(ctx, `UPDATE credential SET closed = 1 WHERE wave = ?`, wave); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// FinishStop implements pulse.Store.
func (s *Store) FinishStop(ctx context.Context, wave string, at time.Time, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET state = ?, closes_at = ? WHERE id = ? AND state = ?`, pulse.Stopped, millis(at), wave, pulse.Stopping))
		if err != nil || n == 0 {
			return err
		}
		if err := dropAnswers(ctx, tx, wave); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// dropAnswers deletes what links anything to a person of a wave.
func dropAnswers(ctx context.Context, tx *sql.Tx, wave string) error {
	for _, q := range []string{`DELETE FROM envelope WHERE wave = ?`, `DELETE FROM credential WHERE wave = ?`, `DELETE FROM invitation WHERE wave = ?`} {
		if _, err := tx.ExecContext(ctx, q, wave); err != nil {
			return err
		}
	}
	return nil
}

// EachEnvelope implements pulse.Store.
func (s *Store) EachEnvelope(ctx context.Context, wave string, visit func(seal []byte) error) error {
	rows, err := s.r.QueryContext(ctx, `SELECT seal FROM envelope WHERE wave = ? ORDER BY id`, wave)
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seal []byte
		if err := rows.Scan(&seal); err != nil {
			return err
		}
		if err := visit(seal); err != nil {
			return err
		}
	}
	return rows.Err()
}

// PublishRelease implements pulse.Store.
func (s *Store) PublishRelease(ctx context.Context, wave, fence string, r pulse.Release, counts []pulse.Count, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET state = ? WHERE id = ? AND state = ? AND fence = ?`, pulse.Released, wave, pulse.Closing, fence))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("fenced")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO wave_release (wave, body) VALUES (?,?)`, wave, jsonText(r)); err != nil {
			return fmt.Errorf("append release: %w", err)
		}
		for _, c := range counts {
			if _, err := tx.ExecContext(ctx, `INSERT INTO wave_count (wave, grp, question, options) VALUES (?,?,?,?)`, wave, c.Group, c.Question, jsonText(c.Options)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, e...)
	})
}

// Purge implements pulse.Store.
func (s *Store) Purge(ctx context.Context, wave string, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE wave SET state = ? WHERE id = ? AND state = ?`, pulse.Purged, wave, pulse.Released))
		if err != nil || n == 0 {
			return err
		}
		if err := dropAnswers(ctx, tx, wave); err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}
