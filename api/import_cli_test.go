package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/cli"
)

// command runs one command line against a database and gives its exit code and what it printed.
func command(t *testing.T, db string, args ...string) (code int, out, problems string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Main(args, cli.Env{Stdout: &stdout, Stderr: &stderr, Lang: "en_GB.UTF-8", Open: func(ctx context.Context) (*cli.Services, func(), error) {
		a, err := build(ctx, Config{DB: db, Keys: filepath.Join(t.TempDir(), "keys"), From: "Rapport <r@example.org>"})
		if err != nil {
			return nil, nil, err
		}
		return &a.Services, a.close, nil
	}})
	return code, stdout.String(), stderr.String()
}

func TestImportByCommand(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "x.db")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	file := write("figures.csv", figuresFile)
	code, out, problems := command(t, db, "import", "series", "-file", file, "-suggest")
	require.Equal(t, cli.ExitOK, code, problems)
	mapping := write("map.json", out)
	code, _, problems = command(t, db, "import", "series", "-file", file)
	require.Equal(t, cli.ExitUsage, code)
	require.Contains(t, problems, "usage:")

	counts := func(args ...string) map[string]any {
		t.Helper()
		code, out, problems := command(t, db, append([]string{"import", "series", "-file", file, "-map", mapping, "-json"}, args...)...)
		require.Equal(t, cli.ExitOK, code, problems)
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(out), &m))
		return m
	}
	require.EqualValues(t, 3, counts("-dry-run")["imported"])
	first := counts()
	require.EqualValues(t, 3, first["rows"])
	require.EqualValues(t, 3, first["imported"])
	again := counts()
	require.EqualValues(t, 0, again["imported"])
	require.EqualValues(t, 3, again["unchanged"])
	require.EqualValues(t, 0, again["queued"])

	bad := write("bad.csv", figuresFile+"South,2025-02,9,good,1\nWest,2025-02,9,3,1\n")
	m := write("strict.json", string(bytes.Replace([]byte(out), []byte(`"create_teams": true`), []byte(`"create_teams": false`), 1)))
	code, out, problems = command(t, db, "import", "series", "-file", bad, "-map", m, "-json")
	require.Equal(t, cli.ExitRefused, code)
	var res map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &res))
	require.EqualValues(t, 0, res["imported"])
	require.EqualValues(t, 2, res["rejected"])
	require.Contains(t, problems, `line 5, column engagement: "good": `)
	require.Contains(t, problems, `line 6, column team: "West": `)

	code, _, problems = command(t, db, "import", "series", "-file", filepath.Join(dir, "nothing.csv"), "-map", mapping)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, problems, "cannot be read")
	code, _, problems = command(t, db, "import", "series", "-file", file, "-map", write("m.json", `{"kind":"series","colour":1}`))
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, problems, "colour")
}

func TestHospitalTrustsByCommand(t *testing.T) {
	file := filepath.Join("..", "..", "shared", "real", "nhs-trusts-2012-2019.csv")
	if _, err := os.Stat(file); err != nil {
		if _, folder := os.Stat(filepath.Join("..", "..", "shared")); folder == nil && os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("real files left out: there is no ../shared/real")
	}
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "x.db")
	code, out, problems := command(t, db, "import", "series", "-file", file, "-suggest")
	require.Equal(t, cli.ExitOK, code, problems)
	mapping := filepath.Join(dir, "map.json")
	require.NoError(t, os.WriteFile(mapping, []byte(out), 0o600))
	code, out, problems = command(t, db, "import", "series", "-file", file, "-map", mapping, "-json")
	require.Equal(t, cli.ExitOK, code, problems)
	require.Contains(t, out, `"imported": 1084`)
	require.Contains(t, out, `"teams_created": 146`)
}

// A finished survey goes in by command, is released, and a second time it is refused.
func TestSurveyByCommand(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "x.db")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	people := "id,team,joined\n1,North,2024-01-01\n2,South,2024-01-01\n"
	code, _, problems := command(t, db, "import", "employees", "-file", write("people.csv", people), "-create-teams")
	require.Equal(t, cli.ExitOK, code, problems)
	rows := "Team,Satisfied,Comment\n"
	for i := range 24 {
		rows += []string{"North", "South"}[i%2] + "," + []string{"1", "2", "3", "4", "5"}[i%5] + ",said-" + string(rune('a'+i)) + "\n"
	}
	file := write("survey.csv", rows)
	code, out, problems := command(t, db, "import", "survey", "-file", file, "-suggest")
	require.Equal(t, cli.ExitOK, code, problems)
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &m))
	survey, _ := m["survey"].(map[string]any)
	survey["title"], survey["on"] = "Spring", "2025-03-31"
	whole, err := json.Marshal(m)
	require.NoError(t, err)
	mapping := write("map.json", string(whole))
	code, out, problems = command(t, db, "import", "survey", "-file", file, "-map", mapping, "-json")
	require.Equal(t, cli.ExitOK, code, problems)
	var res map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &res))
	require.EqualValues(t, 24, res["imported"])
	require.NotEmpty(t, res["wave_id"])
	code, _, problems = command(t, db, "import", "survey", "-file", file, "-map", mapping)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, problems, "released once")
	files, err := filepath.Glob(filepath.Join(dir, "x.db*"))
	require.NoError(t, err)
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NotContains(t, string(b), "North,1,", "no row is anywhere in the database")
	}
}
