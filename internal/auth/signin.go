package auth

import (
	"context"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Login limits: tries in a quarter of an hour, per account and per address, counted in the store so that they hold for
// all processes together. An office shares an address, so it gets more.
const (
	Window         = 15 * time.Minute
	PerAccount     = 10
	PerAddress     = 300
	ResetsPerHour  = 5
	resetWindow    = time.Hour
	setupCodeFor   = 7 * 24 * time.Hour
	demoMailDomain = "@demo.rapport.example"
)

// limit counts one try under each key and refuses when one has used up its number.
func (s *Service) limit(ctx context.Context, code string, window time.Duration, most map[string]int) error {
	keys := make([]string, 0, len(most))
	for k := range most {
		keys = append(keys, k)
	}
	now := s.now()
	got, err := s.store.CountAttempts(ctx, keys, now, now.Add(window))
	if err != nil {
		return err
	}
	for i, a := range got {
		if a.Count > most[keys[i]] {
			wait := a.Until.Sub(now)
			return errs.New(errs.KindRateLimited, code).With("minutes", int(wait/time.Minute)+1).With("retry_after", int(wait/time.Second)+1)
		}
	}
	return nil
}

func accountKey(email string) string { return "account:" + digest(email) }

// AddressKey names the counter of an address (the network for IPv6).
func AddressKey(addr string) string { return "address:" + digest(addr) }

// cleanEmail is the form in which addresses are compared.
func cleanEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// SignIn checks e-mail and password. The answer for an unknown address, a wrong password and an account without a
// password is the same, and takes as long.
func (s *Service) SignIn(ctx context.Context, email, password, address string) (SignedIn, error) {
	email = cleanEmail(email)
	account := accountKey(email)
	if err := s.limit(ctx, "account_locked", Window, map[string]int{account: PerAccount, AddressKey(address): PerAddress}); err != nil {
		return SignedIn{}, err
	}
	u, err := s.store.User(ctx, email)
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return SignedIn{}, err
	}
	ok, err := s.hasher.matches(ctx, password, u.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, errs.New(errs.KindUnauthenticated, "sign_in_wrong")
	}
	return s.admit(ctx, u, "password", account)
}

// DemoEmail is the address of the demo company's user with a role.
func DemoEmail(r Role) string { return string(r) + demoMailDomain }

// SignInDemo signs in as a role of the demo company, and only there: the instance must be a demo and the user one of
// the demo's own.
func (s *Service) SignInDemo(ctx context.Context, r Role) (SignedIn, error) {
	if !s.opts.Demo {
		return SignedIn{}, errs.Forbidden("not_a_demo")
	}
	u, err := s.store.User(ctx, DemoEmail(r))
	if err == nil && !u.Demo {
		err = errs.Forbidden("not_a_demo")
	}
	if err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, u, "demo")
}

// EnsureDemoUsers makes the demo company's users, one per role, with the teams its lead sees. It refuses on an instance
// that has users of its own: a demo flag must never open real data.
func (s *Service) EnsureDemoUsers(ctx context.Context, names map[Role]string, leadTeams []string) error {
	us, err := s.store.Users(ctx, "", 100)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, u := range us {
		if !u.Demo {
			return errs.Conflict("not_a_demo")
		}
		have[u.Email] = true
	}
	for _, r := range Roles {
		if have[DemoEmail(r)] {
			continue
		}
		u := User{ID: ident.New(), Email: DemoEmail(r), Name: names[r], Role: r, TeamIDs: []string{}, Locale: "en", Active: true, Demo: true, CreatedAt: s.now()}
		if u.Name == "" {
			u.Name = string(r)
		}
		if r == Lead {
			u.TeamIDs = leadTeams
		}
		if err := s.store.AddUser(ctx, NewUser{User: u, Audit: []audit.Entry{s.entry("system", "user.create", u.ID, map[string]string{"role": string(r)})}}); err != nil && errs.CodeOf(err) != "email_taken" {
			return err
		}
	}
	return nil
}

// SetupCode makes a code with which the first administrator is created, to be printed at start; empty when there is a
// user already. Codes of several processes work side by side until one is used.
func (s *Service) SetupCode(ctx context.Context) (string, error) {
	needs, err := s.NeedsSetup(ctx)
	if err != nil || !needs {
		return "", err
	}
	raw := ident.Secret()[:20]
	code := strings.Join([]string{raw[:5], raw[5:10], raw[10:15], raw[15:]}, "-")
	return code, s.store.AddToken(ctx, Token{Hash: digest(raw), Purpose: ForSetup, ExpiresAt: s.now().Add(setupCodeFor)}, nil)
}

// FirstAdmin is who sets up a new instance.
type FirstAdmin struct {
	Code     string // printed at start
	Email    string
	Name     string
	Password string
	Locale   string
}

// SetUp creates the first administrator with the code printed at start and signs in.
func (s *Service) SetUp(ctx context.Context, f FirstAdmin, address string) (SignedIn, error) {
	if err := s.limit(ctx, "too_many_requests", Window, map[string]int{AddressKey(address): PerAddress}); err != nil {
		return SignedIn{}, err
	}
	needs, err := s.NeedsSetup(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !needs {
		return SignedIn{}, errs.Conflict("already_set_up")
	}
	u, err := s.newUser(Invitation{Email: f.Email, Name: f.Name, Role: Admin, Locale: f.Locale})
	if err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(f.Password, u.Email, u.Name); err != nil {
		return SignedIn{}, err
	}
	if u.PasswordHash, err = s.hasher.hash(ctx, f.Password); err != nil {
		return SignedIn{}, err
	}
	raw := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(f.Code))
	sess, secret := s.newSession(u)
	err = s.store.AddUser(ctx, NewUser{User: u, Setup: digest(raw), Session: &sess, Audit: []audit.Entry{
		s.entry(u.ID, "user.create", u.ID, map[string]string{"role": string(Admin), "how": "setup"}),
		s.entry(u.ID, "session.start", u.ID, map[string]string{"how": "setup"}),
	}})
	return SignedIn{User: u, Secret: secret, Until: sess.ExpiresAt}, err
}
