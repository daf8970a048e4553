package report

import (
	"context"
	"fmt"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/i18n"
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
	if !who.May(auth.LedgerRead) {
		r.Content.Proposals = nil // what money is planned for is the ledger's
		for i := range r.Content.Initiatives {
			r.Content.Initiatives[i].Cost, r.Content.Initiatives[i].ROI = 0, nil
		}
	}
	return r, nil
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
	return s.store.ReportHeads(ctx, team)
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

// StartFiles makes the files of the organisation's report of a quarter in the background.
func (s *Service) StartFiles(ctx context.Context, by, quarter string) (operation.Operation, error) {
	return s.ops.Start(ctx, "report-files", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return quarter, nil, s.MakeFiles(ctx, quarter, progress)
	})
}

// StartClose closes a quarter in the background; the operation's result is its name.
func (s *Service) StartClose(ctx context.Context, who auth.Principal, asOf time.Time) (operation.Operation, error) {
	return s.ops.Start(ctx, "close-quarter", who.ID, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		out, err := s.Close(ctx, Order{AsOf: asOf, By: who.ID, Progress: progress})
		return out.Quarter.String(), nil, err
	})
}

// MakeFiles makes the workbook and the PDF of the organisation's report of a quarter in every language, those that are
// not there yet. What could not be made says why and is tried again by the next call.
func (s *Service) MakeFiles(ctx context.Context, quarter string, progress func(done, total int64)) error {
	r, err := s.store.Report(ctx, quarter, "", 0)
	if err != nil {
		return fmt.Errorf("make files: %w", err)
	}
	todo := []FileKey{}
	for _, kind := range []FileKind{XLSX, PDF} {
		for _, locale := range i18n.Locales {
			todo = append(todo, r.key(kind, locale))
		}
	}
	var failed error
	for i, k := range todo {
		if progress != nil {
			progress(int64(i), int64(len(todo)))
		}
		if _, err := s.file(ctx, r, k); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			failed = err // the next one may do better; the report stands in any case
		}
	}
	return failed
}

func (r Report) key(kind FileKind, locale string) FileKey {
	return FileKey{Quarter: r.Quarter.String(), TeamID: r.TeamID, Version: r.Version, Kind: kind, Locale: locale}
}

// ReadFile gives a report as a file, made now where it is not kept.
func (s *Service) ReadFile(ctx context.Context, who auth.Principal, k FileKey) (File, error) {
	r, err := s.Get(ctx, who, k.Quarter, k.TeamID, k.Version)
	if err != nil {
		return File{}, err
	}
	k.Version = r.Version
	if !who.May(auth.LedgerRead) {
		return s.render(ctx, r, k) // without the money: not the file that is kept for those who may see it
	}
	return s.file(ctx, r, k)
}

// FileState says how the file of a report stands without making it: the code is empty when it is there.
func (s *Service) FileState(ctx context.Context, k FileKey) (made bool, code string, err error) {
	f, err := s.store.ReportFile(ctx, k)
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return false, "", nil
	}
	return err == nil && len(f.Bytes) > 0, f.Code, err
}

// file gives a kept file, or makes and keeps it. Why one could not be made is kept, too.
func (s *Service) file(ctx context.Context, r Report, k FileKey) (File, error) {
	old, err := s.store.ReportFile(ctx, k)
	if err == nil && len(old.Bytes) > 0 {
		return old, nil
	}
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return old, fmt.Errorf("read file: %w", err)
	}
	f, err := s.render(ctx, r, k)
	f.Attempts, f.At = old.Attempts+1, s.now()
	if err != nil {
		if ctx.Err() != nil {
			return f, ctx.Err()
		}
		f.Code = errs.CodeOf(err)
		if kept := s.store.SaveReportFile(ctx, f); kept != nil {
			return f, fmt.Errorf("keep why there is no file: %w", kept)
		}
		return f, err
	}
	if err := s.store.SaveReportFile(ctx, f); err != nil {
		return f, fmt.Errorf("keep file: %w", err)
	}
	return f, nil
}

func (s *Service) render(ctx context.Context, r Report, k FileKey) (File, error) {
	f := File{FileKey: k}
	var err error
	doc := r.In(k.Locale)
	switch k.Kind {
	case XLSX:
		f.Bytes, err = doc.XLSX()
	case PDF:
		if s.from.Printer == nil {
			return f, errs.Unavailable("pdf_unavailable")
		}
		var page []byte
		if page, err = doc.HTML(); err == nil {
			f.Bytes, err = s.from.Printer.Print(ctx, page)
		}
	default:
		err = errs.Invalid("report_file_kind")
	}
	return f, err
}

// Printer makes a PDF of a page that stands for itself; errs.Unavailable("pdf_unavailable") where it cannot now.
type Printer interface {
	Print(ctx context.Context, page []byte) ([]byte, error)
}
