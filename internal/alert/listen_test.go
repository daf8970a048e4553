package alert_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/alert"
	"rapport/internal/outbox"
	"rapport/internal/store/firmtest"
)

// ears is where letters and calls arrive: a real server for the calls, and whatever the outbox hands over as letters.
type ears struct {
	url     string
	mu      sync.Mutex
	calls   []call
	letters []outbox.Message
}

type call struct {
	path, body string
	head       http.Header
}

func listen(t *testing.T) (e *ears, stop func()) {
	t.Helper()
	e = &ears{}
	srv := httptest.NewServer(e)
	e.url = srv.URL
	return e, srv.Close
}

// ServeHTTP implements http.Handler.
func (e *ears) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	e.calls = append(e.calls, call{r.URL.Path, string(b), r.Header.Clone()})
	e.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// Send implements outbox.Sender.
func (e *ears) Send(_ context.Context, m outbox.Message) error {
	e.letters = append(e.letters, m)
	return nil
}

// deliver empties the outbox and says how many messages went.
func (e *ears) deliver(t *testing.T, f *firmtest.Firm, s *alert.Service) int {
	t.Helper()
	box := outbox.NewService(f.Store, e, f.Now)
	box.Also(alert.Template, s)
	n, err := box.Deliver(ctx)
	require.NoError(t, err)
	return n
}

func (e *ears) count(path string) int {
	n := 0
	for _, c := range e.calls {
		if c.path == path {
			n++
		}
	}
	return n
}

func (e *ears) has(path, kind string) bool {
	for _, c := range e.calls {
		var got struct{ Kind string }
		if c.path == path && json.Unmarshal([]byte(c.body), &got) == nil && got.Kind == kind {
			return true
		}
	}
	return false
}

func (e *ears) mailed(to, words string) bool {
	for _, m := range e.letters {
		if m.To == to && strings.Contains(m.Params["lines"], words) {
			return true
		}
	}
	return false
}

// verify checks every call as a receiver would who has read the documentation: HMAC-SHA256 over "<time>.<body>".
func (e *ears) verify(t *testing.T, path, secret string) {
	t.Helper()
	for _, c := range e.calls {
		if c.path != path {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(c.head.Get("Rapport-Timestamp") + "." + c.body))
		require.Equal(t, "v1="+hex.EncodeToString(mac.Sum(nil)), c.head.Get("Rapport-Signature"))
		require.NotEmpty(t, c.head.Get("Rapport-Delivery"))
	}
}
