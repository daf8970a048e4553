package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// importKind is one kind of file that can be imported; the feature's file in this package adds it to importKinds.
type importKind struct {
	// suggest proposes a mapping after a look into the file.
	suggest func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error)
	// run imports.
	run func(ctx context.Context, s *Services, o importOrder) (intake.Result, error)
}

// importOrder is what `rapport import` was asked to do.
type importOrder struct {
	By      string
	File    *intake.File
	Mapping intake.Mapping
	Source  string
	DryRun  bool
}

var importKinds = map[intake.Kind]importKind{
	intake.Employees: people(intake.Employees),
	intake.Partners:  people(intake.Partners),
}

func people(kind intake.Kind) importKind {
	return importKind{
		suggest: func(ctx context.Context, s *Services, p *intake.Preview, createTeams bool) (intake.Mapping, error) {
			teams, err := s.Org.Teams(ctx, org.Everything)
			return org.Suggest(p, kind, createTeams || len(teams) == 0), err
		},
		run: func(ctx context.Context, s *Services, o importOrder) (intake.Result, error) {
			return s.Org.ImportFile(ctx, o.By, o.File, o.Mapping, org.Batch{DryRun: o.DryRun, Source: o.Source})
		},
	}
}

func init() {
	commands["import"] = command{summary: "take in a file of employees, partners or series (CSV or XLSX)", run: runImport}
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
	mapFile := fs.String("map", "", "the mapping that says which column is what; without it the suggested one is used")
	suggest := fs.Bool("suggest", false, "print a mapping to start from, and stop")
	dryRun := fs.Bool("dry-run", false, "check everything, store nothing")
	asJSON := fs.Bool("json", false, "print the result as JSON")
	createTeams := fs.Bool("create-teams", false, "create teams that do not exist yet")
	if err := fs.Parse(args[1:]); err != nil || *file == "" || fs.NArg() > 0 {
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
	m, err := mappingFor(ctx, s, kind, mappingRequest{args[0], src, info, *mapFile, *createTeams})
	if err != nil {
		return env.fail(err)
	}
	if *suggest {
		return env.printJSON(m)
	}
	f, err := intake.Open(src, info.Size(), info.Name(), m.Options())
	if err != nil {
		return env.fail(err)
	}
	res, err := kind.run(ctx, s, importOrder{By: auth.System("cli").ID, File: f, Mapping: m, Source: info.Name(), DryRun: *dryRun})
	if err != nil {
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
}

func mappingFor(ctx context.Context, s *Services, kind importKind, r mappingRequest) (intake.Mapping, error) {
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
	return kind.suggest(ctx, s, p, r.createTeams)
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

// printResult says what became of the rows; a refused file gives ExitRefused.
func (e Env) printResult(r intake.Result, asJSON bool) int {
	code := ExitOK
	if r.Rejected > 0 {
		code = ExitRefused
	}
	if asJSON {
		if r.Errors == nil {
			r.Errors = []errs.Field{}
		}
		if c := e.printJSON(r); c != ExitOK {
			return c
		}
		return code
	}
	locale := e.locale()
	key := "cli.import.done"
	switch {
	case r.Rejected > 0:
		key = "cli.import.refused"
	case r.DryRun:
		key = "cli.import.dry"
	}
	_, _ = fmt.Fprintln(e.Stdout, i18n.Text(locale, key, map[string]any{"rows": r.Rows, "imported": r.Imported, "unchanged": r.Unchanged, "rejected": r.Rejected, "teams": r.TeamsCreated}))
	printFields(e.Stderr, locale, r.Errors)
	return code
}
