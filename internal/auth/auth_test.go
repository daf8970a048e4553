package auth_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

const (
	good = "seven green umbrellas"
	here = "192.0.2.1"
)

// world is an instance on a real database with a clock of its own.
type world struct {
	*auth.Service
	t     *testing.T
	store *sqlite.Store
	org   *org.Service
	now   time.Time
	admin auth.Principal
}

var ctx = context.Background()

func newWorld(t *testing.T, o auth.Options) *world {
	t.Helper()
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "t.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	w := &world{t: t, store: st, now: time.Date(2025, 6, 15, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.org = org.NewService(st, clock)
	o.URL = "https://rapport.example"
	w.Service = auth.NewService(st, w.org, o, clock)
	return w
}

// ready is a world with its first administrator.
func ready(t *testing.T, o auth.Options) *world {
	t.Helper()
	w := newWorld(t, o)
	code, err := w.SetupCode(ctx)
	require.NoError(t, err)
	in, err := w.SetUp(ctx, auth.FirstAdmin{Code: code, Email: "Ada@Example.com", Name: "Ada", Password: good}, here)
	require.NoError(t, err)
	w.admin, err = w.BySession(ctx, in.Secret)
	require.NoError(t, err)
	return w
}

func (w *world) invite(email string, r auth.Role, teams ...string) (user auth.User, token string) {
	w.t.Helper()
	in, err := w.Invite(ctx, w.admin, auth.Invitation{Email: email, Name: "Somebody", Role: r, TeamIDs: teams})
	require.NoError(w.t, err)
	_, token, _ = strings.Cut(in.Link, "#token=")
	return in.User, token
}

func (w *world) code(err error) string {
	w.t.Helper()
	require.Error(w.t, err)
	return errs.CodeOf(err)
}

func TestSetUpWorksOnceWithTheCode(t *testing.T) {
	w := newWorld(t, auth.Options{})
	needs, err := w.NeedsSetup(ctx)
	require.NoError(t, err)
	require.True(t, needs)
	code, err := w.SetupCode(ctx)
	require.NoError(t, err)
	other, err := w.SetupCode(ctx) // a second process prints its own
	require.NoError(t, err)
	first := auth.FirstAdmin{Code: "aaaaa-aaaaa-aaaaa-aaaaa", Email: "ada@example.com", Name: "Ada", Password: good}
	_, err = w.SetUp(ctx, first, here)
	require.Equal(t, "setup_code_wrong", w.code(err))
	first.Code = strings.ToUpper(code)
	for password, want := range map[string]string{
		"short": "password_short", "aaaaaaaaaaaaaaaa": "password_easy", "1234567890123456": "password_easy", "ada@example.com": "password_easy",
		strings.Repeat("x y", 400): "password_long",
	} {
		first.Password = password
		_, err = w.SetUp(ctx, first, here)
		require.Equal(t, want, w.code(err), password)
	}
	first.Password = good
	in, err := w.SetUp(ctx, first, here)
	require.NoError(t, err)
	p, err := w.BySession(ctx, in.Secret)
	require.NoError(t, err)
	require.Equal(t, auth.Admin, p.Role)
	require.True(t, p.Scope.All())
	first.Code = other
	_, err = w.SetUp(ctx, first, here)
	require.Equal(t, "already_set_up", w.code(err))
	none, err := w.SetupCode(ctx)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestSignInTellsNothingAboutAccounts(t *testing.T) {
	w := ready(t, auth.Options{})
	w.invite("new@example.com", auth.HR)
	for _, x := range [][2]string{{"ada@example.com", "wrong password here"}, {"nobody@example.com", good}, {"new@example.com", ""}} {
		_, err := w.SignIn(ctx, x[0], x[1], here)
		require.Equal(t, "sign_in_wrong", w.code(err), x[0])
	}
	in, err := w.SignIn(ctx, " ADA@example.com ", good, here)
	require.NoError(t, err)
	require.NoError(t, w.SignOut(ctx, in.Secret))
	require.NoError(t, w.SignOut(ctx, in.Secret), "twice is no error")
	_, err = w.BySession(ctx, in.Secret)
	require.Equal(t, "session_expired", w.code(err))
}

func TestTooManyTriesLockTheAccountForAWhile(t *testing.T) {
	w := ready(t, auth.Options{})
	for range auth.PerAccount {
		_, err := w.SignIn(ctx, "ada@example.com", "wrong", here)
		require.Equal(t, "sign_in_wrong", w.code(err))
	}
	_, err := w.SignIn(ctx, "ada@example.com", good, "192.0.2.99")
	require.Equal(t, "account_locked", w.code(err), "also for the right password, from anywhere")
	require.Equal(t, errs.KindRateLimited, errs.KindOf(err))
	another := auth.NewService(w.store, w.org, auth.Options{}, func() time.Time { return w.now })
	_, err = another.SignIn(ctx, "ada@example.com", good, here)
	require.Equal(t, "account_locked", w.code(err), "in another process, too")
	w.now = w.now.Add(auth.Window)
	_, err = w.SignIn(ctx, "ada@example.com", good, here)
	require.NoError(t, err)
}

func TestOneAddressCannotTryManyAccounts(t *testing.T) {
	w := ready(t, auth.Options{})
	until := w.now.Add(auth.Window)
	for range auth.PerAddress { // what so many sign-ins count, without their hashes
		_, err := w.store.CountAttempts(ctx, []string{auth.AddressKey(here)}, w.now, until)
		require.NoError(t, err)
	}
	_, err := w.SignIn(ctx, "ada@example.com", good, here)
	require.Equal(t, "account_locked", w.code(err))
	_, err = w.SignIn(ctx, "ada@example.com", good, "192.0.2.2")
	require.NoError(t, err)
}

func TestSessionsEnd(t *testing.T) {
	w := ready(t, auth.Options{})
	in, err := w.SignIn(ctx, "ada@example.com", good, here)
	require.NoError(t, err)
	w.now = w.now.Add(auth.IdleFor)
	_, err = w.BySession(ctx, in.Secret)
	require.NoError(t, err, "each request keeps it alive")
	w.now = w.now.Add(auth.IdleFor + time.Second)
	_, err = w.BySession(ctx, in.Secret)
	require.Equal(t, "session_expired", w.code(err))

	in, err = w.SignIn(ctx, "ada@example.com", good, here)
	require.NoError(t, err)
	for end := w.now.Add(auth.SessionFor); w.now.Before(end); w.now = w.now.Add(auth.IdleFor) {
		_, err = w.BySession(ctx, in.Secret)
		require.NoError(t, err)
	}
	_, err = w.BySession(ctx, in.Secret)
	require.Equal(t, "session_expired", w.code(err), "however busy")
	_, err = w.BySession(ctx, "made up")
	require.Equal(t, "session_expired", w.code(err))
}

func TestAccessThatChangesEndsSessions(t *testing.T) {
	w := ready(t, auth.Options{})
	team, err := w.org.CreateTeam(ctx, "u", org.NewTeam{Name: "North"})
	require.NoError(t, err)
	below, err := w.org.CreateTeam(ctx, "u", org.NewTeam{Name: "Haifa", ParentID: team.ID})
	require.NoError(t, err)
	elsewhere, err := w.org.CreateTeam(ctx, "u", org.NewTeam{Name: "South"})
	require.NoError(t, err)
	u, token := w.invite("lead@example.com", auth.Lead, team.ID)
	in, err := w.SetPassword(ctx, token, good, here)
	require.NoError(t, err)
	p, err := w.BySession(ctx, in.Secret)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false}, []bool{p.Scope.Has(team.ID), p.Scope.Has(below.ID), p.Scope.Has(elsewhere.ID)})
	require.NoError(t, w.org.ChangeTeam(ctx, "u", below.ID, org.TeamChange{Kind: org.Move, On: w.now, ParentID: elsewhere.ID}))
	p, err = w.BySession(ctx, in.Secret)
	require.NoError(t, err)
	require.False(t, p.Scope.Has(below.ID), "the scope follows the tree at once")

	edit := auth.Edit{Name: "Renamed", Role: auth.Lead, TeamIDs: []string{team.ID}, Active: true}
	_, err = w.Update(ctx, w.admin, u.ID, edit)
	require.NoError(t, err)
	_, err = w.BySession(ctx, in.Secret)
	require.NoError(t, err, "a new name changes no access")
	for _, change := range []auth.Edit{
		{Name: "Renamed", Role: auth.Lead, TeamIDs: []string{elsewhere.ID}, Active: true},
		{Name: "Renamed", Role: auth.Executive, Active: true},
		{Name: "Renamed", Role: auth.Executive},
	} {
		in, err = w.SignIn(ctx, "lead@example.com", good, here)
		require.NoError(t, err)
		_, err = w.Update(ctx, w.admin, u.ID, change)
		require.NoError(t, err)
		_, err = w.BySession(ctx, in.Secret)
		require.Equal(t, "session_expired", w.code(err))
	}
	_, err = w.SignIn(ctx, "lead@example.com", good, here)
	require.Equal(t, "account_inactive", w.code(err))
}

func TestUsersThatCannotBe(t *testing.T) {
	w := ready(t, auth.Options{})
	for name, x := range map[string]struct {
		auth.Invitation
		code string
	}{
		"taken":             {auth.Invitation{Email: "ADA@example.com", Name: "X", Role: auth.HR}, "email_taken"},
		"no address":        {auth.Invitation{Email: "ada", Name: "X", Role: auth.HR}, "email_invalid"},
		"two addresses":     {auth.Invitation{Email: "a@example.com, b@example.com", Name: "X", Role: auth.HR}, "email_invalid"},
		"no name":           {auth.Invitation{Email: "x@example.com", Name: "\x00 \n", Role: auth.HR}, "name_missing"},
		"no role":           {auth.Invitation{Email: "x@example.com", Name: "X", Role: "king"}, "role_unknown"},
		"a lead of nothing": {auth.Invitation{Email: "x@example.com", Name: "X", Role: auth.Lead}, "lead_without_team"},
		"an unknown team":   {auth.Invitation{Email: "x@example.com", Name: "X", Role: auth.Lead, TeamIDs: []string{"none"}}, "team_unknown"},
	} {
		_, err := w.Invite(ctx, w.admin, x.Invitation)
		require.Equal(t, x.code, w.code(err), name)
	}
	_, err := w.Update(ctx, w.admin, w.admin.ID, auth.Edit{Name: "Ada", Role: auth.HR, Active: true})
	require.Equal(t, "last_admin", w.code(err))
	_, err = w.Update(ctx, w.admin, w.admin.ID, auth.Edit{Name: "Ada", Role: auth.Admin})
	require.Equal(t, "last_admin", w.code(err))
	w.invite("second@example.com", auth.Admin)
	_, err = w.Update(ctx, w.admin, w.admin.ID, auth.Edit{Name: "Ada", Role: auth.HR, Active: true})
	require.Equal(t, "last_admin", w.code(err), "one who has not set a password yet cannot help")
	_, err = w.Update(ctx, w.admin, "none", auth.Edit{Name: "Ada", Role: auth.HR, Active: true})
	require.Equal(t, "user_unknown", w.code(err))
}

func TestLinksWorkOnceAndRunOut(t *testing.T) {
	w := ready(t, auth.Options{})
	u, token := w.invite("new@example.com", auth.HR)
	require.Empty(t, u.PasswordHash)
	_, err := w.SetPassword(ctx, token, "short", here)
	require.Equal(t, "password_short", w.code(err))
	_, err = w.SetPassword(ctx, token, good, here)
	require.NoError(t, err, "a refused password does not spend the link")
	_, err = w.SetPassword(ctx, token, good+"!", here)
	require.Equal(t, "token_unknown", w.code(err))
	_, late := w.invite("late@example.com", auth.HR)
	w.now = w.now.Add(auth.InviteFor)
	_, err = w.SetPassword(ctx, late, good, here)
	require.Equal(t, "token_unknown", w.code(err))
	require.Equal(t, "mail_not_configured", w.code(w.RequestReset(ctx, "new@example.com", here)))
}

func TestAResetGoesByMailAndTellsNothing(t *testing.T) {
	w := ready(t, auth.Options{Mails: true})
	require.NoError(t, w.RequestReset(ctx, "nobody@example.com", here))
	require.NoError(t, w.RequestReset(ctx, "ada@example.com", here))
	ms, err := w.store.ClaimMessages(ctx, "test", w.now, w.now, 10)
	require.NoError(t, err)
	require.Len(t, ms, 1, "one mail, to the one who exists")
	require.Equal(t, []string{"ada@example.com", "reset"}, []string{ms[0].To, ms[0].Template})
	_, token, _ := strings.Cut(ms[0].Params["link"], "#token=")
	old, err := w.SignIn(ctx, "ada@example.com", good, here)
	require.NoError(t, err)
	_, err = w.SetPassword(ctx, token, "eight blue umbrellas", here)
	require.NoError(t, err)
	_, err = w.BySession(ctx, old.Secret)
	require.Equal(t, "session_expired", w.code(err), "whoever was signed in is not any more")
	_, err = w.SignIn(ctx, "ada@example.com", good, here)
	require.Equal(t, "sign_in_wrong", w.code(err))
	for range auth.ResetsPerHour - 1 {
		require.NoError(t, w.RequestReset(ctx, "ada@example.com", here))
	}
	require.Equal(t, "too_many_requests", w.code(w.RequestReset(ctx, "ada@example.com", here)))

	in, err := w.Invite(ctx, w.admin, auth.Invitation{Email: "new@example.com", Name: "New", Role: auth.CX})
	require.NoError(t, err)
	require.True(t, in.Mailed)
	require.Empty(t, in.Link, "the link goes by mail only")
	c, err := w.store.CountMessages(ctx)
	require.NoError(t, err)
	require.Equal(t, 1+auth.ResetsPerHour, c[outbox.Waiting])
}

func TestKeys(t *testing.T) {
	w := ready(t, auth.Options{})
	_, _, err := w.CreateKey(ctx, w.admin, "x", auth.Lead)
	require.Equal(t, "key_role", w.code(err))
	k, secret, err := w.CreateKey(ctx, w.admin, "HR system", auth.HR)
	require.NoError(t, err)
	p, err := w.ByKey(ctx, secret)
	require.NoError(t, err)
	require.Equal(t, []string{"key:" + k.ID, "hr"}, []string{p.ID, string(p.Role)})
	for _, wrong := range []string{"", "rapport_", secret + "x", strings.TrimPrefix(secret, "rapport_")} {
		_, err = w.ByKey(ctx, wrong)
		require.Equal(t, "key_unknown", w.code(err))
	}
	require.NoError(t, w.RevokeKey(ctx, w.admin, k.ID))
	_, err = w.ByKey(ctx, secret)
	require.Equal(t, "key_unknown", w.code(err))
}

func TestTheDemoOpensNothingReal(t *testing.T) {
	real := ready(t, auth.Options{Demo: true})
	require.Equal(t, "not_a_demo", real.code(real.EnsureDemoUsers(ctx, nil, nil)), "an instance with users of its own is no demo")
	_, err := real.SignInDemo(ctx, auth.Admin)
	require.Equal(t, "user_unknown", real.code(err))
	demo := newWorld(t, auth.Options{Demo: true})
	require.NoError(t, demo.EnsureDemoUsers(ctx, map[auth.Role]string{auth.Lead: "Lea"}, []string{"t1"}))
	require.NoError(t, demo.EnsureDemoUsers(ctx, nil, nil), "again changes nothing")
	for _, r := range auth.Roles {
		_, err := demo.SignInDemo(ctx, r)
		require.NoError(t, err, r)
	}
	off := auth.NewService(demo.store, demo.org, auth.Options{}, time.Now)
	_, err = off.SignInDemo(ctx, auth.Admin)
	require.Equal(t, "not_a_demo", demo.code(err), "the same database without the demo flag")
}

// Nothing secret reaches the log, and every change of access does.
func TestAccessIsAudited(t *testing.T) {
	w := ready(t, auth.Options{})
	u, token := w.invite("new@example.com", auth.HR)
	_, err := w.SetPassword(ctx, token, good, here)
	require.NoError(t, err)
	_, err = w.Update(ctx, w.admin, u.ID, auth.Edit{Name: "X", Role: auth.CX, Active: true})
	require.NoError(t, err)
	k, secret, err := w.CreateKey(ctx, w.admin, "k", auth.CX)
	require.NoError(t, err)
	require.NoError(t, w.RevokeKey(ctx, w.admin, k.ID))
	entries, err := w.store.AuditChain(ctx, 0, 100)
	require.NoError(t, err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
		for _, v := range e.Detail {
			for _, private := range []string{good, token, secret, "example.com"} {
				require.NotContains(t, v, private)
			}
		}
	}
	require.Equal(t, []string{"user.create", "session.start", "user.invite", "user.password", "session.start", "user.change", "key.create", "key.revoke"}, actions)
	v, err := audit.NewService(w.store).Verify(ctx)
	require.NoError(t, err)
	require.True(t, v.Whole)
}

func TestAFreshLinkReplacesTheOld(t *testing.T) {
	w := ready(t, auth.Options{})
	u, old := w.invite("new@example.com", auth.HR)
	w.now = w.now.Add(auth.InviteFor)
	in, err := w.SendLink(ctx, w.admin, u.ID)
	require.NoError(t, err)
	_, fresh, _ := strings.Cut(in.Link, "#token=")
	_, err = w.SetPassword(ctx, old, good, here)
	require.Equal(t, "token_unknown", w.code(err))
	_, err = w.SetPassword(ctx, fresh, good, here)
	require.NoError(t, err)

	in, err = w.SendLink(ctx, w.admin, u.ID)
	require.NoError(t, err)
	_, first, _ := strings.Cut(in.Link, "#token=")
	_, err = w.SendLink(ctx, w.admin, u.ID)
	require.NoError(t, err)
	_, err = w.SetPassword(ctx, first, good, here)
	require.Equal(t, "token_unknown", w.code(err), "a forgotten password: the newest link works")
	_, err = w.SendLink(ctx, w.admin, "new@example.com")
	require.Equal(t, "user_unknown", w.code(err))
	_, err = w.Update(ctx, w.admin, u.ID, auth.Edit{Name: "X", Role: auth.HR})
	require.NoError(t, err)
	_, err = w.SendLink(ctx, w.admin, u.ID)
	require.Equal(t, "user_without_link", w.code(err))
}
