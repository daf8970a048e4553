package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/feedback"
	"rapport/internal/org"
)

// touchpointBody is a touchpoint in the contract's shape. The owner's name is shown to those whose scope it is in.
func touchpointBody(t feedback.Touchpoint, teams *org.Tree, scope org.Scope) Touchpoint {
	out := Touchpoint{Id: t.ID, Name: t.Name, Kind: TouchpointKindPhysical, Journey: t.Journey, Stage: t.Stage, Closed: t.Closed, Version: t.Version}
	if t.Digital {
		out.Kind = TouchpointKindDigital
	}
	if x, ok := teams.Get(t.OwnerTeam); ok && scope.Has(t.OwnerTeam) {
		out.OwnerTeamId, out.OwnerTeam = &x.ID, &x.Name
	}
	if t.PromiseMinutes > 0 {
		out.PromiseMinutes = &t.PromiseMinutes
	}
	return out
}

func touchpointOf(id string, b TouchpointEdit) feedback.Touchpoint {
	return feedback.Touchpoint{
		ID: id, Name: b.Name, Digital: b.Kind == TouchpointEditKindDigital, OwnerTeam: value(b.OwnerTeamId), Journey: value(b.Journey), Stage: value(b.Stage),
		PromiseMinutes: value(b.PromiseMinutes), Closed: value(b.Closed), Version: value(b.Version),
	}
}

// ListTouchpoints implements StrictServerInterface.
func (s *Server) ListTouchpoints(ctx context.Context, _ ListTouchpointsRequestObject) (ListTouchpointsResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Feedback.Touchpoints(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return nil, err
	}
	out := TouchpointList{Items: make([]Touchpoint, 0, len(list))}
	for _, t := range list {
		out.Items = append(out.Items, touchpointBody(t, teams, p.Scope))
	}
	return ListTouchpoints200JSONResponse(out), nil
}

// CreateTouchpoint implements StrictServerInterface.
func (s *Server) CreateTouchpoint(ctx context.Context, r CreateTouchpointRequestObject) (CreateTouchpointResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Feedback.CreateTouchpoint(ctx, p, touchpointOf("", *r.Body))
	if err != nil {
		return nil, err
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return nil, err
	}
	return CreateTouchpoint201JSONResponse(touchpointBody(t, teams, p.Scope)), nil
}

// UpdateTouchpoint implements StrictServerInterface.
func (s *Server) UpdateTouchpoint(ctx context.Context, r UpdateTouchpointRequestObject) (UpdateTouchpointResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Feedback.ChangeTouchpoint(ctx, p, touchpointOf(r.Id, *r.Body))
	if err != nil {
		return nil, err
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return nil, err
	}
	return UpdateTouchpoint200JSONResponse(touchpointBody(t, teams, p.Scope)), nil
}
