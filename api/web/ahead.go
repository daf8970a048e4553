package web

import (
	"bytes"
	"encoding/json"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ahead knows what each page of the interface needs (ui/ahead.ts writes it when the interface is built), so that the
// browser hears of all of it with the page itself, and not one round trip after the other (ADR 0100). It carries names of
// files and addresses of the API only: what is behind them is asked, and answered or refused, as ever.
type ahead struct {
	Doors []string    `json:"doors"`
	Pages []aheadPage `json:"pages"` // the last one, without a path, is for any other address
}

type aheadPage struct {
	Path    string              `json:"path"` // as wouter reads it: /cases/:id
	Scripts []string            `json:"scripts"`
	Styles  []string            `json:"styles"`
	Words   map[string][]string `json:"words"`
	Asks    []string            `json:"asks"`
	// Otherwise are the parameters that change what the page asks; nil: any does.
	Otherwise []string `json:"otherwise"`
}

// asksTheSame says whether an address with these parameters asks what the page asks without any.
func (p aheadPage) asksTheSame(parameters url.Values) bool {
	for name := range parameters {
		if name != "tables" && (p.Otherwise == nil || slices.Contains(p.Otherwise, name)) { // which pictures stand as tables is drawn only
			return false
		}
	}
	return true
}

// readAhead gives nothing where the interface was built without it: pages then find their files themselves.
func readAhead(dist fs.FS) *ahead {
	b, err := fs.ReadFile(dist, "ahead.json")
	if err != nil {
		return nil
	}
	a := &ahead{}
	if json.Unmarshal(b, a) != nil || len(a.Pages) == 0 || len(a.Doors) == 0 {
		return nil
	}
	return a
}

// page finds the page of an address, and what `:name` stands for in it.
func (a *ahead) page(path string) (aheadPage, map[string]string) {
	for _, p := range a.Pages[:len(a.Pages)-1] {
		if parts, ok := fits(p.Path, path); ok {
			return p, parts
		}
	}
	return a.Pages[len(a.Pages)-1], nil
}

func fits(pattern, path string) (map[string]string, bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	parts := map[string]string{}
	for i, w := range want {
		if name, ok := strings.CutPrefix(w, ":"); ok && have[i] != "" {
			parts[name] = have[i]
		} else if w != have[i] {
			return nil, false
		}
	}
	return parts, true
}

// write puts into index.html what the page of a request needs.
func (a *ahead) write(index []byte, r *http.Request) []byte {
	path := r.URL.EscapedPath()
	if !slices.Contains(a.Doors, path) && !mayBeSignedIn(r) {
		path = a.Doors[0] // where whoever is not signed in is sent
	}
	p, parts := a.page(path)
	asks := []string{"/session"}
	if p.asksTheSame(r.URL.Query()) {
		for _, ask := range p.Asks {
			for name, part := range parts {
				ask = strings.ReplaceAll(ask, ":"+name, part)
			}
			asks = append(asks, ask)
		}
	}
	var head bytes.Buffer
	for _, style := range p.Styles {
		head.WriteString(`<link rel="stylesheet" crossorigin href="/` + html.EscapeString(style) + `">` + "\n    ")
	}
	for _, script := range p.Scripts {
		head.WriteString(`<link rel="modulepreload" crossorigin href="/` + html.EscapeString(script) + `">` + "\n    ")
	}
	boot := []byte(`<script src="/boot.js"`)
	index = bytes.Replace(index, boot, slices.Concat(boot, attribute("words", p.Words), attribute("asks", asks)), 1)
	return bytes.Replace(index, []byte("</head>"), append(head.Bytes(), "</head>"...), 1)
}

func attribute(name string, value any) []byte {
	b, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return []byte(" data-" + name + `="` + html.EscapeString(string(b)) + `"`)
}

// mayBeSignedIn says whether a session's cookie came along; whether it still holds is asked elsewhere.
func mayBeSignedIn(r *http.Request) bool {
	_, plain := r.Cookie(cookiePlain)
	_, https := r.Cookie(cookieHTTPS)
	return plain == nil || https == nil
}
