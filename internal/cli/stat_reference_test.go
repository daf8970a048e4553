package cli

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refRun is a command line whose figures a reference case names, each after a prefix.
type refRun struct{ prefix, args string }

// refRuns says how an analyst reaches the figures of each case from the command line.
var refRuns = map[string][]refRun{
	"rmcorr/open-bland1995":                       {{"", "rmcorr -unit Subject -x PaCO2 -y pH"}},
	"rmcorr/open-raz2005":                         {{"", "rmcorr -unit Participant -x Age -y Volume"}},
	"rmcorr/open-sleepstudy":                      {{"", "rmcorr -unit Subject -x Days -y Reaction"}},
	"rmcorr/open-numeric-offset":                  {{"", "rmcorr -unit team -x x -y y"}},
	"rmcorr/open-simpanel-lags":                   {{"", "rmcorr -unit team -time week -x ex,support -y cx -lags 0-6"}, {"", "rmcorr -unit team -time week -x cx,ex -y revenue -lags 0-6"}},
	"cce/open-grunfeld":                           {{"", "cce -unit firm -time year -x value -y inv"}},
	"twoway-fe/open-grunfeld":                     {{"", "twfe -unit firm -time year -x value,capital -y inv"}},
	"twoway-fe/open-empluk-unbalanced":            {{"", "twfe -unit firm -time year -x lwage,lcap,lout -y lemp"}},
	"wild-cluster-bootstrap/open-grunfeld-fe":     {{"", "wild-bootstrap -unit firm -effects 1 -x value,capital -y inv"}},
	"wild-cluster-bootstrap/open-grunfeld-pooled": {{"", "wild-bootstrap -cluster firm -x value,capital -y inv"}},
	"ols/open-nist-longley":                       {{"", "ols -y y -x x1,x2,x3,x4,x5,x6"}},
	"cluster-se/open-petersen":                    {{"", "ols -y y -x x -cluster firm,year"}, {"", "driscoll-kraay -y y -x x -time year"}},
	"newey-west/open-investment":                  {{"", "newey-west -y RealInv -x RealGNP,RealInt -time t"}},
	"distributed-lag/open-frozenjuice":            {{"", "dlag -y ret -x fdd -lags 0-18 -lag 7"}},
	"distributed-lag/open-chickegg-granger":       {{"", "granger -x chicken -y egg -time year"}},
	"panel-lag/open-simpanel": {
		{"cx~ex0-4+support1.", "twfe -unit team -time week -y cx -x ex,ex@1,ex@2,ex@3,ex@4,support@1"},
		{"revenue~cx0-4.", "dlag -unit team -time week -y revenue -x cx -lags 0-4"},
		{"crosslag.cx~cx1+ex2.", "twfe -unit team -time week -y cx -x cx_l1,ex_l2"},
		{"crosslag.ex~ex2+cx2.", "twfe -unit team -time week -y ex -x ex_l2,cx_l2"},
	},
	"fdr/open-bh1995": {{"", "adjust -x p"}},
	"partial-correlation/open-pingouin": {
		{"x.y|cv1.", "partial -x x -y y -by cv1"}, {"x.y|cv1+cv2+cv3.", "partial -x x -y y -by cv1,cv2,cv3"},
	},
	"partial-correlation/open-ppcor-ydata": {
		{"hl.disp|deg+BC.", "partial -x hl -y disp -by deg,BC"}, {"disp.hl|deg.", "partial -x disp -y hl -by deg"},
	},
	"correlation/open-tuna-exact":                  pairRuns("x~y"),
	"correlation/open-attitude":                    pairRuns("rating~complaints", "rating~privileges", "critical~advance"),
	"correlation/open-airquality-pairwise-missing": pairRuns("Ozone~Solar.R", "Ozone~Wind", "Ozone~Temp", "Solar.R~Wind", "Solar.R~Temp", "Wind~Temp"),
	"correlation/open-numeric-offset":              {{"x~y.", "pearson -x x -y y"}, {"x~xcopy.", "pearson -x x -y xcopy"}},
}

func pairRuns(pairs ...string) (out []refRun) {
	for _, p := range pairs {
		x, y, _ := strings.Cut(p, "~")
		for _, m := range []string{"pearson", "spearman", "kendall"} {
			out = append(out, refRun{p + ".", m + " -x " + x + " -y " + y})
		}
	}
	return out
}

// TestStatReference checks that -json prints every figure of the reference cases under its name.
func TestStatReference(t *testing.T) {
	for id, runs := range refRuns {
		dir := ""
		for _, root := range []string{filepath.Join("..", "stats", "testdata", "reference"), filepath.Join("..", "..", "..", "shared", "reference")} {
			if d := filepath.Join(root, id); fileExists(filepath.Join(d, "expected.json")) {
				dir = d
				break
			}
		}
		if dir == "" {
			t.Logf("left out: %s (../shared/reference is not there)", id)
			continue
		}
		t.Run(id, func(t *testing.T) { checkRefCase(t, dir, runs) })
	}
}

func fileExists(path string) bool { _, err := os.Stat(path); return err == nil }

func checkRefCase(t *testing.T, dir string, runs []refRun) {
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Expected  map[string]*float64
		Tolerance struct {
			Rel, Abs float64
			Per      map[string]struct{ Rel, Abs float64 } `json:"per_value"`
		}
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, r := range runs {
		args := strings.Fields(r.args)
		for k, v := range statJSON(t, append(args, "-data", filepath.Join(dir, "data.csv"))...) {
			if _, there := got[r.prefix+k]; !there { // the first run of a case has the word
				got[r.prefix+k] = v
			}
		}
	}
	for name, want := range c.Expected {
		v, there := got[name]
		if want == nil { // the method refuses: nothing to print
			continue
		}
		g, ok := v.(float64)
		rel, abs := c.Tolerance.Rel, c.Tolerance.Abs
		if p, ok := c.Tolerance.Per[name]; ok {
			rel, abs = p.Rel, p.Abs
		}
		if !there || !ok || !(math.Abs(g-*want) <= math.Max(abs, rel*math.Abs(*want))) {
			t.Errorf("%s = %v, want %v", name, v, *want)
		}
	}
}
