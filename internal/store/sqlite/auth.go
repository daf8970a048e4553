package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/outbox"
)

const userColumns = `id, email, name, role, team_ids, locale, active, demo, password_hash, created_at, seen_at`

type scanner interface{ Scan(dst ...any) error }

func scanUser(r scanner, more ...any) (auth.User, error) {
	var u auth.User
	var teams string
	var created, seen int64
	if err := r.Scan(append([]any{&u.ID, &u.Email, &u.Name, &u.Role, &teams, &u.Locale, &u.Active, &u.Demo, &u.PasswordHash, &created, &seen}, more...)...); err != nil {
		return u, err
	}
	u.CreatedAt, u.SeenAt = fromMillis(created), fromMillis(seen)
	return u, fromJSON(teams, &u.TeamIDs)
}

// missing gives not when err says that there is no row.
func (s *Store) missing(err error, code string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errs.NotFound(code)
	}
	return classify(err, s.path)
}

// Users implements auth.Store.
func (s *Store) Users(ctx context.Context, after string, limit int) ([]auth.User, error) {
	return list(ctx, s, func(r *sql.Rows) (auth.User, error) { return scanUser(r) }, `SELECT `+userColumns+` FROM user_account WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
}

// User implements auth.Store.
func (s *Store) User(ctx context.Context, idOrEmail string) (auth.User, error) {
	u, err := scanUser(s.r.QueryRowContext(ctx, `SELECT `+userColumns+` FROM user_account WHERE id = ?1 OR email = ?1`, idOrEmail))
	return u, s.missing(err, "user_unknown")
}

// AddUser implements auth.Store.
func (s *Store) AddUser(ctx context.Context, n auth.NewUser) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if n.Setup != "" {
			if err := spendSetup(ctx, tx, n); err != nil {
				return err
			}
		}
		u := n.User
		_, err := tx.ExecContext(ctx, `INSERT INTO user_account (`+userColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
			u.ID, u.Email, u.Name, u.Role, jsonText(u.TeamIDs), u.Locale, u.Active, u.Demo, u.PasswordHash, millis(u.CreatedAt), millis(u.SeenAt))
		if isUnique(err) {
			return errs.Conflict("email_taken").With("value", u.Email).At(errs.Field{Path: "/email", Code: "email_taken", Value: u.Email})
		}
		if err != nil {
			return err
		}
		if n.Token != nil {
			if err := putToken(ctx, tx, *n.Token); err != nil {
				return err
			}
		}
		if n.Session != nil {
			if err := putSession(ctx, tx, *n.Session); err != nil {
				return err
			}
		}
		if err := appendOutbox(ctx, tx, n.Mail...); err != nil {
			return err
		}
		return appendAudit(ctx, tx, n.Audit...)
	})
}

func spendSetup(ctx context.Context, tx *sql.Tx, n auth.NewUser) error {
	var users, codes int
	if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM user_account), (SELECT count(*) FROM user_token WHERE hash = ? AND purpose = ? AND expires_at > ?)`,
		n.Setup, auth.ForSetup, millis(n.User.CreatedAt)).Scan(&users, &codes); err != nil {
		return err
	}
	if users > 0 {
		return errs.Conflict("already_set_up")
	}
	if codes == 0 {
		return errs.Invalid("setup_code_wrong").At(errs.Field{Path: "/code", Code: "setup_code_wrong"})
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM user_token WHERE purpose = ?`, auth.ForSetup)
	return err
}

// ChangeUser implements auth.Store.
func (s *Store) ChangeUser(ctx context.Context, u auth.User, endSessions bool, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE user_account SET email = ?, name = ?, role = ?, team_ids = ?, locale = ?, active = ?, password_hash = ? WHERE id = ?`,
			u.Email, u.Name, u.Role, jsonText(u.TeamIDs), u.Locale, u.Active, u.PasswordHash, u.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.NotFound("user_unknown"))
		}
		if endSessions {
			var admins int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM user_account WHERE role = ? AND active AND (demo OR password_hash <> '')`, auth.Admin).Scan(&admins); err != nil {
				return err
			}
			if admins == 0 {
				return errs.Conflict("last_admin")
			}
			if err := endSessionsOf(ctx, tx, u.ID); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, entries...)
	})
}

func endSessionsOf(ctx context.Context, tx *sql.Tx, user string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM user_session WHERE user_id = ?`, user); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM user_token WHERE user_id = ?`, user)
	return err
}

func putToken(ctx context.Context, tx *sql.Tx, t auth.Token) error {
	if t.UserID != "" {
		if _, err := tx.ExecContext(ctx, `DELETE FROM user_token WHERE user_id = ? AND purpose = ?`, t.UserID, t.Purpose); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO user_token (hash, purpose, user_id, expires_at) VALUES (?,?,?,?)`, t.Hash, t.Purpose, t.UserID, millis(t.ExpiresAt))
	return err
}

// AddToken implements auth.Store.
func (s *Store) AddToken(ctx context.Context, t auth.Token, mail []outbox.Message, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := putToken(ctx, tx, t); err != nil {
			return err
		}
		if err := appendOutbox(ctx, tx, mail...); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// SpendToken implements auth.Store.
func (s *Store) SpendToken(ctx context.Context, hash, passwordHash string, sess auth.Session, entries ...audit.Entry) (auth.User, error) {
	var u auth.User
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		u, err = scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM user_account WHERE active AND id =
			(SELECT user_id FROM user_token WHERE hash = ? AND purpose <> ? AND expires_at > ?)`, hash, auth.ForSetup, millis(sess.CreatedAt)))
		if errors.Is(err, sql.ErrNoRows) {
			return errs.NotFound("token_unknown")
		}
		if err != nil {
			return err
		}
		u.PasswordHash, sess.UserID = passwordHash, u.ID
		if _, err := tx.ExecContext(ctx, `UPDATE user_account SET password_hash = ? WHERE id = ?`, passwordHash, u.ID); err != nil {
			return err
		}
		if err := endSessionsOf(ctx, tx, u.ID); err != nil {
			return err
		}
		if err := putSession(ctx, tx, sess); err != nil {
			return err
		}
		return appendAudit(ctx, tx, audit.About(u.ID, entries)...)
	})
	return u, err
}

// Keys implements auth.Store.
func (s *Store) Keys(ctx context.Context) ([]auth.Key, error) {
	return list(ctx, s, func(r *sql.Rows) (auth.Key, error) { return scanKey(r) }, `SELECT id, hash, name, role, created_at, used_at FROM api_key ORDER BY created_at, id`)
}

func scanKey(r scanner) (auth.Key, error) {
	var k auth.Key
	var created, used int64
	err := r.Scan(&k.ID, &k.Hash, &k.Name, &k.Role, &created, &used)
	k.CreatedAt, k.UsedAt = fromMillis(created), fromMillis(used)
	return k, err
}

// Key implements auth.Store.
func (s *Store) Key(ctx context.Context, hash string, used time.Time) (auth.Key, error) {
	k, err := scanKey(s.r.QueryRowContext(ctx, `SELECT id, hash, name, role, created_at, used_at FROM api_key WHERE hash = ?`, hash))
	if err != nil {
		return k, s.missing(err, "key_unknown")
	}
	if used.Sub(k.UsedAt) > time.Minute { // the day and hour are what people look at; a write for each request would not be
		k.UsedAt = used
		_, err = s.w.ExecContext(ctx, `UPDATE api_key SET used_at = ? WHERE id = ?`, millis(used), k.ID)
	}
	return k, classify(err, s.path)
}

// AddKey implements auth.Store.
func (s *Store) AddKey(ctx context.Context, k auth.Key, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO api_key (id, hash, name, role, created_at, used_at) VALUES (?,?,?,?,?,?)`,
			k.ID, k.Hash, k.Name, k.Role, millis(k.CreatedAt), millis(k.UsedAt)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, entries...)
	})
}

// RemoveKey implements auth.Store.
func (s *Store) RemoveKey(ctx context.Context, id string, entries ...audit.Entry) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM api_key WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.NotFound("key_unknown"))
		}
		return appendAudit(ctx, tx, entries...)
	})
}
