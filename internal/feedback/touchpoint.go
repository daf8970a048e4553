package feedback

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/ident"
)

// Touchpoint is a place where customers meet the organisation. Feedback names it by its name, so that a name is never
// used twice.
type Touchpoint struct {
	ID             string  `json:"id"`
	Name           string  `json:"name"`
	Digital        bool    `json:"digital"`
	OwnerTeam      string  `json:"owner_team,omitempty"` // id
	Journey        string  `json:"journey,omitempty"`
	Stage          string  `json:"stage,omitempty"`
	PromiseMinutes float64 `json:"promise_minutes,omitempty"` // how long customers are promised to wait at most; 0 when nothing is promised
	Closed         bool    `json:"closed,omitempty"`          // no longer offered; what was said about it stays
	Version        int     `json:"version"`
}

// NameKey is the form of a name in which two names are the same: case, outer blanks and the form of accents aside.
func (t Touchpoint) NameKey() string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(t.Name)))
}

// Longest names of touchpoints, journeys and stages, in bytes, and the longest promise: a year.
const (
	maxName    = 200
	maxPromise = 366 * 24 * 60
)

// CreateTouchpoint adds a touchpoint.
func (s *Service) CreateTouchpoint(ctx context.Context, by auth.Principal, t Touchpoint) (Touchpoint, error) {
	t.ID, t.Version = ident.New(), 1
	return s.saveTouchpoint(ctx, by, t, "touchpoint.create")
}

// ChangeTouchpoint replaces a touchpoint whose version the caller has seen; errs.Conflict("touchpoint_changed").
func (s *Service) ChangeTouchpoint(ctx context.Context, by auth.Principal, t Touchpoint) (Touchpoint, error) {
	if _, err := s.store.Touchpoint(ctx, t.ID); err != nil {
		return t, err
	}
	t.Version++
	return s.saveTouchpoint(ctx, by, t, "touchpoint.change")
}

// Touchpoints lists them by journey, stage and name.
func (s *Service) Touchpoints(ctx context.Context) ([]Touchpoint, error) {
	return s.store.Touchpoints(ctx)
}

func (s *Service) saveTouchpoint(ctx context.Context, by auth.Principal, t Touchpoint, action string) (Touchpoint, error) {
	if !by.May(fact.Need) {
		return t, errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	t.Name, t.Journey, t.Stage = strings.TrimSpace(t.Name), strings.TrimSpace(t.Journey), strings.TrimSpace(t.Stage)
	var wrong []errs.Field
	for path, v := range map[string]string{"/name": t.Name, "/journey": t.Journey, "/stage": t.Stage} {
		if len(v) > maxName {
			wrong = append(wrong, errs.Field{Path: path, Code: "name_too_long", Params: map[string]any{"limit": maxName}})
		}
	}
	if t.Name == "" {
		wrong = append(wrong, errs.Field{Path: "/name", Code: "name_missing"})
	}
	if !(t.PromiseMinutes >= 0 && t.PromiseMinutes <= maxPromise) {
		wrong = append(wrong, errs.Field{Path: "/promise_minutes", Code: "promise_out_of_range"})
	}
	if t.OwnerTeam != "" {
		teams, err := s.facts.Teams(ctx)
		if err != nil {
			return t, err
		}
		if x, ok := teams.Get(t.OwnerTeam); !ok || !x.ClosedOn.IsZero() {
			wrong = append(wrong, errs.Field{Path: "/owner_team_id", Code: "team_unknown", Value: t.OwnerTeam})
		}
	}
	if len(wrong) > 0 {
		return t, errs.Invalid("touchpoint_invalid").At(wrong...)
	}
	return t, s.store.SaveTouchpoint(ctx, t, audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: t.ID, Detail: map[string]string{"name": t.Name}})
}
