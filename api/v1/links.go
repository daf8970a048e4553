package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/feedback"
	"rapport/internal/org"
)

// linkNames are what links refer to.
type linkNames struct {
	places map[string]string
	teams  *org.Tree
	counts map[string]feedback.InvitationCounts
	scope  org.Scope
}

func (s *Server) linkNames(ctx context.Context, p auth.Principal) (linkNames, error) {
	n := linkNames{places: map[string]string{}, scope: p.Scope}
	list, err := s.Feedback.Touchpoints(ctx)
	if err != nil {
		return n, err
	}
	for _, t := range list {
		n.places[t.ID] = t.Name
	}
	if n.teams, err = s.Facts.Teams(ctx); err != nil {
		return n, err
	}
	n.counts, err = s.Feedback.Response(ctx)
	return n, err
}

func (s *Server) linkBody(l feedback.Link, n linkNames) Link {
	out := Link{
		Id: l.ID, Name: l.Name, Address: s.URL + "/s/" + l.ID, TouchpointId: l.Touchpoint, Touchpoint: n.places[l.Touchpoint], Relation: LinkRelation(l.Relation), Population: Population(l.Population.String()),
		Languages: l.Languages, Emotion: l.Emotion, Expected: l.Expected, Comment: l.Comment, Origins: []string{}, Closed: l.Closed, Version: l.Version,
		Invite: InviteRule{Share: l.Invite.Share, RestDays: l.Invite.RestDays, DelayHours: l.Invite.DelayHours, ExpiresDays: l.Invite.ExpiresDays},
		Sent:   n.counts[l.ID].Sent, Answered: n.counts[l.ID].Answered,
	}
	if l.Invite.Orders != "" {
		e := InviteRuleOrders(l.Invite.Orders)
		out.Invite.Orders = &e
	}
	out.Origins = append(out.Origins, l.Origins...)
	if l.Score != "" {
		t := LinkScoreType(l.Score)
		out.ScoreType = &t
	}
	if len(l.Question) > 0 {
		out.Question = &l.Question
	}
	if x, ok := n.teams.Get(l.Team); ok && n.scope.Has(l.Team) {
		out.TeamId, out.Team = &x.ID, &x.Name
	}
	if len(l.Origins) > 0 {
		snippet := `<script src="` + out.Address + `/embed.js" async></script>`
		out.Snippet = &snippet
	}
	return out
}

func linkOf(id string, b LinkEdit) feedback.Link {
	l := feedback.Link{
		ID: id, Name: b.Name, Touchpoint: b.TouchpointId, Team: value(b.TeamId), Score: feedback.ScoreType(value(b.ScoreType)), Relation: feedback.Relation(value(b.Relation)), Population: population(b.Population),
		Question: value(b.Question), Emotion: value(b.Emotion), Expected: value(b.Expected), Comment: value(b.Comment), Origins: value(b.Origins), Closed: value(b.Closed), Version: value(b.Version),
	}
	for _, x := range b.Languages {
		l.Languages = append(l.Languages, string(x))
	}
	if r := b.Invite; r != nil {
		l.Invite = feedback.InviteRule{Share: r.Share, RestDays: r.RestDays, DelayHours: r.DelayHours, ExpiresDays: r.ExpiresDays, Orders: feedback.OrderEvent(value(r.Orders))}
	}
	return l
}

// ListLinks implements StrictServerInterface.
func (s *Server) ListLinks(ctx context.Context, _ ListLinksRequestObject) (ListLinksResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Feedback.Links(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.linkNames(ctx, p)
	if err != nil {
		return nil, err
	}
	out := LinkList{Items: make([]Link, 0, len(list)), Mails: s.Mails}
	for _, l := range list {
		out.Items = append(out.Items, s.linkBody(l, names))
	}
	return ListLinks200JSONResponse(out), nil
}

// CreateLink implements StrictServerInterface.
func (s *Server) CreateLink(ctx context.Context, r CreateLinkRequestObject) (CreateLinkResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	l, err := s.Feedback.CreateLink(ctx, p, linkOf("", *r.Body))
	if err != nil {
		return nil, err
	}
	names, err := s.linkNames(ctx, p)
	return CreateLink201JSONResponse(s.linkBody(l, names)), err
}

// UpdateLink implements StrictServerInterface.
func (s *Server) UpdateLink(ctx context.Context, r UpdateLinkRequestObject) (UpdateLinkResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	l, err := s.Feedback.ChangeLink(ctx, p, linkOf(r.Id, *r.Body))
	if err != nil {
		return nil, err
	}
	names, err := s.linkNames(ctx, p)
	return UpdateLink200JSONResponse(s.linkBody(l, names)), err
}

// InviteForEvents implements StrictServerInterface.
func (s *Server) InviteForEvents(ctx context.Context, r InviteForEventsRequestObject) (InviteForEventsResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if _, _, err := s.Feedback.Asked(ctx, r.Id); err != nil {
		return nil, err
	}
	if !s.Mails {
		return nil, errMailOff
	}
	events := make([]feedback.Event, len(r.Body.Items))
	for i, e := range r.Body.Items {
		events[i] = feedback.Event{ID: e.EventId, Email: e.Email, Customer: value(e.Customer), Team: value(e.Team), Order: value(e.Order), Locale: value(e.Locale), At: value(e.At).UTC()}
		if e.At == nil {
			events[i].At = s.Now()
		}
	}
	n, err := s.Feedback.Invite(ctx, p, r.Id, s.URL, events)
	return InviteForEvents200JSONResponse{
		Invited: n[feedback.Invited], NotSampled: n[feedback.NotSampled], Resting: n[feedback.Resting], OptedOut: n[feedback.OptedOut], Known: n[feedback.Known],
	}, err
}
