package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"rapport/internal/errs"
	"rapport/internal/pulse"
)

// mostTogether bounds one commit, so that a report's or an import's write need not wait long behind answers.
const mostTogether = 128

// submits gathers answers that come in at the same time and stores them with one commit: a commit waits for the disk,
// and a hundred answers can wait together. An answer is acknowledged only after its commit is durable.
type submits struct {
	mu      sync.Mutex
	waiting []*submit
	running bool
}

type submit struct {
	x    pulse.Submission
	err  error
	done chan struct{}
}

// do queues an answer and waits for its commit. A caller who leaves meanwhile has no acknowledgement; the answer may be
// stored all the same, and sending it again is acknowledged.
func (q *submits) do(ctx context.Context, x pulse.Submission, together func([]*submit) error) error {
	one := &submit{x: x, done: make(chan struct{})}
	q.mu.Lock()
	q.waiting = append(q.waiting, one)
	if !q.running {
		q.running = true
		go q.drain(together)
	}
	q.mu.Unlock()
	select {
	case <-one.done:
		return one.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *submits) drain(together func([]*submit) error) {
	for {
		q.mu.Lock()
		n := min(len(q.waiting), mostTogether)
		batch := q.waiting[:n:n]
		q.waiting = q.waiting[n:]
		if n == 0 {
			q.waiting, q.running = nil, false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		if err := together(batch); err != nil {
			for _, one := range batch {
				one.err = err
			}
		}
		for _, one := range batch {
			close(one.done)
		}
	}
}

// submitTogether stores a batch in one transaction. Each answer is refused or taken by itself; an error of the database
// takes none of them.
func (s *Store) submitTogether(batch []*submit) error {
	ctx := context.Background() // the batch belongs to no single request
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, one := range batch {
			if _, err := tx.ExecContext(ctx, `SAVEPOINT answer`); err != nil {
				return err
			}
			one.err = submitOne(ctx, tx, one.x)
			var refused *errs.Error
			if one.err != nil {
				if !errors.As(one.err, &refused) {
					return one.err
				}
				if _, err := tx.ExecContext(ctx, `ROLLBACK TO answer`); err != nil {
					return err
				}
			}
			if _, err := tx.ExecContext(ctx, `RELEASE answer`); err != nil {
				return err
			}
		}
		return nil
	})
}
