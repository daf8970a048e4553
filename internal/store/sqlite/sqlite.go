// Package sqlite is the embedded engine: one file, write-ahead log, synchronous FULL, one writer and a pool of readers.
// It answers the features' questions and holds no rule of theirs.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"rapport/internal/audit"
	"rapport/internal/errs"
)

// Store is an open database file.
type Store struct {
	submits submits // answers waiting for a common commit
	ledger  ledger
	path    string
	w       *sql.DB // one connection: SQLite has one writer
	r       *sql.DB
}

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens (and makes, if it is new) the database file and brings it to the newest schema.
//
// A new file belongs to its owner alone: it holds names, addresses and password hashes. SQLite gives its log the same
// permissions.
func Open(ctx context.Context, path string) (*Store, error) {
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		_ = f.Close()
	}
	dsn := func(extra string) string {
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)" +
			"&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16000)" + extra
	}
	w, err := sql.Open("sqlite", dsn("&_txlock=immediate"))
	if err != nil {
		return nil, classify(err, path)
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", dsn("&_pragma=query_only(1)"))
	if err != nil {
		_ = w.Close()
		return nil, classify(err, path)
	}
	r.SetMaxOpenConns(max(4, 2*runtime.NumCPU()) + 1) // and the one that watches
	s := &Store{path: path, w: w, r: r}
	if err := s.migrate(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.ledger.begin(ctx, r)
	return s, nil
}

// Close closes the file.
func (s *Store) Close() error { return errors.Join(s.ledger.end(), s.r.Close(), s.w.Close()) }

// Ready says whether the file answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return classify(s.r.QueryRowContext(ctx, "SELECT 1").Scan(&one), s.path)
}

// migrate runs the embedded migrations that have not run yet, each in one transaction with its entry in the list.
func (s *Store) migrate(ctx context.Context) error {
	if _, err := s.w.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY) WITHOUT ROWID`); err != nil {
		return classify(err, s.path)
	}
	ran, err := s.migrated(ctx)
	if err != nil {
		return classify(err, s.path)
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	for _, name := range names {
		if ran[name] {
			continue
		}
		body, err := migrations.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read migration: %w", err)
		}
		err = s.write(ctx, func(tx *sql.Tx) error {
			res, err := tx.ExecContext(ctx, `INSERT INTO schema_migration (name) VALUES (?) ON CONFLICT DO NOTHING`, name)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err
			}
			_, err = tx.ExecContext(ctx, string(body))
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate %s: %w", name, err)
		}
	}
	return nil
}

// migrated gives the names of the migrations that have run.
func (s *Store) migrated(ctx context.Context) (map[string]bool, error) {
	rows, err := s.w.QueryContext(ctx, `SELECT name FROM schema_migration`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	ran := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		ran[name] = true
	}
	return ran, rows.Err()
}

// write runs fn in one durable transaction. Under the fence of a job it is refused once the job's lease is lost.
func (s *Store) write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return classify(err, s.path)
	}
	err = checkFence(ctx, tx)
	if err == nil {
		err = fn(tx)
	}
	if err != nil {
		_ = tx.Rollback()
		return classify(err, s.path)
	}
	return classify(tx.Commit(), s.path)
}

// appendAudit links entries to the head of the audit chain inside a transaction.
func appendAudit(ctx context.Context, tx *sql.Tx, entries ...audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var seq int64
	var hash string
	err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for _, e := range entries {
		e = audit.Chain(e, seq, hash)
		if _, err := tx.ExecContext(ctx, `INSERT INTO audit_entry (seq, at, actor, action, object, detail, prev, hash) VALUES (?,?,?,?,?,?,?,?)`,
			e.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Object, jsonText(e.Detail), e.Prev, e.Hash); err != nil {
			return err
		}
		seq, hash = e.Seq, e.Hash
	}
	return nil
}

// classify turns SQLite's result codes into errors a person can act on; anything else passes unchanged.
func classify(err error, path string) error {
	var e *sqlite.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return errs.Unavailable("store_busy").Because(err)
	case lib.SQLITE_READONLY, lib.SQLITE_PERM:
		return errs.Unavailable("store_read_only").Because(err)
	case lib.SQLITE_FULL:
		return errs.Unavailable("disk_full").Because(err)
	case lib.SQLITE_IOERR:
		return errs.Unavailable("store_unreachable").With("address", path).Because(err)
	case lib.SQLITE_CANTOPEN:
		return errs.Unavailable("store_unopenable").With("path", path).Because(err)
	case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
		return errs.Unavailable("store_damaged").With("path", path).Because(err)
	}
	return err
}

// isUnique reports whether a write ran into a unique key.
func isUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// millis and fromMillis store times as UTC milliseconds; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
