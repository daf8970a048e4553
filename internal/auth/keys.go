package auth

import (
	"context"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

// keyMark begins every API key, so that scanners for leaked secrets can find one.
const keyMark = "rapport_"

// CreateKey makes an API key and gives its secret, once. A lead's rights come from a person's teams, so a key cannot be
// a lead.
func (s *Service) CreateKey(ctx context.Context, by Principal, name string, r Role) (Key, string, error) {
	u := User{}
	if r == Lead {
		return Key{}, "", errs.Invalid("key_role").At(errs.Field{Path: "/role", Code: "key_role"})
	}
	as := r
	if r == Feeder { // a role that no person has
		as = CX
	}
	if err := place(&u, name, as, nil); err != nil {
		return Key{}, "", err
	}
	secret := keyMark + ident.Secret()
	k := Key{ID: ident.New(), Hash: digest(secret), Name: u.Name, Role: r, CreatedAt: s.now()}
	return k, secret, s.store.AddKey(ctx, k, s.entry(by.ID, "key.create", k.ID, map[string]string{"role": string(r), "name": u.Name}))
}

// Keys lists the API keys.
func (s *Service) Keys(ctx context.Context) ([]Key, error) { return s.store.Keys(ctx) }

// RevokeKey ends a key at once.
func (s *Service) RevokeKey(ctx context.Context, by Principal, id string) error {
	return s.store.RemoveKey(ctx, id, s.entry(by.ID, "key.revoke", id, nil))
}

// ByKey gives the principal of an API key; errs.KindUnauthenticated "key_unknown" when it is not one.
func (s *Service) ByKey(ctx context.Context, secret string) (Principal, error) {
	unknown := errs.New(errs.KindUnauthenticated, "key_unknown")
	if !strings.HasPrefix(secret, keyMark) {
		return Principal{}, unknown
	}
	k, err := s.store.Key(ctx, digest(secret), s.now())
	if errs.KindOf(err) == errs.KindNotFound {
		return Principal{}, unknown
	}
	return Principal{ID: "key:" + k.ID, Name: k.Name, Role: k.Role, Scope: org.Everything}, err
}
