package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/subscription"
)

// Subscriptions implements subscription.Store.
func (s *Store) Subscriptions(ctx context.Context) ([]subscription.Subscription, error) {
	return bodies[subscription.Subscription](ctx, s, `SELECT body FROM subscription ORDER BY created_at, id`)
}

// Subscription implements subscription.Store.
func (s *Store) Subscription(ctx context.Context, id string) (subscription.Subscription, error) {
	return body[subscription.Subscription](ctx, s, "subscription_unknown", `SELECT body FROM subscription WHERE id = ?`, id)
}

// SaveSubscription implements subscription.Store.
func (s *Store) SaveSubscription(ctx context.Context, x subscription.Subscription, mail []outbox.Message, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var res sql.Result
		var err error
		if x.Version == 1 {
			res, err = tx.ExecContext(ctx, `INSERT INTO subscription (id, created_at, ended_at, version, body) VALUES (?,?,?,?,?) ON CONFLICT (id) DO NOTHING`,
				x.ID, millis(x.CreatedAt), millis(x.EndedAt), x.Version, jsonText(x))
		} else {
			res, err = tx.ExecContext(ctx, `UPDATE subscription SET ended_at = ?, version = ?, body = ? WHERE id = ? AND version = ?`, millis(x.EndedAt), x.Version, jsonText(x), x.ID, x.Version-1)
		}
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.Conflict("subscription_changed"))
		}
		if err := appendOutbox(ctx, tx, mail...); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// ForgetSubscriptions implements subscription.Store.
func (s *Store) ForgetSubscriptions(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM subscription WHERE json_extract(body, '$.Why') <> '' AND ended_at < ?`, millis(before))
		return err
	})
}
