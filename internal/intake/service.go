package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Service keeps files that were handed in until they are imported, and the list of imports.
type Service struct {
	Store
	now   func() time.Time
	vault Vault
}

// Vault seals files while they wait to be imported: they name people, and some hold what people answered. Its keys lie
// outside the database.
type Vault interface {
	// OpenUpload makes the key of an upload.
	OpenUpload(id string) error
	// SealChunk and UnsealChunk close and open one chunk of it.
	SealChunk(id string, n int, data []byte) ([]byte, error)
	UnsealChunk(id string, n int, sealed []byte) ([]byte, error)
	// ForgetUploads destroys the key of the upload named (if not empty) and every one from before the time.
	ForgetUploads(id string, before time.Time) error
}

// Guard makes the service seal what it receives. The composition root calls it once, before anything comes in.
func (s *Service) Guard(v Vault) { s.vault = v }

// DropUploads deletes uploads and the keys they are sealed with.
func (s *Service) DropUploads(ctx context.Context, id string, before time.Time) error {
	err := s.Store.DropUploads(ctx, id, before)
	if s.vault != nil {
		err = errors.Join(err, s.vault.ForgetUploads(id, before))
	}
	return err
}

// NewService makes a service.
func NewService(store Store, now func() time.Time) *Service { return &Service{Store: store, now: now} }

// Record puts an import that a feature stored by itself on the list, and remembers its mapping for files with the same
// columns. An import that changed nothing is not recorded.
func (s *Service) Record(ctx context.Context, source, by string, f *File, m Mapping, r Result) (Result, error) {
	if r.DryRun || r.Imported == 0 {
		return r, nil
	}
	r.ImportID = ident.New()
	b := Batch{ID: r.ImportID, Kind: m.Kind, Source: source, State: Done, By: by, StartedAt: s.now(), FinishedAt: s.now(), BeatAt: s.now()}
	var err error
	if b.Mapping, err = json.Marshal(m); err != nil {
		return r, err
	}
	if b.Result, err = json.Marshal(r); err != nil {
		return r, err
	}
	return r, s.SaveBatch(ctx, b, &Memory{Signature: Signature(m.Kind, f.Columns), Mapping: b.Mapping, At: s.now(), By: by})
}

// Remembered finds the mapping used before for a file with these columns.
func (s *Service) Remembered(ctx context.Context, kind Kind, columns []string) (m Mapping, ok bool, err error) {
	mem, err := s.Memory(ctx, Signature(kind, columns))
	if errs.KindOf(err) == errs.KindNotFound {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	m, err = ParseMapping(mem.Mapping)
	return m, err == nil, err
}

// keepUploads is how long a file waits to be imported.
const keepUploads = 24 * time.Hour

// Receive stores a file as it comes in, chunk by chunk; what breaks off is deleted. Uploads older than a day go at the
// same time.
func (s *Service) Receive(ctx context.Context, name, by string, body io.Reader) (Upload, error) {
	if err := s.DropUploads(ctx, "", s.now().Add(-keepUploads)); err != nil {
		return Upload{}, err
	}
	u := Upload{ID: ident.New(), Name: name, By: by, CreatedAt: s.now()}
	if s.vault != nil {
		if err := s.vault.OpenUpload(u.ID); err != nil {
			return u, err
		}
	}
	if err := s.SaveUpload(ctx, u); err != nil {
		return u, err
	}
	err := s.receive(ctx, &u, body)
	if err != nil {
		_ = s.DropUploads(context.WithoutCancel(ctx), u.ID, time.Time{}) // what stays goes after a day
		return u, err
	}
	return u, nil
}

func (s *Service) receive(ctx context.Context, u *Upload, body io.Reader) error {
	buf := make([]byte, ChunkSize)
	for {
		n, err := fill(body, buf)
		if n > 0 {
			if u.Size += int64(n); u.Size > MaxSize {
				return errs.New(errs.KindTooLarge, "file_too_large").With("limit", "512 MB")
			}
			data := buf[:n]
			if s.vault != nil {
				var err error
				if data, err = s.vault.SealChunk(u.ID, u.Chunks, data); err != nil {
					return err
				}
			}
			if err := s.SaveChunk(ctx, u.ID, u.Chunks, data); err != nil {
				return err
			}
			u.Chunks++
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if u.Size == 0 {
		return errs.Invalid("file_empty")
	}
	u.Whole = true
	return s.SaveUpload(ctx, *u)
}

// fill reads until the buffer is full. At the end of the body it gives io.EOF; a body that breaks off gives its own
// error, which io.ReadFull would not tell from the end.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = r.Read(buf[n:])
		n += k
	}
	return n, err
}

// File opens an upload for reading; only the one who handed it in may. The context is that of the work that reads it.
func (s *Service) File(ctx context.Context, id, by string) (Upload, io.ReaderAt, error) {
	u, err := s.Upload(ctx, id)
	if err != nil {
		return u, nil, err
	}
	if u.By != by || !u.Whole {
		return u, nil, errs.NotFound("upload_unknown")
	}
	return u, &chunks{ctx: ctx, store: s.Store, vault: s.vault, u: u}, nil
}

// chunks reads an upload; the two chunks read last are kept, for a workbook's directory stands at its end. It is not
// safe for use by several goroutines.
type chunks struct {
	ctx   context.Context // of the work that reads
	store Store
	vault Vault
	u     Upload
	kept  [2]struct {
		n    int
		data []byte
	}
	turn int
}

// ReadAt implements io.ReaderAt.
func (c *chunks) ReadAt(p []byte, off int64) (int, error) {
	read := 0
	for read < len(p) {
		if off >= c.u.Size {
			return read, io.EOF
		}
		data, err := c.chunk(int(off / ChunkSize))
		if err != nil {
			return read, err
		}
		from := int(off % ChunkSize)
		if from >= len(data) {
			return read, io.ErrUnexpectedEOF
		}
		k := copy(p[read:], data[from:])
		read, off = read+k, off+int64(k)
	}
	return read, nil
}

func (c *chunks) chunk(n int) ([]byte, error) {
	for _, k := range c.kept {
		if k.data != nil && k.n == n {
			return k.data, nil
		}
	}
	data, err := c.store.Chunk(c.ctx, c.u.ID, n)
	if err == nil && c.vault != nil {
		data, err = c.vault.UnsealChunk(c.u.ID, n, data)
	}
	if err != nil {
		return nil, err
	}
	c.turn = 1 - c.turn
	c.kept[c.turn].n, c.kept[c.turn].data = n, data
	return data, nil
}
