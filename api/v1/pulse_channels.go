package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// ListPulseChannels lists the rooms that are told of waves.
func (s *Server) ListPulseChannels(ctx context.Context, _ ListPulseChannelsRequestObject) (ListPulseChannelsResponseObject, error) {
	list, err := s.Pulse.PulseChannels(ctx)
	out := ListPulseChannels200JSONResponse{Items: []PulseChannel{}}
	for _, c := range list {
		out.Items = append(out.Items, channelBody(c, locale(ctx)))
	}
	return out, err
}

// CreatePulseChannel makes a room known.
func (s *Server) CreatePulseChannel(ctx context.Context, r CreatePulseChannelRequestObject) (CreatePulseChannelResponseObject, error) {
	c, err := s.saveChannel(ctx, "", *r.Body)
	return CreatePulseChannel201JSONResponse(c), err
}

// UpdatePulseChannel changes a room.
func (s *Server) UpdatePulseChannel(ctx context.Context, r UpdatePulseChannelRequestObject) (UpdatePulseChannelResponseObject, error) {
	c, err := s.saveChannel(ctx, r.Id, *r.Body)
	return UpdatePulseChannel200JSONResponse(c), err
}

func (s *Server) saveChannel(ctx context.Context, id string, e PulseChannelEdit) (PulseChannel, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return PulseChannel{}, err
	}
	c, err := s.Pulse.SaveChannel(ctx, pulse.Channel{ID: id, Name: e.Name, Kind: pulse.ChannelKind(e.Kind), URL: value(e.Url), Locale: string(e.Locale), Active: e.Active}, who.ID)
	return channelBody(c, locale(ctx)), err
}

// DeletePulseChannel removes a room.
func (s *Server) DeletePulseChannel(ctx context.Context, r DeletePulseChannelRequestObject) (DeletePulseChannelResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return DeletePulseChannel204Response{}, s.Pulse.DropChannel(ctx, r.Id, who.ID)
}

// PingPulseChannel posts a test message.
func (s *Server) PingPulseChannel(ctx context.Context, r PingPulseChannelRequestObject) (PingPulseChannelResponseObject, error) {
	return PingPulseChannel204Response{}, s.Pulse.PingChannel(ctx, r.Id)
}

func channelBody(c pulse.Channel, loc string) PulseChannel {
	out := PulseChannel{Id: c.ID, Name: c.Name, Kind: PulseChannelKind(c.Kind), Host: c.Host(), Locale: Locale(c.Locale), Active: c.Active, LastAt: moment(c.LastAt)}
	if c.LastCode != "" {
		out.LastError = filled(i18n.Text(loc, "error."+c.LastCode, map[string]any{"status": "–"}))
	}
	return out
}
