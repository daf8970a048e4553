package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"rapport/api/web"
)

// A page whose address has a dot in it can be loaded anew and sent to somebody; a file that is missing is missing.
func TestAnAddressWithADotMayBeAPage(t *testing.T) {
	e := gin.New()
	e.NoRoute(web.Pages(fstest.MapFS{"index.html": {Data: []byte("<html>")}, "icon.svg": {Data: []byte("<svg/>")}}))
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, c := range []struct {
		path, accept string
		status       int
	}{
		{"/evidence", browser, http.StatusOK},
		{"/evidence/pulse.9x.workload.v3-7k", browser, http.StatusOK},
		{"/evidence/pulse.9x.workload.v3-7k", "application/json", http.StatusNotFound},
		{"/icon.svg", browser, http.StatusOK},
		{"/favicon.ico", browser, http.StatusNotFound},
		{"/assets/gone-7d.js", browser, http.StatusNotFound},
		{"/assets/gone-7d.js", "*/*", http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		r.Header.Set("Accept", c.accept)
		e.ServeHTTP(w, r)
		require.Equal(t, c.status, w.Code, "%s for %s", c.path, c.accept)
	}
}
