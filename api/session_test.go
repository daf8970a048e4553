package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/i18n"
)

const password = "seven green umbrellas"

// administered is a new instance with its first administrator signed in.
func administered(t *testing.T, change func(*Config)) (*instance, *caller) {
	t.Helper()
	i := newInstance(t, change)
	code, err := i.Auth.SetupCode(context.Background())
	require.NoError(t, err)
	c := i.caller(t)
	require.True(t, ask[v1.Session](c, "GET", "/session", nil).NeedsSetup)
	s := ask[v1.Session](c, "POST", "/setup", object{"code": code, "email": "ada@example.com", "name": "Ada", "password": password})
	require.True(t, s.SignedIn)
	return i, c
}

func problem(t *testing.T, answer string) v1.Problem {
	t.Helper()
	var p v1.Problem
	require.NoError(t, json.Unmarshal([]byte(answer), &p), answer)
	return p
}

func TestFromSetUpToSignOut(t *testing.T) {
	i, admin := administered(t, nil)
	invited := ask[v1.InvitedUser](admin, "POST", "/users", object{"email": "hana@example.com", "name": "Hana", "role": "hr", "locale": "he"})
	require.False(t, invited.Mailed)
	require.NotNil(t, invited.Link, "without a mail server the link is in the answer")
	u, err := url.Parse(*invited.Link)
	require.NoError(t, err)
	require.Equal(t, "/set-password", u.Path)
	hana := i.caller(t)
	s := ask[v1.Session](hana, "POST", "/passwords", object{"token": strings.TrimPrefix(u.Fragment, "token="), "password": password})
	require.Equal(t, v1.Role("hr"), s.User.Role)
	require.Contains(t, *s.Permissions, "import.ex")

	status, answer := hana.do("GET", "/users", nil)
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, "not_allowed", problem(t, answer).Code)
	require.Contains(t, *problem(t, answer).Detail, "התפקיד", "problems are in the user's language")
	hana.header.Set("Accept-Language", "pl")
	_, answer = hana.do("GET", "/users", nil)
	require.Contains(t, *problem(t, answer).Detail, "Twoja rola", "unless the request names another one")
	hana.header.Del("Accept-Language")
	hana.do("PUT", "/session/locale", object{"locale": "en"})
	require.Equal(t, v1.Locale("en"), ask[v1.Session](hana, "GET", "/session", nil).User.Locale)

	users := ask[v1.UserList](admin, "GET", "/users?limit=1", nil)
	require.Len(t, users.Items, 1)
	rest := ask[v1.UserList](admin, "GET", "/users?limit=5&cursor="+*users.NextCursor, nil)
	require.Len(t, rest.Items, 1)

	ask[v1.User](admin, "PUT", "/users/"+s.User.Id, object{"name": "Hana", "role": "hr", "team_ids": []string{}, "active": false})
	status, answer = hana.do("GET", "/teams", nil)
	require.Equal(t, http.StatusUnauthorized, status)
	require.Equal(t, "session_expired", problem(t, answer).Code, "a deactivated account is out at once")
	require.False(t, ask[v1.Session](hana, "GET", "/session", nil).SignedIn)
	status, answer = hana.do("POST", "/session", object{"email": "hana@example.com", "password": password})
	require.Equal(t, http.StatusUnauthorized, status, answer)

	status, _ = admin.do("DELETE", "/session", nil)
	require.Equal(t, http.StatusNoContent, status)
	require.False(t, ask[v1.Session](admin, "GET", "/session", nil).SignedIn)
	require.True(t, ask[v1.Session](admin, "POST", "/session", object{"email": "ada@example.com", "password": password}).SignedIn)
}

func TestTheCookieIsOutOfReach(t *testing.T) {
	cookie := func(https bool) *http.Cookie {
		i, _ := administered(t, nil)
		if https {
			i.cfg.URL = "https://rapport.example" // as behind a proxy that ends TLS
		}
		h, err := i.handler()
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(context.Background(), "POST", "http://localhost/api/v1/session", strings.NewReader(`{"email":"ada@example.com","password":"`+password+`"}`))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		rec := record(h, req)
		require.Equal(t, http.StatusOK, rec.Code, rec.Body.String())
		return rec.Result().Cookies()[0]
	}
	plain, secure := cookie(false), cookie(true)
	require.Equal(t, []string{"rapport", "__Host-rapport"}, []string{plain.Name, secure.Name})
	require.True(t, secure.Secure)
	for _, c := range []*http.Cookie{plain, secure} {
		require.True(t, c.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, c.SameSite)
		require.Equal(t, []string{"/", ""}, []string{c.Path, c.Domain})
	}
}

func TestNoPasswordOverAnOpenNetwork(t *testing.T) {
	i, _ := administered(t, nil)
	h, err := i.handler()
	require.NoError(t, err)
	for host, want := range map[string]int{"192.168.1.5:8080": 403, "rapport.example": 403, "localhost.evil.example": 403, "[::1]:8080": 200, "127.0.0.1": 200} {
		req, err := http.NewRequestWithContext(context.Background(), "POST", "http://"+host+"/api/v1/session", strings.NewReader(`{"email":"ada@example.com","password":"`+password+`"}`))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		rec := record(h, req)
		require.Equal(t, want, rec.Code, "%s: %s", host, rec.Body.String())
		if want == 403 {
			require.Equal(t, "https_needed", problem(t, rec.Body.String()).Code)
		}
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	_, admin := administered(t, nil)
	for k, v := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		admin.header = http.Header{k: {v}}
		status, answer := admin.do("POST", "/teams", object{"name": "X"})
		require.Equal(t, http.StatusForbidden, status, k)
		require.Equal(t, "cross_origin", problem(t, answer).Code)
	}
	admin.header = http.Header{"Sec-Fetch-Site": {"same-origin"}}
	ask[v1.Team](admin, "POST", "/teams", object{"name": "X"})
}

func TestAKeyActsWithItsRole(t *testing.T) {
	i, admin := administered(t, nil)
	made := ask[v1.CreatedApiKey](admin, "POST", "/api-keys", object{"name": "HR system", "role": "hr"})
	key := i.caller(t)
	key.header.Set("Authorization", "Bearer "+made.Secret)
	res := ask[v1.ImportResult](key, "POST", "/employees", object{"create_teams": true, "items": []object{{"external_id": "1", "team": "North"}}})
	require.Equal(t, 1, res.Imported)
	status, _ := key.do("GET", "/users", nil)
	require.Equal(t, http.StatusForbidden, status)
	require.False(t, ask[v1.Session](key, "GET", "/session", nil).SignedIn)
	require.NotNil(t, ask[v1.ApiKeyList](admin, "GET", "/api-keys", nil).Items[0].LastUsedAt)
	status, _ = admin.do("DELETE", "/api-keys/"+made.Key.Id, nil)
	require.Equal(t, http.StatusNoContent, status)
	status, answer := key.do("GET", "/teams", nil)
	require.Equal(t, http.StatusUnauthorized, status)
	require.Equal(t, "key_unknown", problem(t, answer).Code)
}

func TestALockedAccountSaysHowLong(t *testing.T) {
	i, _ := administered(t, nil)
	c := i.caller(t)
	for range auth.PerAccount {
		status, answer := c.do("POST", "/session", object{"email": "ada@example.com", "password": "wrong"})
		require.Equal(t, http.StatusUnauthorized, status, answer)
		require.Equal(t, "sign_in_wrong", problem(t, answer).Code)
	}
	req, err := http.NewRequestWithContext(context.Background(), "POST", c.url+"/api/v1/session", strings.NewReader(`{"email":"ada@example.com","password":"`+password+`"}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.client.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	require.NotEqual(t, "5", res.Header.Get("Retry-After"))
	require.NotEmpty(t, res.Header.Get("Retry-After"))
}

// Values stay values: what looks like a query or a huge body is refused at the door.
func TestBodiesThatAreNotWhatTheyShouldBe(t *testing.T) {
	i := newInstance(t, nil)
	c := i.caller(t)
	for name, body := range map[string]any{
		"an object for text": object{"email": object{"$ne": ""}, "password": "x"},
		"nothing":            object{},
		"unknown property":   object{"email": "a@example.com", "password": "x", "role": "admin"},
		"no address":         object{"email": "ada", "password": "x"},
		"null":               nil,
	} {
		status, answer := c.do("POST", "/session", body)
		require.Equal(t, http.StatusUnprocessableEntity, status, "%s: %s", name, answer)
	}
	status, _ := c.do("POST", "/session", object{"email": "a@example.com", "password": strings.Repeat("x", 2<<20)})
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
}

// What is wrong with a request is said in the reader's language, at the field, never in the checker's English.
func TestWhatIsWrongInARequestIsSaidAtTheField(t *testing.T) {
	i := newInstance(t, nil)
	for body, want := range map[string][2]string{
		`{"email":"a@example.com"}`:                              {"/password", "request_field_required"},
		`{"email":7,"password":"x"}`:                             {"/email", "request_field_type"},
		`{"email":"a@example.com","password":"x","role":"lead"}`: {"/role", "request_field_unknown"},
		`{"email":`: {"", "request_body_malformed"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", i.url+"/api/v1/session", strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "pl")
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		var p web.Problem
		require.NoError(t, json.NewDecoder(res.Body).Decode(&p))
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
		require.Len(t, p.Errors, 1, "%s: %+v", body, p.Errors)
		require.Equal(t, want, [2]string{p.Errors[0].Pointer, p.Errors[0].Code}, body)
		require.Equal(t, i18n.Text("pl", "error."+want[1], nil), p.Errors[0].Detail, body)
	}
}

// Two processes on one database know the same sessions and count the same tries.
func TestTwoProcessesShareSessions(t *testing.T) {
	var db string
	i, admin := administered(t, func(c *Config) { db = c.DB })
	other := newInstance(t, func(c *Config) { c.DB = db })
	c := other.caller(t)
	u, err := url.Parse(i.url)
	require.NoError(t, err)
	o, err := url.Parse(other.url)
	require.NoError(t, err)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	jar.SetCookies(o, admin.client.Jar.Cookies(u))
	c.client.Jar = jar
	require.True(t, ask[v1.Session](c, "GET", "/session", nil).SignedIn)
	admin.do("DELETE", "/session", nil)
	require.False(t, ask[v1.Session](c, "GET", "/session", nil).SignedIn)
}

func record(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
