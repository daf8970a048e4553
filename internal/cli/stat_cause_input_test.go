package cli

import (
	"fmt"
	"strings"
	"testing"
)

// TestStatCauseRefusals: what cannot be answered says why, and never with a number.
func TestStatCauseRefusals(t *testing.T) {
	var one, gap, panel strings.Builder
	one.WriteString("u,t,treat,y\n")
	gap.WriteString("t,y,law\n")
	panel.WriteString("u,t,g,y\n")
	for u := range 10 {
		for p := range 8 {
			fmt.Fprintf(&one, "u%d,%d,%d,%d\n", u, p+1, map[bool]int{true: 1}[u == 0 && p >= 4], (u*7+p*5)%11)
			fmt.Fprintf(&panel, "u%d,%d,5,%d\n", u, p+1, (u*7+p*5)%11)
		}
	}
	for p := range 20 {
		if p != 7 {
			fmt.Fprintf(&gap, "%d,%d,%d\n", p+1, p*3%7, map[bool]int{true: 1}[p >= 12])
		}
	}
	for name, c := range map[string]struct {
		text, line, want string
	}{
		"one of ten treated":    {one.String(), "did -y y -treat treat -time t -unit u", "too_few_treated"},
		"all treated at once":   {panel.String(), "did-staggered -y y -unit u -time t -cohort g", "no_comparison"},
		"a gap in the series":   {gap.String(), "its -y y -time t -treat law", "periods are missing"},
		"no such unit":          {panel.String(), "synth -y y -unit u -time t -treat nobody -start 5", "neither a 0/1 column nor a unit"},
		"no start":              {panel.String(), "synth -y y -unit u -time t -treat u0", "-start"},
		"no mediator":           {panel.String(), "mediation -x y -y t", "cause and the mediator"},
		"convention":            {panel.String(), "did-staggered -y y -unit u -time t -cohort g -convention sometimes", "never or notyet"},
		"treat is not 0/1":      {panel.String(), "did -y y -treat g -time t -unit u", "must be 0 or 1"},
		"history too short":     {panel.String(), "evaluability -y y -unit u -time t -treated 3 -pre 20 -post 4", "insufficient_periods"},
		"more drivers than fit": {"y,a,b\n1,2,3\n2,3,1\n4,4,4\n", "drivers -y y -x a,b", "insufficient_observations"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := stat(t, append(strings.Fields(c.line), "-data", csvFile(t, c.text))...)
			if code != ExitRefused || !strings.Contains(errOut, c.want) || out != "" {
				t.Errorf("exit %d, out %q, err %q; want %q", code, out, errOut, c.want)
			}
		})
	}
}

// One of ten treated, with a unit column: evaluability says beforehand that no data can decide.
func TestStatEvaluabilityOfOneInTen(t *testing.T) {
	got := statJSON(t, "evaluability", "-units", "10", "-treated", "1")
	if got["smallest_p"] != .1 || got["reachable"] != false {
		t.Errorf("%v", got)
	}
	got = statJSON(t, "evaluability", "-units", "20", "-treated", "2")
	if got["reachable"] != true || got["assignments"] != 190. {
		t.Errorf("%v", got)
	}
}
