package pulse

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rapport/internal/errs"
)

// KeyRing keeps the wave keys in a directory of its own (RAPPORT_KEYS), outside the database and its backups, shared by
// all processes of an instance. Destroying a wave's key destroys every trace of who answered when.
type KeyRing struct{ dir string }

// NewKeyRing names the directory; it is made when the first key is.
func NewKeyRing(dir string) *KeyRing { return &KeyRing{dir: dir} }

// Key is the secret of one wave. Four keys are derived from its 32 bytes (HKDF-SHA-256, RFC 5869), one per use:
// K_send makes the tokens, K_cred their credentials' ids, K_id the answers' ids, and K_seal closes the envelopes.
type Key struct {
	wave        string
	send        []byte
	cred        []byte
	id          []byte
	seal        cipher.AEAD
	Fingerprint string // SHA-256 of the secret under its own label; stored with the wave, so that another key is noticed
}

const keyBytes = 32

// Create makes the key of a wave: the file is opened exclusively, so that a repeated launch can never replace a key.
// It returns errs.Conflict("wave_key_exists") when there is one.
func (r *KeyRing) Create(wave string) (*Key, error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err)
	}
	f, err := os.OpenFile(r.path(wave), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, errs.Conflict("wave_key_exists")
	}
	if err != nil {
		return nil, errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err)
	}
	var secret [keyBytes]byte
	_, _ = rand.Read(secret[:])
	_, werr := f.Write(secret[:])
	if err := errors.Join(werr, f.Sync(), f.Close(), syncDir(r.dir)); err != nil {
		_ = os.Remove(r.path(wave))
		return nil, errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err)
	}
	return derive(wave, secret[:])
}

// Open reads the key of a wave and checks that it is the one the wave was launched with: wave_key_missing,
// wave_key_unreadable, wave_key_damaged, wave_key_other.
func (r *KeyRing) Open(wave, fingerprint string) (*Key, error) {
	secret, err := os.ReadFile(r.path(wave))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errs.Unavailable("wave_key_unreadable").With("folder", r.dir).Because(err)
	}
	if err != nil {
		return nil, errs.Unavailable("wave_key_missing").With("folder", r.dir).Because(err)
	}
	if len(secret) != keyBytes {
		return nil, errs.Unavailable("wave_key_damaged").With("folder", r.dir)
	}
	k, err := derive(wave, secret)
	if err != nil {
		return nil, err
	}
	if k.Fingerprint != fingerprint {
		return nil, errs.Unavailable("wave_key_other").With("folder", r.dir)
	}
	return k, nil
}

// Destroy overwrites and removes the key of a wave. A missing key is success: the wave's purge may be repeated.
func (r *KeyRing) Destroy(wave string) error {
	f, err := os.OpenFile(r.path(wave), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err)
	}
	_, werr := f.Write(make([]byte, keyBytes))
	if err := errors.Join(werr, f.Sync(), f.Close(), os.Remove(r.path(wave)), syncDir(r.dir)); err != nil {
		return errs.Unavailable("keys_unwritable").With("folder", r.dir).Because(err)
	}
	return nil
}

func (r *KeyRing) path(wave string) string {
	return filepath.Join(r.dir, filepath.Base(wave)+".key")
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func derive(wave string, secret []byte) (*Key, error) {
	k := &Key{wave: wave}
	var sealKey, print []byte
	for _, x := range []struct {
		label string
		to    *[]byte
	}{{"send", &k.send}, {"credential", &k.cred}, {"id", &k.id}, {"seal", &sealKey}, {"fingerprint", &print}} {
		out, err := hkdf.Key(sha256.New, secret, []byte(wave), "rapport wave "+x.label, keyBytes)
		if err != nil {
			return nil, err
		}
		*x.to = out
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	if k.seal, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	k.Fingerprint = hex.EncodeToString(print)
	return k, nil
}

func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p))) // lengths first: no two part lists share an input
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

// codeAlphabet has no letters that are mistaken for digits when a code is typed from paper.
var codeAlphabet = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// codeLength gives 13 × 5 = 65 bits, more than can be tried against a limited door.
const codeLength = 13

// Token is what a person's link carries in its fragment, derived while sending and never stored. It is also the code
// that can be typed from paper: 13 characters in three groups.
func (k *Key) Token(person string) string {
	return codeAlphabet.EncodeToString(mac(k.send, k.wave, person))[:codeLength]
}

// FormatCode writes a token in groups for paper.
func FormatCode(token string) string {
	if len(token) != codeLength {
		return token
	}
	return token[:4] + "-" + token[4:8] + "-" + token[8:]
}

// ParseCode reads a token as people type it: any case, with or without separators.
func ParseCode(s string) (string, bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch {
		case r == '-' || r == ' ' || r == '\u00a0' || r == '\t':
		case r < 128 && strings.ContainsRune("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", r):
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	return b.String(), b.Len() == codeLength
}

// CredentialID is the key of the credential a token belongs to.
func (k *Key) CredentialID(token string) string { return hex.EncodeToString(mac(k.cred, token)) }

// AnswerID is the key of the envelope that a token and a browser's receipt open together.
func (k *Key) AnswerID(token, receipt string) string {
	return hex.EncodeToString(mac(k.id, token, receipt))
}

// Seal closes plain text in an envelope of exactly size+sealOverhead bytes, bound to what it is for.
func (k *Key) Seal(plain []byte, size int, purpose string) ([]byte, error) {
	if len(plain)+4 > size {
		return nil, errs.Invalid("answer_too_large")
	}
	padded := make([]byte, size)
	binary.BigEndian.PutUint32(padded, uint32(len(plain)))
	copy(padded[4:], plain)
	nonce := make([]byte, k.seal.NonceSize())
	_, _ = rand.Read(nonce)
	return k.seal.Seal(nonce, nonce, padded, []byte(k.wave+"|"+purpose)), nil
}

// Unseal opens an envelope.
func (k *Key) Unseal(sealed []byte, purpose string) ([]byte, error) {
	n := k.seal.NonceSize()
	if len(sealed) < n {
		return nil, errs.New(errs.KindInternal, "seal_broken")
	}
	padded, err := k.seal.Open(nil, sealed[:n], sealed[n:], []byte(k.wave+"|"+purpose))
	if err != nil || len(padded) < 4 {
		return nil, errs.New(errs.KindInternal, "seal_broken").Because(err)
	}
	l := binary.BigEndian.Uint32(padded)
	if int(l) > len(padded)-4 {
		return nil, errs.New(errs.KindInternal, "seal_broken")
	}
	return bytes.Clone(padded[4 : 4+l]), nil
}
