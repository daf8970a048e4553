//go:build calibrate

package calibrate

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	only  = flag.String("only", "", "sections to run, separated by commas; the figures of the others are kept")
	quick = flag.Int("quick", 1, "divide the replications by this much (a trial run: nothing is written)")
)

// figure is one line of the table.
type figure struct {
	Setting string  `json:"setting"`
	What    string  `json:"what"`
	Reps    int     `json:"reps"`
	Used    int     `json:"used"` // replications that gave an answer
	Rate    float64 `json:"rate"`
	Low     float64 `json:"low"`  // what is promised: at least …
	High    float64 `json:"high"` // … and at most
	Note    string  `json:"note,omitempty"`
}

// se is the Monte-Carlo standard error of the rate.
func (f figure) se() float64 { return math.Sqrt(f.Rate * (1 - f.Rate) / float64(max(1, f.Used))) }

func (f figure) met() bool { return f.Rate >= f.Low && f.Rate <= f.High }

// section is one group of figures, as kept between runs.
type section struct {
	Title   string   `json:"title"`
	Intro   string   `json:"intro"`
	Seed    uint64   `json:"seed"`
	Date    string   `json:"date"`
	Seconds float64  `json:"seconds"`
	Figures []figure `json:"figures"`
}

const keepFile = "testdata/calibration.json"

func wanted(name string) bool {
	if *only == "" {
		return true
	}
	for _, s := range strings.Split(*only, ",") {
		if s == name {
			return true
		}
	}
	return false
}

// count runs reps replications on all cores. Each gets its own stream and says, per figure, 1 (hit), 0 (miss) or −1 (no
// answer).
func count(seed uint64, reps, figures int, one func(rng *rand.Rand, rep int, out []int8)) (hits, used []int) {
	hits, used = make([]int, figures), make([]int, figures)
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			h, u := make([]int, figures), make([]int, figures)
			out := make([]int8, figures)
			for {
				rep := int(next.Add(1)) - 1
				if rep >= reps {
					break
				}
				for i := range out {
					out[i] = -1
				}
				one(rand.New(rand.NewPCG(seed, uint64(rep))), rep, out)
				for i, o := range out {
					if o >= 0 {
						u[i]++
						h[i] += int(o)
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range h {
				hits[i] += h[i]
				used[i] += u[i]
			}
		})
	}
	wg.Wait()
	return hits, used
}

// yes is 1 or 0.
func yes(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

// ask is one figure to count.
type ask struct {
	what      string
	low, high float64
	note      string
}

// measure runs one setting and appends its figures.
func (s *section) measure(t *testing.T, setting string, reps int, asks []ask, one func(rng *rand.Rand, rep int, out []int8)) {
	t.Helper()
	reps = max(10, reps / *quick)
	start := time.Now()
	// The setting's name joins the seed, so that settings are independent streams.
	seed := s.Seed
	for _, c := range setting {
		seed = seed*1099511628211 ^ uint64(c)
	}
	hits, used := count(seed, reps, len(asks), one)
	for i, a := range asks {
		f := figure{Setting: setting, What: a.what, Reps: reps, Used: used[i], Low: a.low, High: a.high, Note: a.note}
		if used[i] > 0 {
			f.Rate = float64(hits[i]) / float64(used[i])
		}
		s.Figures = append(s.Figures, f)
		t.Logf("%-44s %-40s %6.2f %% (± %.2f) of %d%s", f.Setting, f.What, 100*f.Rate, 100*f.se(), f.Used, missed(f))
	}
	t.Logf("%-44s took %.1f s", setting, time.Since(start).Seconds())
}

func missed(f figure) string {
	if f.met() {
		return ""
	}
	return fmt.Sprintf("   NOT MET: promised %.1f to %.1f %%", 100*f.Low, 100*f.High)
}

// runSection runs one section and keeps its figures.
func runSection(t *testing.T, name, title, intro string, fill func(s *section)) {
	t.Helper()
	if !wanted(name) {
		t.Skip("not asked for")
	}
	s := &section{Title: title, Intro: intro, Seed: seeds[name], Date: time.Now().UTC().Format("2006-01-02")}
	start := time.Now()
	fill(s)
	s.Seconds = time.Since(start).Seconds()
	for _, f := range s.Figures {
		if !f.met() && *quick == 1 {
			t.Errorf("%s: %s: %.2f %%, promised %.1f to %.1f %%", f.Setting, f.What, 100*f.Rate, 100*f.Low, 100*f.High)
		}
	}
	if *quick != 1 {
		return
	}
	all := map[string]*section{}
	if raw, err := os.ReadFile(keepFile); err == nil {
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
	}
	all[name] = s
	raw, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(keepFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keepFile, append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	writeReport(t, all)
}

// writeReport writes internal/docs/calibration.md from the kept figures.
func writeReport(t *testing.T, all map[string]*section) {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# Calibration

How often the estimators of ` + "`internal/stats`" + ` flag a relation where there is none, and how often their intervals hold the
truth, measured by simulation. Made by ` + "`make calibrate`" + ` (that is: ` + "`go test -tags calibrate ./internal/stats/calibrate`" + `; one
section alone: ` + "`-args -only=linkage`" + `). Every seed was fixed beforehand in ` + "`internal/stats/calibrate/seeds_test.go`" + `; replication i of
a setting draws from PCG(seed of the section joined with the setting's name, i), so the figures do not depend on the
number of cores. "±" is the Monte-Carlo standard error. A figure outside its promised range fails the run.
`)
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		s := all[n]
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\nSeed %d, run on %s, %.0f s.\n\n", s.Title, s.Intro, s.Seed, s.Date, s.Seconds)
		b.WriteString("| setting | figure | rate | ± | replications | promised |\n|---|---|---|---|---|---|\n")
		for _, f := range s.Figures {
			promise := ""
			switch {
			case f.Low <= 0 && f.High >= 1:
				promise = "shown for comparison"
			case f.Low <= 0:
				promise = fmt.Sprintf("≤ %g %%", 100*f.High)
			case f.High >= 1:
				promise = fmt.Sprintf("≥ %g %%", 100*f.Low)
			default:
				promise = fmt.Sprintf("%g to %g %%", 100*f.Low, 100*f.High)
			}
			if !f.met() {
				promise += " **not met**"
			}
			if f.Note != "" {
				promise += "; " + f.Note
			}
			reps := fmt.Sprint(f.Used)
			if f.Used != f.Reps {
				reps = fmt.Sprintf("%d of %d", f.Used, f.Reps)
			}
			fmt.Fprintf(&b, "| %s | %s | %.2f %% | %.2f | %s | %s |\n", f.Setting, f.What, 100*f.Rate, 100*f.se(), reps, promise)
		}
	}
	if err := os.WriteFile(filepath.Join("..", "..", "docs", "calibration.md"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ar fills v with a stationary AR(1) of sd 1.
func ar(rng *rand.Rand, v []float64, rho float64) {
	sd := math.Sqrt(1 - rho*rho)
	v[0] = rng.NormFloat64()
	for i := 1; i < len(v); i++ {
		v[i] = rho*v[i-1] + sd*rng.NormFloat64()
	}
}
