package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"rapport/internal/disclosure"
)

func init() {
	commands["anonaudit"] = command{"prove that nothing released tells anything about fewer than five people", runAnonaudit}
}

const anonauditHelp = `usage: rapport anonaudit [-json]
       rapport anonaudit -simulate [-orgs N] [-waves W] [-seed S] [-cells FILE] [-json]
       rapport anonaudit -teeth [-seed S] [-json]
       rapport anonaudit -check FILE [-json]

Proves that nothing that was ever released, in any combination, tells anything about fewer than five people.

  without    attacks the instance on RAPPORT_DB: the real program answers inside this process and is asked every read route of
  a mode     its contract as every role, in every form (JSON, CSV, workbooks, PDF, pages, waiting letters). Each figure and comment
             that comes back must be a released one; all of them pooled must tell nothing about fewer than five people. Adds to
             that what was proved at each release, when the true sizes of the groups were still known. Keeps the result for the
             works council's page. It needs RAPPORT_DB and, on a server, nothing to be stopped.
  -simulate  draws seeded organisations (about 70 teams of 2-14 people in three levels below the company, one attribute
             of three values, about 70 % of the people answer), publishes every wave with the real publisher and lets
             the audit attack the result. derivable counts the groups under five about which a sum or a difference
             follows; it must be 0. shown_share is the part of the cells with five or more answers that is shown.
  -cells     writes what the attacker gets, one JSON object per line, so that you can attack it with a tool of your own:
               {"org","wave","label","n"}                                     the truth: who stands behind each label
               {"org","wave","node","attribute","labels","n_band","score"}   what was released, and whom it covers
  -teeth     runs publishers that are wrong on purpose. Each must be caught; the honest one must not.
  -check     audits such a file, whoever wrote it.

Exit code: 0 nothing can be derived, 1 something can (or a wrong publisher was not caught), 2 the input was refused.

`

// simulation is the printed result of -simulate.
type simulation struct {
	Orgs           int     `json:"orgs"`
	Waves          int     `json:"waves"`
	Derivable      int     `json:"derivable"`
	ShownShareMean float64 `json:"shown_share_mean"`
	ShownShareMin  float64 `json:"shown_share_min"`
}

type truthLine struct {
	Org   int    `json:"org"`
	Wave  int    `json:"wave"`
	Label string `json:"label"`
	N     int    `json:"n"`
}

type cellLine struct {
	Org       int             `json:"org"`
	Wave      int             `json:"wave"`
	Node      string          `json:"node"`
	Attribute string          `json:"attribute"`
	Labels    []string        `json:"labels"`
	NBand     disclosure.Band `json:"n_band"`
	Score     int             `json:"score"`
}

func runAnonaudit(ctx context.Context, env Env, args []string) int {
	fs := flag.NewFlagSet("anonaudit", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	simulate := fs.Bool("simulate", false, "publish and attack simulated organisations")
	teeth := fs.Bool("teeth", false, "show that publishers that are wrong on purpose are caught")
	check := fs.String("check", "", "audit a `FILE` written by -cells")
	orgs := fs.Int("orgs", 100, "organisations to simulate")
	waves := fs.Int("waves", 12, "waves per organisation")
	teams := fs.Int("teams", 70, "teams per organisation, about")
	seed := fs.Uint64("seed", 1, "seed of the first organisation; the next ones count up")
	cells := fs.String("cells", "", "write labels and released cells to `FILE`, one JSON object per line")
	asJSON := fs.Bool("json", false, "print JSON")
	fs.Usage = func() {
		_, _ = fmt.Fprint(fs.Output(), anonauditHelp)
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return ExitOK
		}
		return ExitUsage
	}
	modes := 0
	for _, on := range []bool{*simulate, *teeth, *check != ""} {
		if on {
			modes++
		}
	}
	if modes > 1 || fs.NArg() > 0 || *orgs < 1 || *waves < 1 || *teams < 1 {
		fs.Usage()
		return ExitUsage
	}
	switch {
	case modes == 0:
		return anonauditLive(ctx, env, *asJSON)
	case *simulate:
		return anonauditSimulate(ctx, env, simulateOptions{*orgs, *waves, *teams, *seed, *cells, *asJSON})
	case *teeth:
		return anonauditTeeth(env, *seed, *asJSON)
	}
	return anonauditCheck(env, *check, *asJSON)
}

type simulateOptions struct {
	orgs, waves, teams int
	seed               uint64
	cells              string
	json               bool
}

// simulated is what one organisation gives.
type simulated struct {
	measures  []disclosure.Measure
	shares    []float64
	derivable int
	err       error
}

func anonauditSimulate(ctx context.Context, env Env, o simulateOptions) int {
	out := io.Discard
	closeFile := func() error { return nil }
	if o.cells != "" {
		f, err := os.Create(o.cells)
		if err != nil {
			_, _ = fmt.Fprintf(env.Stderr, "cannot write the cells: %v\n", err)
			return ExitRefused
		}
		w := bufio.NewWriterSize(f, 1<<20)
		out = w
		closeFile = func() error { return errors.Join(w.Flush(), f.Close()) }
	}
	res := simulation{Orgs: o.orgs, Waves: o.waves, ShownShareMin: 1}
	sum, err := 0.0, error(nil)
	forEachOrganisation(ctx, o, func(org int, s simulated) bool {
		if s.err != nil {
			err = s.err
			return false
		}
		res.Derivable += s.derivable
		for _, share := range s.shares {
			sum += share
			res.ShownShareMin = min(res.ShownShareMin, share)
		}
		err = writeCells(out, org, s.measures)
		return err == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	if err = errors.Join(err, closeFile()); err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "the simulation did not finish: %v\n", err)
		return ExitFailed
	}
	res.ShownShareMean = sum / float64(o.orgs*o.waves)
	if o.json {
		_ = json.NewEncoder(env.Stdout).Encode(res)
	} else {
		_, _ = fmt.Fprintf(env.Stdout, "%d organisations × %d waves\nderivable groups under %d people: %d\n"+
			"eligible cells shown: %.1f %% on average, %.1f %% in the worst wave of any organisation\n",
			res.Orgs, res.Waves, disclosure.FloorK, res.Derivable, 100*res.ShownShareMean, 100*res.ShownShareMin)
	}
	if res.Derivable > 0 {
		return ExitFailed
	}
	return ExitOK
}

// forEachOrganisation simulates on all cores and hands the results on in order.
func forEachOrganisation(ctx context.Context, o simulateOptions, take func(org int, s simulated) bool) {
	workers := runtime.GOMAXPROCS(0)
	jobs, results := make(chan int), make([]chan simulated, o.orgs)
	for i := range results {
		results[i] = make(chan simulated, 1)
	}
	// Not further ahead than a few organisations, so that memory does not grow with their number.
	ahead := make(chan struct{}, 4*workers)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for org := range jobs {
				results[org] <- simulateOrganisation(o, org)
			}
		})
	}
	wg.Go(func() {
		defer close(jobs)
		for org := range o.orgs {
			select {
			case ahead <- struct{}{}:
			case <-stop:
				return
			case <-ctx.Done():
				return
			}
			jobs <- org
		}
	})
	for org := range o.orgs {
		select {
		case s := <-results[org]:
			<-ahead
			if take(org, s) {
				continue
			}
		case <-ctx.Done():
		}
		break
	}
	close(stop)
	wg.Wait()
}

func simulateOrganisation(o simulateOptions, org int) simulated {
	var s simulated
	company := disclosure.NewOrganisation(o.seed+uint64(org), o.teams)
	lattice, err := company.Lattice()
	if err != nil {
		return simulated{err: err}
	}
	publisher := disclosure.NewPublisher(lattice, disclosure.FloorK)
	for wave := range o.waves {
		item := disclosure.Item{ID: "q1", Low: 1, Options: company.Wave(), FavourableFrom: 4, UnfavourableTo: 2}
		release, err := publisher.Publish(item)
		if err != nil {
			return simulated{err: err}
		}
		m := lattice.Measure(fmt.Sprint(wave+1), item.Counts(), release)
		found, err := disclosure.AuditMeasure(m, disclosure.FloorK, rand.Reader)
		if err != nil {
			return simulated{err: err}
		}
		s.derivable += len(found)
		share := 1.0
		if release.Eligible > 0 {
			share = float64(len(release.Cells)) / float64(release.Eligible)
		}
		s.shares = append(s.shares, share)
		s.measures = append(s.measures, m)
	}
	return s
}

func writeCells(w io.Writer, org int, measures []disclosure.Measure) error {
	if w == io.Discard {
		return nil
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for wave, m := range measures {
		for _, l := range m.Labels {
			if err := enc.Encode(truthLine{org + 1, wave + 1, l.ID, l.N}); err != nil {
				return err
			}
		}
		for _, c := range m.Cells {
			line := cellLine{org + 1, wave + 1, c.Name, c.Value, make([]string, len(c.Labels)), c.NBand, c.Score}
			for i, j := range c.Labels {
				line.Labels[i] = m.Labels[j].ID
			}
			slices.Sort(line.Labels)
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
	}
	return nil
}
