package pulse

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rapport/internal/errs"
)

// uploadPrefix marks the keys of files that wait to be imported.
const uploadPrefix = "upload-"

// OpenUpload makes the key that a file is sealed with while it waits to be imported.
func (r *KeyRing) OpenUpload(id string) error {
	_, err := r.Create(uploadPrefix + id)
	return err
}

// uploadKey reads the key of an upload; without it the file is as good as gone.
func (r *KeyRing) uploadKey(id string) (*Key, error) {
	secret, err := os.ReadFile(r.path(uploadPrefix + id))
	if errors.Is(err, os.ErrNotExist) || err == nil && len(secret) != keyBytes {
		return nil, errs.NotFound("upload_unknown")
	}
	if err != nil {
		return nil, errs.Unavailable("wave_key_missing").With("folder", r.dir).Because(err)
	}
	return derive(uploadPrefix+id, secret)
}

// SealChunk closes one chunk of a file, bound to its place.
func (r *KeyRing) SealChunk(id string, n int, data []byte) ([]byte, error) {
	k, err := r.uploadKey(id)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, k.seal.NonceSize())
	_, _ = rand.Read(nonce)
	return k.seal.Seal(nonce, nonce, data, []byte("chunk "+itoa(n))), nil
}

// UnsealChunk opens it.
func (r *KeyRing) UnsealChunk(id string, n int, sealed []byte) ([]byte, error) {
	k, err := r.uploadKey(id)
	if err != nil {
		return nil, err
	}
	size := k.seal.NonceSize()
	if len(sealed) < size {
		return nil, errs.New(errs.KindInternal, "seal_broken")
	}
	data, err := k.seal.Open(nil, sealed[:size], sealed[size:], []byte("chunk "+itoa(n)))
	if err != nil {
		return nil, errs.New(errs.KindInternal, "seal_broken").Because(err)
	}
	return bytes.Clone(data), nil
}

// ForgetUploads destroys the key of the upload named (if not empty) and every one made before the time.
func (r *KeyRing) ForgetUploads(id string, before time.Time) error {
	var failed error
	if id != "" {
		failed = r.Destroy(uploadPrefix + id)
	}
	old, err := r.left(uploadPrefix, before)
	for _, k := range old {
		failed = errors.Join(failed, r.Destroy(k))
	}
	return errors.Join(failed, err)
}

// left lists the keys of a prefix that were made before a time.
func (r *KeyRing) left(prefix string, before time.Time) ([]string, error) {
	files, err := os.ReadDir(r.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name()))
		if info, err := f.Info(); err == nil && strings.HasPrefix(name, prefix) && info.ModTime().Before(before) {
			out = append(out, name)
		}
	}
	return out, err
}
