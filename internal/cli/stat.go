package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/method"
	"rapport/internal/stats"
)

func init() {
	commands["stat"] = command{summary: "run a statistical method on a file (rapport stat -list)", run: runStat}
}

// runStat runs `rapport stat METHOD -data file.csv …`.
func runStat(ctx context.Context, env Env, args []string) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "-help" {
		_, _ = fmt.Fprint(env.Stderr, "usage: rapport stat METHOD -data FILE.csv [flags]\n       rapport stat -list\n       rapport stat METHOD -h\n")
		return ExitUsage
	}
	if args[0] == "-list" || args[0] == "--list" {
		for _, m := range method.All() {
			_, _ = fmt.Fprintf(env.Stdout, "%-16s %s\n", m.Name, m.Summary.En)
		}
		return ExitOK
	}
	m, ok := method.Lookup(args[0])
	if !ok {
		_, _ = fmt.Fprintf(env.Stderr, "rapport stat: there is no method %q; `rapport stat -list` names them\n", args[0])
		return ExitUsage
	}
	in, asJSON, err := statFlags(m, args[1:])
	if alone := strings.Join(args[1:], " "); errors.Is(err, flag.ErrHelp) || alone == "-h" || alone == "-help" || alone == "--help" { // a method may have a parameter h
		statHelp(env.Stdout, m)
		return ExitOK
	}
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "rapport stat %s: %v\n", m.Name, err)
		return ExitUsage
	}
	if in.Data != "" && !m.OwnReader {
		if in.Table, err = method.ReadTable(in.Data); err != nil {
			return statFailed(env, m, err, asJSON)
		}
	}
	res, err := m.Run(ctx, in)
	if err != nil {
		return statFailed(env, m, err, asJSON)
	}
	if res.Reference == "" {
		res.Reference = m.Reference
	}
	if m.Measured.En != "" {
		res.Notes = append(res.Notes, m.Measured.En)
	}
	if res.Convention == "" {
		res.Convention = m.Convention
	}
	if asJSON {
		err = writeStatJSON(env.Stdout, res)
	} else {
		err = writeStatTable(env.Stdout, m, res)
	}
	if err != nil {
		_, _ = fmt.Fprintln(env.Stderr, "rapport stat:", err)
		return ExitFailed
	}
	return ExitOK
}

// statFlags reads the flags, which mean the same for every method.
func statFlags(m method.Method, args []string) (in method.Input, asJSON bool, err error) {
	fs := flag.NewFlagSet(m.Name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var x, by, lags string
	fs.StringVar(&in.Data, "data", "", "")
	fs.StringVar(&in.Y, "y", "", "")
	fs.StringVar(&x, "x", "", "")
	fs.StringVar(&in.Unit, "unit", "", "")
	fs.StringVar(&in.Time, "time", "", "")
	fs.StringVar(&in.Treat, "treat", "", "")
	fs.StringVar(&in.Cohort, "cohort", "", "")
	fs.StringVar(&in.Cluster, "cluster", "", "")
	fs.StringVar(&in.Weights, "weights", "", "")
	fs.StringVar(&by, "by", "", "")
	fs.IntVar(&in.Lag, "lag", 0, "")
	fs.StringVar(&lags, "lags", "", "")
	fs.Float64Var(&in.Level, "level", 0.95, "")
	fs.IntVar(&in.Reps, "reps", 0, "")
	fs.Uint64Var(&in.Seed, "seed", 1, "")
	fs.StringVar(&in.Convention, "convention", "", "")
	fs.StringVar(&in.Out, "out", "", "")
	fs.BoolVar(&asJSON, "json", false, "")
	own := make([]*float64, len(m.Params))
	for i, p := range m.Params {
		own[i] = fs.Float64(p.Name, p.Default, "")
	}
	if err := fs.Parse(args); err != nil {
		return in, false, err
	}
	if fs.NArg() > 0 {
		return in, false, fmt.Errorf("%q is left over: flags start with a dash", fs.Arg(0))
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	in.LagGiven = given["lag"]
	for _, name := range []string{"weights", "cluster"} { // left unread they would change what the answer means
		if given[name] && !slices.Contains(m.Uses, name) && !slices.Contains(m.Needs, name) {
			return in, false, fmt.Errorf("-%s is not read by this method", name)
		}
	}
	in.X, in.By = commaList(x), commaList(by)
	if in.Lags, err = parseLags(lags); err != nil {
		return in, false, err
	}
	if !(in.Level > 0 && in.Level < 1) {
		return in, false, fmt.Errorf("-level %v is not between 0 and 1", in.Level)
	}
	if in.Reps < 0 {
		return in, false, fmt.Errorf("-reps %d is negative", in.Reps)
	}
	in.Params = map[string]float64{}
	for i, p := range m.Params {
		if math.IsNaN(*own[i]) && math.IsNaN(p.Default) && !p.Optional {
			return in, false, fmt.Errorf("-%s is needed: %s", p.Name, p.Help)
		}
		in.Params[p.Name] = *own[i]
	}
	for _, need := range m.Needs {
		given := map[string]bool{
			"data": in.Data != "", "y": in.Y != "", "x": len(in.X) > 0, "unit": in.Unit != "", "time": in.Time != "", "treat": in.Treat != "",
			"cohort": in.Cohort != "", "cluster": in.Cluster != "", "weights": in.Weights != "", "by": len(in.By) > 0, "out": in.Out != "",
		}
		if ok, known := given[need]; known && !ok {
			return in, false, fmt.Errorf("-%s is needed; try: %s", need, m.Example)
		}
	}
	return in, asJSON, nil
}

func commaList(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// parseLags reads 0-12, 0,1,4 and mixtures of both.
func parseLags(s string) ([]int, error) {
	var out []int
	for _, p := range commaList(s) {
		lo, hi, isRange := strings.Cut(p, "-")
		if !isRange {
			hi = lo
		}
		a, err1 := strconv.Atoi(lo)
		b, err2 := strconv.Atoi(hi)
		if err1 != nil || err2 != nil || a < 0 || b < a || b > 10000 {
			return nil, fmt.Errorf("-lags %q: write a range like 0-12 or a list like 0,1,4", s)
		}
		for k := a; k <= b; k++ {
			out = append(out, k)
		}
	}
	return out, nil
}

// statFailed prints why there is no answer. A refusal of the method is an answer too: -json prints its reason.
func statFailed(env Env, m method.Method, err error, asJSON bool) int {
	if r, ok := errors.AsType[*stats.Refusal](err); ok {
		if asJSON {
			_ = writeStatRefusal(env.Stdout, m, r)
		}
		_, _ = fmt.Fprintf(env.Stderr, "rapport stat %s: no answer: %s\n", m.Name, refusalText(r))
		return ExitRefused
	}
	if errs.KindOf(err) == errs.KindInvalid {
		if env.Locale() != i18n.Locales[0] {
			return env.fail(err)
		}
		_, _ = fmt.Fprintf(env.Stderr, "rapport stat %s: %s\n", m.Name, invalidText(err))
		return ExitRefused
	}
	_, _ = fmt.Fprintf(env.Stderr, "rapport stat %s: %v\n", m.Name, err)
	return ExitFailed
}

func invalidText(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err.Error()
	}
	switch e.Code {
	case "column_missing":
		return fmt.Sprintf("the file has no column %q; it has %v", e.Params["column"], e.Params["columns"])
	case "column_twice":
		return fmt.Sprintf("the file has the column %q twice", e.Params["column"])
	case "file_empty":
		return "the file is empty: the first row must name the columns"
	}
	if e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
}

// refusalText says a refusal in words.
func refusalText(r *stats.Refusal) string {
	words := map[stats.Reason]string{
		stats.InsufficientTeams:        "too few units",
		stats.InsufficientPeriods:      "too few periods",
		stats.InsufficientObservations: "too few complete rows",
		stats.NoVariation:              "a variable does not vary",
		stats.Collinear:                "the regressors overlap completely",
		stats.NotFinite:                "a value is not finite",
		stats.LengthMismatch:           "columns of unequal length",
		stats.OutOfRange:               "an argument is outside its range",
		stats.NoPretrendFit:            "the comparison cannot follow the path before the start",
		stats.NoComparison:             "there is nobody to compare with",
		stats.TooFewTreated:            "too few treated units for any design to reach the level",
		stats.NoConvergence:            "the computation did not settle",
		stats.NotIdentified:            "the data cannot tell",
		stats.Canceled:                 "stopped before the end",
	}
	s := words[r.Reason]
	if s == "" {
		s = string(r.Reason)
	}
	if r.Need > 0 {
		s += fmt.Sprintf(": %d needed, %d there", r.Need, r.Have)
	}
	if r.Detail != "" {
		s += " (" + r.Detail + ")"
	}
	return s + " [" + string(r.Reason) + "]"
}
