package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/series"
)

// importKind is one kind of file that can be imported; the feature's file in this package adds it to importKinds.
type importKind struct {
	// suggest proposes a mapping after a look into the file.
	suggest func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error)
	// run imports.
	run func(ctx context.Context, s *Services, o importOrder) (intake.Result, error)
	// askMap says that a suggested mapping must be looked at by a person before it is used.
	askMap bool
}

// importOrder is what `rapport import` was asked to do.
type importOrder struct {
	By       auth.Principal
	File     io.ReaderAt
	Size     int64
	Mapping  intake.Mapping
	Source   string
	DryRun   bool
	Progress func(done, total int64)
}

var importKinds = map[intake.Kind]importKind{
	intake.Employees: people(intake.Employees),
	intake.Partners:  people(intake.Partners),
	intake.Series: {
		suggest: func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error) {
			m, _, err := s.Series.Suggest(ctx, p)
			m.CreateTeams = m.CreateTeams || createTeams
			return m, err
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			return s.Series.Import(ctx, series.Input{File: o.File, Size: o.Size, Name: o.Source, Mapping: o.Mapping, DryRun: o.DryRun, By: o.By, Progress: o.Progress})
		},
		askMap: true,
	},
	intake.Initiatives: {
		suggest: func(_ context.Context, _ *Services, p *intake.Preview, _ bool) (intake.Mapping, error) {
			return initiative.SuggestColumns(p), nil
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			f, err := intake.Open(o.File, o.Size, o.Source, o.Mapping.Options())
			if err != nil {
				return intake.Result{}, err
			}
			res, err := s.Initiatives.ImportFile(ctx, o.By.ID, f, o.Mapping, o.DryRun)
			if err != nil || res.Rejected > 0 {
				return res, err
			}
			return s.Intake.Record(ctx, o.Source, o.By.ID, f, o.Mapping, res)
		},
	},
	intake.Feedback: {
		suggest: func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error) {
			m, _, err := s.Feedback.Suggest(ctx, p)
			m.CreateTeams = m.CreateTeams || createTeams
			return m, err
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			return s.Feedback.Import(ctx, o.facts())
		},
		askMap: true,
	},
	intake.Orders: {
		suggest: func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error) {
			m, _, err := s.Customers.Suggest(ctx, p)
			m.CreateTeams = m.CreateTeams || createTeams
			return m, err
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			return s.Customers.Import(ctx, o.facts())
		},
		askMap: true,
	},
	intake.Survey: {
		suggest: func(_ context.Context, _ *Services, p *intake.Preview, _ bool) (intake.Mapping, error) {
			return pulse.SuggestSurvey(p, "en"), nil
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			res, err := s.Pulse.ImportSurvey(ctx, pulse.SurveyInput(o.facts()))
			if err != nil || res.DryRun {
				return res, err
			}
			f, err := intake.Open(o.File, o.Size, o.Source, o.Mapping.Options())
			if err != nil {
				return res, err
			}
			return s.Intake.Record(ctx, o.Source, o.By.ID, f, o.Mapping, res)
		},
		askMap: true,
	},
	intake.Benchmark: {
		suggest: func(_ context.Context, _ *Services, p *intake.Preview, _ bool) (intake.Mapping, error) {
			return pulse.SuggestBenchmarks(p), nil
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			f, err := intake.Open(o.File, o.Size, o.Source, o.Mapping.Options())
			if err != nil {
				return intake.Result{}, err
			}
			res, err := s.Pulse.ImportBenchmarks(ctx, f, o.Mapping, o.DryRun, o.By.ID)
			if err != nil || res.Rejected > 0 {
				return res, err
			}
			return s.Intake.Record(ctx, o.Source, o.By.ID, f, o.Mapping, res)
		},
	},
}

func (o importOrder) facts() fact.Input {
	return fact.Input{File: o.File, Size: o.Size, Name: o.Source, Mapping: o.Mapping, DryRun: o.DryRun, By: o.By, Progress: o.Progress}
}

func people(kind intake.Kind) importKind {
	return importKind{
		suggest: func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error) {
			teams, err := s.Org.Teams(ctx, org.Everything)
			return org.Suggest(p, kind, createTeams || len(teams) == 0), err
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			f, err := intake.Open(o.File, o.Size, o.Source, o.Mapping.Options())
			if err != nil {
				return intake.Result{}, err
			}
			res, err := s.Org.ImportFile(ctx, o.By.ID, f, o.Mapping, org.Batch{DryRun: o.DryRun, Source: o.Source})
			if err != nil || res.Rejected > 0 {
				return res, err
			}
			return s.Intake.Record(ctx, o.Source, o.By.ID, f, o.Mapping, res)
		},
	}
}

func init() {
	commands["import"] = command{summary: "take in a file of employees, partners, series, feedback, orders, benchmarks, initiatives or a finished survey (CSV or XLSX)", run: runImport}
}

func runImport(ctx context.Context, env Env, args []string) int {
	names := make([]string, 0, len(importKinds))
	for k := range importKinds {
		names = append(names, string(k))
	}
	slices.Sort(names)
	usage := func() int {
		_, _ = fmt.Fprintf(env.Stderr, "usage: rapport import %v -file FILE [-map MAP.json] [-suggest] [-dry-run] [-create-teams] [-json]\n", names)
		return ExitUsage
	}
	if len(args) == 0 {
		return usage()
	}
	kind, known := importKinds[intake.Kind(args[0])]
	if !known {
		return usage()
	}
	fs := flag.NewFlagSet("import "+args[0], flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	file := fs.String("file", "", "the file, CSV or XLSX")
	mapFile := fs.String("map", "", "the mapping that says which column is what, or ready:NAME for the export of a product (qualtrics, surveymonkey, delighted, zendesk, google_forms, chatwoot); without it the suggested one is used")
	suggest := fs.Bool("suggest", false, "print a mapping to start from, and stop")
	dryRun := fs.Bool("dry-run", false, "check everything, store nothing")
	asJSON := fs.Bool("json", false, "print the result as JSON")
	createTeams := fs.Bool("create-teams", false, "create teams that do not exist yet")
	if err := fs.Parse(args[1:]); err != nil || *file == "" || fs.NArg() > 0 || kind.askMap && *mapFile == "" && !*suggest {
		return usage()
	}
	s, release, err := env.Open(ctx)
	if err != nil {
		return env.fail(err)
	}
	defer release()
	src, err := os.Open(*file)
	if err != nil {
		return env.fail(errs.Invalid("file_unreadable").With("file", *file).Because(err))
	}
	defer func() { _ = src.Close() }()
	info, err := src.Stat()
	if err != nil || info.IsDir() {
		return env.fail(errs.Invalid("file_unreadable").With("file", *file).Because(err))
	}
	m, err := mappingFor(ctx, s, kind, mappingRequest{args[0], src, info, *mapFile, *createTeams, env.Stderr, env.Locale()})
	if err != nil {
		return env.fail(err)
	}
	if *suggest {
		return env.printJSON(m)
	}
	progress, finish := env.progress(info.Name())
	res, err := kind.run(ctx, s, importOrder{By: auth.System("cli"), File: src, Size: info.Size(), Mapping: m, Source: info.Name(), DryRun: *dryRun, Progress: progress})
	finish()
	if err != nil && errs.CodeOf(err) != "import_rejected" { // the result says which rows
		return env.fail(err)
	}
	return env.printResult(res, *asJSON)
}

// mappingRequest is what a mapping is made from.
type mappingRequest struct {
	kind        string
	src         *os.File
	info        os.FileInfo
	file        string // of the mapping; empty to suggest one
	createTeams bool
	notes       io.Writer // where doubts about the file are told
	locale      string
}

func mappingFor(ctx context.Context, s *Services, kind importKind, r mappingRequest) (intake.Mapping, error) {
	if id, ready := strings.CutPrefix(r.file, "ready:"); ready {
		return readyFor(r, id)
	}
	if r.file != "" {
		b, err := os.ReadFile(r.file)
		if err != nil {
			return intake.Mapping{}, errs.Invalid("file_unreadable").With("file", r.file).Because(err)
		}
		m, err := intake.ParseMapping(b)
		if err == nil && string(m.Kind) != r.kind {
			err = errs.Invalid("mapping_kind_other").With("value", string(m.Kind)).With("kind", r.kind)
		}
		m.CreateTeams = m.CreateTeams || r.createTeams
		return m, err
	}
	p, err := intake.Look(r.src, r.info.Size(), r.info.Name(), intake.Options{})
	if err != nil {
		return intake.Mapping{}, err
	}
	if !p.EncodingSure {
		_, _ = fmt.Fprintf(r.notes, "rapport: %s\n", i18n.Text(r.locale, "import.encoding_guessed", map[string]any{"guess": p.Encoding}))
	}
	printFields(r.notes, r.locale, p.Problems)
	return kind.suggest(ctx, s, p, r.createTeams)
}

// readyFor fits a ready mapping to the file.
func readyFor(r mappingRequest, id string) (intake.Mapping, error) {
	ready, err := intake.ReadyMapping(id)
	if err != nil {
		return intake.Mapping{}, err
	}
	if string(ready.Mapping.Kind) != r.kind {
		return intake.Mapping{}, errs.Invalid("mapping_kind_other").With("value", string(ready.Mapping.Kind)).With("kind", r.kind)
	}
	p, err := intake.Look(r.src, r.info.Size(), r.info.Name(), ready.Mapping.Options())
	if err != nil {
		return intake.Mapping{}, err
	}
	return feedback.Ready(ready, p, r.createTeams), nil
}

func (e Env) printJSON(v any) int {
	enc := json.NewEncoder(e.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return e.fail(err)
	}
	return ExitOK
}

// printResult says what became of the rows, on the error stream which of them are not in order; a refused file gives
// ExitRefused.
func (e Env) printResult(r intake.Result, asJSON bool) int {
	locale := e.Locale()
	wrong := r.Errors
	if asJSON {
		r.Errors = nil
		if c := e.printJSON(r); c != ExitOK {
			return c
		}
	} else {
		key := "import.done"
		if r.DryRun {
			key = "import.dry_run"
		}
		_, _ = fmt.Fprintln(e.Stdout, i18n.Text(locale, key, map[string]any{
			"rows": r.Rows, "imported": r.Imported, "unchanged": r.Unchanged, "rejected": r.Rejected,
			"queued": r.Queued, "teams": r.TeamsCreated, "metrics": r.MetricsCreated, "held_back": r.HeldBack,
		}))
	}
	if r.Rejected == 0 {
		return ExitOK
	}
	_, _ = fmt.Fprintf(e.Stderr, "rapport: %s\n", i18n.Text(locale, "error.import_rejected", map[string]any{"count": r.Rejected}))
	shown := wrong[:min(len(wrong), shownErrors)]
	printFields(e.Stderr, locale, shown)
	if more := r.Rejected - len(shown); more > 0 {
		_, _ = fmt.Fprintf(e.Stderr, "  %s\n", i18n.Text(locale, "import.more_errors", map[string]any{"count": more}))
	}
	return ExitRefused
}

// shownErrors is how many row errors a terminal shows; the same few mistakes fill the rest.
const shownErrors = 50

// progress gives a bar with the share done and the time left, when the error stream is a terminal.
func (e Env) progress(what string) (step func(done, total int64), finish func()) {
	f, ok := e.Stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func(int64, int64) {}, func() {}
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what), progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	return func(done, total int64) {
			if bar.GetMax64() != total {
				bar.ChangeMax64(total)
			}
			_ = bar.Set64(done)
		}, func() {
			_ = bar.Finish()
		}
}
