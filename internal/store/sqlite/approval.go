package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// PutLaunchApproval implements pulse.Store.
func (s *Store) PutLaunchApproval(ctx context.Context, a pulse.Approval, before pulse.ApprovalState, e ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var n int64
		var err error
		if before == "" {
			_, err = tx.ExecContext(ctx, `INSERT INTO launch_approval (id, programme_id, state, at, body) VALUES (?,?,?,?,?)`, a.ID, a.ProgrammeID, a.State, millis(a.At), jsonText(a))
			n = 1
		} else {
			n, err = changed(tx.ExecContext(ctx, `UPDATE launch_approval SET state = ?, body = ? WHERE id = ? AND state = ?`, a.State, jsonText(a), a.ID, before))
		}
		if isUnique(err) || err == nil && n == 0 {
			return errs.Conflict("approval_decided")
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, e...)
	})
}

// LaunchApproval implements pulse.Store.
func (s *Store) LaunchApproval(ctx context.Context, id string) (pulse.Approval, error) {
	list, err := bodies[pulse.Approval](ctx, s, `SELECT body FROM launch_approval WHERE id = ?`, id)
	if err == nil && len(list) == 0 {
		err = errs.NotFound("approval_unknown")
	}
	if err != nil {
		return pulse.Approval{}, err
	}
	return list[0], nil
}

// LaunchApprovals implements pulse.Store.
func (s *Store) LaunchApprovals(ctx context.Context, programme string) ([]pulse.Approval, error) {
	return bodies[pulse.Approval](ctx, s, `SELECT body FROM launch_approval WHERE programme_id = ? ORDER BY at DESC, id`, programme)
}
