package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStatCauseReference runs the causal, mediation, driver and bootstrap cases through the command line: every figure a
// case names must come back under that name.
func TestStatCauseReference(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "reference")
	if _, err := os.Stat(root); err != nil {
		if _, there := os.Stat(filepath.Dir(root)); there == nil && os.Getenv("CI") == "true" {
			t.Fatalf("../shared is there but unusable: %v", err)
		}
		t.Skip("left out: ../shared/reference is not there")
	}
	synth := "-unit state -time year -y cigsale -treat California -start 1989"
	for id, line := range map[string]string{
		"bootstrap/open-block-nile":                   "bootstrap -y x -time t",
		"bootstrap/open-cluster-exact-grunfeld":       "bootstrap -unit firm -y inv -x value,capital",
		"bootstrap/open-cluster-exact-rmcorr-bland":   "bootstrap -unit Subject -y PaCO2 -x pH -convention rmcorr",
		"bootstrap/open-iid-exact-city":               "bootstrap -y x -x u",
		"mediation/open-pingouin":                     "mediation -x X,M -y Y",
		"mediation/open-talor-pmi":                    "mediation -x cond,pmi -y reaction",
		"mediation/open-simpanel-within":              "mediation -unit team -time week -x ex,cx -y revenue -lags 2,3",
		"key-driver/open-attitude":                    "drivers -y rating -x complaints,privileges,learning,raises,critical,advance",
		"did-2x2/open-card-krueger":                   "did -y fte -treat nj -time post -unit store",
		"did-staggered/open-mpdta":                    "did-staggered -unit countyreal -time year -cohort first.treat -y lemp -x lpop",
		"did-staggered/open-simteams":                 "did-staggered -unit team -time week -cohort g -y y -x x",
		"synthetic-control/open-prop99-outcome":       "synth " + synth,
		"synthetic-control/open-prop99-adh":           "synth " + synth + " -x lnincome@1980:1988,retprice@1980:1988,age15to24@1980:1988,beer@1984:1988,cigsale@1975,cigsale@1980,cigsale@1988",
		"interrupted-time-series/open-seatbelts":      "its -y log(drivers) -time t -treat law -by month -lag 6",
		"interrupted-time-series/open-sicily-poisson": "its -y aces -time time -treat smokban -weights stdpop -by month",
	} {
		t.Run(id, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(root, id, "expected.json"))
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
			args := append(strings.Fields(line), "-data", filepath.Join(root, id, "data.csv"))
			if strings.HasSuffix(id, "adh") {
				var v []string
				for _, k := range []string{"lnincome", "retprice", "age15to24", "special_beer_1984_1988", "special_cigsale_1975", "special_cigsale_1980", "special_cigsale_1988"} {
					v = append(v, fmt.Sprintf("%.17g", *c.Expected["givenV.V."+k]))
				}
				args = append(args, "-weights", strings.Join(v, ","))
			}
			got := statJSON(t, args...)
			for name, want := range c.Expected {
				if strings.HasPrefix(name, "given.") || strings.HasPrefix(name, "givenV.V.") {
					continue
				}
				v, there := got[name]
				if !there {
					t.Errorf("%s: not given", name)
					continue
				}
				if want == nil || v == nil {
					if want != nil || v != nil {
						t.Errorf("%s: got %v, want %v", name, v, want)
					}
					continue
				}
				rel, abs := c.Tolerance.Rel, c.Tolerance.Abs
				if p, ok := c.Tolerance.Per[name]; ok {
					rel, abs = p.Rel, p.Abs
				}
				if g, ok := v.(float64); !ok || !(math.Abs(g-*want) <= math.Max(abs, rel*math.Abs(*want))) {
					t.Errorf("%s: got %v, want %v", name, v, *want)
				}
			}
		})
	}
}
