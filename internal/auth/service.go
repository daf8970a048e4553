package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

// Scopes turns a lead's teams into a scope as the tree stands now (org.Service).
type Scopes interface {
	ScopeOf(ctx context.Context, roots []string) (org.Scope, error)
}

// Options of a Service.
type Options struct {
	URL   string // address people reach Rapport at, without a slash at the end
	Mails bool   // a mail server is configured: links go by mail, never into an answer
	Demo  bool   // the instance shows the demo company
}

// Service knows who is who. It embeds nothing of its store: users leave it without their hash only through the edge.
type Service struct {
	store  Store
	scopes Scopes
	opts   Options
	now    func() time.Time
	hasher *hasher
}

// NewService makes a service.
func NewService(store Store, scopes Scopes, opts Options, now func() time.Time) *Service {
	return &Service{store: store, scopes: scopes, opts: opts, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }, hasher: newHasher()}
}

// How long things last.
const (
	SessionFor = 7 * 24 * time.Hour // at most, however busy
	IdleFor    = 12 * time.Hour     // without a request
	InviteFor  = 7 * 24 * time.Hour
	ResetFor   = time.Hour
	touchEvery = time.Minute
)

// Demo reports whether one-click sign-in is offered.
func (s *Service) Demo() bool { return s.opts.Demo }

// digest is how secrets are stored. They are 256 random bits, so a plain hash suffices.
func digest(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

func (s *Service) entry(actor, action, object string, detail map[string]string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: actor, Action: action, Object: object, Detail: detail}
}

// SignedIn is a fresh session: Secret goes into the cookie and nowhere else.
type SignedIn struct {
	User   User
	Secret string
	Until  time.Time
}

// newSession makes a session for a user; the caller stores it.
func (s *Service) newSession(u User) (Session, string) {
	secret, now := ident.Secret(), s.now()
	return Session{ID: digest(secret), UserID: u.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionFor)}, secret
}

// admit signs in somebody whose identity was established. Every way in ends here: password and demo today; an OIDC
// callback calls it when the provider has vouched, a second factor stands between the first proof and this call.
func (s *Service) admit(ctx context.Context, u User, how string, forget ...string) (SignedIn, error) {
	if !u.Active {
		return SignedIn{}, errs.New(errs.KindUnauthenticated, "account_inactive")
	}
	sess, secret := s.newSession(u)
	if err := s.store.StartSession(ctx, sess, forget, s.entry(u.ID, "session.start", u.ID, map[string]string{"how": how})); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{User: u, Secret: secret, Until: sess.ExpiresAt}, nil
}

// BySession gives the principal of a session cookie; errs.KindUnauthenticated "session_expired" when there is none.
func (s *Service) BySession(ctx context.Context, secret string) (Principal, error) {
	gone := errs.New(errs.KindUnauthenticated, "session_expired")
	sess, u, err := s.store.Session(ctx, digest(secret))
	if errs.KindOf(err) == errs.KindNotFound {
		return Principal{}, gone
	}
	if err != nil {
		return Principal{}, err
	}
	now := s.now()
	if !u.Active || !now.Before(sess.ExpiresAt) || now.Sub(sess.SeenAt) > IdleFor {
		return Principal{}, gone
	}
	if now.Sub(sess.SeenAt) >= touchEvery {
		if err := s.store.TouchSession(ctx, sess.ID, u.ID, now); err != nil && errs.KindOf(err) != errs.KindUnavailable {
			return Principal{}, err // a store that only cannot write must not sign people out
		}
	}
	return s.principal(ctx, u)
}

func (s *Service) principal(ctx context.Context, u User) (Principal, error) {
	p := Principal{ID: u.ID, Name: u.Name, Role: u.Role, Scope: org.Everything, Locale: u.Locale}
	if u.Role == Lead {
		scope, err := s.scopes.ScopeOf(ctx, u.TeamIDs)
		if err != nil {
			return p, err
		}
		p.Scope = scope
	}
	return p, nil
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	sess, u, err := s.store.Session(ctx, digest(secret))
	if errs.KindOf(err) == errs.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.store.EndSession(ctx, sess.ID, s.entry(u.ID, "session.end", u.ID, nil))
}

// Self gives the user behind a principal; a key or a job has none.
func (s *Service) Self(ctx context.Context, p Principal) (User, error) {
	return s.store.User(ctx, p.ID)
}

// NeedsSetup reports whether nobody can sign in yet.
func (s *Service) NeedsSetup(ctx context.Context) (bool, error) {
	us, err := s.store.Users(ctx, "", 1)
	return len(us) == 0, err
}

// Principal gives what a user may see and do now, without a session: for what is sent to people. Somebody who has left
// is errs.KindForbidden "account_inactive".
func (s *Service) Principal(ctx context.Context, userID string) (Principal, User, error) {
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return Principal{}, u, err
	}
	if u.ID != userID {
		return Principal{}, u, errs.NotFound("user_unknown")
	}
	if !u.Active {
		return Principal{}, u, errs.Forbidden("account_inactive")
	}
	p, err := s.principal(ctx, u)
	return p, u, err
}

// Everybody lists all users.
func (s *Service) Everybody(ctx context.Context) ([]User, error) {
	const piece = 500
	out := []User{}
	for after := ""; ; {
		us, err := s.store.Users(ctx, after, piece)
		if err != nil {
			return nil, err
		}
		out = append(out, us...)
		if len(us) < piece {
			return out, nil
		}
		after = us[len(us)-1].ID
	}
}
