package chat_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/alert"
	"rapport/internal/chat"
	"rapport/internal/errs"
	"rapport/internal/pulse"
)

func rooms(t *testing.T, inner ...string) chat.Rooms {
	t.Helper()
	g, err := alert.NewGuard(inner)
	require.NoError(t, err)
	return chat.New(g)
}

func TestRoomsAreWrittenToInTheirForm(t *testing.T) {
	var got map[string]any
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err == nil {
			got = nil
			err = json.Unmarshal(b, &got)
		}
		if err != nil || r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer sink.Close()
	r := rooms(t, "127.0.0.0/8")
	ctx := context.Background()
	p := pulse.Posting{Text: "<!channel> Pulse & more", Button: "Open", Link: "https://example.org/p/w", Channel: pulse.Channel{Kind: pulse.Slack, URL: sink.URL + "/services/x"}}
	require.NoError(t, r.Post(ctx, p))
	require.Equal(t, "&lt;!channel&gt; Pulse &amp; more", got["text"], "a title must not call the whole room")
	blocks := got["blocks"].([]any)
	require.Equal(t, "plain_text", blocks[0].(map[string]any)["text"].(map[string]any)["type"])
	require.Equal(t, "https://example.org/p/w", blocks[1].(map[string]any)["elements"].([]any)[0].(map[string]any)["url"])

	p.Channel.Kind, p.RTL = pulse.Teams, true
	require.NoError(t, r.Post(ctx, p))
	attachment := got["attachments"].([]any)[0].(map[string]any)
	require.Equal(t, "application/vnd.microsoft.card.adaptive", attachment["contentType"])
	card := attachment["content"].(map[string]any)
	require.Equal(t, true, card["rtl"])
	require.Equal(t, "https://example.org/p/w", card["actions"].([]any)[0].(map[string]any)["url"])
}

func TestRoomsThatDoNotTake(t *testing.T) {
	status := http.StatusOK
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://127.0.0.1:1/")
		w.WriteHeader(status)
	}))
	ctx := context.Background()
	p := pulse.Posting{Text: "x", Channel: pulse.Channel{Kind: pulse.Slack, URL: sink.URL}}
	r := rooms(t, "127.0.0.0/8")
	for s, want := range map[int]string{404: "webhook_gone", 410: "webhook_gone", 403: "webhook_gone", 429: "webhook_refused", 500: "webhook_refused", 302: "webhook_refused"} {
		status = s
		err := r.Post(ctx, p)
		require.Equal(t, want, errs.CodeOf(err), "%d", s)
		require.NotContains(t, err.Error(), sink.URL, "the address is a secret")
	}
	status = http.StatusOK
	require.Equal(t, "webhook_inner_address", errs.CodeOf(rooms(t).Post(ctx, p)), "an inner address that nobody named")
	require.Equal(t, "webhook_inner_address", errs.CodeOf(rooms(t).Check(ctx, "https://127.0.0.1/x")))
	require.Equal(t, "webhook_needs_https", errs.CodeOf(rooms(t).Check(ctx, "http://93.184.215.14/x")))
	sink.Close()
	require.Equal(t, "webhook_unreachable", errs.CodeOf(r.Post(ctx, p)))
}
