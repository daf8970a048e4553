package v1

import (
	"context"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
)

// day is nil for the zero date.
func day(t time.Time) *openapi_types.Date {
	if t.IsZero() {
		return nil
	}
	return &openapi_types.Date{Time: t}
}

// filled is nil for the empty text.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is what a pointer of a request points at, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// pageSize is how many items a list gives: 100 unless the request says otherwise.
func pageSize(limit *int) int {
	if limit == nil {
		return 100
	}
	return *limit
}

// teamPicture is the tree with what a team's page tells about it.
type teamPicture struct {
	tree  *org.Tree
	scope org.Scope
	count map[string]int
	leads map[string][]string
}

func (s *Server) teamPicture(ctx context.Context) (teamPicture, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return teamPicture{}, err
	}
	out := teamPicture{scope: p.Scope, leads: map[string][]string{}}
	if out.tree, err = s.Org.Tree(ctx); err != nil {
		return out, err
	}
	if out.count, err = s.Org.Headcount(ctx, p.Scope, org.Date(s.Now())); err != nil {
		return out, err
	}
	if !p.May(auth.PeopleRead) {
		return out, nil
	}
	out.leads, err = s.Auth.Leads(ctx)
	return out, err
}

// team is one team as the caller may see it: the path above a lead's own subtree is not theirs to read.
func (p teamPicture) team(x org.Team) Team {
	out := Team{
		Id: x.ID, Name: x.Name, ExternalId: filled(x.ExternalID), Leaf: p.tree.Leaf(x.ID), CreatedOn: openapi_types.Date{Time: x.CreatedOn}, ClosedOn: day(x.ClosedOn),
		MergedIntoId: filled(x.MergedInto), Path: []string{},
	}
	for _, above := range p.tree.Path(x.ID) {
		if p.scope.Has(above.ID) {
			out.Path = append(out.Path, above.Name)
		}
	}
	out.Depth = len(out.Path) - 1
	if p.scope.Has(x.ParentID) {
		out.ParentId = filled(x.ParentID)
	}
	n := p.count[x.ID]
	out.Employees = &n
	if names := p.leads[x.ID]; len(names) > 0 {
		out.LeadNames = &names
	}
	return out
}

func (p teamPicture) detail(id string) (TeamDetail, error) {
	x, ok := p.tree.Get(id)
	if !ok || !p.scope.Has(id) {
		return TeamDetail{}, errs.NotFound("team_unknown").With("value", id)
	}
	out := TeamDetail{Team: p.team(x), History: []TeamEvent{}}
	for _, e := range x.History {
		out.History = append(out.History, TeamEvent{On: openapi_types.Date{Time: e.On}, Kind: TeamEventKind(e.Kind), From: filled(e.From), To: filled(e.To)})
	}
	return out, nil
}

// ListTeams implements StrictServerInterface.
func (s *Server) ListTeams(ctx context.Context, r ListTeamsRequestObject) (ListTeamsResponseObject, error) {
	p, err := s.teamPicture(ctx)
	if err != nil {
		return nil, err
	}
	out := TeamList{Items: []Team{}}
	for _, x := range p.tree.All() {
		if p.scope.Has(x.ID) && (x.ClosedOn.IsZero() || value(r.Params.Closed)) {
			out.Items = append(out.Items, p.team(x))
		}
	}
	return ListTeams200JSONResponse(out), nil
}

// GetTeam implements StrictServerInterface.
func (s *Server) GetTeam(ctx context.Context, r GetTeamRequestObject) (GetTeamResponseObject, error) {
	p, err := s.teamPicture(ctx)
	if err != nil {
		return nil, err
	}
	out, err := p.detail(r.Id)
	return GetTeam200JSONResponse(out), err
}

// CreateTeam implements StrictServerInterface.
func (s *Server) CreateTeam(ctx context.Context, r CreateTeamRequestObject) (CreateTeamResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.Org.CreateTeam(ctx, by.ID, org.NewTeam{Name: r.Body.Name, ExternalID: value(r.Body.ExternalId), ParentID: value(r.Body.ParentId), CreatedOn: value(r.Body.CreatedOn).Time})
	if err != nil {
		return nil, err
	}
	p, err := s.teamPicture(ctx)
	if err != nil {
		return nil, err
	}
	return CreateTeam201JSONResponse(p.team(x)), nil
}

// ChangeTeam implements StrictServerInterface.
func (s *Server) ChangeTeam(ctx context.Context, r ChangeTeamRequestObject) (ChangeTeamResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.Org.ChangeTeam(ctx, by.ID, r.Id, org.TeamChange{Kind: org.ChangeKind(r.Body.Kind), On: r.Body.On.Time, Name: value(r.Body.Name), ParentID: value(r.Body.ParentId), IntoID: value(r.Body.IntoId)})
	if err != nil {
		return nil, err
	}
	p, err := s.teamPicture(ctx)
	if err != nil {
		return nil, err
	}
	out, err := p.detail(r.Id)
	return ChangeTeam200JSONResponse(out), err
}
