package pulse

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Keep writes a release into the key directory, which is backed up apart from the database. The key is destroyed at
// the release, so whoever restores an older backup of the database could neither close its wave again nor get back what
// was published; with the copy the wave is published as it was, never a second time from fewer answers (ADR 0091).
func (r *KeyRing) Keep(x Release) error {
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(r.kept(x.WaveID)); err == nil && len(old) > 0 {
		return nil // what is released is never rewritten
	}
	failed := func(err error) error { return errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err) }
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return failed(err)
	}
	f, err := os.OpenFile(r.kept(x.WaveID)+"."+ident.New(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return failed(err)
	}
	_, werr := f.Write(body)
	if err := errors.Join(werr, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return failed(err)
	}
	if err := errors.Join(os.Rename(f.Name(), r.kept(x.WaveID)), syncDir(r.dir)); err != nil {
		return failed(err)
	}
	return nil
}

// Kept reads the release of a wave that was kept; ok is false where none was.
func (r *KeyRing) Kept(wave string) (x Release, ok bool, err error) {
	body, err := os.ReadFile(r.kept(wave))
	if errors.Is(err, fs.ErrNotExist) {
		return x, false, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &x)
	}
	if err == nil && x.WaveID != wave {
		err = errors.New("it is the release of another wave")
	}
	if err != nil {
		return x, false, errs.Unavailable("kept_release_damaged").With("folder", r.dir).Because(err)
	}
	return x, true, nil
}

func (r *KeyRing) kept(wave string) string {
	return filepath.Join(r.dir, filepath.Base(wave)+".release")
}

// publishAgain gives a wave that came back from an older backup the release it had. Its counts are gone.
func (s *Service) publishAgain(ctx context.Context, x Release, by string) error {
	fence := ident.New()
	if err := s.BeginClose(ctx, x.WaveID, fence); err != nil {
		return err
	}
	s.asked.forget(x.WaveID)
	err := s.PublishRelease(ctx, x.WaveID, fence, x, nil, audit.Entry{
		At: s.now(), Actor: by, Action: ReleaseAction, Object: x.WaveID,
		Detail: map[string]string{ReleaseDigest: x.Digest(), "restored": x.At.Format(time.DateOnly)},
	})
	if err != nil {
		return err
	}
	return s.purge(ctx, x.WaveID, by)
}
