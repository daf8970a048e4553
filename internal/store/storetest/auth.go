package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/outbox"
	"rapport/internal/store"
)

var noon = time.UnixMilli(1_750_000_000_123).UTC()

func user(id string, r auth.Role) auth.User {
	return auth.User{ID: id, Email: id + "@example.com", Name: "Name " + id, Role: r, TeamIDs: []string{}, Locale: "en", Active: true, PasswordHash: "h", CreatedAt: noon}
}

func session(id, user string) auth.Session {
	return auth.Session{ID: id, UserID: user, CreatedAt: noon, SeenAt: noon, ExpiresAt: noon.Add(time.Hour)}
}

func entry(action string) audit.Entry {
	return audit.Entry{At: noon, Actor: "u", Action: action, Detail: map[string]string{"a": "b"}}
}

func auditLen(t *testing.T, s store.Store) int {
	t.Helper()
	got, err := s.AuditChain(context.Background(), 0, 100)
	require.NoError(t, err)
	return len(got)
}

func init() {
	add("auth: users are kept, found by id and address, and an address is taken once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		u := user("u1", auth.Lead)
		u.TeamIDs = []string{"a", "b"}
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: u, Audit: []audit.Entry{entry("user.create")}}))
		for _, key := range []string{"u1", "u1@example.com"} {
			got, err := s.User(ctx, key)
			require.NoError(t, err)
			require.Equal(t, u, got)
		}
		twin := user("u2", auth.HR)
		twin.Email = u.Email
		err := s.AddUser(ctx, auth.NewUser{User: twin, Audit: []audit.Entry{entry("user.create")}, Mail: []outbox.Message{message("m", noon)}})
		require.Equal(t, "email_taken", errs.CodeOf(err))
		require.Equal(t, 1, auditLen(t, s))
		counts, err := s.CountMessages(ctx)
		require.NoError(t, err)
		require.Empty(t, counts)
		_, err = s.User(ctx, "u2")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: user("u3", auth.HR)}))
		list, err := s.Users(ctx, "u1", 5)
		require.NoError(t, err)
		require.Equal(t, []auth.User{user("u3", auth.HR)}, list)
	})

	add("auth: the first user spends a set-up code, once", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for _, h := range []string{"code", "other"} {
			require.NoError(t, s.AddToken(ctx, auth.Token{Hash: h, Purpose: auth.ForSetup, ExpiresAt: noon.Add(time.Hour)}, nil))
		}
		require.NoError(t, s.AddToken(ctx, auth.Token{Hash: "old", Purpose: auth.ForSetup, ExpiresAt: noon}, nil))
		for _, wrong := range []string{"none", "old"} {
			require.Equal(t, "setup_code_wrong", errs.CodeOf(s.AddUser(ctx, auth.NewUser{User: user("u1", auth.Admin), Setup: wrong})))
		}
		x := session("s1", "u1")
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: user("u1", auth.Admin), Setup: "code", Session: &x}))
		got, u, err := s.Session(ctx, "s1")
		require.NoError(t, err)
		require.Equal(t, x, got)
		require.Equal(t, noon, u.SeenAt)
		require.Equal(t, "already_set_up", errs.CodeOf(s.AddUser(ctx, auth.NewUser{User: user("u2", auth.Admin), Setup: "other"})))
	})

	add("auth: a change ends sessions, and an administrator stays", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a, b := user("a", auth.Admin), user("b", auth.Admin)
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: a}))
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: b}))
		require.NoError(t, s.StartSession(ctx, session("sb", "b"), nil))
		b.Name = "Renamed"
		require.NoError(t, s.ChangeUser(ctx, b, false, entry("user.change")))
		_, got, err := s.Session(ctx, "sb")
		require.NoError(t, err)
		require.Equal(t, "Renamed", got.Name)
		b.Active = false
		require.NoError(t, s.ChangeUser(ctx, b, true, entry("user.change")))
		_, _, err = s.Session(ctx, "sb")
		require.Equal(t, "session_unknown", errs.CodeOf(err))
		a.Role = auth.HR
		require.Equal(t, "last_admin", errs.CodeOf(s.ChangeUser(ctx, a, true, entry("user.change"))))
		require.Equal(t, 2, auditLen(t, s))
		got, err = s.User(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, auth.Admin, got.Role)
		require.Equal(t, "user_unknown", errs.CodeOf(s.ChangeUser(ctx, user("none", auth.HR), false)))
	})

	add("auth: two administrators who demote each other at once leave one", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a, b := user("a", auth.Admin), user("b", auth.Admin)
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: a}))
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: b}))
		results := make(chan error, 2)
		for _, u := range []auth.User{a, b} {
			go func() {
				u.Role = auth.HR
				results <- s.ChangeUser(ctx, u, true, entry("user.change"))
			}()
		}
		one, two := <-results, <-results
		if one != nil {
			one, two = two, one
		}
		require.NoError(t, one)
		require.Equal(t, "last_admin", errs.CodeOf(two))
	})

	add("auth: a token works once, in time, for an active user, and ends sessions", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		admin, u := user("admin", auth.Admin), user("u", auth.HR)
		u.PasswordHash = ""
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: admin}))
		tok := auth.Token{Hash: "t1", Purpose: auth.ForInvite, UserID: "u", ExpiresAt: noon.Add(time.Hour)}
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: u, Token: &tok}))
		require.NoError(t, s.StartSession(ctx, session("old", "u"), nil))
		late := session("s", "")
		late.CreatedAt = noon.Add(2 * time.Hour)
		_, err := s.SpendToken(ctx, "t1", "new", late)
		require.Equal(t, "token_unknown", errs.CodeOf(err), "expired")
		require.NoError(t, s.AddToken(ctx, auth.Token{Hash: "t2", Purpose: auth.ForInvite, UserID: "u", ExpiresAt: noon.Add(time.Hour)}, nil))
		_, err = s.SpendToken(ctx, "t1", "new", session("s", ""))
		require.Equal(t, "token_unknown", errs.CodeOf(err), "replaced by a newer one")
		e := entry("user.password")
		e.Actor = ""
		got, err := s.SpendToken(ctx, "t2", "new", session("s", ""), e)
		require.NoError(t, err)
		require.Equal(t, "u", got.ID)
		entries, err := s.AuditEntries(ctx, 0, 1)
		require.NoError(t, err)
		require.Equal(t, []string{"u", "u"}, []string{entries[0].Actor, entries[0].Object})
		_, got, err = s.Session(ctx, "s")
		require.NoError(t, err)
		require.Equal(t, "new", got.PasswordHash)
		_, _, err = s.Session(ctx, "old")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		_, err = s.SpendToken(ctx, "t2", "again", session("s2", ""))
		require.Equal(t, "token_unknown", errs.CodeOf(err), "spent")
		require.NoError(t, s.AddToken(ctx, auth.Token{Hash: "t3", Purpose: auth.ForReset, UserID: "u", ExpiresAt: noon.Add(time.Hour)}, nil))
		got.Active = false
		require.NoError(t, s.ChangeUser(ctx, got, true))
		require.NoError(t, s.AddToken(ctx, auth.Token{Hash: "t4", Purpose: auth.ForReset, UserID: "u", ExpiresAt: noon.Add(time.Hour)}, nil))
		for _, h := range []string{"t3", "t4"} {
			_, err = s.SpendToken(ctx, h, "x", session("s3", ""))
			require.Equal(t, "token_unknown", errs.CodeOf(err), "not active")
		}
	})

	add("auth: sessions are seen, end, and expired ones go", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: user("u", auth.Admin)}))
		require.NoError(t, s.StartSession(ctx, session("s1", "u"), nil, entry("session.start")))
		require.NoError(t, s.TouchSession(ctx, "s1", "u", noon.Add(time.Minute)))
		x, u, err := s.Session(ctx, "s1")
		require.NoError(t, err)
		require.Equal(t, noon.Add(time.Minute), x.SeenAt)
		require.Equal(t, noon.Add(time.Minute), u.SeenAt)
		later := session("s2", "u")
		later.CreatedAt = noon.Add(time.Hour)
		later.ExpiresAt = noon.Add(2 * time.Hour)
		require.NoError(t, s.StartSession(ctx, later, nil))
		_, _, err = s.Session(ctx, "s1")
		require.Equal(t, "session_unknown", errs.CodeOf(err))
		require.NoError(t, s.EndSession(ctx, "s2", entry("session.end")))
		require.NoError(t, s.EndSession(ctx, "s2"))
		_, _, err = s.Session(ctx, "s2")
		require.Equal(t, "session_unknown", errs.CodeOf(err))
		require.Equal(t, 2, auditLen(t, s))
	})

	add("auth: keys are kept, found by hash, noted as used, and removed", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		k := auth.Key{ID: "k1", Hash: "h1", Name: "HR system", Role: auth.HR, CreatedAt: noon}
		require.NoError(t, s.AddKey(ctx, k, entry("key.create")))
		got, err := s.Key(ctx, "h1", noon.Add(time.Hour))
		require.NoError(t, err)
		k.UsedAt = noon.Add(time.Hour)
		require.Equal(t, k, got)
		list, err := s.Keys(ctx)
		require.NoError(t, err)
		require.Equal(t, []auth.Key{k}, list)
		require.NoError(t, s.RemoveKey(ctx, "k1", entry("key.revoke")))
		_, err = s.Key(ctx, "h1", noon)
		require.Equal(t, "key_unknown", errs.CodeOf(err))
		require.Equal(t, "key_unknown", errs.CodeOf(s.RemoveKey(ctx, "k1", entry("key.revoke"))))
		require.Equal(t, 2, auditLen(t, s))
	})

	add("auth: attempts are counted in windows and forgotten on success", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		until := noon.Add(15 * time.Minute)
		for i := 1; i <= 3; i++ {
			got, err := s.CountAttempts(ctx, []string{"a", "b"}, noon, until.Add(time.Duration(i-1)*time.Second))
			require.NoError(t, err)
			require.Equal(t, []auth.Attempts{{Count: i, Until: until}, {Count: i, Until: until}}, got, "the window does not slide")
		}
		require.NoError(t, s.AddUser(ctx, auth.NewUser{User: user("u", auth.Admin)}))
		require.NoError(t, s.StartSession(ctx, session("s", "u"), []string{"a"}))
		got, err := s.CountAttempts(ctx, []string{"a", "b"}, noon, until)
		require.NoError(t, err)
		require.Equal(t, []int{1, 4}, []int{got[0].Count, got[1].Count})
		got, err = s.CountAttempts(ctx, []string{"b"}, until, until.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, []auth.Attempts{{Count: 1, Until: until.Add(time.Minute)}}, got, "a window that is over begins anew")
	})
}
