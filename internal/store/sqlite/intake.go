package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

const batchColumns = `id, kind, source, state, by_id, started_at, finished_at, beat_at, can_undo, seq, mapping, result, made`

// saveStaging is saveBatch for a batch that must not have come to its end.
func saveStaging(ctx context.Context, tx *sql.Tx, b intake.Batch) error {
	var ended bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM batch WHERE id = ? AND state <> 'staging')`, b.ID).Scan(&ended); err != nil {
		return err
	}
	if ended {
		return errs.Conflict("import_finished")
	}
	return saveBatch(ctx, tx, b)
}

// saveBatch inserts or replaces a batch inside a transaction.
func saveBatch(ctx context.Context, tx *sql.Tx, b intake.Batch) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO batch (`+batchColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`, b.ID, b.Kind, b.Source, b.State, b.By,
		millis(b.StartedAt), millis(b.FinishedAt), millis(b.BeatAt), b.CanUndo, b.Seq, string(b.Mapping), string(b.Result), jsonText(b.Made))
	return err
}

// SaveBatch implements intake.Store.
func (s *Store) SaveBatch(ctx context.Context, b intake.Batch, m *intake.Memory) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := saveBatch(ctx, tx, b); err != nil {
			return err
		}
		return saveMemory(ctx, tx, m)
	})
}

func scanBatch(scan func(...any) error) (intake.Batch, error) {
	var b intake.Batch
	var started, finished, beat int64
	var mapping, result, made string
	err := scan(&b.ID, &b.Kind, &b.Source, &b.State, &b.By, &started, &finished, &beat, &b.CanUndo, &b.Seq, &mapping, &result, &made)
	if err != nil {
		return b, err
	}
	b.StartedAt, b.FinishedAt, b.BeatAt = fromMillis(started), fromMillis(finished), fromMillis(beat)
	b.Mapping, b.Result = rawJSON(mapping), rawJSON(result)
	return b, fromJSON(made, &b.Made)
}

// Batch implements intake.Store.
func (s *Store) Batch(ctx context.Context, id string) (intake.Batch, error) {
	b, err := scanBatch(s.r.QueryRowContext(ctx, `SELECT `+batchColumns+` FROM batch WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return b, errs.NotFound("import_unknown")
	}
	return b, classify(err, s.path)
}

// Batches implements intake.Store.
func (s *Store) Batches(ctx context.Context, page intake.Page) ([]intake.Batch, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT `+batchColumns+` FROM batch WHERE ?1 = '' OR (started_at, id) < (SELECT started_at, id FROM batch WHERE id = ?1)
		ORDER BY started_at DESC, id DESC LIMIT ?2`, page.After, page.Limit)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []intake.Batch{}
	for rows.Next() {
		b, err := scanBatch(rows.Scan)
		if err != nil {
			return nil, classify(err, s.path)
		}
		out = append(out, b)
	}
	return out, classify(rows.Err(), s.path)
}

// saveMemory remembers a mapping inside a transaction; nil is nothing to remember.
func saveMemory(ctx context.Context, tx *sql.Tx, m *intake.Memory) error {
	if m == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO mapping_memory (signature, mapping, at, by_id) VALUES (?,?,?,?)`, m.Signature, string(m.Mapping), millis(m.At), m.By)
	return err
}

// Memory implements intake.Store.
func (s *Store) Memory(ctx context.Context, signature string) (intake.Memory, error) {
	m := intake.Memory{Signature: signature}
	var mapping string
	var at int64
	err := s.r.QueryRowContext(ctx, `SELECT mapping, at, by_id FROM mapping_memory WHERE signature = ?`, signature).Scan(&mapping, &at, &m.By)
	if errors.Is(err, sql.ErrNoRows) {
		return m, errs.NotFound("mapping_unknown")
	}
	m.Mapping, m.At = rawJSON(mapping), fromMillis(at)
	return m, classify(err, s.path)
}

// Memories implements intake.Store.
func (s *Store) Memories(ctx context.Context) ([]intake.Memory, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT signature, mapping, at, by_id FROM mapping_memory ORDER BY at DESC, signature LIMIT 500`)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []intake.Memory{}
	for rows.Next() {
		var m intake.Memory
		var mapping string
		var at int64
		if err := rows.Scan(&m.Signature, &mapping, &at, &m.By); err != nil {
			return nil, classify(err, s.path)
		}
		m.Mapping, m.At = rawJSON(mapping), fromMillis(at)
		out = append(out, m)
	}
	return out, classify(rows.Err(), s.path)
}

// SaveUpload implements intake.Store.
func (s *Store) SaveUpload(ctx context.Context, u intake.Upload) error {
	_, err := s.w.ExecContext(ctx, `INSERT OR REPLACE INTO upload (id, name, by_id, size, chunks, created_at, whole) VALUES (?,?,?,?,?,?,?)`,
		u.ID, u.Name, u.By, u.Size, u.Chunks, millis(u.CreatedAt), u.Whole)
	return classify(err, s.path)
}

// SaveChunk implements intake.Store.
func (s *Store) SaveChunk(ctx context.Context, upload string, n int, data []byte) error {
	_, err := s.w.ExecContext(ctx, `INSERT OR REPLACE INTO upload_chunk (upload, n, bytes) VALUES (?,?,?)`, upload, n, data)
	return classify(err, s.path)
}

// Upload implements intake.Store.
func (s *Store) Upload(ctx context.Context, id string) (intake.Upload, error) {
	var u intake.Upload
	var created int64
	err := s.r.QueryRowContext(ctx, `SELECT id, name, by_id, size, chunks, created_at, whole FROM upload WHERE id = ?`, id).
		Scan(&u.ID, &u.Name, &u.By, &u.Size, &u.Chunks, &created, &u.Whole)
	if errors.Is(err, sql.ErrNoRows) {
		return u, errs.NotFound("upload_unknown")
	}
	u.CreatedAt = fromMillis(created)
	return u, classify(err, s.path)
}

// Chunk implements intake.Store.
func (s *Store) Chunk(ctx context.Context, upload string, n int) ([]byte, error) {
	var b []byte
	err := s.r.QueryRowContext(ctx, `SELECT bytes FROM upload_chunk WHERE upload = ? AND n = ?`, upload, n).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.NotFound("upload_unknown")
	}
	return b, classify(err, s.path)
}

// DropUploads implements intake.Store. Chunks go a few at a time, so that nobody waits long for the writer.
func (s *Store) DropUploads(ctx context.Context, id string, before time.Time) error {
	for {
		res, err := s.w.ExecContext(ctx, `DELETE FROM upload_chunk WHERE rowid IN (SELECT c.rowid FROM upload u JOIN upload_chunk c ON c.upload = u.id
			WHERE u.id = ? OR u.created_at < ? LIMIT 8)`, id, millis(before))
		if err != nil {
			return classify(err, s.path)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				_, err = s.w.ExecContext(ctx, `DELETE FROM upload WHERE id = ? OR created_at < ?`, id, millis(before))
			}
			return classify(err, s.path)
		}
	}
}
