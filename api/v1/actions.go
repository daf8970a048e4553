package v1

import (
	"context"

	"rapport/internal/action"
	"rapport/internal/auth"
	"rapport/internal/movement"
	"rapport/internal/series"
)

// ListActions implements StrictServerInterface.
func (s *Server) ListActions(ctx context.Context, r ListActionsRequestObject) (ListActionsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	f := action.Filter{State: action.State(value(r.Params.State)), OwnerID: value(r.Params.OwnerId), TeamID: value(r.Params.TeamId)}
	if f.OwnerID == "me" {
		f.OwnerID = who.ID
	}
	list, err := s.Actions.List(ctx, who, f)
	if err != nil {
		return nil, err
	}
	names, err := s.actionWords(ctx)
	if err != nil {
		return nil, err
	}
	out := ListActions200JSONResponse{Items: []Action{}}
	for _, v := range list {
		out.Items = append(out.Items, names.body(v, locale(ctx)))
	}
	return out, nil
}

// CreateAction implements StrictServerInterface.
func (s *Server) CreateAction(ctx context.Context, r CreateActionRequestObject) (CreateActionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.Actions.Add(ctx, who, actionDraft(*r.Body))
	if err != nil {
		return nil, err
	}
	names, err := s.actionWords(ctx)
	return CreateAction201JSONResponse(names.body(v, locale(ctx))), err
}

func actionDraft(b NewAction) action.Draft {
	d := action.Draft{
		Title: b.Title, TeamID: value(b.TeamId), OwnerID: b.OwnerId, MetricID: value(b.MetricId), AgreedOn: dayOf(b.AgreedOn), DueOn: b.DueOn.Time,
		RemindDays: remindUnlessSaid, Note: value(b.Note),
	}
	if b.RemindDays != nil {
		d.RemindDays = *b.RemindDays
	}
	if o := b.Origin; o != nil {
		d.Origin = action.Origin{From: action.From(o.From), Of: value(o.Of), Path: value(o.Path)}
	}
	return d
}

// remindUnlessSaid is how many days before its date the owner of an action is reminded.
const remindUnlessSaid = 3

// GetAction implements StrictServerInterface.
func (s *Server) GetAction(ctx context.Context, r GetActionRequestObject) (GetActionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.Actions.Get(ctx, who, r.Id)
	if err != nil {
		return nil, err
	}
	names, err := s.actionWords(ctx)
	return GetAction200JSONResponse(names.body(v, locale(ctx))), err
}

// UpdateAction implements StrictServerInterface.
func (s *Server) UpdateAction(ctx context.Context, r UpdateActionRequestObject) (UpdateActionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	e := action.Edit{Version: r.Body.Version, Title: r.Body.Title, OwnerID: r.Body.OwnerId, RemindDays: r.Body.RemindDays, Note: value(r.Body.Note)}
	if r.Body.DueOn != nil {
		e.DueOn = &r.Body.DueOn.Time
	}
	if r.Body.State != nil {
		st := action.State(*r.Body.State)
		e.State = &st
	}
	v, err := s.Actions.Change(ctx, who, r.Id, e)
	if err != nil {
		return nil, err
	}
	names, err := s.actionWords(ctx)
	return UpdateAction200JSONResponse(names.body(v, locale(ctx))), err
}

// ListActionOwners implements StrictServerInterface.
func (s *Server) ListActionOwners(ctx context.Context, r ListActionOwnersRequestObject) (ListActionOwnersResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Actions.Owners(ctx, who, value(r.Params.TeamId))
	if err != nil {
		return nil, err
	}
	out := ListActionOwners200JSONResponse{}
	out.Items = make([]struct {
		Id   string `json:"id"`
		Name string `json:"name"`
		Role Role   `json:"role"`
	}, len(list))
	for i, u := range list {
		out.Items[i].Id, out.Items[i].Name, out.Items[i].Role = u.ID, u.Name, Role(u.Role)
	}
	return out, nil
}

// actionWords are the names that actions speak of.
type actionWords struct {
	users   map[string]string
	metrics map[string]series.Metric
}

func (s *Server) actionWords(ctx context.Context) (actionWords, error) {
	w := actionWords{users: map[string]string{}, metrics: map[string]series.Metric{}}
	users, err := s.Auth.Everybody(ctx)
	if err != nil {
		return w, err
	}
	for _, u := range users {
		w.users[u.ID] = u.Name
	}
	ms, err := s.Actions.Metrics(ctx)
	for _, m := range ms {
		w.metrics[m.ID] = m
	}
	return w, err
}

func (w actionWords) body(v action.View, loc string) Action {
	out := Action{
		Id: v.ID, Title: v.Title, TeamId: filled(v.TeamID), TeamName: filled(v.TeamName), TeamGone: v.TeamGone, Heir: filled(v.Heir), OwnerId: v.OwnerID, OwnerName: v.OwnerName, OwnerGone: v.OwnerGone,
		Origin:   ActionOrigin{From: ActionOriginFrom(v.Origin.From), Of: filled(v.Origin.Of), Path: filled(v.Origin.Path)},
		AgreedOn: date(v.AgreedOn), DueOn: date(v.DueOn), RemindDays: v.RemindDays, State: ActionState(v.State), ClosedOn: maybeDate(v.ClosedOn), Overdue: v.Overdue,
		Notes: []ActionNote{}, Version: v.Version, CreatedAt: v.CreatedAt,
	}
	for _, n := range v.Notes {
		by := w.users[n.By]
		if by == "" {
			by = n.By
		}
		out.Notes = append(out.Notes, ActionNote{At: n.At, By: by, Text: n.Text})
	}
	if m, ok := w.metrics[v.MetricID]; ok {
		out.MetricId, out.MetricName, out.MetricUnit, out.HigherIsBetter = filled(m.ID), filled(m.Name), filled(m.Unit), &m.HigherIsBetter
	} else {
		out.MetricId = filled(v.MetricID)
	}
	if v.Since != nil {
		b := movementBody(*v.Since, loc)
		out.Since = &b
	}
	return out
}

func movementBody(m movement.Since, loc string) Movement {
	out := Movement{On: date(m.On), AsOf: m.AsOf, Before: m.Before, After: m.After, Change: estimateBody(m.Change, loc), Text: sentences(m.Text, loc)}
	if m.Grain != "" {
		g := Grain(m.Grain)
		out.Grain = &g
	}
	if m.Others != nil {
		o := estimateBody(*m.Others, loc)
		out.Others = &o
	}
	return out
}
