package returns

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/operation"
)

// Evaluate looks for effects and states the returns that follow from them: over whole windows, of the running quarter,
// and of quarters that have ended since.
func (s *Service) Evaluate(ctx context.Context, o initiative.Order) error {
	if err := s.ledger.Evaluate(ctx, o); err != nil {
		return err
	}
	if err := s.Settle(ctx, o.By); err != nil {
		return err
	}
	return s.settleQuarters(ctx, o)
}

// Settle states the returns over whole windows of every evaluated initiative, of every bundle of
// entangled ones, of every purpose, of the organisation and of every treated team.
func (s *Service) Settle(ctx context.Context, by string) error {
	views, err := s.evaluated(ctx)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	l, err := s.lens(ctx, s.now(), newestRun)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	list, err := s.stateAll(ctx, views, l, Quarter{})
	if err != nil || len(list) == 0 {
		return err
	}
	return s.save(ctx, list, by, "")
}

// evaluated are the initiatives that have been evaluated, oldest first: of two entangled ones, the earlier counts the
// money.
func (s *Service) evaluated(ctx context.Context) ([]initiative.View, error) {
	all, err := s.ledger.List(ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(v initiative.View) bool { return v.Evaluation == nil }), nil
}

// lens is how the ledger is looked at as of a day, over whole windows.
func (s *Service) lens(ctx context.Context, asOf time.Time, run string) (lens, error) {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return lens{}, err
	}
	chain, err := s.chainOf(ctx, run)
	if err != nil {
		return lens{}, err
	}
	b, err := s.baseOf(ctx, set, asOf)
	if err != nil {
		return lens{}, err
	}
	return lens{set: set, chain: chain, base: b, reps: DefaultReps}, nil
}

// stateAll makes the statements of every subject that the views speak of.
func (s *Service) stateAll(ctx context.Context, views []initiative.View, l lens, q Quarter) ([]Statement, error) {
	if s.goals != nil {
		book, err := s.goals.Book(ctx)
		if err != nil {
			return nil, fmt.Errorf("read desired levels: %w", err)
		}
		l.goals = desired(book)
	}
	type group struct {
		subject Subject
		name    string
		lens    lens
		views   []initiative.View
	}
	groups, at := []group{}, map[Subject]int{}
	pool := func(subject Subject, name string, with lens, v initiative.View) {
		k, seen := at[subject]
		if !seen {
			k = len(groups)
			at[subject] = k
			groups = append(groups, group{subject: subject, name: name, lens: with})
		}
		groups[k].views = append(groups[k].views, v)
	}
	together := bundles(views)
	for _, v := range views {
		pool(OfInitiative(v.ID), v.Plan.Name, l, v)
		for _, b := range together {
			if b.has(v.ID) {
				pool(b.subject, b.name, l, v)
			}
		}
		pool(OfPurpose(v.Plan.Purpose), "", l, v)
		pool(Organisation, "", l, v)
		treated := make([]string, 0, len(v.Plan.Treated))
		for _, t := range v.Plan.Treated {
			treated = append(treated, t.TeamID)
		}
		for _, leaf := range l.base.leavesOf(treated) {
			team, _ := l.base.tree.Get(leaf)
			own := l
			own.team, own.reps = leaf, MinReps
			pool(OfTeam(leaf), team.Name, own, v)
		}
	}
	out := make([]Statement, 0, len(groups))
	for _, g := range groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		st, err := gather(g.views, g.subject, g.name, g.lens, q)
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// desired is the mean desired level over teams; none where a team has none, since then the mean would be of others.
func desired(book goal.Book) func(metric string, teams []string, at time.Time) (float64, bool) {
	return func(metric string, teams []string, at time.Time) (float64, bool) {
		sum := 0.0
		for _, t := range teams {
			l, ok := book.At(goal.Desired, metric, t, at)
			if !ok {
				return 0, false
			}
			sum += l.Value / float64(len(teams))
		}
		return sum, len(teams) > 0
	}
}

// save keeps statements with the entry that says so.
func (s *Service) save(ctx context.Context, list []Statement, by, quarter string) error {
	at := s.now()
	for k := range list {
		list[k].At = at
	}
	detail := map[string]string{"statements": fmt.Sprint(len(list)), "definition": DefinitionVersion, "settings": fmt.Sprint(list[0].Settings)}
	if quarter != "" {
		detail["quarter"] = quarter
	}
	return s.SaveStatements(ctx, list, audit.Entry{At: at, Actor: by, Action: "returns.state", Object: "returns", Detail: detail})
}

// gather pools initiatives in one case; money that two entangled ones both count enters once, with the reason.
func gather(list []initiative.View, subject Subject, name string, l lens, q Quarter) (Statement, error) {
	d := &draft{lens: l, quarter: q, counted: map[string]map[Kind]bool{}, outcomes: map[string]*pooledOutcome{}, chained: map[string]bool{}, teams: map[string]bool{}}
	for _, v := range list {
		if start := v.Plan.Start(); d.origin.IsZero() || start.Before(d.origin) {
			d.origin = start
		}
	}
	var asOf time.Time
	ids := []string{}
	named := map[string]int{}
	for _, v := range list {
		named[v.Plan.Name]++
	}
	for _, v := range list {
		prefix := ""
		if len(list) > 1 {
			prefix = v.Plan.Name + ": "
		}
		if named[v.Plan.Name] > 1 { // two of one name are told apart
			prefix = v.Plan.Name + " (" + v.ID[:min(4, len(v.ID))] + "): "
		}
		d.add(v.Initiative, *v.Evaluation, prefix)
		ids = append(ids, v.ID)
		if v.Evaluation.AsOf.After(asOf) {
			asOf = v.Evaluation.AsOf
		}
	}
	st, err := d.state(subject, name)
	st.AsOf, st.Initiatives = asOf, ids
	return st, err
}

// mostQuarters is how many ended quarters one evaluation catches up with: a first run over years of history takes
// several nights rather than one that never ends.
const mostQuarters = 8

// settleQuarters states the running quarter from what was just evaluated, and every quarter that has ended since its
// statement was made, or that never had one, as it could be known on its last day.
func (s *Service) settleQuarters(ctx context.Context, o initiative.Order) error {
	views, err := s.evaluated(ctx)
	if err != nil || len(views) == 0 {
		return err
	}
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return err
	}
	first := views[0].Plan.Start()
	for _, v := range views {
		if v.Plan.Start().Before(first) {
			first = v.Plan.Start()
		}
	}
	asOf := s.now()
	if !o.AsOf.IsZero() {
		asOf = o.AsOf
	}
	running := QuarterOf(asOf, set.FiscalStart)
	if err := s.State(ctx, Stand{running, views, asOf, newestRun, o.By}); err != nil {
		return fmt.Errorf("state %s: %w", running, err)
	}
	if o.Only != "" {
		return nil // one initiative by hand: what has ended is not opened again
	}
	done := 0
	for q := QuarterOf(first, set.FiscalStart); q != running && done < mostQuarters; q = q.Next() {
		switch st, err := s.Statement(ctx, q.String(), Organisation); {
		case errs.KindOf(err) == errs.KindNotFound && err != nil:
		case err != nil:
			return err
		case !st.AsOf.Before(q.End().AddDate(0, 0, -1)):
			continue
		}
		if err := s.StateQuarter(ctx, q.String(), o.By); err != nil {
			return err
		}
		done++
	}
	return nil
}

// StartQuarter states a quarter anew in the background; the operation's result is the quarter.
func (s *Service) StartQuarter(ctx context.Context, by, quarter string) (operation.Operation, error) {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return operation.Operation{}, err
	}
	q, err := ParseQuarter(quarter, set.FiscalStart)
	if err != nil {
		return operation.Operation{}, err
	}
	if q.Start().After(s.now()) {
		return operation.Operation{}, errs.Invalid("quarter_not_begun").With("value", quarter)
	}
	return s.ops.Start(ctx, "state_quarter", by, func(ctx context.Context, _ func(done, total int64)) (string, any, error) {
		return quarter, nil, s.StateQuarter(ctx, quarter, by)
	})
}

// StateQuarter looks for the effects as they could be known at a quarter's end and states its returns anew.
func (s *Service) StateQuarter(ctx context.Context, quarter, by string) error {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return err
	}
	q, err := ParseQuarter(quarter, set.FiscalStart)
	if err != nil {
		return err
	}
	asOf := q.End().AddDate(0, 0, -1)
	if now := s.now(); now.Before(asOf) {
		asOf = now
	}
	evals, err := s.ledger.Examine(ctx, initiative.Order{AsOf: asOf, By: by})
	if err != nil {
		return fmt.Errorf("state %s: %w", quarter, err)
	}
	all, err := s.ledger.List(ctx)
	if err != nil {
		return fmt.Errorf("state %s: %w", quarter, err)
	}
	slices.Reverse(all)
	views := []initiative.View{}
	for _, v := range all {
		if k := slices.IndexFunc(evals, func(e initiative.Evaluation) bool { return e.InitiativeID == v.ID }); k >= 0 {
			v.Evaluation = &evals[k]
			views = append(views, v)
		}
	}
	if err := s.State(ctx, Stand{q, views, asOf, newestRun, by}); err != nil {
		return fmt.Errorf("state %s: %w", quarter, err)
	}
	return nil
}

// Stand is what a quarter's returns are stated from: evaluations as of a day in it, and the run whose chain is used.
type Stand struct {
	Quarter Quarter
	Views   []initiative.View // oldest first, each with its evaluation
	AsOf    time.Time
	Run     string // "latest" is the newest
	By      string
}

// newestRun is the run whose chain is used where nobody says otherwise.
const newestRun = "latest"

// State states a quarter: over the initiatives at work in it, with the costs and the part of each window up to the day
// that the evaluations are as of.
func (s *Service) State(ctx context.Context, from Stand) error {
	q, asOf := from.Quarter, from.AsOf
	at := slices.DeleteFunc(slices.Clone(from.Views), func(v initiative.View) bool {
		return v.Plan.Start().After(asOf) || v.Plan.EndsOn.Before(q.Start())
	})
	if len(at) == 0 {
		return nil
	}
	l, err := s.lens(ctx, asOf, from.Run)
	if err != nil {
		return err
	}
	day := time.Date(asOf.Year(), asOf.Month(), asOf.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, 1)
	if l.until = day; day.After(q.End()) {
		l.until = q.End()
	}
	list, err := s.stateAll(ctx, at, l, q)
	if err != nil || len(list) == 0 {
		return err
	}
	for k := range list {
		list[k].Open = l.until.Before(q.End())
	}
	return s.save(ctx, list, from.By, q.String())
}

// QuarterReturns are all statements of a quarter.
type QuarterReturns struct {
	Quarter      string
	From, To     time.Time // its first and last day
	Open         bool      // it has not ended, or was stated before it had
	AsOf         time.Time
	Organisation Statement
	Purposes     []Statement
	Initiatives  []Statement
	Teams        []Statement
}

// Quarter gives every stored statement of a quarter ("2025-Q1" of the fiscal year); errs.NotFound("returns_unknown")
// where nothing was at work in it. It computes nothing.
func (s *Service) Quarter(ctx context.Context, quarter string) (QuarterReturns, error) {
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return QuarterReturns{}, err
	}
	q, err := ParseQuarter(quarter, set.FiscalStart)
	if err != nil {
		return QuarterReturns{}, err
	}
	list, err := s.Statements(ctx, quarter, KindOrganisation, KindPurpose, KindInitiative, KindTeam)
	if err != nil {
		return QuarterReturns{}, err
	}
	out := QuarterReturns{Quarter: quarter, From: q.Start(), To: q.End().AddDate(0, 0, -1), Purposes: []Statement{}, Initiatives: []Statement{}, Teams: []Statement{}}
	for _, x := range list {
		switch x.Subject.Kind() {
		case KindOrganisation:
			out.Organisation, out.Open, out.AsOf = x, x.Open, x.AsOf
		case KindPurpose:
			out.Purposes = append(out.Purposes, x)
		case KindInitiative:
			out.Initiatives = append(out.Initiatives, x)
		case KindTeam:
			out.Teams = append(out.Teams, x)
		}
	}
	if out.Organisation.Subject == "" {
		return out, errs.NotFound("returns_unknown")
	}
	return out, nil
}
