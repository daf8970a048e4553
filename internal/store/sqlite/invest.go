package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/invest"
)

// SaveProposal implements invest.Store.
func (s *Store) SaveProposal(ctx context.Context, p invest.Proposal, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putVersion(ctx, tx, versioned{"proposal", "proposal_changed", p.ID, millis(p.CreatedAt), p.Version, seen, jsonText(p)}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Proposals implements invest.Store.
func (s *Store) Proposals(ctx context.Context) ([]invest.Proposal, error) {
	return bodies[invest.Proposal](ctx, s, `SELECT body FROM proposal ORDER BY created_at DESC, id DESC`)
}

// Proposal implements invest.Store.
func (s *Store) Proposal(ctx context.Context, id string) (invest.Proposal, error) {
	return body[invest.Proposal](ctx, s, "proposal_unknown", `SELECT body FROM proposal WHERE id = ?`, id)
}

// AddEstimate implements invest.Store.
func (s *Store) AddEstimate(ctx context.Context, e invest.Estimate, seen int, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var version int
		err := tx.QueryRowContext(ctx, `SELECT version FROM proposal WHERE id = ?`, e.Proposal).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return errs.NotFound("proposal_unknown")
		}
		if err != nil {
			return err
		}
		if version != seen {
			return errs.Conflict("proposal_changed")
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO proposal_estimate (proposal, round, by, at, body) VALUES (?,?,?,?,?)`, e.Proposal, e.Round, e.By, millis(e.At), jsonText(e))
		if isUnique(err) {
			return errs.Conflict("estimate_given").Because(err)
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Estimates implements invest.Store.
func (s *Store) Estimates(ctx context.Context, proposal string) ([]invest.Estimate, error) {
	return bodies[invest.Estimate](ctx, s, `SELECT body FROM proposal_estimate WHERE ?1 = '' OR proposal = ?1 ORDER BY proposal, round, at, by`, proposal)
}

// SaveStandings implements invest.Store.
func (s *Store) SaveStandings(ctx context.Context, list []invest.Standing, entry audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, st := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO proposal_standing (proposal, body) VALUES (?,?) ON CONFLICT (proposal) DO UPDATE SET body = excluded.body`, st.Proposal, jsonText(st)); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entry)
	})
}

// Standings implements invest.Store.
func (s *Store) Standings(ctx context.Context) ([]invest.Standing, error) {
	return bodies[invest.Standing](ctx, s, `SELECT body FROM proposal_standing ORDER BY proposal`)
}
