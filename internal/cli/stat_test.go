package cli

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rapport/internal/method"
)

// stat runs one command line and gives its exit code and both outputs.
func stat(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = Main(append([]string{"stat"}, args...), Env{Stdout: &out, Stderr: &errOut})
	return code, out.String(), errOut.String()
}

// statJSON runs with -json and gives the figures; null is NaN.
func statJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	code, out, errOut := stat(t, append(args, "-json")...)
	if code != ExitOK {
		t.Fatalf("rapport stat %v: exit %d: %s", args, code, errOut)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}

func csvFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "d.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStatNHS(t *testing.T) {
	real := filepath.Join("..", "..", "..", "shared", "real")
	raw, err := os.ReadFile(filepath.Join(real, "nhs-expected.json"))
	if err != nil {
		if _, there := os.Stat(filepath.Dir(real)); there == nil && os.Getenv("CI") == "true" {
			t.Fatal("../shared is there but its real data cannot be read:", err)
		}
		t.Skip("left out: ../shared/real is not there")
	}
	var cases []map[string]any
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(real, "nhs-trusts-2012-2019.csv")
	for _, c := range cases {
		x, y, lag := c["x"].(string), c["y"].(string), strconv.Itoa(int(c["lag"].(float64)))
		t.Run(x+"~"+y+"@"+lag, func(t *testing.T) {
			args := []string{"-data", data, "-unit", "trust_code", "-time", "year", "-x", x, "-y", y, "-lag", lag}
			check := func(method string, keys map[string]string, more ...string) {
				got := statJSON(t, append(append([]string{method}, args...), more...)...)
				for want, key := range keys {
					w, g := c[want].(float64), got[key].(float64)
					if !(math.Abs(w-g) <= 1e-9*math.Abs(w)) {
						t.Errorf("%s: %s = %.13g, want %s = %.13g", method, key, g, want, w)
					}
				}
			}
			check("pearson", map[string]string{"pooled_pearson": "r", "n_obs": "n_obs"})
			check("rmcorr", map[string]string{
				"rrm": "r", "rrm_df": "df", "rrm_p": "p", "rrm_ci_lo": "ci_lo", "rrm_ci_hi": "ci_hi", "n_obs": "n_obs", "n_teams": "n_units",
			})
			check("twfe", map[string]string{
				"twfe_b": "b", "twfe_se_cr1_nested": "se", "twfe_t_nested": "t", "twfe_p_nested_tG1": "p", "n_obs": "n_obs", "n_teams": "n_units", "n_periods": "n_periods",
			})
			check("twfe", map[string]string{"twfe_b": "b", "twfe_se_cr1": "se", "twfe_t": "t", "twfe_p_tG1": "p"}, "-convention", "lsdv")
			check("cce", map[string]string{
				"cce_b": "b", "cce_se": "se", "cce_t": "t", "cce_p": "p", "cce_ci_lo": "ci_lo", "cce_ci_hi": "ci_hi", "cce_n_obs": "n_obs", "cce_n_units": "n_units",
			})
		})
	}
}

func TestStatBadInput(t *testing.T) {
	rmcorr := func(path string, more ...string) []string {
		return append([]string{"rmcorr", "-data", path, "-unit", "u", "-time", "t", "-x", "x", "-y", "y"}, more...)
	}
	head := "u,t,x,y\n"
	for name, c := range map[string]struct {
		text string
		want string
		code int
	}{
		"text":         {head + "a,1,1,2\na,2,oops,3\n", `line 3, column x: "oops"`, ExitRefused},
		"NaN":          {head + "a,1,1,2\na,2,NaN,3\n", `line 3, column x: "NaN"`, ExitRefused},
		"Inf":          {head + "a,1,1,2\na,2,1,-Inf\n", `line 3, column y: "-Inf"`, ExitRefused},
		"1e309":        {head + "a,1,1,2\na,2,1e309,3\n", `line 3, column x: "1e309"`, ExitRefused},
		"quoted lines": {head + "\"a\n\",1,1,2\na,2,z,3\n", `line 4, column x: "z"`, ExitRefused},
		"no column":    {"u,t,x\na,1,1\n", `no column "y"`, ExitRefused},
		"twice":        {"u,t,x,x\na,1,1,1\n", `column "x" twice`, ExitRefused},
		"empty":        {"", "file is empty", ExitRefused},
		"no unit":      {head + ",1,1,2\n", "names no unit", ExitRefused},
		"period":       {head + "a,soon,1,2\n", `"soon" is no period`, ExitRefused},
		"short row":    {head + "a,1,1\n", "wrong number of fields", ExitRefused},
		"two rows":     {head + "a,1,1,2\na,1,1,2\n", "two rows in period", ExitRefused},
		"constant":     {head + "a,1,1,2\na,2,1,3\na,3,1,4\nb,1,1,2\nb,2,1,7\nb,3,1,4\n", "no_variation", ExitRefused},
		"few":          {head + "a,1,1,2\na,2,,3\n", "insufficient_observations", ExitRefused},
	} {
		t.Run(name, func(t *testing.T) {
			more := []string{}
			if name == "two rows" {
				more = []string{"-lag", "1"}
			}
			code, out, errOut := stat(t, rmcorr(csvFile(t, c.text), more...)...)
			if code != c.code || !strings.Contains(errOut, c.want) || out != "" {
				t.Errorf("exit %d, out %q, err %q; want %d and %q", code, out, errOut, c.code, c.want)
			}
		})
	}
	if code, _, errOut := stat(t, rmcorr(filepath.Join(t.TempDir(), "none.csv"))...); code != ExitRefused || !strings.Contains(errOut, "none.csv") {
		t.Errorf("a missing file: exit %d, %q", code, errOut)
	}
	for _, args := range [][]string{{"nosuch"}, {"rmcorr", "-data", "f"}, {"rmcorr", "-level", "2"}, {"rmcorr", "-bogus"}, {"rmcorr", "-lags", "5-1"}} {
		if code, _, errOut := stat(t, args...); code != ExitUsage || errOut == "" {
			t.Errorf("%v: exit %d, %q", args, code, errOut)
		}
	}
}

func TestStatRefusalAsJSON(t *testing.T) {
	path := csvFile(t, "x,y\n1,2\n1,3\n1,5\n1,9\n")
	code, out, _ := stat(t, "pearson", "-data", path, "-x", "x", "-y", "y", "-json")
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if code != ExitRefused || got["undefined"] != "no_variation" {
		t.Errorf("exit %d, %s", code, out)
	}
	if r, there := got["r"]; !there || r != nil {
		t.Errorf("r = %v, want null", r)
	}
}

// TestStatMethodsDescribed holds the registry to what cards and the command line show.
func TestStatMethodsDescribed(t *testing.T) {
	code, list, _ := stat(t, "-list")
	if code != ExitOK {
		t.Fatal(code)
	}
	for _, m := range method.All() {
		if !strings.Contains(list, m.Name+" ") {
			t.Errorf("-list leaves out %s", m.Name)
		}
		for what, text := range map[string]method.Text{"title": m.Title, "summary": m.Summary, "assumes": m.Assumes} {
			if text.En == "" || text.He == "" || text.Pl == "" {
				t.Errorf("%s: %s is missing in a language", m.Name, what)
			}
		}
		if m.Formula == "" || m.Reference == "" || !strings.HasPrefix(m.Example, "rapport stat "+m.Name) {
			t.Errorf("%s: formula, reference or example is missing", m.Name)
		}
		if code, help, _ := stat(t, m.Name, "-h"); code != ExitOK || !strings.Contains(help, m.Example) {
			t.Errorf("%s -h: exit %d, %q", m.Name, code, help)
		}
	}
}
