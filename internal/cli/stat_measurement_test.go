package cli

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The command line gives the figures of the reference cases under the names the cases use (after the case's own
// prefix), at the case's tolerance.
func TestStatMeasurementCustomerAndPowerCases(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "reference")
	if _, err := os.Stat(root); err != nil {
		if _, there := os.Stat(filepath.Dir(root)); there == nil && os.Getenv("CI") == "true" {
			t.Fatalf("../shared is there but unusable: %v", err)
		}
		t.Skip("left out: ../shared/reference is not there")
	}
	for _, c := range []struct {
		dir, strip string
		args       []string
	}{
		{"reliability-alpha-omega/open-attitude", "all7.", []string{"alpha"}},
		{"reliability-alpha-omega/open-bfi-agreeableness", "A.", []string{"omega"}},
		{"reliability-icc/open-bh1996-group", "HRS.", []string{"icc", "-y", "HRS", "-unit", "GRP"}},
		{"reliability-icc/open-bh1996-group", "", []string{"icc", "-x", "HRS,LEAD,COHES,WBEING", "-unit", "GRP"}},
		{"reliability-icc/open-shrout-fleiss", "", []string{"icc"}},
		{"reliability-rwg/open-lq2002", "rwg.LEAD01.", []string{"rwg", "-unit", "COMPID", "-x", "LEAD01"}},
		{"reliability-rwg/open-lq2002", "rwgj.LEAD.", []string{"rwg", "-unit", "COMPID", "-x", "LEAD01,LEAD02,LEAD03,LEAD04,LEAD05,LEAD06,LEAD07,LEAD08,LEAD09,LEAD10,LEAD11"}},
		{"nps/open-simulated-groups", "", []string{"nps", "-y", "score", "-by", "group"}},
		{"nps/open-npspkg-testdata", "all.", []string{"nps", "-y", "score"}},
		{"nps/open-npspkg-testdata", "", []string{"nps", "-y", "score", "-by", "bu,region"}},
		{"eb-shrinkage/open-dyestuff", "", []string{"shrink", "-y", "Yield", "-unit", "Batch"}},
		{"eb-shrinkage/open-bh1996-hours", "", []string{"shrink", "-y", "HRS", "-unit", "GRP"}},
		{"eb-shrinkage/open-efron-morris", "", []string{"shrink", "-y", "hits45", "-unit", "player", "-x", "rest", "-trials", "45", "-convention", "james-stein"}},
		{"survival/open-lung", "all.", []string{"km", "-time", "time", "-y", "status", "-event", "2", "-lags", "5,100,180,365,730"}},
		{"survival/open-lung", "", []string{"km", "-time", "time", "-y", "status", "-event", "2", "-by", "sex", "-tau", "365"}},
		{"survival/open-lung", "cox_ase.", []string{"cox", "-time", "time", "-y", "status", "-event", "2", "-x", "age,sex,ph.ecog"}},
		{"survival/open-rossi", "cox.", []string{"cox", "-time", "week", "-y", "arrest", "-x", "fin,age,race,wexp,mar,paro,prio"}},
		{"clv/open-cdnow", "", []string{"bgnbd"}},
		{"clv/open-cdnow", "gg.", []string{"gammagamma"}},
		{"power/open-grid-a", "", []string{"power"}},
	} {
		t.Run(strings.Join(c.args, "_"), func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(root, c.dir, "expected.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				Expected  map[string]*float64 `json:"expected"`
				Tolerance struct {
					Rel, Abs float64
					Per      map[string]struct{ Rel, Abs float64 } `json:"per_value"`
				} `json:"tolerance"`
			}
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			got := statJSON(t, append(c.args, "-data", filepath.Join(root, c.dir, "data.csv"))...)
			compared := 0
			for key, v := range got {
				name := c.strip + key
				w := want.Expected[name]
				g, isNum := v.(float64)
				if w == nil || !isNum {
					continue
				}
				compared++
				rel, abs := want.Tolerance.Rel, want.Tolerance.Abs
				if p, ok := want.Tolerance.Per[name]; ok {
					rel, abs = p.Rel, p.Abs
				}
				if !(math.Abs(g-*w) <= math.Max(abs, rel*math.Abs(*w))) {
					t.Errorf("%s: got %.12g, want %.12g", name, g, *w)
				}
			}
			if compared < 4 {
				t.Errorf("only %d figures carry the names of the case: %v", compared, got)
			}
			t.Logf("%d figures compared", compared)
		})
	}
}

// Questions that need no file, and what is said when a flag is missing.
func TestStatPowerWithoutAFile(t *testing.T) {
	got := statJSON(t, "power", "-convention", "r_n", "-r", "0.3", "-power", "0.8")
	if n := got["n"].(float64); math.Abs(n-84.07) > .01 {
		t.Errorf("n = %v, want 84.07", n)
	}
	if code, _, errOut := stat(t, "power", "-convention", "no_such"); code != ExitRefused || !strings.Contains(errOut, "r_n") {
		t.Errorf("unknown kind: exit %d, %q", code, errOut)
	}
	if code, _, errOut := stat(t, "power", "-convention", "r_n"); code != ExitRefused || !strings.Contains(errOut, "-r is needed") {
		t.Errorf("missing r: exit %d, %q", code, errOut)
	}
	if got := statJSON(t, "clv", "-margin", "420", "-retention", ".82", "-discount", ".1", "-periods", "3")["clv"].(float64); math.Abs(got-720.47) > .01 {
		t.Errorf("three-year tail %v, want 720.47", got)
	}
}
