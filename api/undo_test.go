package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/cli"
	"rapport/internal/org"
)

// A team that came with an import of figures stays when the import is undone, if answers of customers rest on it.
func TestUndoingFiguresLeavesTheTeamsOfAnswers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "u.db")
	put := func(kind, text string) string {
		t.Helper()
		file, mapping := filepath.Join(dir, kind+".csv"), filepath.Join(dir, kind+".json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		code, out, problems := command(t, db, "import", kind, "-file", file, "-suggest")
		require.Equal(t, cli.ExitOK, code, problems)
		require.NoError(t, os.WriteFile(mapping, []byte(out), 0o600))
		code, out, problems = command(t, db, "import", kind, "-file", file, "-map", mapping, "-json")
		require.Equal(t, cli.ExitOK, code, "%s %s", out, problems)
		var r struct {
			ID       string `json:"import_id"`
			Imported int    `json:"imported"`
		}
		require.NoError(t, json.Unmarshal([]byte(out), &r))
		require.Positive(t, r.Imported, out)
		return r.ID
	}
	figures := put("series", "team,month,csat\nNorth,2025-01,4.1\nSouth,2025-01,3.9\n")
	put("feedback", "review_id,answered_at,score,team\nr1,2025-01-10,5,North\nr2,2025-01-11,4,North\n")

	cfg := Config{DB: db, Addr: "127.0.0.1:0", From: "Rapport <rapport@example.com>", Keys: filepath.Join(dir, "keys"), Zone: "UTC"}
	a, err := build(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(a.close)
	require.NoError(t, a.Series.Undo(ctx, auth.System("test"), figures))
	teams, err := a.Org.Teams(ctx, org.Everything)
	require.NoError(t, err)
	require.Len(t, teams, 1)
	require.Equal(t, "North", teams[0].Name, "South went with the figures, North has answers")
}
