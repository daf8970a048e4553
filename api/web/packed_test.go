package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/gzhttp"
	"github.com/stretchr/testify/require"

	"rapport/api/web"
)

// Files of the interface cross the wire pressed once, whoever takes no gzip gets them as they are, and the handler that
// presses everything else leaves them alone.
func TestFilesOfTheInterfaceArePressedOnce(t *testing.T) {
	script := strings.Repeat("let rapport = 'one thing after another';\n", 500)
	font := bytes.Repeat([]byte{7, 1}, 2000)
	e := web.NewEngine()
	e.NoRoute(web.Pages(fstest.MapFS{
		"index.html": {Data: []byte("<!doctype html><title>Rapport</title>")}, "assets/a-1.js": {Data: []byte(script)}, "assets/b-2.woff2": {Data: font},
		"assets/c-3.js": {Data: []byte(script)}, "assets/c-3.js.br": {Data: []byte("pressed")},
	}))
	h := gzhttp.GzipHandler(e)
	get := func(path, encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if encoding != "" {
			r.Header.Set("Accept-Encoding", encoding)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		return w
	}
	for range 2 {
		w := get("/assets/a-1.js", "gzip, deflate")
		require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
		require.Contains(t, w.Header().Values("Vary"), "Accept-Encoding")
		require.Contains(t, w.Header().Get("Content-Type"), "javascript")
		require.Contains(t, w.Header().Get("Cache-Control"), "immutable")
		z, err := gzip.NewReader(w.Body)
		require.NoError(t, err)
		plain, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, script, string(plain))
	}
	for _, none := range []string{"", "identity", "gzip;q=0", "br"} {
		w := get("/assets/a-1.js", none)
		require.Empty(t, w.Header().Get("Content-Encoding"), none)
		require.Equal(t, script, w.Body.String())
	}
	// What the build pressed with Brotli is taken by those who take it.
	require.Equal(t, "br", get("/assets/c-3.js", "gzip, br").Header().Get("Content-Encoding"))
	require.Equal(t, "pressed", get("/assets/c-3.js", "gzip, br").Body.String())
	require.Equal(t, "gzip", get("/assets/c-3.js", "gzip, br;q=0").Header().Get("Content-Encoding"))
	require.Equal(t, font, get("/assets/b-2.woff2", "").Body.Bytes())
}
