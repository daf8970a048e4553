package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
)

// importBench is the whole server on a fresh SQLite file, spoken to over HTTP by API keys.
type importBench struct {
	t   *testing.T
	url string
	dir string
	app *app
}

func newImportBench(t *testing.T) *importBench {
	t.Helper()
	dir := t.TempDir()
	a, err := build(context.Background(), Config{DB: "sqlite:" + filepath.Join(dir, "x.db"), URL: "http://127.0.0.1", Keys: filepath.Join(dir, "keys"), From: "Rapport <r@example.org>"})
	require.NoError(t, err)
	h, err := a.handler()
	require.NoError(t, err)
	srv := httptest.NewServer(h)
	t.Cleanup(func() { srv.Close(); a.close() })
	return &importBench{t: t, url: srv.URL + "/api/v1", dir: dir, app: a}
}

// as gives a caller with a key of a role.
func (b *importBench) as(r auth.Role) *importCaller {
	b.t.Helper()
	_, secret, err := b.app.Auth.CreateKey(context.Background(), auth.System("test"), "test "+string(r), r)
	require.NoError(b.t, err)
	return &importCaller{b: b, secret: secret}
}

type importCaller struct {
	b      *importBench
	secret string
}

// do sends a request and reads the JSON answer.
func (c *importCaller) do(method, path, contentType string, body io.Reader) (int, map[string]any) {
	c.b.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, c.b.url+path, body)
	require.NoError(c.b.t, err)
	req.Header.Set("Authorization", "Bearer "+c.secret)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.b.t, err)
	defer func() { _ = res.Body.Close() }()
	out := map[string]any{}
	b, err := io.ReadAll(res.Body)
	require.NoError(c.b.t, err)
	if len(b) > 0 {
		require.NoError(c.b.t, json.Unmarshal(b, &out), string(b))
	}
	return res.StatusCode, out
}

func (c *importCaller) json(method, path string, body any) (int, map[string]any) {
	c.b.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(c.b.t, err)
	return c.do(method, path, "application/json", bytes.NewReader(raw))
}

func (c *importCaller) upload(name string, body []byte) string {
	c.b.t.Helper()
	code, out := c.do(http.MethodPost, "/uploads?name="+name, "application/octet-stream", bytes.NewReader(body))
	require.Equal(c.b.t, http.StatusCreated, code, out)
	return out["id"].(string)
}

// run starts an import and follows it to its end.
func (c *importCaller) run(order map[string]any) map[string]any {
	c.b.t.Helper()
	code, op := c.json(http.MethodPost, "/imports", order)
	require.Equal(c.b.t, http.StatusAccepted, code, op)
	require.Eventually(c.b.t, func() bool {
		_, op = c.do(http.MethodGet, "/operations/"+op["id"].(string), "", nil)
		return op["state"] != "running"
	}, time.Minute, 5*time.Millisecond)
	return op
}

const figuresFile = "team,period,n,engagement,nps\nNorth,2025-01,12,3.9,20\nNorth,2025-02,4,4.1,25\nSouth,2025-01,9,3.2,\n"

func TestAFileGoesInByTheAPIAndOutAgain(t *testing.T) {
	b := newImportBench(t)
	c := b.as(auth.Admin)
	id := c.upload("figures.csv", []byte(figuresFile))
	code, p := c.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "series"})
	require.Equal(t, http.StatusOK, code, p)
	require.Len(t, p["rows"], 3)
	m := p["mapping"].(map[string]any)
	require.Equal(t, "team", m["team"])
	require.Equal(t, "n", m["respondents"])
	require.Equal(t, true, m["create_teams"])

	dry := c.run(map[string]any{"upload_id": id, "mapping": m, "dry_run": true})
	require.Equal(t, "done", dry["state"], dry)
	require.EqualValues(t, 3, dry["import"].(map[string]any)["imported"])
	_, list := c.do(http.MethodGet, "/metrics", "", nil)
	require.Empty(t, list["items"])

	op := c.run(map[string]any{"upload_id": id, "mapping": m, "correlate": true})
	require.Equal(t, "done", op["state"], op)
	res := op["import"].(map[string]any)
	require.EqualValues(t, 3, res["imported"])
	require.EqualValues(t, 1, res["held_back"])
	require.NotEmpty(t, res["run_id"], "correlated at once")
	code, _ = c.do(http.MethodGet, "/runs/"+res["run_id"].(string), "", nil)
	require.Equal(t, http.StatusOK, code)

	_, list = c.do(http.MethodGet, "/metrics", "", nil)
	items := list["items"].([]any)
	require.Len(t, items, 2)
	engagement := items[0].(map[string]any)
	require.Equal(t, "engagement", engagement["key"])
	require.EqualValues(t, 2, engagement["teams"])
	require.Equal(t, "2025-01", engagement["first_period"])
	var values []any
	for cursor := ""; ; {
		code, page := c.do(http.MethodGet, "/metrics/"+engagement["id"].(string)+"/values?limit=1&cursor="+cursor, "", nil)
		require.Equal(t, http.StatusOK, code, page)
		values = append(values, page["items"].([]any)...)
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		cursor = next
	}
	require.Len(t, values, 3)
	hidden := 0
	for _, v := range values {
		if x := v.(map[string]any); x["not_shown"] == true {
			hidden++
			require.NotContains(t, x, "value")
			require.NotContains(t, x, "n")
		}
	}
	require.Equal(t, 1, hidden, "four respondents are too few")

	code, imp := c.do(http.MethodGet, "/imports/"+res["import_id"].(string), "", nil)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, "done", imp["state"])
	require.Equal(t, true, imp["can_undo"])
	_, maps := c.do(http.MethodGet, "/mappings", "", nil)
	require.Len(t, maps["items"], 1)
	code, imp = c.do(http.MethodDelete, "/imports/"+res["import_id"].(string), "", nil)
	require.Equal(t, http.StatusOK, code, imp)
	require.Equal(t, "undone", imp["state"])
	_, list = c.do(http.MethodGet, "/metrics", "", nil)
	require.Empty(t, list["items"])
	_, teams := c.do(http.MethodGet, "/teams", "", nil)
	require.Empty(t, teams["items"])
}

func TestBadImportsAreExplained(t *testing.T) {
	b := newImportBench(t)
	c := b.as(auth.Admin)
	code, out := c.do(http.MethodPost, "/uploads?name=x.csv", "application/octet-stream", bytes.NewReader(nil))
	require.Equal(t, http.StatusUnprocessableEntity, code)
	require.Equal(t, "file_empty", out["code"])
	id := c.upload("x.csv", []byte("team,period,nps\nA,2025-01,good\n"))
	_, p := c.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "series"})
	m := p["mapping"].(map[string]any)
	m["metrics"] = []any{map[string]any{"column": "nps", "metric": "nps", "kind": "cx", "higher_is_better": true, "aggregation": "mean"}}
	m["team"], m["period"] = "team", "period"
	op := c.run(map[string]any{"upload_id": id, "mapping": m})
	require.Equal(t, "failed", op["state"])
	problem := op["problem"].(map[string]any)
	require.Equal(t, "import_rejected", problem["code"])
	row := op["import"].(map[string]any)["errors"].([]any)[0].(map[string]any)
	require.EqualValues(t, 2, row["line"])
	require.Equal(t, "nps", row["column"])
	require.Equal(t, "good", row["value"])
	require.NotEmpty(t, row["detail"])

	hr := b.as(auth.HR)
	code, _ = hr.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "series"})
	require.Equal(t, http.StatusNotFound, code, "another one's file")
	id = hr.upload("x.csv", []byte("team,period,nps\nA,2025-01,3\n"))
	op = hr.run(map[string]any{"upload_id": id, "mapping": m})
	require.Equal(t, "failed", op["state"])
	require.Equal(t, "import_not_allowed", op["problem"].(map[string]any)["code"])
	code, _ = hr.json(http.MethodPost, "/imports", map[string]any{"upload_id": id, "mapping": map[string]any{"kind": "series", "colour": "red"}})
	require.Equal(t, http.StatusUnprocessableEntity, code)
	executive := b.as(auth.Executive)
	code, _ = executive.do(http.MethodGet, "/imports", "", nil)
	require.Equal(t, http.StatusForbidden, code)
}

func TestTheGridPutsFiguresIn(t *testing.T) {
	b := newImportBench(t)
	c := b.as(auth.Admin)
	code, team := c.json(http.MethodPost, "/teams", map[string]any{"name": "North"})
	require.Equal(t, http.StatusCreated, code, team)
	code, metric := c.json(http.MethodPost, "/metrics", map[string]any{"key": "wait", "name": "Waiting time", "kind": "cx", "unit": "min", "higher_is_better": false, "aggregation": "mean"})
	require.Equal(t, http.StatusCreated, code, metric)
	put := func(query string, items ...map[string]any) (int, map[string]any) {
		return c.json(http.MethodPost, "/values"+query, map[string]any{"items": items})
	}
	item := func(team, period string, v float64) map[string]any {
		return map[string]any{"team": team, "period": period, "metric": "wait", "value": v, "n": 10}
	}
	code, out := put("?dry_run=true", item("North", "2025-01", 3), item("Nowhere", "2025-01", 3), item("North", "2025-13", 3))
	require.Equal(t, http.StatusOK, code, out)
	require.EqualValues(t, 2, out["rejected"])
	code, out = put("", item("North", "2025-01", 3), item("Nowhere", "2025-01", 3))
	require.Equal(t, http.StatusUnprocessableEntity, code)
	require.Equal(t, "/items/1/team", out["errors"].([]any)[0].(map[string]any)["pointer"])
	code, out = put("", item("North", "2025-01", 3), item("North", "2025-01", 4))
	require.Equal(t, http.StatusUnprocessableEntity, code)
	require.Equal(t, "figure_item_twice", out["errors"].([]any)[0].(map[string]any)["code"])
	code, out = put("", item("North", "2025-01", 3), item(team["id"].(string), "2025-02", 4))
	require.Equal(t, http.StatusOK, code, out)
	require.EqualValues(t, 2, out["imported"])
	_, out = put("", item("North", "2025-01", 3), item("North", "2025-02", 5))
	require.EqualValues(t, 1, out["imported"])
	require.EqualValues(t, 1, out["unchanged"])

	code, changed := c.json(http.MethodPut, "/metrics/"+metric["id"].(string), map[string]any{"key": "wait", "name": "Waiting time", "kind": "cx", "unit": "h", "higher_is_better": false, "aggregation": "mean", "version": 1})
	require.Equal(t, http.StatusOK, code, changed)
	require.EqualValues(t, 2, changed["version"])
	code, changed = c.json(http.MethodPut, "/metrics/"+metric["id"].(string), map[string]any{"key": "wait", "name": "Waiting time", "kind": "cx", "unit": "d", "higher_is_better": false, "aggregation": "mean", "version": 1})
	require.Equal(t, http.StatusConflict, code, changed)

	code, event := c.json(http.MethodPost, "/events", map[string]any{"on": "2025-01-15", "until": "2025-01-20", "title": "Strike", "kind": "labour_market"})
	require.Equal(t, http.StatusCreated, code, event)
	code, event = c.json(http.MethodPost, "/events", map[string]any{"on": "2025-01-15", "until": "2025-01-02", "title": "Strike", "kind": "labour_market"})
	require.Equal(t, http.StatusUnprocessableEntity, code, event)
	_, events := c.do(http.MethodGet, "/events", "", nil)
	require.Len(t, events["items"], 1)
}

func TestImportsOfPeopleAreOnTheListToo(t *testing.T) {
	b := newImportBench(t)
	c := b.as(auth.Admin)
	file := []byte("external_id,name,team,joined_on\n1,Ann,North,2020-01-01\n2,Ben,South,2021-01-01\n")
	id := c.upload("people.csv", file)
	code, p := c.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "employees"})
	require.Equal(t, http.StatusOK, code, p)
	op := c.run(map[string]any{"upload_id": id, "mapping": p["mapping"]})
	require.Equal(t, "done", op["state"], op)
	_, list := c.do(http.MethodGet, "/imports", "", nil)
	items := list["items"].([]any)
	require.Len(t, items, 1)
	imp := items[0].(map[string]any)
	require.Equal(t, "employees", imp["kind"])
	require.Equal(t, "people.csv", imp["source"])
	require.Equal(t, "test admin", imp["by"], "people are named, not numbered")
	require.Equal(t, false, imp["can_undo"])
	code, out := c.do(http.MethodDelete, "/imports/"+imp["id"].(string), "", nil)
	require.Equal(t, http.StatusConflict, code)
	require.Equal(t, "import_not_undoable", out["code"])
	id = c.upload("people.csv", file)
	_, p = c.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "employees"})
	require.Equal(t, true, p["remembered"])
}
