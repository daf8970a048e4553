package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/cli"
)

func TestBackupAndRestoreByCommand(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("RAPPORT_DB", "sqlite:"+filepath.Join(dir, "live.db"))
	t.Setenv("RAPPORT_KEYS", filepath.Join(dir, "keys"))
	t.Setenv("LANG", "C")
	run := func(args ...string) (int, string) {
		var said bytes.Buffer
		code := cli.Main(args, commandEnv(strings.NewReader(""), &said, &said))
		return code, said.String()
	}
	backup := filepath.Join(dir, "b.db")
	code, said := run("backup", "-out", backup)
	require.Equal(t, cli.ExitOK, code, said)
	code, said = run("backup", "-out", backup)
	require.Equal(t, cli.ExitRefused, code, said)
	require.Contains(t, said, "choose another name")
	code, said = run("restore", "-file", backup)
	require.Equal(t, cli.ExitOK, code, said)
	code, said = run("restore", "-file", filepath.Join(dir, "nothing"))
	require.Equal(t, cli.ExitRefused, code, said)
	t.Setenv("RAPPORT_DB", "mongodb://127.0.0.1:1/x")
	code, said = run("backup", "-out", filepath.Join(dir, "m"))
	require.Equal(t, cli.ExitRefused, code, said)
	require.Contains(t, said, "mongodump")
}
