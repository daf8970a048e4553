package feedback

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/outbox"
)

// Store keeps what feedback is asked about and asked with.
type Store interface {
	// Touchpoints lists them by journey, stage and name.
	Touchpoints(ctx context.Context) ([]Touchpoint, error)
	// Touchpoint finds one; errs.NotFound("touchpoint_unknown").
	Touchpoint(ctx context.Context, id string) (Touchpoint, error)
	// SaveTouchpoint stores version 1 of a new touchpoint or the next version of one that stands: errs.Conflict
	// touchpoint_changed when another version stands, touchpoint_taken when another one has the name (case aside).
	SaveTouchpoint(ctx context.Context, t Touchpoint, entry audit.Entry) error

	// Links lists them, the newest first.
	Links(ctx context.Context) ([]Link, error)
	// Link finds one; errs.NotFound("link_unknown").
	Link(ctx context.Context, id string) (Link, error)
	// SaveLink stores version 1 of a new link or the next version of one that stands; errs.Conflict("link_changed").
	SaveLink(ctx context.Context, l Link, entry audit.Entry) error

	// SaveInvitation stores an invitation with its letter and gives Invited, unless its event has invited before (Known),
	// its address has opted out (OptedOut), or its address or customer was invited after rest (Resting).
	SaveInvitation(ctx context.Context, x Invitation, rest time.Time, letter outbox.Message) (Outcome, error)
	// SurveyInvitation finds one by the digest of its token; errs.NotFound("invitation_unknown").
	SurveyInvitation(ctx context.Context, token string) (Invitation, error)
	// AnswerInvitation notes when an invitation was answered first.
	AnswerInvitation(ctx context.Context, id string, at time.Time) error
	// OptOut keeps the address of an invitation, named by the digest of its token, from being invited again;
	// errs.NotFound("invitation_unknown").
	OptOut(ctx context.Context, token string, at time.Time) error
	// InvitationCounts counts the invitations of each link.
	InvitationCounts(ctx context.Context) (map[string]InvitationCounts, error)
}
