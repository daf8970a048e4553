package anonaudit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"rapport/internal/auth"
	"rapport/internal/pulse"
)

// crawler is one audit under way.
type crawler struct {
	in       Instance
	known    *known
	routes   []route
	progress func(done, total int64)
	total    int64
	done     int64
	out      pulse.Crawl
	seen     map[cellKey]bool // by anybody
	reached  map[string]bool
	pdfs     map[[sha256.Size]byte]string // the text of what was printed
	heard    map[[sha256.Size]byte]heard  // what those who may see everything were told, by the question and the answer
}

// heard is what reading an answer came to. The same answer to the same question says the same to everybody who may see
// everything: it is read once, and counted for each.
type heard struct {
	below             []map[string]string
	next              string
	figures, comments int
}

// Bounds on how much of a long list is opened by one viewer, and how many pages of it are turned: what a list narrowed to one
// value of a filter holds stands in the whole list too, and its second page shows that its turning keeps to the filter.
// Waves have no bound: they are what is to be proved.
const (
	openedByRole = 12
	openedByLead = 3
	pagesTurned  = 20
	pagesNarrow  = 2
	wavesOpened  = 500
	findingsKept = 200
)

// crawl asks everything as one viewer.
func (c *crawler) crawl(ctx context.Context, v viewer) error {
	items := map[string][]map[string]string{} // path → the names its answers gave, one set per object
	for _, r := range c.routes {
		c.done++
		if c.progress != nil {
			c.progress(c.done, c.total)
		}
		if v.who == nil && len(r.params) > 0 {
			continue // the lists said no; the objects are tried with made-up ids by the access matrix
		}
		sets := []map[string]string{nil}
		if len(r.params) > 0 {
			sets = items[r.parent]
			limit := openedByRole
			if v.own != nil {
				limit = openedByLead
			}
			if r.pulses {
				limit = wavesOpened
			}
			sets = sets[:min(len(sets), limit)]
		}
		for _, set := range sets {
			refused, err := c.ask(ctx, v, r, set, items)
			if err != nil {
				return err
			}
			if refused {
				break // the role may not; that holds for every object
			}
		}
	}
	for _, w := range c.known.list { // the answer page is public, with and without a wave that is open
		if _, err := c.fetch(ctx, v, "/p/"+w.ID, "", w.ID, nil); err != nil {
			return err
		}
	}
	return nil
}

// ask opens one object in every form and turns its pages.
func (c *crawler) ask(ctx context.Context, v viewer, r route, set map[string]string, items map[string][]map[string]string) (refused bool, err error) {
	path := r.path
	for name, value := range set {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	if strings.Contains(path, "{") {
		return false, nil
	}
	wave := ""
	if _, ok := c.known.waves[set["id"]]; ok {
		wave = set["id"]
	}
	shut, opened := false, false
	for _, query := range c.queries(v, r) {
		cursor, pages := "", pagesTurned
		if len(query) > 0 {
			pages = pagesNarrow
		}
		for range pages {
			q := url.Values{}
			for name, value := range query {
				q.Set(name, value)
			}
			if cursor != "" {
				q.Set("cursor", cursor)
			}
			a, err := c.fetch(ctx, v, prefix+path, q.Encode(), wave, func(value any) []map[string]string { return names(value, set, c.below(r.path)) })
			if err != nil {
				return false, err
			}
			if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
				if shut = true; r.byTeam == "" {
					return true, nil
				}
				break // a team's may be open to whom the whole is not
			}
			if a.status != http.StatusOK {
				break
			}
			opened, c.reached[r.path] = true, true
			items[r.path] = append(items[r.path], a.below...)
			if cursor = a.next; cursor == "" {
				break
			}
		}
	}
	return shut && !opened, nil
}

// queries are the forms in which a viewer asks a route: those of everybody, and those of single teams.
func (c *crawler) queries(v viewer, r route) []map[string]string {
	if r.byTeam == "" || v.who == nil {
		return r.queries
	}
	out := slices.Clone(r.queries)
	for _, id := range v.asks {
		out = append(out, map[string]string{r.byTeam: id})
	}
	return out
}

// below lists the names that the routes directly below a path want to know.
func (c *crawler) below(path string) []string {
	var out []string
	for _, r := range c.routes {
		if r.parent == path {
			if name := r.params[len(r.params)-1]; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// names takes, from every list in an answer, what its items are called: under the name itself, or "id" for any name
// that ends so.
func names(answer any, above map[string]string, want []string) []map[string]string {
	top, ok := answer.(map[string]any)
	if !ok || len(want) == 0 {
		return nil
	}
	var out []map[string]string
	for _, list := range top {
		items, ok := list.([]any)
		if !ok {
			continue
		}
		for _, x := range items {
			item, ok := x.(map[string]any)
			if !ok {
				continue
			}
			set := map[string]string{}
			for k, v := range above {
				set[k] = v
			}
			found := false
			for _, name := range want {
				for _, key := range []string{name, "id"} {
					if s, ok := item[key].(string); ok && s != "" {
						set[name], found = s, true
						break
					}
				}
			}
			if found {
				out = append(out, set)
			}
		}
	}
	return out
}

type answer struct {
	status int
	below  []map[string]string // the names that a list in it gave
	next   string              // the cursor of the page after it
}

// fetch asks the real handler and reads whatever comes back. below takes the names out of an answer in JSON; nil: nobody
// wants them.
func (c *crawler) fetch(ctx context.Context, v viewer, path, query, wave string, below func(value any) []map[string]string) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	if v.who != nil {
		ctx = auth.Into(ctx, *v.who)
	}
	target := path
	if query != "" {
		target += "?" + query
	}
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	req.Header.Set("Accept-Language", "en")
	req.RemoteAddr = "127.0.0.1:0"
	w := httptest.NewRecorder()
	c.in.Handler.ServeHTTP(w, req)
	c.out.Requests++
	a := answer{status: w.Code}
	if w.Code == http.StatusInternalServerError {
		return a, fmt.Errorf("%s answered %d to %s", path, w.Code, v.name)
	}
	body := w.Body.Bytes()
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if err != nil {
		return a, nil //nolint:nilerr // an answer without a type has no body to read
	}
	at := place{viewer: v, channel: channelOf(kind), path: path, wave: wave}
	if w.Code == http.StatusOK {
		c.out.Channels[at.channel]++
	}
	key := c.question(v, target, kind, body)
	if h, known := c.heard[key]; known {
		c.out.Figures += h.figures
		c.out.Comments += h.comments
		a.below, a.next = h.below, h.next
		return a, nil
	}
	before := c.out
	if at.channel == "json" {
		var value any
		if err := json.Unmarshal(body, &value); err != nil {
			return a, fmt.Errorf("%s: %w", path, err)
		}
		c.readJSON(at, value)
		if below != nil {
			a.below = below(value)
		}
		top, _ := value.(map[string]any)
		a.next, _ = top["next_cursor"].(string)
	} else if err := c.readFile(at, body); err != nil {
		return a, fmt.Errorf("%s: %w", path, err)
	}
	if v.own == nil && v.who != nil && c.out.Found == before.Found { // what should not be is told of everybody who sees it
		c.heard[key] = heard{a.below, a.next, c.out.Figures - before.Figures, c.out.Comments - before.Comments}
	}
	return a, nil
}

// channelOf names the form of an answer by its media type.
func channelOf(kind string) string {
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return "json"
	case kind == "text/csv":
		return "csv"
	case strings.Contains(kind, "spreadsheetml"):
		return "xlsx"
	case kind == "application/pdf":
		return "pdf"
	case kind == "text/html":
		return "html"
	case strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xml"):
		return "text"
	}
	return kind
}

// readFile reads an answer in any form but JSON.
func (c *crawler) readFile(at place, body []byte) error {
	switch at.channel {
	case "csv":
		c.readCSV(at, body)
	case "xlsx":
		return c.readWorkbook(at, body)
	case "pdf":
		c.readText(at, c.printed(body))
	case "html", "text":
		c.readText(at, htmlText(body))
	}
	return nil
}

// question is what was asked and answered. Tables and texts are read by the titles known so far: with more of them the same
// file may say more, and is read again.
func (c *crawler) question(v viewer, target, kind string, body []byte) (key [sha256.Size]byte) {
	if v.own != nil || v.who == nil {
		return key // of nobody's
	}
	h := sha256.New()
	learned := 0
	if channelOf(kind) != "json" {
		learned = c.known.learned
	}
	_, _ = fmt.Fprintf(h, "%s\n%s\n%d\n", target, kind, learned)
	_, _ = h.Write(body)
	h.Sum(key[:0])
	return key
}

// letters reads what waits to be sent, by mail or webhook.
func (c *crawler) letters(ctx context.Context) error {
	if c.in.Letters == nil {
		return nil
	}
	list, err := c.in.Letters.WaitingMessages(ctx, lettersRead)
	if err != nil {
		return err
	}
	for _, m := range list {
		c.out.Channels["letter"]++
		for _, text := range m.Params {
			at := place{viewer: viewer{name: "whoever gets " + m.Template}, path: m.Template, channel: "letter"}
			var value any
			if strings.HasPrefix(strings.TrimSpace(text), "{") && json.Unmarshal([]byte(text), &value) == nil {
				c.readJSON(at, value)
				continue
			}
			c.readText(at, htmlText([]byte(text)))
		}
	}
	return nil
}

// find notes what should not be.
func (c *crawler) find(f pulse.CrawlFinding) {
	c.out.Found++
	if len(c.out.Findings) < findingsKept && !slices.Contains(c.out.Findings, f) {
		c.out.Findings = append(c.out.Findings, f)
	}
}
