package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"rapport/internal/method"
)

// sample builds one data file, row by row.
type sample struct{ strings.Builder }

func (s *sample) row(cells ...any) {
	for i, c := range cells {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprint(s, c)
	}
	s.WriteByte('\n')
}

// exampleFiles draws small files with the columns of those the examples name.
func exampleFiles() map[string]string {
	r := rand.New(rand.NewPCG(5, 2026))
	norm := r.NormFloat64
	score := func(common float64) int { return int(math.Round(60 + 8*common + 8*norm())) }
	files := map[string]*sample{}
	file := func(name, head string) *sample {
		s := &sample{}
		s.row(head)
		files[name+".csv"] = s
		return s
	}
	attitude := file("attitude", "rating,complaints,privileges,learning,raises,critical,advance")
	partial := file("partial", "x,y,cv1,cv2,cv3")
	for range 40 {
		f := norm()
		attitude.row(score(f), score(f), score(f), score(f), score(f), score(f), score(f))
		partial.row(f+norm(), f+norm(), f+norm(), norm(), norm())
	}
	panel := file("panel", "team,week,ex,support,cx,revenue")
	wide := file("panel_b", "team,week,m01,m02,m03")
	for team := range 12 {
		ex, cx := make([]float64, 40), make([]float64, 40)
		for t := range 40 {
			ex[t], cx[t] = norm(), norm()
			if t >= 2 {
				cx[t] += .6 * ex[t-2]
			}
			revenue := 100 + 3*norm()
			if t >= 3 {
				revenue += 4 * cx[t-3]
			}
			panel.row(fmt.Sprint("T", team), t+1, ex[t], norm(), cx[t], revenue)
			wide.row(team+1, t+1, ex[t], cx[t], norm())
		}
	}
	grunfeld := file("grunfeld", "firm,year,inv,value,capital")
	for firm := range 10 {
		for t := range 20 {
			v, c := 1000+300*norm(), 200+50*norm()
			grunfeld.row(firm+1, 1935+t, .1*v+.3*c+20*norm()+float64(10*firm), v, c)
		}
	}
	stores := file("stores", "store,nj,post,fte")
	for i := range 60 {
		for post := range 2 {
			stores.row(i, min(1, i%4), post, 20+norm()+float64(post*min(1, i%4)))
		}
	}
	mpdta := file("mpdta", "countyreal,year,first.treat,lemp,lpop")
	for i := range 90 {
		start, pop := []int{0, 2004, 2006}[i%3], norm()
		for year := 2003; year <= 2007; year++ {
			mpdta.row(i+1, year, start, 5+pop+.3*norm(), pop)
		}
	}
	lung, rossi := file("lung", "time,status,sex"), file("rossi", "week,arrest,fin,age,prio")
	cdnow := file("cdnow", "x,t_x,T,m,x_star")
	for i := range 200 {
		lung.row(1+int(400*r.ExpFloat64()), 1+min(1, r.IntN(4)), 1+i%2)
		rossi.row(1+r.IntN(52), min(1, r.IntN(3)), i%2, 18+r.IntN(30), r.IntN(8))
		rate, quit, last, x, age := r.ExpFloat64()*.15, .1+.3*r.Float64(), 0., 0, 30+9*r.Float64()
		for at := r.ExpFloat64() / rate; at < age; at += r.ExpFloat64() / rate {
			last, x = at, x+1
			if r.Float64() < quit {
				break
			}
		}
		m := 0.
		if x > 0 {
			m = 35 * math.Exp(.5*norm())
		}
		cdnow.row(x, last, age, m, r.IntN(3))
	}
	juice, eggs, belts := file("frozenjuice", "ret,fdd"), file("chickegg", "chicken,egg"), file("seatbelts", "t,month,drivers,law")
	investment := file("investment", "RealInv,RealGNP,RealInt")
	for t := range 150 {
		juice.row(norm(), math.Abs(norm()))
		eggs.row(norm(), norm())
		belts.row(t+1, 1+t%12, 1500+int(100*norm()), t/120)
		investment.row(norm(), norm(), norm())
	}
	hours, lead := file("bh1996", "GRP,HRS"), file("lq2002", "COMPID,LEAD01,LEAD02,LEAD03")
	petersen, pvalues := file("petersen", "firm,y,x"), file("pvalues", "p")
	for g := range 12 {
		level := norm()
		for range 4 + g {
			hours.row(g, 11+level+norm())
			lead.row(g, 2+r.IntN(3), 2+r.IntN(3), 2+r.IntN(3))
			x := norm()
			petersen.row(g, x+level+norm(), x)
		}
		pvalues.row(r.Float64() / float64(1+g*g))
	}
	said, reviews := file("answers", "score,team,recommend,waiting,ease,emotion"), file("reviews", "comment,favourable")
	for i := range 120 {
		wait, ease := 10*r.ExpFloat64(), float64(1+r.IntN(7))
		feel := ease/7 + .5*norm()
		said.row(r.IntN(11), string(rune('A'+i%3)), min(10, max(0, int(5-.1*wait+.3*ease+2*feel+norm()))), wait, ease, feel)
		reviews.row([]string{"Very good and quick", "Late again and nobody called back"}[i%2], 1-i%2)
	}
	smoking := file("smoking", "state,year,cigsale")
	for i, state := range []string{"Utah", "Nevada", "Montana", "California", "Colorado", "Idaho", "Texas"} {
		for year := 1975; year <= 1995; year++ {
			smoking.row(state, year, 120-float64(year-1975)+float64(i)*(1+.2*float64(year-1975))+.3*norm())
		}
	}
	out := map[string]string{}
	for name, s := range files {
		out[name] = s.String()
	}
	return out
}

// TestStatExamplesRun runs the line that -h shows for every method, as it stands, as a table and as an object.
func TestStatExamplesRun(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range exampleFiles() {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range method.All() {
		t.Run(m.Name, func(t *testing.T) {
			args := strings.Fields(strings.TrimPrefix(m.Example, "rapport stat "))
			if code, out, errOut := stat(t, args...); code != ExitOK || out == "" {
				t.Fatalf("%s: exit %d, %s", m.Example, code, errOut)
			}
			code, out, errOut := stat(t, append(args, "-json")...)
			var got map[string]any
			if err := json.Unmarshal([]byte(out), &got); code != ExitOK || err != nil {
				t.Fatalf("%s -json: exit %d, %s, %v", m.Example, code, errOut, err)
			}
			if got["convention"] == nil || got["reference"] == nil {
				t.Errorf("no convention or reference beside the figures")
			}
			for _, key := range m.Figures { // a refusal prints these as null, so an answer must know them
				if _, there := got[key]; !there && m.Name != "power" { // the question decides which one power answers
					t.Errorf("-json has no %q", key)
				}
			}
		})
	}
}

// TestStatFlagsAreNotIgnored: a flag that would change the meaning of the answer is read or refused.
func TestStatFlagsAreNotIgnored(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"petersen.csv", "investment.csv"} {
		if err := os.WriteFile(name, []byte(exampleFiles()[name]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"ols -data petersen.csv -y y -x x -weights firm", "newey-west -data investment.csv -y RealInv -x RealGNP -cluster RealInt"} {
		if code, _, errOut := stat(t, strings.Fields(args)...); code != ExitUsage || !strings.Contains(errOut, "not read") {
			t.Errorf("%s: exit %d, %q", args, code, errOut)
		}
	}
	hac := func(more ...string) map[string]any {
		return statJSON(t, append([]string{"newey-west", "-data", "investment.csv", "-y", "RealInv", "-x", "RealGNP", "-convention", "raw"}, more...)...)
	}
	white := statJSON(t, "ols", "-data", "investment.csv", "-y", "RealInv", "-x", "RealGNP", "-convention", "hc0")
	if got := hac("-lag", "0"); got["lag"] != 0. || math.Abs(got["se"].(float64)/white["se"].(float64)-1) > 1e-12 {
		t.Errorf("-lag 0 gives lag %v and se %v, want White's %v", got["lag"], got["se"], white["se"])
	}
	if got := hac(); got["lag"] == 0. {
		t.Errorf("without -lag the bandwidth is chosen: %v", got["lag"])
	}
	square := statJSON(t, "ols", "-data", "petersen.csv", "-y", "y", "-x", "x,x^2")
	if _, there := square["coef.x^2"]; !there {
		t.Error("x^2 is no regressor")
	}
	through := statJSON(t, "ols", "-data", "petersen.csv", "-y", "y", "-x", "x", "-convention", "origin")
	if _, there := through["coef.Intercept"]; there || through["b1"] != through["b"] {
		t.Errorf("origin: %v", through)
	}
}
