package series

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Input is a file of figures to bring in.
type Input struct {
	File     io.ReaderAt
	Size     int64
	Name     string // of the file
	Mapping  intake.Mapping
	DryRun   bool
	By       auth.Principal
	Progress func(done, total int64) // may be nil
}

// tries is how often an import starts again because somebody else changed figures or teams while it ran.
const tries = 5

// Import reads a file by its mapping and brings its figures in: all of them or, if any row is rejected or anything goes
// wrong, none. Importing the same file again changes nothing. A result with rejected rows comes with the error
// import_rejected, unless it was a dry run.
func (s *Service) Import(ctx context.Context, in Input) (intake.Result, error) {
	if err := checkMapping(in.Mapping); err != nil {
		return intake.Result{}, err
	}
	if in.Progress == nil {
		in.Progress = func(int64, int64) {}
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return intake.Result{}, ctx.Err()
	}
	if !in.DryRun {
		if err := s.sweep(ctx); err != nil {
			return intake.Result{}, err
		}
	}
	for i := 1; ; i++ {
		res, err := s.importOnce(ctx, in)
		switch errs.CodeOf(err) {
		case "figures_changed", "org_changed", "metric_key_taken":
			if i < tries {
				continue
			}
		}
		return res, err
	}
}

func (s *Service) importOnce(ctx context.Context, in Input) (intake.Result, error) {
	none := intake.Result{}
	f, err := intake.Open(in.File, in.Size, in.Name, in.Mapping.Options())
	if err != nil {
		return none, err
	}
	if !f.EncodingSure {
		return none, errs.Invalid("encoding_unsure").With("guess", f.Encoding).At(errs.Field{Path: "/encoding", Code: "encoding_unsure", Value: f.Encoding, Params: map[string]any{"guess": f.Encoding}})
	}
	metrics, err := s.planMetrics(ctx, in.By, in.Mapping)
	if err != nil {
		return none, err
	}
	seen, tree, err := s.organisation(ctx)
	if err != nil {
		return none, err
	}
	if in.Mapping.CreateTeams && len(tree.All()) > 0 && !in.By.May(auth.TeamsWrite) {
		return none, errs.Forbidden("teams_not_allowed").At(errs.Field{Path: "/create_teams", Code: "teams_not_allowed"})
	}
	names := tree.Names()
	teams := newTeamFinder(names, in.By.Scope, in.Mapping.CreateTeams)
	figures := &sorter{max: memoryFigures}
	defer figures.close()
	r, err := newReading(in.Mapping, f, metrics, teams, figures)
	if err != nil {
		return none, err
	}
	total := in.Size + in.Size/4 // comparing and staging take about a fifth of the time
	if err := r.all(func(read int64) { in.Progress(min(read, in.Size), total) }); err != nil {
		return none, err
	}
	res := intake.Result{DryRun: in.DryRun, Rows: r.rows}
	c := &commit{
		s: s, batch: s.newBatch(in.Name, in.By.ID, in.Mapping), dryRun: in.DryRun, mapping: in.Mapping, metrics: metrics, teams: teams,
		rejected: &r.rejected, errors: &r.errors,
		field: func(line uint32, metric int) errs.Field {
			return errs.Field{Line: int(line), Column: in.Mapping.Metrics[metric].Column}
		},
	}
	c.dryRun = in.DryRun || r.rejected.n > 0
	err = c.figures(ctx, figures, func(done int) { in.Progress(in.Size+in.Size/4*int64(done)/int64(figures.all), total) })
	if err == nil && r.rejected.n == 0 && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		c.abandon(ctx)
		return none, err
	}
	res.Rejected, res.Errors = r.rejected.n, r.errors
	if res.Rejected > 0 {
		c.abandon(ctx)
		if in.DryRun {
			return res, nil
		}
		return res, errs.Invalid("import_rejected").With("count", res.Rejected).At(res.Errors...)
	}
	newTeams := s.planTeams(tree, names, teams.teams)
	if res.HeldBack, err = c.heldBack(ctx, tree, newTeams); err != nil {
		c.abandon(ctx)
		return none, err
	}
	res.Imported, res.TeamsCreated = c.changed.n, len(newTeams)
	res.Unchanged = res.Rows - res.Imported
	for _, m := range metrics {
		if m.isNew && m.used {
			res.MetricsCreated++
		}
	}
	if in.DryRun || res.Imported == 0 {
		return res, nil
	}
	var change *org.Change
	if len(newTeams) > 0 {
		change = &org.Change{Seen: seen, Teams: newTeams}
	}
	raw, err := json.Marshal(in.Mapping)
	if err != nil {
		return none, err
	}
	memory := &intake.Memory{Signature: intake.Signature(intake.Series, f.Columns), Mapping: raw, At: s.now(), By: in.By.ID}
	if err := c.publish(ctx, &res, change, memory); err != nil {
		c.abandon(ctx)
		return none, err
	}
	in.Progress(total, total)
	return res, nil
}

// organisation reads the team tree and its version; the version first, so that a change in between is noticed.
func (s *Service) organisation(ctx context.Context) (seen int64, tree *org.Tree, err error) {
	if seen, err = s.org.OrgVersion(ctx); err != nil {
		return 0, nil, err
	}
	teams, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return 0, nil, err
	}
	return seen, org.NewTree(teams), nil
}

// cutOff is how long a staging batch may be silent before it counts as dead.
const cutOff = 5 * time.Minute

// sweep deletes what dead imports left behind; none of it was ever visible. Undone batches go after a while, when no
// reader can be in the middle of them any more.
func (s *Service) sweep(ctx context.Context) error {
	list, err := s.intake.Batches(ctx, intake.Page{Limit: 50})
	if err != nil {
		return err
	}
	for _, b := range list {
		dead := b.State == intake.Staging && s.now().Sub(b.BeatAt) > cutOff
		gone := b.State == intake.Undone && s.now().Sub(b.FinishedAt) > cutOff
		if b.Kind != intake.Series || !dead && !gone {
			continue
		}
		for more := true; more; {
			if more, err = s.store.DropStaged(ctx, b.ID); err != nil {
				return err
			}
		}
		if dead {
			b.State, b.FinishedAt = intake.Failed, s.now()
			if err := s.store.Stage(ctx, b, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Suggest proposes a mapping for a file: the one remembered for these columns, else one made from the headings.
func (s *Service) Suggest(ctx context.Context, p *intake.Preview) (m intake.Mapping, remembered bool, err error) {
	teams, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return m, false, err
	}
	mem, err := s.intake.Memory(ctx, intake.Signature(intake.Series, p.File.Columns))
	switch {
	case err == nil:
		if m, err = intake.ParseMapping(mem.Mapping); err == nil {
			m.CreateTeams = len(teams) == 0 // what was right for an empty organisation is not right for ever
			return m, true, nil
		}
	case errs.KindOf(err) != errs.KindNotFound:
		return m, false, err
	}
	catalogue, err := s.store.Metrics(ctx)
	if err != nil {
		return m, false, err
	}
	return Suggest(p, catalogue, len(teams) == 0), false, nil
}
