package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func run(t *testing.T, args ...string) (code int, out, errText string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main(args, Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestAnonauditSimulateWritesWhatItAudits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.jsonl")
	code, out, errText := run(t, "anonaudit", "-simulate", "-orgs", "4", "-waves", "3", "-seed", "7", "-cells", file, "-json")
	require.Equal(t, ExitOK, code, errText)
	var keys map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &keys))
	require.Len(t, keys, 5)
	require.EqualValues(t, 4, keys["orgs"])
	require.EqualValues(t, 3, keys["waves"])
	require.EqualValues(t, 0, keys["derivable"])
	require.Greater(t, keys["shown_share_mean"], 0.8)
	require.Contains(t, keys, "shown_share_min")

	first, err := os.ReadFile(file)
	require.NoError(t, err)
	code, _, _ = run(t, "anonaudit", "-simulate", "-orgs", "4", "-waves", "3", "-seed", "7", "-cells", file)
	require.Equal(t, ExitOK, code)
	second, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, first, second, "the same seed gives the same file")

	code, out, errText = run(t, "anonaudit", "-check", file)
	require.Equal(t, ExitOK, code, errText)
	require.Contains(t, out, "12 waves")
}

func TestAnonauditCheckFindsALeak(t *testing.T) {
	file := filepath.Join(t.TempDir(), "leak.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(`{"org":1,"wave":1,"label":"a","n":9}
{"org":1,"wave":1,"label":"b","n":3}
{"org":1,"wave":1,"node":"c","attribute":"","labels":["a","b"],"n_band":"10-19","score":50}
{"org":1,"wave":1,"node":"a","attribute":"","labels":["a"],"n_band":"5-9","score":50}
`), 0o600))
	code, out, _ := run(t, "anonaudit", "-check", file, "-json")
	require.Equal(t, ExitFailed, code)
	require.JSONEq(t, `{"measures":1,"cells":2,"derivable":1,"groups":[{"measure":"organisation 1, wave 1","people":3,
		"terms":[{"label":"b","sign":1}]}],"insiders":[{"insiders":0,"smallest_group":3,"floor":5},
		{"insiders":1,"smallest_group":2,"floor":4},{"insiders":2,"smallest_group":1,"floor":3}]}`, out)
}

func TestAnonauditRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty":   "",
		"garbage": "hello",
		"unknown": `{"org":1,"wave":1,"label":"a","n":9,"age":3}`,
		"stray":   `{"org":1,"wave":1,"node":"c","labels":["a"]}`,
		"half":    `{"org":1,"wave":1,"label":"a"}`,
		"no org":  `{"wave":1,"label":"a","n":4}`,
		"two":     `{"org":1,"wave":1,"label":"a","n":4}{"org":1}`,
		"below":   `{"org":1,"wave":1,"label":"a","n":-4}`,
	} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		code, out, errText := run(t, "anonaudit", "-check", file)
		require.Equal(t, ExitRefused, code, name)
		require.Empty(t, out)
		require.NotEmpty(t, errText)
	}
	code, _, _ := run(t, "anonaudit", "-check", filepath.Join(dir, "absent"))
	require.Equal(t, ExitRefused, code)
	for _, args := range [][]string{{"-simulate", "-teeth"}, {"-simulate", "-orgs", "0"}, {"-simulate", "x"}, {"-nonsense"}} {
		code, _, _ := run(t, append([]string{"anonaudit"}, args...)...)
		require.Equal(t, ExitUsage, code, "%v", args)
	}
	code, _, help := run(t, "anonaudit", "-h")
	require.Equal(t, ExitOK, code)
	require.Contains(t, help, "-simulate")
}

func TestAnonauditTeeth(t *testing.T) {
	code, out, errText := run(t, "anonaudit", "-teeth")
	require.Equal(t, ExitOK, code, errText)
	require.Equal(t, 10, strings.Count(out, "caught by the"))
	require.NotContains(t, out, "NOT CAUGHT")
}

func FuzzReadLedger(f *testing.F) {
	f.Add([]byte(`{"org":1,"wave":1,"label":"a","n":9}` + "\n" + `{"org":1,"wave":1,"node":"c","labels":["a"],"score":5}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		_, _ = readLedger(bytes.NewReader(raw))
	})
}
