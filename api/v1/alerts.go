package v1

import (
	"context"
	"slices"

	"rapport/internal/alert"
	"rapport/internal/auth"
	"rapport/internal/i18n"
)

// ListAlerts implements StrictServerInterface.
func (s *Server) ListAlerts(ctx context.Context, r ListAlertsRequestObject) (ListAlertsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, unread, err := s.Alerts.List(ctx, who, pageSize(r.Params.Limit))
	out := ListAlerts200JSONResponse{Items: []Alert{}, Unread: unread}
	for _, a := range list {
		out.Items = append(out.Items, Alert{Id: a.ID, Kind: AlertKind(a.Kind), At: a.At, TeamId: filled(a.TeamID), Text: a.Text.In(locale(ctx)), Path: a.Path, Read: a.Read})
	}
	return out, err
}

// MarkAlertsRead implements StrictServerInterface.
func (s *Server) MarkAlertsRead(ctx context.Context, r MarkAlertsReadRequestObject) (MarkAlertsReadResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return MarkAlertsRead204Response{}, s.Alerts.MarkRead(ctx, who, value(r.Body.Ids))
}

func (s *Server) alertSettings(ctx context.Context) (AlertSettings, error) {
	out := AlertSettings{}
	who, err := auth.From(ctx)
	if err != nil {
		return out, err
	}
	d, err := s.Alerts.Desk(ctx, who)
	if err != nil {
		return out, err
	}
	kinds := s.Alerts.May(who)
	out.Mails = s.Alerts.Mails()
	out.Rules = make([]AlertRule, len(kinds))
	for i, k := range kinds {
		out.Rules[i].Kind, out.Rules[i].App, out.Rules[i].Mail = AlertKind(k), !slices.Contains(d.OffApp, k), !slices.Contains(d.OffMail, k)
	}
	return out, nil
}

// GetAlertSettings implements StrictServerInterface.
func (s *Server) GetAlertSettings(ctx context.Context, _ GetAlertSettingsRequestObject) (GetAlertSettingsResponseObject, error) {
	out, err := s.alertSettings(ctx)
	return GetAlertSettings200JSONResponse(out), err
}

// UpdateAlertSettings implements StrictServerInterface.
func (s *Server) UpdateAlertSettings(ctx context.Context, r UpdateAlertSettingsRequestObject) (UpdateAlertSettingsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Alerts.Settle(ctx, who, alertKinds(r.Body.OffApp), alertKinds(r.Body.OffMail)); err != nil {
		return nil, err
	}
	out, err := s.alertSettings(ctx)
	return UpdateAlertSettings200JSONResponse(out), err
}

func alertKinds(list []AlertKind) []alert.Kind {
	out := make([]alert.Kind, len(list))
	for i, k := range list {
		out[i] = alert.Kind(k)
	}
	return out
}

func webhookBody(h alert.Hook, loc string) Webhook {
	out := Webhook{Id: h.ID, Url: h.URL, Kinds: []AlertKind{}, Active: h.Active, CreatedAt: h.CreatedAt, OldSecretUntil: moment(h.OldUntil), LastAt: moment(h.LastAt)}
	for _, k := range h.Kinds {
		out.Kinds = append(out.Kinds, AlertKind(k))
	}
	if h.LastCode != "" {
		out.LastError = filled(i18n.Text(loc, "error."+h.LastCode, map[string]any{"status": "–"}))
	}
	return out
}

// ListWebhooks implements StrictServerInterface.
func (s *Server) ListWebhooks(ctx context.Context, _ ListWebhooksRequestObject) (ListWebhooksResponseObject, error) {
	list, err := s.Alerts.Hooks(ctx)
	out := ListWebhooks200JSONResponse{Items: []Webhook{}}
	for _, h := range list {
		out.Items = append(out.Items, webhookBody(h, locale(ctx)))
	}
	return out, err
}

func hookEdit(e WebhookEdit) alert.HookEdit {
	return alert.HookEdit{URL: e.Url, Kinds: alertKinds(e.Kinds), Active: e.Active}
}

// CreateWebhook implements StrictServerInterface.
func (s *Server) CreateWebhook(ctx context.Context, r CreateWebhookRequestObject) (CreateWebhookResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	h, err := s.Alerts.AddHook(ctx, who, hookEdit(*r.Body))
	return CreateWebhook201JSONResponse{Webhook: webhookBody(h, locale(ctx)), Secret: filled(h.Secret)}, err
}

// UpdateWebhook implements StrictServerInterface.
func (s *Server) UpdateWebhook(ctx context.Context, r UpdateWebhookRequestObject) (UpdateWebhookResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	rotate := value(r.Body.Rotate)
	h, err := s.Alerts.ChangeHook(ctx, who, r.Id, hookEdit(*r.Body), rotate)
	out := UpdateWebhook200JSONResponse{Webhook: webhookBody(h, locale(ctx))}
	if rotate {
		out.Secret = filled(h.Secret)
	}
	return out, err
}

// DeleteWebhook implements StrictServerInterface.
func (s *Server) DeleteWebhook(ctx context.Context, r DeleteWebhookRequestObject) (DeleteWebhookResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return DeleteWebhook204Response{}, s.Alerts.DropHook(ctx, who, r.Id)
}

// PingWebhook implements StrictServerInterface.
func (s *Server) PingWebhook(ctx context.Context, r PingWebhookRequestObject) (PingWebhookResponseObject, error) {
	return PingWebhook204Response{}, s.Alerts.Ping(ctx, r.Id)
}
