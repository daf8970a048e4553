package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	v1 "rapport/api/v1"
	"rapport/api/web"
	"rapport/internal/anonaudit"
	"rapport/internal/auth"
	"rapport/internal/org"
	"rapport/internal/pulse"
)

// onBoth makes an attack on SQLite and on MongoDB.
func onBoth(t *testing.T, attack func(t *testing.T, on func(*Config))) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { attack(t, func(*Config) {}) })
	t.Run("MongoDB", func(t *testing.T) {
		url := mongoURL(t)
		attack(t, func(c *Config) { c.DB = url })
	})
}

// answeredWave closes a wave over teams of the given sizes in two divisions, in which everybody answers and comments.
func answeredWave(t *testing.T, i *instance, sizes []int, number func(team, person int) int, comment func(team, person int) string) (pulse.Wave, []string) {
	t.Helper()
	now := time.Now()
	plan := pulse.Plan{
		Title: "Sizes", OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(time.Hour), K: 5, Languages: []string{"en"},
		Nodes: []pulse.Node{{ID: "co", Name: "Whole"}, {ID: "d0", Parent: "co", Name: "North"}, {ID: "d1", Parent: "co", Name: "South"}},
		Questions: []pulse.Question{
			{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "I am proud"}},
			{Key: "why", Version: 1, Type: pulse.Comment, Text: map[string]string{"en": "Why?"}},
		},
	}
	teams := []string{}
	for n, size := range sizes {
		id := fmt.Sprintf("team%02d", n)
		teams = append(teams, id)
		plan.Nodes = append(plan.Nodes, pulse.Node{ID: id, Parent: fmt.Sprint("d", n%2), Name: "Crew " + id})
		for p := range size {
			plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint(id, "-", p), Team: id})
		}
	}
	w, key, err := i.Pulse.Launch(t.Context(), plan, "u1")
	require.NoError(t, err)
	for n, size := range sizes {
		for p := range size {
			person := fmt.Sprint(teams[n], "-", p)
			a := pulse.Answers{}.Number("proud", number(n, p))
			if text := comment(n, p); text != "" {
				a.Comment("why", text)
			}
			require.NoError(t, i.Pulse.Submit(t.Context(), pulse.Form{Wave: w.ID, Token: key.Token(person), Receipt: strings.Repeat(person+"/", 9)[:40], Revision: 1, Answers: a}))
		}
	}
	require.NoError(t, i.Pulse.Close(t.Context(), w.ID, "u1"))
	return w, teams
}

// Teams of one to twelve people, all of whom answered, are read in every form by everybody: below five there is no
// number, no other key, no place in an order; below ten nothing about who took part; and the audit finds nothing.
func TestTeamsOfOneToTwelveAreReadDirectly(t *testing.T) { onBoth(t, readTeamsDirectly) }

func readTeamsDirectly(t *testing.T, on func(*Config)) {
	i, _, _ := demo(t, on)
	sizes := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	w, teams := answeredWave(t, i, sizes, func(team, p int) int { return 1 + (team+p)%5 }, func(int, int) string { return "" })
	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	_, answer := hr.do("GET", "/waves/"+w.ID+"/results", nil)
	var raw struct {
		Rows []struct {
			NodeID string            `json:"node_id"`
			Rate   *int              `json:"response_percent"`
			Cells  []json.RawMessage `json:"cells"`
		} `json:"rows"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &raw))
	shown, order := 0, []string{}
	for _, row := range raw.Rows {
		order = append(order, row.NodeID)
		n := slices.Index(teams, row.NodeID)
		if n < 0 {
			continue
		}
		for _, cell := range row.Cells {
			if sizes[n] < 5 {
				require.JSONEq(t, `{"not_shown":true}`, string(cell))
			}
			if !strings.Contains(string(cell), "not_shown") {
				shown++
			}
			require.NotContains(t, string(cell), `"n":`)
		}
		if sizes[n] < 10 {
			require.Nil(t, row.Rate)
		}
	}
	require.Positive(t, shown)
	frozen := []string{}
	for _, n := range w.Nodes {
		frozen = append(frozen, n.ID)
	}
	require.Equal(t, frozen, order, "rows stand in the order of the chart, never of the scores")

	_, book := hr.do("GET", "/waves/"+w.ID+"/results/xlsx", nil)
	f, err := excelize.OpenReader(strings.NewReader(book))
	require.NoError(t, err)
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		require.NoError(t, err)
		beside := -1 // the column of the whole organisation, which stands beside every group
		for _, row := range rows {
			if i := slices.Index(row, "Whole organisation"); i > 0 {
				beside = i
			}
			for n := range 4 {
				if len(row) > 0 && strings.Contains(row[0], "Crew "+teams[n]) {
					for i, field := range row {
						if i == 0 || i == beside {
							continue
						}
						require.NotRegexp(t, `\d`, field, "team of %d", sizes[n])
					}
				}
			}
		}
	}
	a, err := i.RunAuditAs(t.Context(), nil)
	require.NoError(t, err, "%+v", a.Crawl)
	require.Zero(t, a.Crawl.Found)
	require.GreaterOrEqual(t, a.Smallest, 5)
}

// Words that only one person used stand in comments. Whatever is asked for, by whomever, no list gets shorter than the
// comments of its place, and no place has fewer than five of them from fewer than ten people.
func TestCanaryWordsInComments(t *testing.T) { onBoth(t, searchCanaryWords) }

func searchCanaryWords(t *testing.T, on func(*Config)) {
	i, _, _ := demo(t, on)
	sizes := []int{6, 9, 10, 12, 14, 5}
	wrote := map[string]int{}
	w, teams := answeredWave(t, i, sizes, func(_, p int) int { return 1 + p%5 }, func(team, p int) string {
		if p > 3+team {
			return ""
		}
		wrote[fmt.Sprint("team0", team)]++
		return fmt.Sprintf("canary-%d-%d marmalade", team, p)
	})
	scopes := map[string]org.Scope{"hr": org.Everything}
	for _, id := range teams {
		scopes[id] = org.Teams(id)
	}
	scopes["north"] = org.Teams("d0", teams[0], teams[2], teams[4])
	h, err := i.handler()
	require.NoError(t, err)
	read := func(s org.Scope, query string) map[string][]string {
		role := auth.Lead
		if s.All() {
			role = auth.HR
		}
		req := httptest.NewRequest(http.MethodGet, "/api/v1/waves/"+w.ID+"/results?"+query, nil)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req.WithContext(auth.Into(t.Context(), auth.Principal{ID: "x", Role: role, Scope: s, Locale: "en"})))
		if rec.Code >= 400 && rec.Code < 500 {
			return nil
		}
		require.Equal(t, http.StatusOK, rec.Code)
		var out v1.PulseResults
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &out))
		at := map[string][]string{}
		for _, c := range out.Comments {
			at[c.NodeId] = append(at[c.NodeId], c.Text)
		}
		return at
	}
	whole := read(org.Everything, "")
	require.NotEmpty(t, whole)
	for node, list := range whole {
		require.GreaterOrEqual(t, len(list), 5, node)
	}
	for who, s := range scopes {
		for _, q := range []string{"", "q=canary-2-1", "search=canary-2-1", "text=marmalade&limit=1", "sort=text&order=desc", "cursor=1&limit=1", "lang=he", "locale=pl&language=pl", "question=why&node_id=" + teams[3], "offset=3", "from=2020-01-01&to=2020-01-02"} {
			at := read(s, q)
			for node, list := range at {
				require.Equal(t, whole[node], list, "%s %s", who, q)
				require.True(t, s.Has(node))
			}
		}
	}
}

// Hostile parameters on every read route of the contract, as every role: no failure, and nothing that was not released.
func TestHostileParametersOnEveryReadRoute(t *testing.T) { onBoth(t, askWithHostileParameters) }

func askWithHostileParameters(t *testing.T, on func(*Config)) {
	i, _, wave, own := rehearsed(t, on)
	h, err := i.handler()
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	names := []string{"k", "node_id", "team_id", "team", "attribute", "from", "to", "limit", "offset", "cursor", "sort", "q", "min_n", "raw", "include", "fields", "group_by", "scope", "as_of", "depth", "wave_id", "period", "metric", "grain", "format"}
	for _, item := range doc.Paths.Map() {
		if item.Get != nil {
			for _, p := range item.Get.Parameters {
				if p.Value.In == "query" && !slices.Contains(names, p.Value.Name) {
					names = append(names, p.Value.Name)
				}
			}
		}
	}
	values := []string{"", "1", "0", "-1", "4", "true", "all", "*", own, wave.Id, "1 OR 1=1", `{"$ne":""}`, "../..", "2020-01-01", strings.Repeat("9", 40), "\x00", "\u202e\u0000\ufeff", "administrator", "%00", "csv", "1e309", "NaN"}
	r := rand.New(rand.NewPCG(9, uint64(len(t.Name())))) // the engines' names differ in length: each gets a round of its own
	fuzzed := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		q := req.URL.Query()
		for range 1 + r.IntN(3) {
			q.Set(names[r.IntN(len(names))], values[r.IntN(len(values))])
		}
		if r.IntN(4) > 0 { // the rest as it is, or nothing would be reached below the lists
			req = req.Clone(req.Context())
			req.URL.RawQuery = q.Encode()
		}
		h.ServeHTTP(w, req)
	})
	c, err := anonaudit.Run(t.Context(), anonaudit.Instance{Handler: fuzzed, Contract: contract, Ledger: i.Pulse}, nil)
	require.NoError(t, err, "a route failed")
	require.Zero(t, c.Found, "%+v", c.Findings)
	require.Positive(t, c.Figures)
}

// Every handler breaks, with a canary in its body: neither the log nor the page says what was sent.
func TestAPanicInAnyHandlerTellsNothing(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	e := web.NewEngine()
	v1.Mount(e.Group("/api/v1"), v1.Features{}, func(c *gin.Context) { // no service behind any handler
		c.Request = c.Request.WithContext(auth.Into(c.Request.Context(), auth.Principal{ID: "u", Role: auth.Admin, Scope: org.Everything, Locale: "en"}))
		c.Next()
	})
	const canary = "canary-8d2f-said-this"
	panics, routes := 0, 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			routes++
			target := "/api/v1" + path
			for _, name := range []string{"{id}", "{findingId}", "{name}", "{quarter}"} {
				target = strings.ReplaceAll(target, name, "x"+canary)
			}
			want := accessMatrix[op.OperationID]
			body := []byte(`{"name":"` + canary + `"}`)
			if want.body != nil {
				body, err = json.Marshal(planted(want.body, canary))
				require.NoError(t, err)
			}
			query := want.query
			if query == "" {
				query = "?" + url.Values{"q": {canary}}.Encode()
			}
			req := httptest.NewRequest(method, target+query, bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, req)
			require.NotContains(t, logged.String(), canary, op.OperationID)
			if rec.Code == http.StatusInternalServerError {
				panics++
				require.NotContains(t, rec.Body.String(), canary, op.OperationID)
				require.Equal(t, "internal", problem(t, rec.Body.String()).Code, op.OperationID)
			}
		}
	}
	require.Greater(t, panics, routes/2, "of %d routes", routes)
	require.Contains(t, logged.String(), "panic")
}

// planted puts a canary into every text of a body.
func planted(v any, canary string) any {
	switch x := v.(type) {
	case object:
		out := object{}
		for k, y := range x {
			out[k] = planted(y, canary)
		}
		return out
	case []object:
		out := []any{}
		for _, y := range x {
			out = append(out, planted(y, canary))
		}
		return out
	case string:
		if len(x) > 3 && !strings.Contains(x, "-") {
			return canary
		}
	}
	return v
}

// Comments in every script and out of none go in and come out as they were, in data and in the workbook, or are refused:
// none breaks a page, a file or the close.
func TestCommentsWithHostileCharacters(t *testing.T) { onBoth(t, commentWithHostileCharacters) }

func commentWithHostileCharacters(t *testing.T, on func(*Config)) {
	i, _, _ := demo(t, on)
	hostile := []string{
		"\x00NUL", "\u202eright to left override", "Zalgo\u0300\u0301\u0302\u0303\u0304\u0305", "👩‍👩‍👧‍👦🏳️‍🌈", "\ufeffBOM", "\x1b[31mred", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
		"שלום \u2067עולם\u2069", "\u2028line\u2029paragraph", "\ufffe\uffff noncharacters", "\ud7ff\ue000", strings.Repeat("𝔘", pulse.CommentLength), "' OR 1=1; --", "{\"$ne\":\"\"}", "ﷺﷺﷺ", "a\r\nb\tc",
	}
	taken := map[string]bool{}
	w, _ := answeredWave(t, i, []int{len(hostile) + 10}, func(_, p int) int { return 1 + p%5 }, func(_, p int) string {
		if p >= len(hostile) {
			return ""
		}
		taken[strings.TrimSpace(hostile[p])] = true
		return hostile[p]
	})
	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	inContract(t, hr, "/waves/"+w.ID+"/results")
	res := ask[v1.PulseResults](hr, "GET", "/waves/"+w.ID+"/results", nil)
	require.Len(t, res.Comments, len(hostile))
	for _, c := range res.Comments {
		require.True(t, taken[c.Text], "%q", c.Text)
	}
	_, book := hr.do("GET", "/waves/"+w.ID+"/results/xlsx", nil)
	f, err := excelize.OpenReader(strings.NewReader(book))
	require.NoError(t, err)
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		require.NoError(t, err)
		for _, row := range rows {
			for _, field := range row {
				require.False(t, strings.HasPrefix(field, "="), "a formula")
			}
		}
	}
	_, err = i.RunAuditAs(t.Context(), nil)
	require.NoError(t, err)
}
