package report

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// Order is what a close is asked for.
type Order struct {
	AsOf     time.Time // the newest quarter that has ended by this day is closed; zero: today
	By       string    // actor for the audit log
	Progress func(done, total int64)
}

// Closed says what came of a close.
type Closed struct {
	Quarter Quarter
	Saved   int // reports that are new or say something else than before
	Same    int // reports that would say the same again
}

// gathered is everything a quarter's reports are made from.
type gathered struct {
	q, last    Quarter // the quarter, and the one before it
	set        initiative.Settings
	tree       *org.Tree
	teamsOf    []org.Team // leaf teams, by their number in figures and leaves
	metric     map[string]series.Metric
	figures    []*figure
	run        linkage.Run
	findings   []linkage.Finding
	chains     []linkage.Chain
	views      []initiative.View
	statements map[returns.Subject]returns.Statement
	events     []series.Event
	book       goal.Book
	proposals  []Proposal
	leaves     map[string][]int // leaf teams of the panel by team
	before     map[string]Content
}

// Close closes the newest quarter that has ended: everything as known on its last day. Closed again without new facts it
// changes nothing; where facts came late, the reports that say something else are restated and the old ones stay.
func (s *Service) Close(ctx context.Context, o Order) (Closed, error) {
	if o.AsOf.IsZero() {
		o.AsOf = s.now()
	}
	set, err := s.from.Ledger.Settings(ctx)
	if err != nil {
		return Closed{}, fmt.Errorf("close quarter: %w", err)
	}
	day := time.Date(o.AsOf.Year(), o.AsOf.Month(), o.AsOf.Day(), 0, 0, 0, 0, time.UTC)
	var out Closed
	if out.Quarter, err = s.named(ctx, Ended(day, set.FiscalStart)); err != nil {
		return out, fmt.Errorf("close quarter: %w", err)
	}
	tell := o.Progress
	if tell == nil {
		tell = func(int64, int64) {}
	}
	g, facts, err := s.gather(ctx, out.Quarter, set, o.By, tell)
	if err != nil {
		return out, fmt.Errorf("close quarter %s: %w", out.Quarter, err)
	}
	heads, err := s.store.QuarterHeads(ctx, out.Quarter.String())
	if err != nil {
		return out, fmt.Errorf("close quarter %s: %w", out.Quarter, err)
	}
	old := map[string]Head{}
	for _, h := range heads {
		old[h.TeamID] = h
	}
	var list []Report
	subjects := append([]org.Team{{}}, g.teams()...)
	for i, t := range subjects {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		tell(steps+int64(i), steps+int64(len(subjects)))
		r, err := s.report(ctx, g, t, old[t.ID])
		if err != nil {
			return out, fmt.Errorf("close quarter %s: %w", out.Quarter, err)
		}
		if r == nil {
			out.Same++
			continue
		}
		r.ClosedAt, r.ClosedBy, r.Facts, r.RunID = s.now(), o.By, facts, g.run.ID
		list = append(list, *r)
	}
	out.Saved = len(list)
	if len(list) == 0 {
		return out, nil
	}
	entry := audit.Entry{At: s.now(), Actor: o.By, Action: "report.close", Object: out.Quarter.String(), Detail: map[string]string{"reports": fmt.Sprint(len(list)), "same": fmt.Sprint(out.Same), "facts": facts}}
	if err := s.store.SaveReports(ctx, list, entry); err != nil {
		return out, fmt.Errorf("close quarter %s: %w", out.Quarter, err)
	}
	return out, nil
}

// steps are the stations of a close before the reports themselves.
const steps = 4

// gather reads everything as of the quarter's last day.
func (s *Service) gather(ctx context.Context, q Quarter, set initiative.Settings, by string, tell func(done, total int64)) (*gathered, string, error) {
	last, err := s.named(ctx, q.Before())
	if err != nil {
		return nil, "", err
	}
	g := &gathered{q: q, last: last, set: set, statements: map[returns.Subject]returns.Statement{}, leaves: map[string][]int{}, before: map[string]Content{}}
	tell(0, steps)
	teams, err := s.from.Teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, "", fmt.Errorf("read teams: %w", err)
	}
	p, err := panel.Build(ctx, teams, s.from.Figures, q.To())
	if err != nil {
		return nil, "", err
	}
	g.tree, g.figures, g.teamsOf, g.metric = org.NewTree(teams), figuresOf(p, q), p.Teams, map[string]series.Metric{}
	for _, m := range p.Metrics {
		g.metric[m.ID] = m
	}
	facts := factsOf(p)
	no := map[string]int{}
	for i, t := range g.teamsOf {
		no[t.ID] = i
		g.leaves[""] = append(g.leaves[""], i)
	}
	for _, t := range teams {
		for _, id := range g.tree.Subtree(t.ID) {
			if i, ok := no[id]; ok {
				g.leaves[t.ID] = append(g.leaves[t.ID], i)
			}
		}
	}
	tell(1, steps)
	origin := linkage.OriginClose + q.String() + ":" + facts[:16]
	if g.run, err = s.from.Evidence.Do(ctx, linkage.Order{AsOf: q.To(), Trigger: linkage.ByJob, By: by, Origin: origin}); err != nil {
		return nil, "", err
	}
	if g.run, g.findings, g.chains, err = s.from.Evidence.Chains(ctx, g.run.ID); err != nil {
		return nil, "", err
	}
	tell(2, steps)
	if err := s.invested(ctx, g, by); err != nil {
		return nil, "", err
	}
	tell(3, steps)
	if g.events, err = s.from.Events.Events(ctx); err != nil {
		return nil, "", fmt.Errorf("read events: %w", err)
	}
	if g.book, err = s.from.Goals.Book(ctx); err != nil {
		return nil, "", fmt.Errorf("read goals: %w", err)
	}
	// Proposals stand as they stand now: they belong to the quarter that has just ended, and to no earlier one.
	if s.from.Proposals != nil && q.From().Equal(Ended(s.now(), q.Start).From()) {
		page, err := s.from.Proposals.Page(ctx, org.Everything, by)
		if err != nil {
			return nil, "", fmt.Errorf("read proposals: %w", err)
		}
		g.proposals = listed(page)
	}
	return g, facts, nil
}

// invested looks for the effects as they could be known on the quarter's last day, and states the returns from them.
func (s *Service) invested(ctx context.Context, g *gathered, by string) error {
	var err error
	if g.views, err = s.from.Ledger.List(ctx); err != nil {
		return fmt.Errorf("read initiatives: %w", err)
	}
	evaluations, err := s.from.Ledger.Examine(ctx, initiative.Order{AsOf: g.q.To(), By: by})
	if err != nil {
		return fmt.Errorf("examine initiatives: %w", err)
	}
	of := map[string]*initiative.Evaluation{}
	for i := range evaluations {
		of[evaluations[i].InitiativeID] = &evaluations[i]
	}
	var done []initiative.View
	for i := range g.views {
		if g.views[i].Evaluation = of[g.views[i].ID]; g.views[i].Evaluation != nil {
			done = append(done, g.views[i])
		}
	}
	slices.Reverse(done) // oldest first: of two entangled ones, the earlier counts the money
	q := returns.QuarterOf(g.q.To(), g.set.FiscalStart)
	if err := s.from.Returns.State(ctx, returns.Stand{Quarter: q, Views: done, AsOf: g.q.To(), Run: g.run.ID, By: by}); err != nil {
		return fmt.Errorf("state returns: %w", err)
	}
	stated, err := s.from.Returns.Quarter(ctx, q.String())
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return nil // nothing was at work in the quarter
	}
	if err != nil {
		return fmt.Errorf("read returns: %w", err)
	}
	for _, list := range [][]returns.Statement{{stated.Organisation}, stated.Purposes, stated.Initiatives, stated.Teams} {
		for _, st := range list {
			st.At = time.Time{} // the moment it was computed is no fact of the quarter, nor is the number of the run
			if st.Chain != nil {
				chain := *st.Chain
				chain.RunID, st.Chain = "", &chain
			}
			g.statements[st.Subject] = st
		}
	}
	return nil
}

// teams lists the teams that were there in the quarter, parents before children.
func (g *gathered) teams() []org.Team {
	var out []org.Team
	for _, t := range g.tree.All() {
		if (t.ClosedOn.IsZero() || t.ClosedOn.After(g.q.From())) && !t.CreatedOn.After(g.q.To()) {
			out = append(out, t)
		}
	}
	return out
}

// report makes one report, or nil where the newest version says the same.
func (s *Service) report(ctx context.Context, g *gathered, t org.Team, old Head) (*Report, error) {
	last, err := s.store.Report(ctx, g.last.String(), t.ID, 0)
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return nil, fmt.Errorf("read the quarter before: %w", err)
	}
	r := &Report{Head: Head{Quarter: g.q, TeamID: t.ID, TeamName: t.Name, Version: old.Version + 1, State: Draft}}
	if t.ID == "" {
		r.Content = g.organisation()
	} else {
		r.Content = g.team(t)
	}
	if err == nil {
		r.Content.Changes = changes(last.Content, r.Content)
	}
	var before Report
	if old.Version > 0 {
		if before, err = s.store.Report(ctx, g.q.String(), t.ID, old.Version); err != nil {
			return nil, fmt.Errorf("read the version before: %w", err)
		}
		r.Content.Proposals = before.Content.Proposals // as they stood when the quarter was closed first
	}
	if r.Digest, err = digest(r.Content); err != nil {
		return nil, err
	}
	if r.Digest == old.Digest {
		return nil, nil //nolint:nilnil // no new version is needed, and nothing failed
	}
	if old.Version > 0 {
		r.Moved = moved(before.Content, r.Content)
	}
	return r, nil
}

// factsOf is the fingerprint of every figure of a panel.
func factsOf(p *panel.Panel) string {
	h := sha256.New()
	var b [8]byte
	word := func(v uint64) {
		binary.LittleEndian.PutUint64(b[:], v)
		_, _ = h.Write(b[:])
	}
	for _, t := range p.Teams {
		_, _ = h.Write([]byte(t.ID + "\x00"))
	}
	for _, m := range p.Metrics {
		g, ok := p.Grain(m.ID)
		if !ok {
			continue
		}
		c := p.Column(m.ID, g)
		_, _ = h.Write([]byte(m.ID + "\x00" + string(g) + "\x00"))
		word(uint64(m.Version))
		word(uint64(c.First))
		word(uint64(c.Periods))
		for _, v := range c.Value {
			word(math.Float64bits(v))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
