package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
)

// A file that waits to be imported is sealed, whatever it holds, and a survey's rows pass the release and are gone.
func TestSurveyByUploadAndRows(t *testing.T) {
	b := newImportBench(t)
	hr := b.as(auth.HR)
	hr.run(map[string]any{"upload_id": hr.upload("p.csv", []byte("id,team,joined\n1,North,2024-01-01\n2,South,2024-01-01\n")), "mapping": map[string]any{
		"kind": "employees", "create_teams": true, "columns": map[string]any{"external_id": "id", "team": "team", "joined_on": "joined"},
	}})
	rows, list := "Team,Satisfied,Comment\n", []map[string]string{}
	for i := range 24 {
		team, said := []string{"North", "South"}[i%2], fmt.Sprintf("canary-%02d", i)
		rows += fmt.Sprintf("%s,%d,%s\n", team, 1+i%5, said)
		list = append(list, map[string]string{"Team": team, "Satisfied": fmt.Sprint(1 + i%5), "Comment": said})
	}
	id := hr.upload("survey.csv", []byte(rows))
	requireNowhere(t, b.dir, "canary-")
	_, p := hr.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "survey"})
	mapping, _ := p["mapping"].(map[string]any)
	survey, _ := mapping["survey"].(map[string]any)
	survey["title"], survey["on"] = "Spring", "2025-03-31"
	op := hr.run(map[string]any{"upload_id": id, "mapping": mapping})
	res, _ := op["import"].(map[string]any)
	require.EqualValues(t, 24, res["imported"], "%v", op)
	code, results := hr.json(http.MethodGet, "/waves/"+fmt.Sprint(res["wave_id"])+"/results", nil)
	require.Equal(t, http.StatusOK, code)
	require.NotEmpty(t, results["rows"])
	left, err := filepath.Glob(filepath.Join(b.dir, "keys", "*"))
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, ".release", filepath.Ext(left[0]), "its key is gone, a copy of what was published stays")

	code, out := hr.json(http.MethodPost, "/surveys", map[string]any{"mapping": mapping, "rows": list})
	require.Equal(t, http.StatusConflict, code)
	require.Equal(t, "survey_already_released", out["code"])
	survey["on"] = "2025-06-30"
	code, out = hr.json(http.MethodPost, "/surveys", map[string]any{"mapping": mapping, "rows": list})
	require.Equal(t, http.StatusOK, code, "%v", out)
	require.EqualValues(t, 24, out["imported"])
	list[3]["Satisfied"] = "canary-9"
	survey["on"] = "2025-09-30"
	code, out = hr.json(http.MethodPost, "/surveys", map[string]any{"mapping": mapping, "rows": list})
	require.Equal(t, http.StatusUnprocessableEntity, code, "%v", out)
	require.NotContains(t, fmt.Sprint(out), "canary-9")
	requireNowhere(t, b.dir, "canary-9")
	code, _ = b.as(auth.CX).json(http.MethodPost, "/surveys", map[string]any{"mapping": mapping, "rows": list})
	require.Equal(t, http.StatusForbidden, code)
}

// requireNowhere looks for a word in every file of a folder, the keys' included.
func requireNowhere(t *testing.T, dir, word string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all, err := os.ReadFile(path)
		require.False(t, strings.Contains(string(all), word), "%s holds %q", path, word)
		return err
	}))
}
