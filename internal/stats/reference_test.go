package stats_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// A reference case is a public data set with figures computed by R and Python. Cases that may be shipped lie in
// testdata/reference; the others are read from ../shared/reference when that folder stands beside the project.
type refCase struct {
	ID       string              `json:"id"`
	Method   string              `json:"method"`
	Source   string              `json:"source"`
	Expected map[string]*float64 `json:"-"`
	Tol      struct {
		Rel, Abs float64
		Per      map[string]struct{ Rel, Abs float64 } `json:"per_value"`
	} `json:"tolerance"`
	RawExpected map[string]json.RawMessage `json:"expected"`
	Text        map[string]string          `json:"-"` // expected values that are words
	Cols        map[string][]string        `json:"-"`
	Header      []string                   `json:"-"`
}

// num gives a column as numbers; an empty cell or NA is NaN.
func (c *refCase) num(t *testing.T, name string) []float64 {
	t.Helper()
	raw, ok := c.Cols[name]
	if !ok {
		t.Fatalf("%s has no column %q (has %v)", c.ID, name, c.Header)
	}
	out := make([]float64, len(raw))
	for i, s := range raw {
		if s == "" || s == "NA" {
			out[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatalf("%s column %s row %d: %v", c.ID, name, i+2, err)
		}
		out[i] = v
	}
	return out
}

// codes gives a column as codes 0…k−1 in order of first appearance.
func (c *refCase) codes(name string) []int {
	seen := map[string]int{}
	out := make([]int, len(c.Cols[name]))
	for i, s := range c.Cols[name] {
		if _, ok := seen[s]; !ok {
			seen[s] = len(seen)
		}
		out[i] = seen[s]
	}
	return out
}

// given returns an input that the case fixes (its name starts with "given").
func (c *refCase) given(name string) float64 {
	if v := c.Expected[name]; v != nil {
		return *v
	}
	return math.NaN()
}

// refAdapters computes, per method folder (or per "method/case"), every figure a case of that method expects: figures
// by name; NaN for "undefined". Each group of methods registers its own in init().
var refAdapters = map[string]func(t *testing.T, c *refCase) map[string]float64{}

// TestReference is the one runner: it names the case, its source and the first figure that differs. A figure the
// adapter does not compute fails the case; figures named given.… and givenV.V.… are inputs.
func TestReference(t *testing.T) {
	dirs := refDirs(t)
	if len(dirs) == 0 {
		t.Log("left out: no reference cases (neither testdata/reference nor ../shared/reference)")
	}
	for _, dir := range dirs {
		c := readRefCase(t, dir)
		t.Run(c.ID, func(t *testing.T) {
			adapt := refAdapters[c.ID]
			if adapt == nil {
				adapt = refAdapters[c.Method]
			}
			if adapt == nil {
				t.Fatalf("no adapter for the method %q", c.Method)
			}
			got := adapt(t, c)
			names := make([]string, 0, len(c.Expected))
			for name := range c.Expected {
				if !strings.HasPrefix(name, "given.") && !strings.HasPrefix(name, "givenV.V.") {
					names = append(names, name)
				}
			}
			sort.Strings(names)
			bad := 0
			for _, name := range names {
				g, ok := got[name]
				if msg := refDiff(c, name, g, ok); msg != "" {
					if bad == 0 {
						t.Errorf("%s (%s): first figure that differs: %s", c.ID, c.Source, msg)
					}
					bad++
				}
			}
			if bad > 1 {
				t.Errorf("%s: %d of %d figures differ", c.ID, bad, len(names))
			}
		})
	}
}

func refDiff(c *refCase, name string, got float64, ok bool) string {
	want := c.Expected[name]
	if !ok {
		return name + ": not computed"
	}
	if want == nil {
		if !math.IsNaN(got) {
			return name + ": got " + fmtFloat(got) + ", want undefined"
		}
		return ""
	}
	rel, abs := c.Tol.Rel, c.Tol.Abs
	if p, ok := c.Tol.Per[name]; ok {
		rel, abs = p.Rel, p.Abs
	}
	if d := math.Abs(got - *want); !(d <= math.Max(abs, rel*math.Abs(*want))) {
		return name + ": got " + fmtFloat(got) + ", want " + fmtFloat(*want)
	}
	return ""
}

func fmtFloat(v float64) string { return strconv.FormatFloat(v, 'g', 12, 64) }

// refDirs lists the case folders. Where the environment promises them (CI=true and ../shared is there) an unusable
// folder is a failure, not a skip.
func refDirs(t *testing.T) []string {
	t.Helper()
	var dirs []string
	seen := map[string]bool{}
	for _, root := range []string{"testdata/reference", filepath.Join(sharedDir(), "reference")} {
		found, _ := filepath.Glob(filepath.Join(root, "*", "*", "expected.json"))
		for _, f := range found {
			dir := filepath.Dir(f)
			key := filepath.Join(filepath.Base(filepath.Dir(dir)), filepath.Base(dir))
			if !seen[key] {
				seen[key] = true
				dirs = append(dirs, dir)
			}
		}
	}
	if _, err := os.Stat(sharedDir()); err == nil {
		if n, _ := filepath.Glob(filepath.Join(sharedDir(), "reference", "*", "*", "expected.json")); len(n) == 0 && os.Getenv("CI") == "true" {
			t.Fatal("../shared is there but its reference cases cannot be read")
		}
	} else {
		t.Log("left out: the cases of ../shared/reference (no such folder beside the project)")
	}
	return dirs
}

// sharedDir is the folder beside the project that may hold further cases.
func sharedDir() string { return filepath.Join("..", "..", "..", "shared") }

func readRefCase(t *testing.T, dir string) *refCase {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := &refCase{Expected: map[string]*float64{}, Text: map[string]string{}, Cols: map[string][]string{}}
	if err := json.Unmarshal(raw, c); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	for name, v := range c.RawExpected {
		var f *float64
		if err := json.Unmarshal(v, &f); err == nil {
			c.Expected[name] = f
			continue
		}
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			t.Fatalf("%s: %s = %s", dir, name, v)
		}
		c.Text[name] = s
	}
	f, err := os.Open(filepath.Join(dir, "data.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	c.Header = rows[0]
	for j, name := range rows[0] {
		col := make([]string, len(rows)-1)
		for i, r := range rows[1:] {
			col[i] = r[j]
		}
		c.Cols[name] = col
	}
	return c
}
