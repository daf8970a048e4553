package respond_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/api/respond"
	"rapport/api/web"
	"rapport/internal/pulse"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type fixture struct {
	h   http.Handler
	svc *pulse.Service
	w   pulse.Wave
	key *pulse.Key
}

func setUp(t testing.TB) fixture {
	t.Helper()
	ctx := context.Background()
	st, err := sqlite.Open(ctx, sqlitetest.Empty(t, filepath.Join(t.TempDir(), "r.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	lib, err := pulse.LoadLibrary()
	require.NoError(t, err)
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	svc := pulse.NewService(st, st, pulse.NewKeyRing(t.TempDir()), func() time.Time { return now })
	p := pulse.Plan{Title: "Spring <pulse>", OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(time.Hour), K: 5, Languages: lib.Languages, Questions: lib.Questions, Nodes: []pulse.Node{{ID: "co", Name: "Co"}}}
	for i := range 12 {
		p.People = append(p.People, pulse.Person{ID: fmt.Sprint("e", i), Team: "co"})
	}
	w, key, err := svc.Launch(ctx, p, "u1")
	require.NoError(t, err)
	e := web.NewEngine()
	respond.Mount(e, svc)
	return fixture{e, svc, w, key}
}

func (f fixture) do(method, path, kind, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, r)
	return w
}

func (f fixture) answers() map[string]any {
	out := map[string]any{}
	for _, q := range f.w.Questions {
		switch q.Type {
		case pulse.Comment:
			out[q.Key] = "canary-7f3a"
		case pulse.ENPS:
			out[q.Key] = 9
		default:
			out[q.Key] = 4
		}
	}
	return out
}

func TestThePageIsLightAndSpeaksTheReadersLanguage(t *testing.T) {
	f := setUp(t)
	for lang, dir := range map[string]string{"en": "ltr", "he": "rtl", "pl": "ltr"} {
		w := f.do("GET", "/p/"+f.w.ID, "", "", "Accept-Language", lang)
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Body.String(), fmt.Sprintf(`<html lang="%s" dir="%s">`, lang, dir))
		require.False(t, regexp.MustCompile(`[>"]respond\.[a-z]+[.<"]`).MatchString(strings.ReplaceAll(w.Body.String(), "/p-assets/respond", "")), "a text is missing")
		require.Contains(t, w.Body.String(), "Spring &lt;pulse&gt;")
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.Empty(t, w.Header().Get("Set-Cookie"))
		var wire bytes.Buffer
		z := gzip.NewWriter(&wire)
		for _, path := range []string{"/p/" + f.w.ID, "/p-assets/respond.js", "/p-assets/respond.css"} {
			_, _ = z.Write(f.do("GET", path, "", "").Body.Bytes())
		}
		require.NoError(t, z.Close())
		require.Less(t, wire.Len(), 50<<10, "over the wire, compressed")
	}
}

func TestAnAnswerIsRecordedWithAndWithoutScript(t *testing.T) {
	f := setUp(t)
	body, _ := json.Marshal(map[string]any{"token": f.key.Token("e0"), "receipt": strings.Repeat("ab", 32), "revision": 1, "answers": f.answers()})
	for range 3 {
		require.Equal(t, http.StatusOK, f.do("POST", "/p/"+f.w.ID, "application/json", string(body)).Code)
	}
	page := f.do("GET", "/p/"+f.w.ID, "", "").Body.String()
	receipt := regexp.MustCompile(`name="receipt" value="(\w+)"`).FindStringSubmatch(page)
	require.Len(t, receipt, 2)
	form := url.Values{"code": {pulse.FormatCode(f.key.Token("e1"))}, "receipt": {receipt[1]}}
	for k, v := range f.answers() {
		form.Set("q."+k, fmt.Sprint(v))
	}
	w := f.do("POST", "/p/"+f.w.ID, "application/x-www-form-urlencoded", form.Encode())
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	require.Contains(t, w.Body.String(), "Thank you")

	// A cached kiosk form with somebody else's code must not replace the first answer: another token, another envelope.
	form.Set("code", f.key.Token("e2"))
	require.Equal(t, http.StatusOK, f.do("POST", "/p/"+f.w.ID, "application/x-www-form-urlencoded", form.Encode()).Code)
	n := 0
	require.NoError(t, f.svc.EachEnvelope(context.Background(), f.w.ID, func([]byte) error { n++; return nil }))
	require.Equal(t, 3, n)

	form.Set("code", "AAAA-AAAA-AAAAA")
	w = f.do("POST", "/p/"+f.w.ID, "application/x-www-form-urlencoded", form.Encode())
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Contains(t, w.Body.String(), "13 characters")
}

func TestWrongCodesAreLimitedRightOnesNever(t *testing.T) {
	f := setUp(t)
	wrong, _ := json.Marshal(map[string]any{"token": "AAAA-AAAA-AAAAA", "receipt": strings.Repeat("x", 40), "revision": 1, "answers": f.answers()})
	limited := 0
	for range 10_000 {
		if f.do("POST", "/p/"+f.w.ID, "application/json", string(wrong)).Code == http.StatusTooManyRequests {
			limited++
		}
	}
	require.Greater(t, limited, 9_000)
	right, _ := json.Marshal(map[string]any{"token": f.key.Token("e3"), "receipt": strings.Repeat("y", 40), "revision": 1, "answers": f.answers()})
	require.Equal(t, http.StatusOK, f.do("POST", "/p/"+f.w.ID, "application/json", string(right)).Code)
}

func TestBadBodiesAreRefusedWithoutEcho(t *testing.T) {
	f := setUp(t)
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	for name, body := range map[string]string{
		"not json": "canary-7f3a", "unknown property": `{"token":"canary-7f3a","when":1}`, "number too large": `{"token":"x","answers":{"enps":1e309}}`,
		"nested": `{"token":"x","receipt":"` + strings.Repeat("r", 40) + `","answers":{"enps":{"$ne":"canary-7f3a"}}}`, "huge": `{"token":"` + strings.Repeat("a", 2<<20) + `"}`,
		"a comment of 1 MB": `{"token":"` + f.key.Token("e6") + `","receipt":"` + strings.Repeat("r", 40) + `","revision":1,"answers":{"comment":"canary-7f3a ` + strings.Repeat("a", 1_000_000) + `"}}`,
	} {
		w := f.do("POST", "/p/"+f.w.ID, "application/json", body)
		require.GreaterOrEqual(t, w.Code, 400, name)
		require.Less(t, w.Code, 500, name)
		require.NotContains(t, w.Body.String(), "canary", name)
	}
	body, _ := json.Marshal(map[string]any{"token": f.key.Token("e4"), "receipt": strings.Repeat("z", 40), "revision": 1, "answers": f.answers()})
	require.Equal(t, http.StatusOK, f.do("POST", "/p/"+f.w.ID, "application/json", string(body)).Code)
	require.NotContains(t, logged.String(), "canary")
	require.NotContains(t, logged.String(), f.key.Token("e4"))
	require.Empty(t, logged.String(), "the log has no line about answering, so no minute either")
	require.Equal(t, http.StatusNotFound, f.do("GET", "/p/nothing", "", "").Code)
}

func TestRespondentsAreToldWhoKeysInPaperAndWhoHelps(t *testing.T) {
	f := setUp(t)
	plain := f.do("GET", "/p/"+f.w.ID, "", "").Body.String()
	require.NotContains(t, plain, "keyed in by", "nobody keys in paper: nothing is said about it")
	p := pulse.Plan{Title: "Paper", OpensAt: f.w.OpensAt, ClosesAt: f.w.ClosesAt, K: 5, Languages: f.w.Languages, Questions: f.w.Questions, Nodes: f.w.Nodes, PaperBy: "Edda <b>Sadler</b>", Help: "Night line 116 123"}
	for i := range 12 {
		p.People = append(p.People, pulse.Person{ID: fmt.Sprint("e", i), Team: "co"})
	}
	w, _, err := f.svc.Launch(t.Context(), p, "u1")
	require.NoError(t, err)
	page := f.do("GET", "/p/"+w.ID, "", "").Body.String()
	require.Contains(t, page, "keyed in by one person, who sees those slips: <bdi><b>Edda &lt;b&gt;Sadler&lt;/b&gt;</b></bdi>")
	require.Contains(t, page, "Night line 116 123")
	require.Less(t, strings.Index(page, "keyed in by"), strings.Index(page, "<fieldset"), "before the first question")
}

// brokenWaves panics in Submit with everything it was given at hand.
type brokenWaves struct{ *pulse.Service }

func (brokenWaves) Submit(_ context.Context, f pulse.Form) error {
	panic(fmt.Sprint("cannot store ", f.Token, f.Answers))
}

func TestAPanicTellsNothingOfTheAnswer(t *testing.T) {
	f := setUp(t)
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	e := web.NewEngine()
	respond.Mount(e, brokenWaves{f.svc})
	f.h = e
	body, _ := json.Marshal(map[string]any{"token": f.key.Token("e5"), "receipt": strings.Repeat("p", 40), "revision": 1, "answers": f.answers()})
	form := url.Values{"code": {f.key.Token("e5")}, "receipt": {strings.Repeat("p", 40)}, "q.comment": {"canary-7f3a"}}
	for kind, sent := range map[string]string{"application/json": string(body), "application/x-www-form-urlencoded": form.Encode()} {
		w := f.do("POST", "/p/"+f.w.ID, kind, sent)
		require.Equal(t, http.StatusInternalServerError, w.Code)
		for _, secret := range []string{"canary-7f3a", f.key.Token("e5"), "ppppp"} {
			require.NotContains(t, w.Body.String(), secret)
			require.NotContains(t, logged.String(), secret)
		}
	}
	require.Contains(t, logged.String(), "panic", "that it happened is known")
}

// A page is drawn once and read by many, each with a receipt of their own; another language, an extended end or the
// close is another page.
func TestEveryReaderGetsAReceiptOfTheirOwn(t *testing.T) {
	f := setUp(t)
	receipt := regexp.MustCompile(`name="receipt" value="(\w+)"`)
	seen := map[string]bool{}
	first := ""
	for range 50 {
		page := f.do("GET", "/p/"+f.w.ID, "", "").Body.String()
		m := receipt.FindStringSubmatch(page)
		require.Len(t, m, 2)
		require.GreaterOrEqual(t, len(m[1]), 32)
		require.False(t, seen[m[1]])
		seen[m[1]] = true
		page = strings.ReplaceAll(page, m[1], "")
		if first == "" {
			first = page
		}
		require.Equal(t, first, page)
	}
	require.NotEqual(t, first, f.do("GET", "/p/"+f.w.ID+"?lang=he", "", "").Body.String())
	require.NoError(t, f.svc.Close(t.Context(), f.w.ID, "u1"))
	closed := f.do("GET", "/p/"+f.w.ID, "", "").Body.String()
	require.NotContains(t, closed, "<fieldset")
}

// BenchmarkPage draws the answer page of the whole library.
func BenchmarkPage(b *testing.B) {
	f := setUp(b)
	for b.Loop() {
		if f.do("GET", "/p/"+f.w.ID, "", "").Code != http.StatusOK {
			b.Fatal("no page")
		}
	}
}

func TestAStoppedWaveSaysSo(t *testing.T) {
	f := setUp(t)
	require.NoError(t, f.svc.Stop(context.Background(), f.w.ID, "a question named a person", "u1"))
	for lang, said := range map[string]string{"en": "destroyed unread", "he": "הושמד בלי שנקרא", "pl": "zniszczono bez czytania"} {
		w := httptest.NewRecorder()
		f.h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/p/"+f.w.ID+"?lang="+lang, nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Body.String(), said)
		require.NotContains(t, w.Body.String(), "<form", "nothing more is asked")
		require.NotContains(t, w.Body.String(), "named a person", "the reason is for the audit log")
	}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/p/"+f.w.ID, strings.NewReader(`{"token":"AAAA","receipt":"r","revision":1,"answers":{}}`)))
	require.Equal(t, http.StatusConflict, w.Code)
	require.Contains(t, w.Body.String(), "wave_stopped")
}

func TestALinkThatLeadsNowhereIsToldInThePersonsWords(t *testing.T) {
	f := setUp(t)
	for lang, says := range map[string]string{"en": "There is no such survey. Check the link.", "he": "אין סקר כזה. בדקו את הקישור.", "pl": "Nie ma takiego badania. Sprawdź odnośnik."} {
		w := f.do(http.MethodGet, "/p/nowhere", "", "", "Accept", "text/html,*/*", "Accept-Language", lang)
		require.Equal(t, http.StatusNotFound, w.Code)
		require.Contains(t, w.Header().Get("Content-Type"), "text/html")
		require.Contains(t, w.Body.String(), says)
		require.Contains(t, w.Body.String(), `lang="`+lang+`"`)
	}
	w := f.do(http.MethodGet, "/p/nowhere", "", "", "Accept", "*/*")
	require.Contains(t, w.Header().Get("Content-Type"), "application/problem+json", "programs get the problem")
}
