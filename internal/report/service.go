package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// Evidence makes and gives runs.
type Evidence interface {
	Do(ctx context.Context, o linkage.Order) (linkage.Run, error)
	Chains(ctx context.Context, id string) (linkage.Run, []linkage.Finding, []linkage.Chain, error)
}

// Ledger gives what was invested and what it changed.
type Ledger interface {
	Settings(ctx context.Context) (initiative.Settings, error)
	List(ctx context.Context) ([]initiative.View, error)
	Examine(ctx context.Context, o initiative.Order) ([]initiative.Evaluation, error)
}

// Returns states what came back, and gives it.
type Returns interface {
	State(ctx context.Context, from returns.Stand) error
	Quarter(ctx context.Context, quarter string) (returns.QuarterReturns, error)
}

// Teams gives the team tree.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// Events gives what happened.
type Events interface {
	Events(ctx context.Context) ([]series.Event, error)
}

// Goals gives what is wanted.
type Goals interface {
	Book(ctx context.Context) (goal.Book, error)
}

// Proposals gives where to invest next, as far as somebody has proposed something.
type Proposals interface {
	Page(ctx context.Context, scope org.Scope, reader string) (invest.Page, error)
}

// Readers gives the languages of those who may sign in.
type Readers interface {
	Locales(ctx context.Context) ([]string, error)
}

// Sources are what a report is gathered from.
type Sources struct {
	Teams     Teams
	Figures   []panel.Source
	Evidence  Evidence
	Ledger    Ledger
	Returns   Returns
	Events    Events
	Goals     Goals
	Proposals Proposals
	Printer   Printer // makes PDFs; nil: there is none
	Readers   Readers // nil: in every language
}

// Service closes quarters and answers for closed ones.
type Service struct {
	store Store
	from  Sources
	ops   *operation.Service
	now   func() time.Time
}

// NewService makes a service.
func NewService(store Store, from Sources, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, from: from, ops: ops, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }}
}

// allowed says whether a principal may read the reports of a team: the organisation's speaks of every team and of money,
// so it needs both the right to the ledger and the whole organisation in view.
func allowed(who auth.Principal, team string) error {
	if err := who.Scope.Check(); err != nil {
		return err
	}
	switch {
	case team == "" && (!who.Scope.All() || !who.May(auth.LedgerRead)):
		return errs.Forbidden("report_of_everything")
	case team != "" && !who.Scope.Has(team):
		return errs.NotFound("report_unknown") // whether the team exists is not this caller's to know
	}
	return nil
}

// Get gives a report to somebody who may read it; version 0 is the newest.
func (s *Service) Get(ctx context.Context, who auth.Principal, quarter, team string, version int) (Report, error) {
	if err := allowed(who, team); err != nil {
		return Report{}, err
	}
	if _, err := ParseQuarter(quarter, 1); err != nil {
		return Report{}, err
	}
	r, err := s.store.Report(ctx, quarter, team, version)
	if err != nil {
		return r, fmt.Errorf("read report: %w", err)
	}
	if r.TeamID != "" { // allowed keeps the organisation's for those who may see the ledger
		r.leaveOutMoney()
	}
	return r, nil
}

// leaveOutMoney takes out what is the ledger's: what initiatives cost and returned, and what money is planned for. A team's
// report is for its lead, and everybody reads the same: page, files and API carry the same figures.
func (r *Report) leaveOutMoney() {
	r.Content.Proposals = nil
	for i := range r.Content.Initiatives {
		r.Content.Initiatives[i].Cost, r.Content.Initiatives[i].ROI = 0, nil
	}
}

// Newest gives the newest report of a team that has one, "" is the organisation; errs.NotFound("report_none").
func (s *Service) Newest(ctx context.Context, who auth.Principal, team string) (Report, error) {
	heads, err := s.List(ctx, who, team)
	if err != nil {
		return Report{}, err
	}
	if len(heads) == 0 {
		return Report{}, errs.NotFound("report_none")
	}
	return s.Get(ctx, who, heads[0].Quarter.String(), team, 0)
}

// List lists the newest version of every quarter of a team, newest first.
func (s *Service) List(ctx context.Context, who auth.Principal, team string) ([]Head, error) {
	if err := allowed(who, team); err != nil {
		return nil, err
	}
	return s.heads(ctx, team)
}

// heads are the newest versions of a team, the newest quarter first. After a move of the fiscal year names alone do not
// tell which quarter is newer.
func (s *Service) heads(ctx context.Context, team string) ([]Head, error) {
	heads, err := s.store.ReportHeads(ctx, team)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	slices.SortStableFunc(heads, func(a, b Head) int {
		return cmp.Or(b.Quarter.To().Compare(a.Quarter.To()), b.ClosedAt.Compare(a.ClosedAt))
	})
	return heads, nil
}

// named gives a quarter the name under which its reports stand: its own, unless a quarter of a fiscal year that began in
// another month has it.
func (s *Service) named(ctx context.Context, q Quarter) (Quarter, error) {
	heads, err := s.store.QuarterHeads(ctx, q.String())
	if err != nil {
		return q, fmt.Errorf("read the quarter's reports: %w", err)
	}
	q.Marked = slices.ContainsFunc(heads, func(h Head) bool { return h.Quarter.Start != q.Start })
	return q, nil
}

// Versions lists all versions of a report, newest first.
func (s *Service) Versions(ctx context.Context, who auth.Principal, quarter, team string) ([]Head, error) {
	if err := allowed(who, team); err != nil {
		return nil, err
	}
	return s.store.ReportVersions(ctx, quarter, team)
}

// Approve lets a person put a name under the newest version of a report.
func (s *Service) Approve(ctx context.Context, who auth.Principal, quarter, team string, version int) (Report, error) {
	if err := allowed(who, team); err != nil {
		return Report{}, err
	}
	r, err := s.store.Report(ctx, quarter, team, 0)
	if err != nil {
		return r, fmt.Errorf("approve report: %w", err)
	}
	if r.Version != version {
		return r, errs.Conflict("report_changed")
	}
	if r.State == Approved {
		return r, errs.Conflict("report_approved")
	}
	r.State, r.ApprovedAt, r.ApprovedBy = Approved, s.now(), who.Name
	entry := audit.Entry{At: r.ApprovedAt, Actor: who.ID, Action: "report.approve", Object: quarter, Detail: map[string]string{"team": team, "version": fmt.Sprint(version), "digest": r.Digest}}
	if err := s.store.ApproveReport(ctx, r, entry); err != nil {
		return r, fmt.Errorf("approve report: %w", err)
	}
	return r, nil
}

// StartClose closes a quarter in the background; the operation's result is its name.
func (s *Service) StartClose(ctx context.Context, who auth.Principal, asOf time.Time) (operation.Operation, error) {
	return s.ops.Start(ctx, "close-quarter", who.ID, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		out, err := s.Close(ctx, Order{AsOf: asOf, By: who.ID, Progress: progress})
		return out.Quarter.String(), nil, err
	})
}
