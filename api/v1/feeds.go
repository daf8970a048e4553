package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/feed"
	"rapport/internal/i18n"
	"rapport/internal/intake"
)

var errMailOff = errs.Unavailable("mail_not_configured")

func (s *Server) hookBody(h feed.Hook, last feed.State) (Hook, error) {
	m, err := mappingBody(h.Mapping)
	out := Hook{Id: h.ID, Name: h.Name, Kind: ImportKind(h.Mapping.Kind), Address: s.URL + "/hooks/" + h.ID, Mapping: m, Closed: h.Closed, Version: h.Version}
	if !last.At.IsZero() {
		out.LastAt, out.LastCode = &last.At, filled(last.Code)
	}
	return out, err
}

func feedBody(f feed.Feed, last feed.State, loc string) (Feed, error) {
	m, err := mappingBody(f.Mapping)
	out := Feed{Id: f.ID, Name: f.Name, Kind: ImportKind(f.Mapping.Kind), From: f.From, Mapping: m, Closed: f.Closed, Version: f.Version}
	if !last.At.IsZero() {
		out.LastAt, out.LastCode, out.LastFile = &last.At, filled(last.Code), filled(last.File)
		out.LastRows, out.LastImported = &last.Result.Rows, &last.Result.Imported
		if last.Code != "" && i18n.Has("error."+last.Code) {
			out.LastDetail = filled(i18n.Text(loc, "error."+last.Code, last.Params))
		}
	}
	return out, err
}

// ListHooks implements StrictServerInterface.
func (s *Server) ListHooks(ctx context.Context, _ ListHooksRequestObject) (ListHooksResponseObject, error) {
	list, states, err := s.Feed.Hooks(ctx)
	if err != nil {
		return nil, err
	}
	out := HookList{Items: make([]Hook, 0, len(list))}
	for _, h := range list {
		x, err := s.hookBody(h, states[h.ID])
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, x)
	}
	return ListHooks200JSONResponse(out), nil
}

// CreateHook implements StrictServerInterface.
func (s *Server) CreateHook(ctx context.Context, r CreateHookRequestObject) (CreateHookResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	m, err := mappingOf(r.Body.Mapping)
	if err != nil {
		return nil, err
	}
	h, secret, err := s.Feed.CreateHook(ctx, p, feed.Hook{Name: r.Body.Name, Mapping: m, Closed: value(r.Body.Closed)})
	if err != nil {
		return nil, err
	}
	body, err := s.hookBody(h, feed.State{})
	return CreateHook201JSONResponse(HookSecret{Hook: body, Secret: secret}), err
}

// UpdateHook implements StrictServerInterface.
func (s *Server) UpdateHook(ctx context.Context, r UpdateHookRequestObject) (UpdateHookResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	m, err := mappingOf(r.Body.Mapping)
	if err != nil {
		return nil, err
	}
	h, err := s.Feed.ChangeHook(ctx, p, feed.Hook{ID: r.Id, Name: r.Body.Name, Mapping: m, Closed: value(r.Body.Closed), Version: value(r.Body.Version)})
	if err != nil {
		return nil, err
	}
	body, err := s.hookBody(h, feed.State{})
	return UpdateHook200JSONResponse(body), err
}

// RotateHookSecret implements StrictServerInterface.
func (s *Server) RotateHookSecret(ctx context.Context, r RotateHookSecretRequestObject) (RotateHookSecretResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	h, secret, err := s.Feed.RotateHook(ctx, p, r.Id)
	if err != nil {
		return nil, err
	}
	body, err := s.hookBody(h, feed.State{})
	return RotateHookSecret200JSONResponse(HookSecret{Hook: body, Secret: secret}), err
}

// ListFeeds implements StrictServerInterface.
func (s *Server) ListFeeds(ctx context.Context, _ ListFeedsRequestObject) (ListFeedsResponseObject, error) {
	list, states, err := s.Feed.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	out := FeedList{Items: make([]Feed, 0, len(list)), Folder: s.Feed.Folder()}
	for _, f := range list {
		x, err := feedBody(f, states[f.ID], locale(ctx))
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, x)
	}
	return ListFeeds200JSONResponse(out), nil
}

func feedOf(id string, b FeedEdit) (feed.Feed, error) {
	m, err := mappingOf(b.Mapping)
	return feed.Feed{ID: id, Name: b.Name, From: b.From, Mapping: m, Closed: value(b.Closed), Version: value(b.Version)}, err
}

// CreateFeed implements StrictServerInterface.
func (s *Server) CreateFeed(ctx context.Context, r CreateFeedRequestObject) (CreateFeedResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	f, err := feedOf("", *r.Body)
	if err != nil {
		return nil, err
	}
	if f, err = s.Feed.CreateFeed(ctx, p, f); err != nil {
		return nil, err
	}
	body, err := feedBody(f, feed.State{}, locale(ctx))
	return CreateFeed201JSONResponse(body), err
}

// UpdateFeed implements StrictServerInterface.
func (s *Server) UpdateFeed(ctx context.Context, r UpdateFeedRequestObject) (UpdateFeedResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	f, err := feedOf(r.Id, *r.Body)
	if err != nil {
		return nil, err
	}
	if f, err = s.Feed.ChangeFeed(ctx, p, f); err != nil {
		return nil, err
	}
	body, err := feedBody(f, feed.State{}, locale(ctx))
	return UpdateFeed200JSONResponse(body), err
}

// ListReadyMappings implements StrictServerInterface.
func (s *Server) ListReadyMappings(context.Context, ListReadyMappingsRequestObject) (ListReadyMappingsResponseObject, error) {
	list, err := intake.ReadyMappings()
	if err != nil {
		return nil, err
	}
	var out ReadyMappingList
	out.Items = make([]struct {
		Id   string     `json:"id"` //nolint:revive // the generated type's name
		Kind ImportKind `json:"kind"`
		Name string     `json:"name"`
	}, len(list))
	for i, r := range list {
		out.Items[i].Id, out.Items[i].Name, out.Items[i].Kind = r.ID, r.Name, ImportKind(r.Mapping.Kind)
	}
	return ListReadyMappings200JSONResponse(out), nil
}

// GetDataHealth implements StrictServerInterface.
func (s *Server) GetDataHealth(ctx context.Context, _ GetDataHealthRequestObject) (GetDataHealthResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	h, err := s.Facts.Health(ctx, p.Scope)
	if err != nil {
		return nil, err
	}
	out := DataHealth{Sources: make([]HealthSource, 0, len(h.Sources)), Kinds: make([]HealthKind, 0, len(h.Kinds)), Gaps: make([]HealthGap, 0, len(h.Gaps))}
	for _, a := range h.Sources {
		out.Sources = append(out.Sources, HealthSource{Kind: ImportKind(a.Kind), Source: a.Source, Door: HealthSourceDoor(a.Door), At: a.At, Newest: a.Newest, Records: a.Records, Queued: a.Queued})
	}
	for _, k := range h.Kinds {
		x := HealthKind{Kind: ImportKind(k.Kind), Records: k.Records, Attributed: k.Attributed}
		if k.Attributed > 0 {
			from, to := k.From.String(), k.To.String()
			x.From, x.To = &from, &to
		}
		out.Kinds = append(out.Kinds, x)
	}
	for _, g := range h.Gaps {
		out.Gaps = append(out.Gaps, HealthGap{Kind: ImportKind(g.Kind), TeamId: g.Team, Team: g.Name, Months: g.Months, First: g.First.String()})
	}
	v, err := s.Customers.ValueReport(ctx)
	switch {
	case err == nil && v.Answers > 0:
		out.Matched = &HealthMatch{Answers: v.Answers, Matched: v.Matched, AsOf: v.AsOf}
	case err != nil && errs.KindOf(err) != errs.KindNotFound:
		return nil, err
	}
	return GetDataHealth200JSONResponse(out), nil
}
