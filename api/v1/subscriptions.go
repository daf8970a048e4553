package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/subscription"
)

// ListSubscriptions implements StrictServerInterface.
func (s *Server) ListSubscriptions(ctx context.Context, _ ListSubscriptionsRequestObject) (ListSubscriptionsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Subscriptions.List(ctx, who)
	out := ListSubscriptions200JSONResponse{Items: []Subscription{}, Mails: s.Subscriptions.Mails()}
	for _, x := range list {
		out.Items = append(out.Items, subscriptionBody(x, locale(ctx)))
	}
	return out, err
}

// CreateSubscription implements StrictServerInterface.
func (s *Server) CreateSubscription(ctx context.Context, r CreateSubscriptionRequestObject) (CreateSubscriptionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	b := r.Body
	x, err := s.Subscriptions.Add(ctx, who, subscription.Draft{
		ReaderID: value(b.ReaderId), Subject: subscription.Subject(b.Subject), TeamID: value(b.TeamId), Path: value(b.Path), Name: value(b.Name), Rhythm: subscription.Rhythm(b.Rhythm),
	})
	return CreateSubscription201JSONResponse(subscriptionBody(x, locale(ctx))), err
}

// UpdateSubscription implements StrictServerInterface.
func (s *Server) UpdateSubscription(ctx context.Context, r UpdateSubscriptionRequestObject) (UpdateSubscriptionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.Subscriptions.Change(ctx, who, r.Id, subscription.Rhythm(r.Body.Rhythm))
	return UpdateSubscription200JSONResponse(subscriptionBody(x, locale(ctx))), err
}

// DeleteSubscription implements StrictServerInterface.
func (s *Server) DeleteSubscription(ctx context.Context, r DeleteSubscriptionRequestObject) (DeleteSubscriptionResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return DeleteSubscription204Response{}, s.Subscriptions.Stop(ctx, who, r.Id)
}

// ListSubscriptionReaders implements StrictServerInterface.
func (s *Server) ListSubscriptionReaders(ctx context.Context, r ListSubscriptionReadersRequestObject) (ListSubscriptionReadersResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Subscriptions.Readers(ctx, who, subscription.Draft{Subject: subscription.Subject(r.Params.Subject), TeamID: value(r.Params.TeamId), Path: value(r.Params.Path)})
	out := ListSubscriptionReaders200JSONResponse{Items: []SubscriptionReader{}}
	for _, u := range list {
		out.Items = append(out.Items, SubscriptionReader{Id: u.ID, Name: u.Name})
	}
	return out, err
}

func subscriptionBody(x subscription.Shown, loc string) Subscription {
	out := Subscription{
		Id: x.ID, Subject: SubscriptionSubject(x.Subject), Rhythm: SubscriptionRhythm(x.Rhythm), ReaderId: x.ReaderID, Reader: x.Reader, Maker: x.Maker, Own: x.Own,
		TeamId: filled(x.TeamID), Team: filled(x.Team), Path: filled(x.Path), Name: filled(x.Name), NextAt: moment(x.NextAt), LastAt: moment(x.LastAt), EndedAt: moment(x.EndedAt),
	}
	if x.Why != "" {
		key := "subscription.ended."
		if x.Own {
			key = "subscription.ended_own."
		}
		out.Ended = filled(i18n.Text(loc, key+string(x.Why), map[string]any{"person": x.Reader}))
	}
	return out
}
