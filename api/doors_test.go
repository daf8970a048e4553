package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/feed"
)

var ticket = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

// page fetches a page as a browser without a script does.
func page(t *testing.T, address string) (string, http.Header, int) {
	t.Helper()
	resp, err := http.Get(address)
	require.NoError(t, err)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return string(b), resp.Header, resp.StatusCode
}

func answerForm(t *testing.T, address string, form url.Values) (string, int) {
	t.Helper()
	resp, err := http.PostForm(address, form)
	require.NoError(t, err)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return string(b), resp.StatusCode
}

func deskLink(c *caller, more object) v1.Link {
	team := ask[v1.Team](c, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	place := ask[v1.Touchpoint](c, "POST", "/touchpoints", object{"name": "Front <desk>", "kind": "physical"})
	body := object{"name": "Desk", "touchpoint_id": place.Id, "team_id": team.Id, "score_type": "nps", "languages": []string{"en", "he", "pl"}, "emotion": true, "expected": true, "comment": true}
	for k, v := range more {
		body[k] = v
	}
	return ask[v1.Link](c, "POST", "/links", body)
}

func TestAPublicQuestionIsAnsweredWithoutAScript(t *testing.T) {
	i, admin := administered(t, nil)
	link := deskLink(admin, object{"origins": []string{"https://shop.example/path"}})
	address := i.url + "/s/" + link.Id
	for lang, dir := range map[string]string{"en": "ltr", "he": "rtl", "pl": "ltr"} {
		body, h, status := page(t, address+"?lang="+lang)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, `lang="`+lang+`" dir="`+dir+`"`)
		require.NotContains(t, body, "<script")
		require.Less(t, len(body), 50_000)
		require.Contains(t, body, "Front &lt;desk&gt;")
		require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'")
		require.Empty(t, h.Values("Set-Cookie"))
	}
	body, h, _ := page(t, address+"?embed=1")
	require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors https://shop.example")
	script, h, _ := page(t, address+"/embed.js")
	require.Contains(t, script, link.Id+"?embed=1")
	require.Equal(t, "cross-origin", h.Get("Cross-Origin-Resource-Policy"))

	form := url.Values{"ticket": {ticket.FindStringSubmatch(body)[1]}, "score": {"9"}, "emotion": {"pleased"}, "expected": {"better"}, "comment": {"Kind."}}
	said, status := answerForm(t, address, form)
	require.Equal(t, http.StatusUnprocessableEntity, status, "a program answers at once")
	require.Contains(t, said, "Kind.", "what was typed is kept")
	until := time.Now().Add(10 * time.Second)
	for status != http.StatusOK && time.Now().Before(until) { // the form may be sent after a person's second
		said, status = answerForm(t, address, form)
		if status == http.StatusTooManyRequests {
			break
		}
		<-time.After(200 * time.Millisecond)
	}
	require.Equal(t, http.StatusOK, status, said)
	_, status = answerForm(t, address, form)
	require.Equal(t, http.StatusOK, status, "sent twice, it is one answer")
	trapped := url.Values{"ticket": form["ticket"], "score": {"0"}, "website": {"http://spam.example"}}
	_, status = answerForm(t, address, trapped)
	require.Equal(t, http.StatusOK, status, "what a program fills in looks taken")
	forged := url.Values{"ticket": {"AAAA"}, "score": {"0"}}
	_, status = answerForm(t, address, forged)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	sources := ask[v1.DataHealth](admin, "GET", "/data-health", nil).Sources
	require.Len(t, sources, 1)
	require.EqualValues(t, 1, sources[0].Records)
	require.Equal(t, v1.HealthSourceDoor("link"), sources[0].Door)

	closed := ask[v1.Link](admin, "PUT", "/links/"+link.Id, object{"name": "Desk", "touchpoint_id": link.TouchpointId, "languages": []string{"en"}, "comment": true, "closed": true, "version": 1})
	require.True(t, closed.Closed)
	body, _, _ = page(t, address)
	require.NotContains(t, body, "<form")
	_, _, status = page(t, i.url+"/s/none")
	require.Equal(t, http.StatusNotFound, status)
}

// letters is a real SMTP server in the process that keeps what it takes.
type letters struct {
	mu  sync.Mutex
	got []string
}

func (l *letters) Reset()                               {}
func (l *letters) Logout() error                        { return nil }
func (l *letters) Mail(string, *smtp.MailOptions) error { return nil }
func (l *letters) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (l *letters) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, string(b))
	return err
}

func mailServer(t *testing.T) (*letters, string) {
	t.Helper()
	l := &letters{}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return l, nil }))
	srv.Domain = "localhost"
	at, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = srv.Serve(at) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l, "smtp://" + at.Addr().String()
}

func TestEventsInviteByMail(t *testing.T) {
	box, address := mailServer(t)
	i, admin := administered(t, func(c *Config) { c.SMTP = address })
	link := deskLink(admin, object{"team_id": "", "invite": object{"share": 1, "rest_days": 30, "delay_hours": 0, "expires_days": 7}})
	shop := i.feeder(t, admin)
	event := func(id, email, customer string) object {
		return object{"event_id": id, "email": email, "customer": customer, "team": "North", "order": "o-" + id, "locale": "pl"}
	}
	res := ask[v1.InviteResult](shop, "POST", "/links/"+link.Id+"/events", object{"items": []object{event("1", "a@example.com", "c1"), event("2", "A@example.com", "c2"), event("3", "b@example.com", "c1"), event("1", "a@example.com", "c1")}})
	require.Equal(t, v1.InviteResult{Invited: 1, Resting: 2, Known: 1}, res)
	sent, err := i.Outbox.Deliver(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, sent)
	raw := strings.ReplaceAll(strings.ReplaceAll(box.got[0], "=\r\n", ""), "=3D", "=")
	require.Contains(t, raw, "List-Unsubscribe:")
	token := regexp.MustCompile(`/s/` + link.Id + `\?lang=pl&i=([A-Za-z0-9_-]+)`).FindStringSubmatch(raw)
	require.NotNil(t, token, raw)

	at := i.url + "/s/" + link.Id + "?lang=pl&i=" + token[1]
	body, _, status := page(t, at)
	require.Equal(t, http.StatusOK, status)
	form := url.Values{"ticket": {ticket.FindStringSubmatch(body)[1]}, "i": {token[1]}, "score": {"2"}}
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); <-time.After(200 * time.Millisecond) {
		if _, status = answerForm(t, at, form); status == http.StatusOK {
			break
		}
	}
	require.Equal(t, http.StatusOK, status)
	seen := ask[v1.LinkList](admin, "GET", "/links", nil)
	require.True(t, seen.Mails)
	require.EqualValues(t, 1, seen.Items[0].Sent)
	require.EqualValues(t, 1, seen.Items[0].Answered)
	health := ask[v1.DataHealth](admin, "GET", "/data-health", nil)
	require.Equal(t, health.Kinds[0].Records, health.Kinds[0].Attributed, "the letter knew the team")

	out := i.url + "/s-optout/" + link.Id + "?lang=pl&i=" + token[1]
	_, _, status = page(t, out)
	require.Equal(t, http.StatusOK, status)
	_, status = answerForm(t, out, url.Values{})
	require.Equal(t, http.StatusOK, status)
	ask[v1.Link](admin, "PUT", "/links/"+link.Id, object{"name": "Desk", "touchpoint_id": link.TouchpointId, "languages": []string{"en"}, "comment": true, "version": 1, "invite": object{"share": 1, "rest_days": 0, "delay_hours": 0, "expires_days": 7}})
	res = ask[v1.InviteResult](shop, "POST", "/links/"+link.Id+"/events", object{"items": []object{event("9", "a@example.com", "c9")}})
	require.Equal(t, v1.InviteResult{OptedOut: 1}, res)
}

var hookMapping = object{
	"kind": "feedback", "source": "desk", "source_id": []string{"id"}, "team": "agent.group", "score_type": "csat", "relation": "transactional", "sheet": "data",
	"columns": object{"answered_at": "at", "score": "rating", "comment": "said", "customer": "who.id"},
}

func TestASignedWebhookIsTakenOnce(t *testing.T) {
	i, admin := administered(t, nil)
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	made := ask[v1.HookSecret](admin, "POST", "/hooks", object{"name": "Help desk", "mapping": hookMapping})
	body := `{"data":[{"id":71234567890123456789,"rating":5,"said":"ok","at":"2025-03-01T10:00:00Z","agent":{"group":"North"},"who":{"id":"c1"}},{"id":2,"rating":1,"at":"2025-03-02T10:00:00Z","agent":{"group":"West"}}]}`
	send := func(secret, id, body string, at time.Time) (int, map[string]any) {
		stamp := fmt.Sprint(at.Unix())
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.url+"/hooks/"+made.Hook.Id, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("webhook-id", id)
		r.Header.Set("webhook-timestamp", stamp)
		r.Header.Set("webhook-signature", "v1,AAAA "+feed.Sign(secret, id, stamp, []byte(body)))
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		var out map[string]any
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&out))
		return resp.StatusCode, out
	}
	status, res := send(made.Secret, "m1", body, time.Now())
	require.Equal(t, http.StatusOK, status, res)
	require.EqualValues(t, 1, res["imported"])
	require.EqualValues(t, 1, res["queued"])
	status, res = send(made.Secret, "m1", body, time.Now())
	require.Equal(t, http.StatusOK, status)
	require.EqualValues(t, 0, res["rows"], "a replay changes nothing")
	for name, x := range map[string]struct {
		secret string
		at     time.Time
		code   string
	}{
		"another secret": {"whsec_AAAA", time.Now(), "hook_signature"},
		"an old one":     {made.Secret, time.Now().Add(-6 * time.Minute), "hook_time"},
		"a coming one":   {made.Secret, time.Now().Add(6 * time.Minute), "hook_time"},
	} {
		status, res = send(x.secret, "m2", body, x.at)
		require.Equal(t, http.StatusUnauthorized, status, name)
		require.Equal(t, x.code, res["code"], name)
	}
	status, res = send(made.Secret, "m3", `{"data":[{"id":3,"rating":9,"at":"2025-03-01"}]}`, time.Now())
	require.Equal(t, http.StatusUnprocessableEntity, status, res)
	require.Equal(t, "records_rejected", *ask[v1.HookList](admin, "GET", "/hooks", nil).Items[0].LastCode)
	fresh := ask[v1.HookSecret](admin, "POST", "/hooks/"+made.Hook.Id+"/secret", nil)
	status, _ = send(made.Secret, "m4", body, time.Now())
	require.Equal(t, http.StatusOK, status, "the old secret works for a day")
	status, _ = send(fresh.Secret, "m5", body, time.Now())
	require.Equal(t, http.StatusOK, status)
}

func TestFilesAreFetchedOnceFromTheFolderAllowed(t *testing.T) {
	dir := t.TempDir()
	i, admin := administered(t, func(c *Config) { c.Imports = dir })
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	mapping := object{
		"kind": "feedback", "source_id": []string{"id"}, "team": "team", "score_type": "csat", "relation": "transactional", "columns": object{"answered_at": "at", "score": "score"},
	}
	for from, code := range map[string]string{"../x.csv": "feed_path", "/etc/*.csv": "feed_path", "http://example.com/x.csv": "feed_address", "https://u:p@example.com/x.csv": "feed_address", "a*/x.csv": "feed_path"} {
		status, answer := admin.do("POST", "/feeds", object{"name": "Till", "from": from, "mapping": mapping})
		require.Equal(t, http.StatusUnprocessableEntity, status, from)
		require.Equal(t, code, problem(t, answer).Code, from)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "till"), 0o700))
	outside := filepath.Join(t.TempDir(), "secret.csv")
	require.NoError(t, os.WriteFile(outside, []byte("id,team,at,score\n9,North,2025-01-01,5\n"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "till", "link.csv")))
	ask[v1.Feed](admin, "POST", "/feeds", object{"name": "Till", "from": "till/*.csv", "mapping": mapping})
	fetch := func() v1.Feed {
		_, err := i.Feed.FetchAll(context.Background())
		require.NoError(t, err)
		return ask[v1.FeedList](admin, "GET", "/feeds", nil).Items[0]
	}
	require.Nil(t, fetch().LastFile)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "till", "monday.csv"), []byte("id,team,at,score\n1,North,2025-01-01,5\n2,North,2025-01-01,4\n"), 0o600))
	got := fetch()
	require.Equal(t, 2, *got.LastImported)
	require.Equal(t, "till/monday.csv", *got.LastFile)
	before := *got.LastAt
	require.Equal(t, before, *fetch().LastAt, "the same file is not read in again")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "till", "tuesday.csv"), []byte("id,team,at,score\n3,North,2025-01-01,9\n"), 0o600))
	require.Equal(t, "import_rejected", *fetch().LastCode)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "till", "tuesday.csv"), []byte("id,team,at,score\n3,North,2025-01-01,3\n"), 0o600))
	require.Nil(t, fetch().LastCode)
	sources := ask[v1.DataHealth](admin, "GET", "/data-health", nil).Sources
	require.Len(t, sources, 1)
	require.EqualValues(t, 3, sources[0].Records)
	require.Equal(t, "Till", sources[0].Source)

	inner := ask[v1.Feed](admin, "POST", "/feeds", object{"name": "Inner", "from": "https://127.0.0.1:1/x.csv", "mapping": mapping})
	_, err := i.Feed.FetchAll(context.Background())
	require.NoError(t, err)
	for _, f := range ask[v1.FeedList](admin, "GET", "/feeds", nil).Items {
		if f.Id == inner.Id {
			require.Equal(t, "feed_inner", *f.LastCode)
		}
	}
}
