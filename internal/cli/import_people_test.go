package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"rapport/internal/cli"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/store/sqlite"
)

// peopleWorld runs commands on one real database in a folder of their own.
type peopleWorld struct {
	t   *testing.T
	dir string
}

func (w peopleWorld) file(name, body string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	require.NoError(w.t, os.WriteFile(path, []byte(body), 0o600))
	return path
}

func (w peopleWorld) run(args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	var out, errOut bytes.Buffer
	code = cli.Main(args, cli.Env{Stdout: &out, Stderr: &errOut, Open: func(ctx context.Context) (*cli.Services, func(), error) {
		st, err := sqlite.Open(ctx, filepath.Join(w.dir, "t.db"))
		if err != nil {
			return nil, nil, err
		}
		return &cli.Services{Org: org.NewService(st, time.Now), Intake: intake.NewService(st, time.Now)}, func() { _ = st.Close() }, nil
	}})
	return code, out.String(), errOut.String()
}

func TestImportEmployeesByCommand(t *testing.T) {
	w := peopleWorld{t, t.TempDir()}
	hr := w.file("hr.csv", "Employee ID;Full name;Department;Hire date\n1;Ada;North;2020-01-31\n2;Bo;South;2021-02-15\n")
	code, out, _ := w.run("import", "employees", "-file", hr, "-suggest")
	require.Zero(t, code)
	m, err := intake.ParseMapping([]byte(out))
	require.NoError(t, err)
	require.True(t, m.CreateTeams, "while the organisation is empty")
	mapping := w.file("map.json", out)

	var res struct{ Rows, Imported, Unchanged, Rejected, Queued int }
	result := func(args ...string) int {
		t.Helper()
		code, out, errOut := w.run(append([]string{"import", "employees", "-json", "-map", mapping}, args...)...)
		require.NoError(t, json.Unmarshal([]byte(out), &res), "%s %s", out, errOut)
		return code
	}
	require.Zero(t, result("--file", hr, "--dry-run"))
	require.Equal(t, 2, res.Imported)
	require.Zero(t, result("-file", hr))
	require.Equal(t, 2, res.Imported)
	require.Zero(t, result("-file", hr))
	require.Equal(t, []int{0, 2}, []int{res.Imported, res.Unchanged})

	bad := w.file("bad.csv", "Employee ID;Full name;Department;Hire date\n3;C;North;2020-01-31\n3;D;North;yesterday\n")
	require.Equal(t, cli.ExitRefused, result("-file", bad))
	require.Equal(t, []int{2, 0, 1}, []int{res.Rows, res.Imported, res.Rejected})
	code, _, errOut := w.run("import", "employees", "-file", bad, "-map", mapping)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errOut, "line 3, column Hire date")

	book := excelize.NewFile()
	for i, row := range [][]any{{"Employee ID", "Department", "Leaving date"}, {"1", "North", time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)}} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow("Sheet1", cell, &row))
	}
	xlsx := filepath.Join(w.dir, "hr.xlsx")
	require.NoError(t, book.SaveAs(xlsx))
	code, out, errOut = w.run("import", "employees", "-file", xlsx)
	require.Zero(t, code, errOut)
	require.Contains(t, out, "1 imported")
}

func TestImportPeopleThatCannotWork(t *testing.T) {
	w := peopleWorld{t, t.TempDir()}
	partners := w.file("p.json", `{"kind":"partners","columns":{"external_id":"Id","teams":"Team"}}`)
	hr := w.file("hr.csv", "Id,Team\n1,North\n")
	for name, x := range map[string]struct {
		code int
		says string
		args []string
	}{
		"no file named":        {cli.ExitUsage, "usage", []string{"employees"}},
		"no such kind":         {cli.ExitUsage, "usage", []string{"aliens", "-file", hr}},
		"no such file":         {cli.ExitRefused, "cannot be read", []string{"employees", "-file", filepath.Join(w.dir, "none.csv")}},
		"a folder":             {cli.ExitRefused, "cannot be read", []string{"employees", "-file", w.dir}},
		"an empty file":        {cli.ExitRefused, "empty", []string{"employees", "-file", w.file("e.csv", "")}},
		"headings only":        {cli.ExitRefused, "empty", []string{"employees", "-file", w.file("h.csv", "Id,Team\n")}},
		"another mapping":      {cli.ExitRefused, "for partners", []string{"employees", "-file", hr, "-map", partners}},
		"a mapping that isn't": {cli.ExitRefused, "", []string{"employees", "-file", hr, "-map", hr}},
		"no column for a team": {cli.ExitRefused, "which column holds team", []string{"employees", "-file", w.file("x.csv", "Id,Shoe size\n1,44\n")}},
	} {
		code, _, errOut := w.run(append([]string{"import"}, x.args...)...)
		require.Equal(t, x.code, code, "%s: %s", name, errOut)
		require.Contains(t, errOut, x.says, name)
	}
}
