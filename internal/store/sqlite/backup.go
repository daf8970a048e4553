package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"rapport/internal/errs"
)

// Backup writes a copy of the database as it stands at one commit to a new file, while everything goes on, and checks
// it. The file appears under its name only when it is whole.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return errs.Conflict("backup_exists").With("path", path)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.Unavailable("backup_unwritable").With("path", part).Because(err)
	}
	// A connection of its own: the readers may not write at all, and the writer must not be held up.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: s.path}).EscapedPath()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return classify(err, s.path)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		_ = os.Remove(part)
		return classify(err, part)
	}
	if err := errors.Join(check(ctx, part), syncFile(part)); err != nil {
		_ = os.Remove(part)
		return err
	}
	return finish(part, path)
}

// Restore puts a backup in the place of the database file to. The instance must be stopped: a file that another
// program has open is refused (store_busy). What stood there before is kept beside it as to.replaced.
func Restore(ctx context.Context, from, to string) error {
	if err := check(ctx, from); err != nil {
		return err
	}
	if _, err := os.Stat(to); err == nil {
		if err := alone(ctx, to); err != nil {
			return err
		}
	}
	part := to + ".part"
	if err := copyFile(from, part); err != nil {
		_ = os.Remove(part)
		return errs.Unavailable("backup_unwritable").With("path", part).Because(err)
	}
	if err := os.Rename(to, to+".replaced"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.Unavailable("backup_unwritable").With("path", to).Because(err)
	}
	for _, rest := range []string{"-wal", "-shm"} { // alone has written the log back into the file
		if err := os.Remove(to + rest); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errs.Unavailable("backup_unwritable").With("path", to+rest).Because(err)
		}
	}
	return finish(part, to)
}

// check refuses a file that is no whole Rapport database.
func check(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return errs.Invalid("file_unreadable").With("file", path).Because(err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return classify(err, path)
	}
	defer func() { _ = db.Close() }()
	var verdict string
	var migrations int
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return classify(err, path)
	}
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM schema_migration`).Scan(&migrations)
	if verdict != "ok" || err != nil {
		return errs.Invalid("store_damaged").With("path", path).Because(err)
	}
	return nil
}

// alone makes sure that nobody else has the file open, and writes its log back.
func alone(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=locking_mode(EXCLUSIVE)&_pragma=busy_timeout(1000)")
	if err != nil {
		return classify(err, path)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, `BEGIN EXCLUSIVE; COMMIT`); err != nil {
		return classify(err, path)
	}
	_, err = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return classify(err, path)
}

func copyFile(from, to string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// finish gives a whole file its name, durably.
func finish(part, path string) error {
	if err := os.Rename(part, path); err != nil {
		return errs.Unavailable("backup_unwritable").With("path", path).Because(err)
	}
	return syncFile(filepath.Dir(path))
}
