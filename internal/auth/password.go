package auth

import (
	"context"
	"runtime"
	"strings"

	"github.com/alexedwards/argon2id"

	"rapport/internal/errs"
)

// argon2id with the cost OWASP names as the least (19 MiB, two passes, one lane).
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher limits how many hashes run at once, so that a flood of sign-ins takes neither all memory nor all cores.
type hasher struct{ slots chan struct{} }

func newHasher() *hasher { return &hasher{make(chan struct{}, max(2, runtime.NumCPU()))} }

func (h *hasher) take(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errs.Unavailable("sign_in_busy").Because(ctx.Err())
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	return argon2id.CreateHash(password, cost)
}

// nobody is the hash of a password that nobody has: an unknown address takes as long as a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$VGhpc0lzTm9ib2R5cw$2uYhFFn0mBjzFDlh0vC4Jj2e4nO0ZPpSWmVb3pS9E1Y"

func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.take(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	known := hash != ""
	if !known {
		hash = nobody
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && known, err
}

// Least and greatest length of a password, in bytes.
const (
	MinPassword = 12
	MaxPassword = 1024
)

// checkPassword refuses what is too short or too easy to guess: length counts, kinds of characters do not.
func checkPassword(password, email, name string) error {
	bad := func(code string) error {
		return errs.Invalid(code).With("count", MinPassword).At(errs.Field{Path: "/password", Code: code, Params: map[string]any{"count": MinPassword}})
	}
	if len([]rune(password)) < MinPassword {
		return bad("password_short")
	}
	if len(password) > MaxPassword {
		return bad("password_long")
	}
	low := strings.ToLower(password)
	distinct := map[rune]bool{}
	steps := 0 // neighbours that are equal or next to each other: aaaa, 1234, cba
	prev := rune(-10)
	for _, r := range low {
		distinct[r] = true
		if d := r - prev; d >= -1 && d <= 1 {
			steps++
		}
		prev = r
	}
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	rest := low
	for _, known := range []string{strings.ToLower(email), local, strings.ToLower(name), "rapport", "password"} {
		if len(known) >= 3 {
			rest = strings.ReplaceAll(rest, known, "")
		}
	}
	if len(distinct) < 5 || steps > len(low)*2/3 || len([]rune(rest)) < 6 {
		return bad("password_easy")
	}
	return nil
}
