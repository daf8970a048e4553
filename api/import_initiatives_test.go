package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/cli"
)

// A ledger comes in by command: figures first, then who is reached by what at which cost; what is wrong is refused with
// line and column, and reading the same file again changes nothing.
func TestImportInitiativesByCommand(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "x.db")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	figures := write("figures.csv", "team,period,satisfaction\nNorth,2025-01,70\nSouth,2025-01,71\n")
	mapping := write("map.json", `{"kind":"series","team":"team","period":"period","create_teams":true,"metrics":[{"column":"satisfaction","metric":"satisfaction","kind":"cx","higher_is_better":true,"aggregation":"mean"}]}`)
	code, _, problems := command(t, db, "import", "series", "-file", figures, "-map", mapping)
	require.Equal(t, cli.ExitOK, code, problems)

	file := write("ledger.csv", "name,purpose,side,outcome,ends on,team,starts on,cost name,cost kind,cost date,amount,hours\nCoaching,skills,employee,satisfaction,2026-12-31,North,2026-01-01,coaches,money,2026-01-01,60000,\nCoaching,,,,,,,hours,hours,2026-01-01,45,1200\n")
	counts := func(args ...string) map[string]any {
		t.Helper()
		code, out, problems := command(t, db, append([]string{"import", "initiatives", "-file", file, "-json"}, args...)...)
		require.Equal(t, cli.ExitOK, code, problems)
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(out), &m))
		return m
	}
	require.EqualValues(t, 2, counts("-dry-run")["imported"])
	require.EqualValues(t, 2, counts()["imported"])
	require.EqualValues(t, 2, counts()["unchanged"])

	bad := write("bad.csv", "name,purpose,side,outcome,ends on,team,starts on,cost name,cost date,amount,currency\nTraining,skills,employee,satisfaction,2026-12-31,South,2026-01-01,coaches,2026-01-01,-5,PLN\n")
	code, _, problems = command(t, db, "import", "initiatives", "-file", bad)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, problems, "A cost cannot be negative")
	require.Contains(t, problems, "everything else in EUR")
	require.Contains(t, problems, "line 2")
}
