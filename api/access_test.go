package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/auth"
	"rapport/internal/org"
	"rapport/internal/store/sqlite/sqlitetest"
)

// instance is the whole program on a fresh database, as `rapport serve` builds it.
type instance struct {
	*app
	url string
}

func newInstance(t testing.TB, change func(*Config)) *instance {
	t.Helper()
	dir := t.TempDir()
	cfg := Config{DB: "sqlite:" + filepath.Join(dir, "t.db"), Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys")}
	if change != nil {
		change(&cfg)
	}
	if path, ok := strings.CutPrefix(cfg.DB, "sqlite:"); ok {
		sqlitetest.Empty(t, path)
	}
	a, err := build(context.Background(), cfg)
	require.NoError(t, err)
	h, err := a.handler()
	require.NoError(t, err)
	srv := httptest.NewServer(h)
	t.Cleanup(func() { srv.Close(); a.close() })
	return &instance{a, srv.URL}
}

// caller is a browser or another program.
type caller struct {
	t      *testing.T
	client *http.Client
	url    string
	header http.Header
}

func (i *instance) caller(t *testing.T) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &caller{t, &http.Client{Jar: jar, Timeout: time.Minute}, i.url, http.Header{}}
}

// do sends a request to the API; body nil sends none, a string goes as it is, anything else as JSON.
func (c *caller) do(method, path string, body any) (status int, answer string) {
	c.t.Helper()
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		r, kind = strings.NewReader(b), "application/octet-stream"
	default:
		j, err := json.Marshal(b)
		require.NoError(c.t, err)
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, c.url+"/api/v1"+path, r)
	require.NoError(c.t, err)
	for k, v := range c.header {
		req.Header[k] = v
	}
	if r != nil {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.client.Do(req)
	require.NoError(c.t, err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	return res.StatusCode, string(b)
}

// ask decodes the answer of a request that must succeed.
func ask[T any](c *caller, method, path string, body any) T {
	c.t.Helper()
	status, answer := c.do(method, path, body)
	require.Less(c.t, status, 300, "%s %s: %s", method, path, answer)
	var out T
	if answer != "" {
		require.NoError(c.t, json.Unmarshal([]byte(answer), &out))
	}
	return out
}

type object = map[string]any

// demo is a demo instance with two teams, of which the lead sees the first.
func demo(t *testing.T, on ...func(*Config)) (i *instance, own, foreign org.Team) {
	t.Helper()
	i = newInstance(t, func(c *Config) {
		c.Demo = true
		for _, change := range on {
			change(c)
		}
	})
	ctx := context.Background()
	var err error
	own, err = i.Org.CreateTeam(ctx, "u", org.NewTeam{Name: "Own"})
	require.NoError(t, err)
	foreign, err = i.Org.CreateTeam(ctx, "u", org.NewTeam{Name: "Foreign"})
	require.NoError(t, err)
	require.NoError(t, i.Auth.EnsureDemoUsers(ctx, nil, []string{own.ID}))
	return i, own, foreign
}

// Every operation of the contract × nobody, every role and a key of it: who may not is refused with 401 or 403, who may
// is not. An operation without an entry in accessMatrix fails.
func TestAccessMatrix(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	routes := map[string]string{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			routes[op.OperationID] = method + " " + path
		}
	}
	for id := range accessMatrix {
		require.Contains(t, routes, id, "accessMatrix names an operation that the contract does not have")
	}
	i, _, _ := demo(t)
	callers := map[auth.Role]*caller{}
	for _, r := range auth.Roles {
		callers[r] = i.caller(t)
		ask[v1.Session](callers[r], "POST", "/session/demo", object{"role": r})
	}
	for id, route := range routes {
		t.Run(id, func(t *testing.T) {
			want, ok := accessMatrix[id]
			require.True(t, ok, "%s (%s) has no entry in accessMatrix: say who may use it", id, route)
			method, path, _ := strings.Cut(route, " ")
			for _, name := range []string{"{id}", "{findingId}", "{name}"} {
				path = strings.ReplaceAll(path, name, "none")
			}
			status, answer := i.caller(t).do(method, path+want.query, want.body)
			if want.public {
				require.NotEqual(t, http.StatusForbidden, status, answer)
				return
			}
			require.Equal(t, http.StatusUnauthorized, status, "nobody: %s", answer)
			for _, r := range auth.Roles {
				c := callers[r]
				c.t = t
				if want.fresh {
					c = i.caller(t)
					ask[v1.Session](c, "POST", "/session/demo", object{"role": r})
				}
				if may := slices.Contains(want.roles, r); may && !written(id) {
					continue
				}
				status, answer := c.do(method, path+want.query, want.body)
				if !slices.Contains(want.roles, r) {
					require.Equal(t, http.StatusForbidden, status, "%s may not: %s", r, answer)
					continue
				}
				require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, status, "%s may: %s", r, answer)
				require.Less(t, status, 500, "%s: %s", r, answer)
			}
			if !written(id) {
				t.Logf("%s: its handler is not written yet; only the refusals were tried", id)
			}
		})
	}
}

// written reports whether Server has a handler of its own for an operation.
func written(id string) bool {
	m, ok := reflect.TypeFor[*v1.Server]().MethodByName(strings.ToUpper(id[:1]) + id[1:])
	if !ok {
		return false
	}
	pc := m.Func.Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return file != "<autogenerated>"
}

// A lead asks for what lies outside the teams in scope: it does not exist for them.
func TestALeadSeesOnlyTeamsInScope(t *testing.T) {
	i, own, foreign := demo(t)
	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	list := ask[v1.TeamList](lead, "GET", "/teams?closed=true", nil)
	require.Len(t, list.Items, 1)
	require.Equal(t, own.ID, list.Items[0].Id)
	require.Equal(t, own.ID, ask[v1.TeamDetail](lead, "GET", "/teams/"+own.ID, nil).Team.Id)
	status, answer := lead.do("GET", "/teams/"+foreign.ID, nil)
	require.Equal(t, http.StatusNotFound, status, answer)
	require.NotContains(t, answer, "Foreign")
	for _, path := range []string{"/employees?team_id=" + own.ID, "/partners", "/users"} {
		status, answer := lead.do("GET", path, nil)
		require.Equal(t, http.StatusForbidden, status, "%s: %s", path, answer)
	}
}

// What lies outside a lead's teams shows in no list, no figure and no file.
func TestForeignFiguresStayForeign(t *testing.T) {
	i, own, foreign := demo(t)
	hr, lead, cx := i.caller(t), i.caller(t), i.caller(t)
	for role, c := range map[string]*caller{"hr": hr, "lead": lead, "cx": cx} {
		ask[v1.Session](c, "POST", "/session/demo", object{"role": role})
	}
	metric := ask[v1.Metric](hr, "POST", "/metrics", object{"key": "margin", "name": "Margin", "kind": "money", "higher_is_better": true, "aggregation": "mean"})
	var items []object
	for _, team := range []string{own.ID, foreign.ID} {
		for _, period := range []string{"2025-01", "2025-02", "2025-03"} {
			items = append(items, object{"team": team, "period": period, "metric": "margin", "value": 12.5})
		}
	}
	require.Equal(t, 6, ask[v1.ImportResult](hr, "POST", "/values", object{"items": items}).Imported)
	require.Len(t, ask[v1.ValueList](hr, "GET", "/metrics/"+metric.Id+"/values", nil).Items, 6)
	seen := ask[v1.ValueList](lead, "GET", "/metrics/"+metric.Id+"/values", nil)
	require.Len(t, seen.Items, 3)
	for _, v := range seen.Items {
		require.Equal(t, own.ID, v.TeamId)
	}
	status, answer := lead.do("GET", "/metrics/"+metric.Id+"/values?team_id="+foreign.ID, nil)
	require.NotContains(t, answer, "12.5", "%d", status)

	up := ask[v1.Upload](hr, "POST", "/uploads?name=x.csv", "team,period,margin\nOwn,2025-04,1\n")
	for _, path := range []string{"/uploads/" + up.Id + "/preview"} {
		status, answer := cx.do("POST", path, object{"kind": "series"})
		require.Equal(t, http.StatusNotFound, status, "somebody else's upload: %s", answer)
	}
	op := ask[v1.Operation](hr, "POST", "/imports", object{"upload_id": up.Id, "dry_run": true, "mapping": object{
		"kind": "series", "team": "team", "period": "period", "grain": "month",
		"metrics": []object{{"column": "margin", "metric": "margin", "kind": "money", "higher_is_better": true, "aggregation": "mean"}},
	}})
	for _, c := range []*caller{cx, lead} {
		status, answer := c.do("GET", "/operations/"+op.Id, nil)
		require.Equal(t, http.StatusNotFound, status, "somebody else's operation: %s", answer)
	}
	status, answer = cx.do("POST", "/imports", object{"upload_id": up.Id, "mapping": object{"kind": "employees", "columns": object{"external_id": "team", "team": "team"}}})
	require.Equal(t, http.StatusForbidden, status, "the CX role brings in no people: %s", answer)
}
