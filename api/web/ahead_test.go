package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"rapport/api/web"
)

const aheadIndex = `<!doctype html><head><script src="/boot.js"></script></head><div id="root"></div>`

const aheadList = `{"doors":["/sign-in","/set-password"],"pages":[
{"path":"/cases","scripts":["assets/frame-1.js","assets/cases-1.js"],"styles":["assets/cases-1.css"],"words":{"en":["assets/cases-en.js"]},"asks":["/cases"]},
{"path":"/cases/:id","scripts":["assets/frame-1.js","assets/case-1.js"],"styles":[],"words":{},"asks":["/cases/:id","/case-rules"]},
{"path":"/evidence","scripts":["assets/evidence-1.js"],"styles":[],"words":{},"asks":["/runs/latest"],"otherwise":["run"]},
{"path":"/sign-in","scripts":["assets/door-1.js"],"styles":[],"words":{},"asks":[]},
{"path":"/set-password","scripts":["assets/door-1.js"],"styles":[],"words":{},"asks":[]},
{"path":"","scripts":["assets/frame-1.js"],"styles":[],"words":{},"asks":[]}]}`

// The answer to a page's address names every file of that page, and what it asks first, so that nothing is found out one
// round trip after the other.
func TestAPageNamesWhatItNeeds(t *testing.T) {
	e := web.NewEngine()
	e.NoRoute(web.Pages(fstest.MapFS{"index.html": {Data: []byte(aheadIndex)}, "ahead.json": {Data: []byte(aheadList)}}))
	get := func(address string, signedIn bool) string {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		if signedIn {
			r.AddCookie(&http.Cookie{Name: "rapport", Value: "x"})
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
		return strings.ReplaceAll(w.Body.String(), "&#34;", `"`)
	}
	names := func(file string) string { return `<link rel="modulepreload" crossorigin href="/assets/` + file + `">` }
	for _, c := range []struct {
		address  string
		signedIn bool
		has      []string
		hasNot   []string
	}{
		{"/cases", true, []string{names("frame-1.js"), names("cases-1.js"), `rel="stylesheet" crossorigin href="/assets/cases-1.css"`, `data-asks="["/session","/cases"]"`, `data-words="{"en":["assets/cases-en.js"]}"`}, nil},
		{"/cases/f46c", true, []string{names("case-1.js"), `["/session","/cases/f46c","/case-rules"]`}, []string{"cases-1.js"}},
		{"/cases?state=open", true, []string{names("cases-1.js"), `data-asks="["/session"]"`}, nil},
		{"/cases?tables=a,b", true, []string{names("cases-1.js"), `["/session","/cases"]`}, nil},
		{"/evidence?pairs=ex_cx&run=r1", true, []string{names("evidence-1.js"), `data-asks="["/session"]"`}, nil},
		{"/evidence?pairs=ex_cx", true, []string{names("evidence-1.js"), `["/session","/runs/latest"]`}, nil},
		{"/cases", false, []string{names("door-1.js"), `data-asks="["/session"]"`}, []string{"cases-1.js", "frame-1.js"}},
		{"/set-password", true, []string{names("door-1.js")}, nil},
		{"/", true, []string{names("frame-1.js"), `data-asks="["/session"]"`}, nil},
		{"/nowhere/at/all", true, []string{names("frame-1.js")}, nil},
	} {
		page := get(c.address, c.signedIn)
		for _, s := range c.has {
			require.Contains(t, page, s, c.address)
		}
		for _, s := range c.hasNot {
			require.NotContains(t, page, s, c.address)
		}
	}
	require.NotContains(t, get(`/cases/%22%3E%3Cscript%3E`, true), `><script>"`, "an address is no markup")
	require.Contains(t, get(`/cases/%22%3E%3Cb%3E`, true), `/cases/%22%3E%3Cb%3E`)
}

// An interface built without the list is served as it is.
func TestAPageWithoutAListIsServedAsItIs(t *testing.T) {
	for _, list := range []string{"", "{", "{}"} {
		dist := fstest.MapFS{"index.html": {Data: []byte(aheadIndex)}}
		if list != "" {
			dist["ahead.json"] = &fstest.MapFile{Data: []byte(list)}
		}
		e := web.NewEngine()
		e.NoRoute(web.Pages(dist))
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/cases", nil))
		require.Equal(t, aheadIndex, w.Body.String())
	}
}
