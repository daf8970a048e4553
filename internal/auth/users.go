package auth

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/outbox"
)

// Roles lists the roles.
var Roles = []Role{Admin, HR, CX, Lead, Executive, Auditor}

// newUser checks what every new user must have.
func (s *Service) newUser(i Invitation) (User, error) {
	u := User{ID: ident.New(), Email: cleanEmail(i.Email), Locale: i.Locale, Active: true, CreatedAt: s.now()}
	if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email || len(u.Email) > 254 {
		return u, errs.Invalid("email_invalid").With("value", i.Email).At(errs.Field{Path: "/email", Code: "email_invalid", Value: i.Email})
	}
	if u.Locale == "" {
		u.Locale = "en"
	}
	err := place(&u, i.Name, i.Role, i.TeamIDs)
	return u, err
}

// place sets name, role and teams.
func place(u *User, name string, r Role, teams []string) error {
	if u.Name = oneLine(name); u.Name == "" {
		return errs.Invalid("name_missing").At(errs.Field{Path: "/name", Code: "name_missing"})
	}
	if !slices.Contains(Roles, r) {
		return errs.Invalid("role_unknown").At(errs.Field{Path: "/role", Code: "role_unknown", Value: string(r)})
	}
	u.Role, u.TeamIDs = r, []string{}
	if r == Lead {
		u.TeamIDs = append(u.TeamIDs, teams...)
		slices.Sort(u.TeamIDs)
		u.TeamIDs = slices.Compact(u.TeamIDs)
		if len(u.TeamIDs) == 0 {
			return errs.Invalid("lead_without_team").At(errs.Field{Path: "/team_ids", Code: "lead_without_team"})
		}
	}
	return nil
}

// oneLine drops what a name never holds: control characters and outer blanks.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
}

// knownTeams refuses teams that do not exist.
func (s *Service) knownTeams(ctx context.Context, u User) error {
	for _, id := range u.TeamIDs {
		scope, err := s.scopes.ScopeOf(ctx, []string{id})
		if err != nil {
			return err
		}
		if !scope.Has(id) {
			return errs.Invalid("team_unknown").With("value", id).At(errs.Field{Path: "/team_ids", Code: "team_unknown", Value: id})
		}
	}
	return nil
}

// Invited is a new user and, where no mail server is configured, the link to hand over.
type Invited struct {
	User   User
	Mailed bool
	Link   string
}

// Invitation is whom to invite, as what. An empty locale means the inviter's.
type Invitation struct {
	Email   string
	Name    string
	Role    Role
	TeamIDs []string
	Locale  string
}

// Invite creates a user without a password and sends the link with which one is set.
func (s *Service) Invite(ctx context.Context, by Principal, i Invitation) (Invited, error) {
	if i.Locale == "" {
		i.Locale = by.Locale
	}
	u, err := s.newUser(i)
	if err != nil {
		return Invited{}, err
	}
	if err := s.knownTeams(ctx, u); err != nil {
		return Invited{}, err
	}
	token, link := s.newToken(u, ForInvite)
	n := NewUser{User: u, Token: &token, Audit: []audit.Entry{s.entry(by.ID, "user.invite", u.ID, map[string]string{"role": string(u.Role), "teams": strings.Join(u.TeamIDs, " ")})}}
	out := Invited{User: u, Mailed: s.opts.Mails}
	if s.opts.Mails {
		n.Mail = s.letter(u, token, "invite", map[string]string{"name": u.Name, "by": by.Name, "link": link})
	} else {
		out.Link = link
	}
	return out, s.store.AddUser(ctx, n)
}

// SendLink makes a fresh link for an active user to set a password with: for an invitation that has run out, or a
// forgotten password where no mail server is configured. Links from before stop working.
func (s *Service) SendLink(ctx context.Context, by Principal, id string) (Invited, error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return Invited{}, err
	}
	if u.ID != id {
		return Invited{}, errs.NotFound("user_unknown")
	}
	if !u.Active || u.Demo {
		return Invited{}, errs.Conflict("user_without_link")
	}
	purpose, template := ForReset, "reset"
	if u.PasswordHash == "" {
		purpose, template = ForInvite, "invite"
	}
	token, link := s.newToken(u, purpose)
	out := Invited{User: u, Mailed: s.opts.Mails}
	var letter []outbox.Message
	if s.opts.Mails {
		letter = s.letter(u, token, template, map[string]string{"name": u.Name, "by": by.Name, "link": link})
	} else {
		out.Link = link
	}
	return out, s.store.AddToken(ctx, token, letter, s.entry(by.ID, "user.link", u.ID, nil))
}

func (s *Service) newToken(u User, p Purpose) (Token, string) {
	secret := ident.Secret()
	life := InviteFor
	if p == ForReset {
		life = ResetFor
	}
	// The secret stands behind #: it reaches no server log and no Referer header.
	return Token{Hash: digest(secret), Purpose: p, UserID: u.ID, ExpiresAt: s.now().Add(life)}, s.opts.URL + "/set-password#token=" + secret
}

func (s *Service) letter(u User, t Token, template string, params map[string]string) []outbox.Message {
	return []outbox.Message{{
		ID: ident.New(), Key: template + "-" + t.Hash[:32], To: u.Email, Template: template, Params: params, Locale: u.Locale,
		CreatedAt: s.now(), DueAt: s.now(), ExpiresAt: t.ExpiresAt, State: outbox.Waiting,
	}}
}

// RequestReset mails a reset link if the address belongs to an active user; the caller cannot tell.
func (s *Service) RequestReset(ctx context.Context, email, address string) error {
	email = cleanEmail(email)
	if err := s.limit(ctx, "too_many_requests", resetWindow, map[string]int{"reset:" + digest(email): ResetsPerHour, "reset-" + AddressKey(address): PerAddress}); err != nil {
		return err
	}
	if !s.opts.Mails {
		return errs.Conflict("mail_not_configured")
	}
	u, err := s.store.User(ctx, email)
	if errs.KindOf(err) == errs.KindNotFound || err == nil && !u.Active {
		return nil
	}
	if err != nil {
		return err
	}
	token, link := s.newToken(u, ForReset)
	return s.store.AddToken(ctx, token, s.letter(u, token, "reset", map[string]string{"name": u.Name, "link": link}), s.entry("system", "user.reset", u.ID, nil))
}

// SetPassword sets a password with the token of an invitation or a reset, ends the user's other sessions and signs in.
func (s *Service) SetPassword(ctx context.Context, token, password, address string) (SignedIn, error) {
	if err := s.limit(ctx, "too_many_requests", Window, map[string]int{AddressKey(address): PerAddress}); err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword(password, "", ""); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	sess, secret := s.newSession(User{})
	u, err := s.store.SpendToken(ctx, digest(strings.TrimSpace(token)), hash, sess,
		s.entry("", "user.password", "", nil), s.entry("", "session.start", "", map[string]string{"how": "token"}))
	if errs.CodeOf(err) == "token_unknown" {
		err = errs.Invalid("token_unknown").At(errs.Field{Path: "/token", Code: "token_unknown"})
	}
	return SignedIn{User: u, Secret: secret, Until: sess.ExpiresAt}, err
}

// Leads gives the names of the active leads per team they answer for.
func (s *Service) Leads(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	for after := ""; ; {
		us, err := s.store.Users(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		for _, u := range us {
			for _, id := range u.TeamIDs {
				if u.Active {
					out[id] = append(out[id], u.Name)
				}
			}
			after = u.ID
		}
		if len(us) < 500 {
			return out, nil
		}
	}
}

// Locales gives the languages of those who may sign in, each once, in alphabetical order.
func (s *Service) Locales(ctx context.Context) ([]string, error) {
	var out []string
	for after := ""; ; {
		us, err := s.store.Users(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		for _, u := range us {
			if u.Active && !slices.Contains(out, u.Locale) {
				out = append(out, u.Locale)
			}
			after = u.ID
		}
		if len(us) < 500 {
			slices.Sort(out)
			return out, nil
		}
	}
}

// User finds somebody by id, whether they may still sign in or not; user_unknown.
func (s *Service) User(ctx context.Context, id string) (User, error) { return s.store.User(ctx, id) }

// Users lists users.
func (s *Service) Users(ctx context.Context, after string, limit int) ([]User, error) {
	return s.store.Users(ctx, after, limit)
}

// Edit is what an administrator may change about a user.
type Edit struct {
	Name    string
	Role    Role
	TeamIDs []string
	Active  bool
}

// Update changes a user. A changed role, changed teams or a deactivation end the user's sessions; the last active
// administrator stays one.
func (s *Service) Update(ctx context.Context, by Principal, id string, e Edit) (User, error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return u, err
	}
	if u.ID != id { // found by its address: an id was asked for
		return u, errs.NotFound("user_unknown")
	}
	before := u
	if err := place(&u, e.Name, e.Role, e.TeamIDs); err != nil {
		return u, err
	}
	if err := s.knownTeams(ctx, u); err != nil {
		return u, err
	}
	u.Active = e.Active
	access := u.Role != before.Role || u.Active != before.Active || !slices.Equal(u.TeamIDs, before.TeamIDs)
	if !access && u.Name == before.Name {
		return u, nil
	}
	detail := map[string]string{"role": string(u.Role), "teams": strings.Join(u.TeamIDs, " "), "active": map[bool]string{true: "yes", false: "no"}[u.Active]}
	return u, s.store.ChangeUser(ctx, u, access, s.entry(by.ID, "user.change", u.ID, detail))
}

// SetLocale keeps the language a user chose.
func (s *Service) SetLocale(ctx context.Context, p Principal, locale string) error {
	u, err := s.store.User(ctx, p.ID)
	if err != nil {
		return err
	}
	u.Locale = locale
	return s.store.ChangeUser(ctx, u, false)
}
