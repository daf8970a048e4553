package v1

import (
	"context"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// ListEmployees implements StrictServerInterface.
func (s *Server) ListEmployees(ctx context.Context, r ListEmployeesRequestObject) (ListEmployeesResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	scope := p.Scope
	if id := value(r.Params.TeamId); id != "" {
		t, err := s.Org.Tree(ctx)
		if err != nil {
			return nil, err
		}
		scope = scope.Within(t.Subtree(id))
	}
	limit := pageSize(r.Params.Limit)
	es, err := s.Org.Employees(ctx, scope, org.Page{After: value(r.Params.Cursor), Limit: limit})
	if err != nil {
		return nil, err
	}
	out := EmployeeList{Items: []Employee{}}
	for _, e := range es {
		x := Employee{
			Id: e.ID, ExternalId: e.ExternalID, Name: e.Name, Email: filled(e.Email), TeamId: e.TeamID, JoinedOn: openapi_types.Date{Time: e.JoinedOn},
			LeftOn: day(e.LeftOn), Locale: filled(e.Locale),
		}
		if len(e.Attributes) > 0 {
			x.Attributes = &e.Attributes
		}
		out.Items = append(out.Items, x)
	}
	if len(es) == limit {
		out.NextCursor = &es[limit-1].ExternalID
	}
	return ListEmployees200JSONResponse(out), nil
}

// UpsertEmployees implements StrictServerInterface.
func (s *Server) UpsertEmployees(ctx context.Context, r UpsertEmployeesRequestObject) (UpsertEmployeesResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]org.EmployeeRow, len(r.Body.Items))
	for i, x := range r.Body.Items {
		rows[i] = org.EmployeeRow{
			ExternalID: x.ExternalId, Team: x.Team, Name: x.Name, Email: x.Email, Locale: x.Locale, JoinedOn: timeOf(x.JoinedOn),
			LeftOn: timeOf(x.LeftOn), Attributes: value(x.Attributes),
		}
	}
	res, err := s.Org.PutEmployees(ctx, by.ID, rows, org.Batch{CreateTeams: value(r.Body.CreateTeams), DryRun: value(r.Params.DryRun), Source: "api"})
	if err != nil {
		return nil, err
	}
	out, err := resultJSON(ctx, res)
	return UpsertEmployees200JSONResponse(out), err
}

func timeOf(d *openapi_types.Date) *time.Time {
	if d == nil {
		return nil
	}
	return &d.Time
}

// resultJSON is what became of a batch. A refused batch is a problem that names every refused row; a dry run that found
// something is an answer.
func resultJSON(ctx context.Context, r intake.Result) (ImportResult, error) {
	if r.Rejected > 0 && !r.DryRun {
		return ImportResult{}, errs.Invalid("rows_rejected").With("count", r.Rejected).With("rows", r.Rows).At(r.Errors...)
	}
	return importResult(r, locale(ctx)), nil
}

func importResult(r intake.Result, locale string) ImportResult {
	out := ImportResult{
		Rows: r.Rows, Imported: r.Imported, Unchanged: r.Unchanged, Rejected: r.Rejected, Queued: r.Queued, Errors: []FieldError{},
		TeamsCreated: &r.TeamsCreated, MetricsCreated: &r.MetricsCreated, HeldBack: &r.HeldBack, ImportId: filled(r.ImportID), RunId: filled(r.RunID), WaveId: filled(r.WaveID),
	}
	if r.DryRun {
		out.DryRun = &r.DryRun
	}
	for _, f := range web.FieldErrors(r.Errors, locale) {
		x := FieldError{Code: f.Code, Pointer: filled(f.Pointer), Column: filled(f.Column), Value: filled(f.Value), Detail: filled(f.Detail)}
		if f.Line > 0 {
			x.Line = &f.Line
		}
		out.Errors = append(out.Errors, x)
	}
	return out
}

// ListPartners implements StrictServerInterface.
func (s *Server) ListPartners(ctx context.Context, r ListPartnersRequestObject) (ListPartnersResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	limit := pageSize(r.Params.Limit)
	ps, err := s.Org.Partners(ctx, p.Scope, org.Page{After: value(r.Params.Cursor), Limit: limit})
	if err != nil {
		return nil, err
	}
	out := PartnerList{Items: []Partner{}}
	for _, x := range ps {
		teams := p.Scope.Within(x.TeamIDs).IDs()
		out.Items = append(out.Items, Partner{
			Id: x.ID, ExternalId: x.ExternalID, Name: x.Name, Email: filled(x.Email), Company: filled(x.Company), TeamIds: teams,
			StartedOn: day(x.StartedOn), EndedOn: day(x.EndedOn), Locale: filled(x.Locale),
		})
	}
	if len(ps) == limit {
		out.NextCursor = &ps[limit-1].ExternalID
	}
	return ListPartners200JSONResponse(out), nil
}

// UpsertPartners implements StrictServerInterface.
func (s *Server) UpsertPartners(ctx context.Context, r UpsertPartnersRequestObject) (UpsertPartnersResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]org.PartnerRow, len(r.Body.Items))
	for i, x := range r.Body.Items {
		rows[i] = org.PartnerRow{ExternalID: x.ExternalId, Teams: x.Teams, Name: x.Name, Email: x.Email, Company: x.Company, Locale: x.Locale, StartedOn: timeOf(x.StartedOn), EndedOn: timeOf(x.EndedOn)}
	}
	res, err := s.Org.PutPartners(ctx, by.ID, rows, org.Batch{DryRun: value(r.Params.DryRun), Source: "api"})
	if err != nil {
		return nil, err
	}
	out, err := resultJSON(ctx, res)
	return UpsertPartners200JSONResponse(out), err
}
