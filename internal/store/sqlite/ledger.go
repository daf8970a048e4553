package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"

	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// ledger is the releases as they were read last. Nearly every page with a figure about people asks for all of them, and they
// are the largest values of the file: they are read again when anything in the file has changed since, by whomever.
type ledger struct {
	watch *sql.Conn // one connection: its data_version moves when any other one commits, also another program's
	read  pulse.ReleaseReader

	mu      sync.Mutex
	version int64
	list    []pulse.Release // nil: not read yet
}

// begin takes the connection that watches. Without it every reading goes to the file.
func (l *ledger) begin(ctx context.Context, r *sql.DB) {
	l.watch, _ = r.Conn(ctx)
}

func (l *ledger) end() error {
	if l.watch == nil {
		return nil
	}
	return l.watch.Close()
}

// now is the version of the file; not known when the connection is gone, because versions of two connections say nothing
// about each other.
func (l *ledger) now(ctx context.Context) (version int64, known bool) {
	if l.watch == nil {
		return 0, false
	}
	err := l.watch.QueryRowContext(context.WithoutCancel(ctx), "PRAGMA data_version").Scan(&version) // a question cut short would cost the connection
	return version, err == nil
}

// at gives the releases of a version of the file, where these were read.
func (l *ledger) at(version int64) (list []pulse.Release, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.list == nil || l.version != version {
		return nil, false
	}
	return slices.Clone(l.list), true
}

// Releases implements pulse.Store.
func (s *Store) Releases(ctx context.Context) ([]pulse.Release, error) {
	version, known := s.ledger.now(ctx) // before the reading: what is committed meanwhile makes the next one read again
	if list, ok := s.ledger.at(version); known && ok {
		return list, ctx.Err()
	}
	list, err := readBodies(ctx, s, s.ledger.read.Read, `SELECT r.body FROM wave_release r JOIN wave w ON w.id = r.wave ORDER BY w.opens_at, w.id`)
	if err != nil || !known {
		return list, err
	}
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	s.ledger.version, s.ledger.list = version, slices.Clone(list)
	return list, nil
}

// Release implements pulse.Store.
func (s *Store) Release(ctx context.Context, wave string) (pulse.Release, error) {
	if version, known := s.ledger.now(ctx); known {
		if list, ok := s.ledger.at(version); ok {
			if i := slices.IndexFunc(list, func(r pulse.Release) bool { return r.WaveID == wave }); i >= 0 {
				return list[i], ctx.Err()
			}
		}
	}
	var body string
	err := s.r.QueryRowContext(ctx, `SELECT body FROM wave_release WHERE wave = ?`, wave).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return pulse.Release{}, errs.NotFound("not_released")
	}
	if err != nil {
		return pulse.Release{}, classify(err, s.path)
	}
	return s.ledger.read.Read(body)
}
