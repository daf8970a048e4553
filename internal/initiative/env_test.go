package initiative_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"rapport/internal/panel/paneltest"

	"github.com/stretchr/testify/require"

	"rapport/internal/initiative"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type env struct {
	*initiative.Service
	store *sqlite.Store
	ops   *operation.Service
	now   time.Time
}

func newEnv(t testing.TB, teams []org.Team, src panel.Source, now string) *env {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
	require.NoError(t, err)
	ops := operation.NewService(s, time.Now)
	t.Cleanup(func() { ops.Close(); _ = s.Close() })
	e := &env{store: s, ops: ops, now: paneltest.Day(now)}
	e.Service = initiative.NewService(s, paneltest.Tree(teams), []panel.Source{src}, ops, func() time.Time { return e.now })
	return e
}

// sharedFolder is material beside the repository. Where it is promised (CI) and there but unusable, that is a failure;
// where it is absent the test says so.
func sharedFolder(t *testing.T, sub, file string) string {
	t.Helper()
	for _, base := range []string{"../../../shared", "../../../../shared"} {
		dir := filepath.Join(base, sub)
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			return dir
		}
		if _, err := os.Stat(base); err == nil && os.Getenv("CI") == "true" {
			t.Fatalf("%s is there but %s/%s cannot be used", base, sub, file)
		}
	}
	t.Skipf("left out: ../shared/%s is not beside the repository", sub)
	return ""
}

func readRows(t *testing.T, path string) (head map[string]int, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	head = map[string]int{}
	for i, h := range all[0] {
		head[h] = i
	}
	return head, all[1:]
}

// yearly loads columns of a file of unit × year.
func yearly(t *testing.T, path, unit string, columns map[string]series.Kind, people string) (*paneltest.Figures, []org.Team, func(unit, column string) string) {
	t.Helper()
	head, rows := readRows(t, path)
	src := &paneltest.Figures{}
	for key, kind := range columns {
		src.List = append(src.List, series.Metric{ID: key, Key: key, Name: key, Kind: kind, Aggregation: series.Mean, HigherIsBetter: true})
	}
	var teams []org.Team
	first := map[string][]string{}
	for _, r := range rows {
		id := r[head[unit]]
		if first[id] == nil {
			first[id] = r
			teams = append(teams, org.Team{ID: id, Name: id})
		}
		p, err := series.ParsePeriod(r[head["year"]])
		require.NoError(t, err)
		n := 0
		if people != "" {
			n, _ = strconv.Atoi(r[head[people]])
		}
		for key := range columns {
			if v, err := strconv.ParseFloat(r[head[key]], 64); err == nil {
				src.Rows = append(src.Rows, series.Value{MetricID: key, TeamID: id, Period: p, Value: v, N: n})
			}
		}
	}
	return src, teams, func(unit, column string) string { return first[unit][head[column]] }
}

func expectations(t *testing.T, dir string) map[string]float64 {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	require.NoError(t, err)
	var x struct {
		Expected map[string]float64 `json:"expected"`
	}
	require.NoError(t, json.Unmarshal(raw, &x))
	return x.Expected
}

// effectOf enters a plan, evaluates it and gives what is stored.
func effectOf(t *testing.T, e *env, plan initiative.Plan) (initiative.Evaluation, initiative.Effect) {
	t.Helper()
	ctx := context.Background()
	i, err := e.Add(ctx, "u1", plan)
	require.NoError(t, err)
	require.NoError(t, e.Evaluate(ctx, initiative.Order{By: "u1", Only: i.ID}))
	v, err := e.Get(ctx, i.ID)
	require.NoError(t, err)
	require.NotNil(t, v.Evaluation)
	return *v.Evaluation, v.Evaluation.Effects[0]
}

func checkOf(f initiative.Effect, key string) *initiative.Check {
	for k := range f.Checks {
		if f.Checks[k].Key == key {
			return &f.Checks[k]
		}
	}
	return nil
}
