package cli

import (
	"context"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/runlog"
)

func init() {
	commands["job"] = command{summary: "list the scheduled jobs, or run one now", run: job}
}

const jobUsage = `usage: rapport job list [-json]
       rapport job run NAME [-as-of 2025-03-31] [-json]
`

func job(ctx context.Context, env Env, args []string) int {
	if len(args) == 0 {
		_, _ = fmt.Fprint(env.Stderr, jobUsage)
		return ExitUsage
	}
	verb, args := args[0], args[1:]
	name := ""
	if verb == "run" && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	fs := flag.NewFlagSet("job", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	fs.Usage = func() { _, _ = fmt.Fprint(env.Stderr, jobUsage) }
	asOf := fs.String("as-of", "", "the day the work is as of (today)")
	asJSON := fs.Bool("json", false, "print JSON")
	if err := fs.Parse(args); err != nil || fs.NArg() > 0 || (verb != "list" && verb != "run") || (verb == "run" && name == "") {
		if err == nil {
			fs.Usage()
		}
		return ExitUsage
	}
	var day time.Time
	if *asOf != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, *asOf); err != nil {
			return env.fail(errs.Invalid("as_of_unreadable").With("value", *asOf))
		}
	}
	services, release, err := env.Open(ctx)
	if err != nil {
		return env.fail(err)
	}
	defer release()
	if verb == "list" {
		return jobList(ctx, env, services.Jobs, *asJSON)
	}
	run, err := services.Jobs.RunNow(ctx, "cli", name, day, nil)
	if err != nil {
		return env.fail(err)
	}
	if *asJSON {
		return env.printJSON(map[string]any{"job": run.Job, "run": run.ID, "state": run.State, "result_id": run.ResultID, "seconds": run.FinishedAt.Sub(run.StartedAt).Seconds()})
	}
	_, _ = fmt.Fprintf(env.Stdout, "%s: %s in %.1f s", run.Job, run.State, run.FinishedAt.Sub(run.StartedAt).Seconds())
	if run.ResultID != "" {
		_, _ = fmt.Fprintf(env.Stdout, ", result %s", run.ResultID)
	}
	_, _ = fmt.Fprintln(env.Stdout)
	return ExitOK
}

func jobList(ctx context.Context, env Env, jobs *runlog.Service, asJSON bool) int {
	list, err := jobs.List(ctx)
	if err != nil {
		return env.fail(err)
	}
	if asJSON {
		out := []map[string]any{}
		for _, s := range list {
			out = append(out, map[string]any{"name": s.Job.Name, "spec": s.Job.Spec, "time_zone": s.Job.Zone, "policy": s.Job.Policy, "state": s.State, "next_at": s.NextAt})
		}
		return env.printJSON(out)
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "JOB\tRULE\tSTATE\tNEXT\tLAST\tWHAT IT DOES")
	for _, s := range list {
		last := "-"
		if s.Last != nil {
			last = s.Last.StartedAt.Format(time.RFC3339)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s (%s)\t%s\t%s\t%s\t%s\n", s.Job.Name, s.Job.Spec, s.Job.Zone, s.State, s.NextAt.Format(time.RFC3339), last,
			i18n.Text(env.Locale(), "job."+s.Job.Name+".summary", nil))
	}
	_ = w.Flush()
	return ExitOK
}
