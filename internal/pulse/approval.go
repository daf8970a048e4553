package pulse

import (
	"context"
	"errors"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// ApprovalState is where a request for a second person stands.
type ApprovalState string

// The states of an approval.
const (
	Asked    ApprovalState = "asked"
	Approved ApprovalState = "approved"
	Declined ApprovalState = "declined"
)

// Approval is a launch that takes in people who joined within Tenure and waits for a second person. It names them:
// whoever joins between request and approval is not let in by it.
type Approval struct {
	ID          string
	ProgrammeID string
	Title       string
	ClosesAt    time.Time // zero: after the programme's open days
	PaperBy     string
	New         []NewPerson
	State       ApprovalState
	By          string
	ByName      string
	At          time.Time
	DecidedBy   string
	DecidedName string
	WaveID      string
}

// approvalFor is how long a request waits.
const approvalFor = 7 * 24 * time.Hour

// Actor is who asks or decides: a user, never a key or a job, because a key may belong to the person who asked.
type Actor struct{ ID, Name string }

func (a Actor) person() bool { return a.ID != "" && !strings.Contains(a.ID, ":") }

// AskApproval asks a second person to let new staff into a wave: approval_needs_person, nobody_new.
func (s *Service) AskApproval(ctx context.Context, programme string, o LaunchOptions, by Actor) (Approval, error) {
	if !by.person() {
		return Approval{}, errs.Forbidden("approval_needs_person")
	}
	p, err := s.Programme(ctx, programme)
	if err != nil {
		return Approval{}, err
	}
	snap, err := s.snapshot(ctx, p, s.periodOf(p, o.ClosesAt), everyNewcomer)
	if err != nil {
		return Approval{}, err
	}
	if len(snap.New) == 0 {
		return Approval{}, errs.Invalid("nobody_new")
	}
	if len(snap.People) < p.K {
		return Approval{}, errs.Invalid("audience_too_small").With("invited", len(snap.People)).With("k", p.K)
	}
	a := Approval{
		ID: ident.New(), ProgrammeID: p.ID, Title: o.Title, ClosesAt: o.ClosesAt, PaperBy: o.PaperBy, New: snap.New, State: Asked,
		By: by.ID, ByName: by.Name, At: s.now().UTC().Truncate(time.Millisecond),
	}
	return a, s.PutLaunchApproval(ctx, a, "", s.approvalEntry(a, by, "launch.ask"))
}

// DecideApproval approves or declines a request; approving launches the wave in the name of who asked:
// approval_by_self, approval_needs_person, approval_decided, approval_expired, and the refusals of LaunchProgramme.
func (s *Service) DecideApproval(ctx context.Context, id string, approve bool, by Actor) (Approval, error) {
	a, err := s.LaunchApproval(ctx, id)
	switch {
	case err != nil:
		return a, err
	case !by.person():
		return a, errs.Forbidden("approval_needs_person")
	case a.State != Asked:
		return a, errs.Conflict("approval_decided")
	case approve && by.ID == a.By:
		return a, errs.Forbidden("approval_by_self")
	case approve && s.now().After(a.At.Add(approvalFor)):
		return a, errs.Conflict("approval_expired")
	}
	before := a
	a.DecidedBy, a.DecidedName = by.ID, by.Name
	if !approve {
		a.State = Declined
		return a, s.PutLaunchApproval(ctx, a, Asked, s.approvalEntry(a, by, "launch.decline"))
	}
	p, err := s.Programme(ctx, a.ProgrammeID)
	if err != nil {
		return before, err
	}
	a.State = Approved
	if err := s.PutLaunchApproval(ctx, a, Asked, s.approvalEntry(a, by, "launch.approve")); err != nil {
		return before, err // decided by somebody else meanwhile: two approvals never make two waves
	}
	let := approvedNewcomers{by: by.ID}
	for _, x := range a.New {
		let.people = append(let.people, x.ID)
	}
	w, err := s.launchWith(ctx, p, LaunchOptions{Title: a.Title, ClosesAt: a.ClosesAt, PaperBy: a.PaperBy}, let, a.By)
	if err != nil {
		return before, errors.Join(err, s.PutLaunchApproval(ctx, before, Approved, s.approvalEntry(before, by, "launch.approve_failed")))
	}
	a.WaveID = w.ID
	return a, s.PutLaunchApproval(ctx, a, Approved)
}

// WaitingApprovals lists the requests of a programme that can still be decided, newest first.
func (s *Service) WaitingApprovals(ctx context.Context, programme string) ([]Approval, error) {
	all, err := s.LaunchApprovals(ctx, programme)
	if err != nil {
		return nil, err
	}
	out := []Approval{}
	for _, a := range all {
		if a.State == Asked && !s.now().After(a.At.Add(approvalFor)) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (s *Service) approvalEntry(a Approval, by Actor, action string) audit.Entry {
	names := make([]string, len(a.New))
	for i, x := range a.New {
		names[i] = x.ID
	}
	return audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: a.ID, Detail: map[string]string{
		"programme": a.ProgrammeID, "asked_by": a.By, "new_staff": itoa(len(a.New)), "people": strings.Join(names[:min(len(names), 50)], " "),
	}}
}
