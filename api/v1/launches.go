package v1

import (
	"context"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// CheckLaunch says what a launch now would do.
func (s *Server) CheckLaunch(ctx context.Context, r CheckLaunchRequestObject) (CheckLaunchResponseObject, error) {
	p, err := s.Pulse.Programme(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	snap, err := s.Pulse.Check(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	invited := len(snap.People)
	approver := len(snap.New) > 0
	out := CheckLaunch200JSONResponse{
		Invited: invited, Teams: snap.Teams, MergedTeams: snap.MergedTeams, WithoutMailbox: &snap.WithoutMailbox, NeedsSecondApprover: &approver,
		Findings: launchFindings(p, snap, s.Now(), loc),
	}
	if approver {
		people := newPeople(snap.New)
		out.NewPeople = &people
	}
	blocking := []Sentence{}
	if invited < p.K {
		blocking = append(blocking, tell(loc, "launch.too_small", map[string]any{"k": p.K}))
	}
	out.Blocking = &blocking
	out.MayLaunch = len(blocking) == 0
	return out, nil
}

func tell(loc, key string, params map[string]any) Sentence {
	return Sentence{Key: key, Params: &params, Text: i18n.Text(loc, key, params)}
}

// launchFindings puts into words what a launch now would do.
func launchFindings(p pulse.Programme, snap pulse.Snapshot, now time.Time, loc string) []Sentence {
	zone, err := time.LoadLocation(p.Cadence.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	moment := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04") }
	settled := len(snap.People) - len(snap.New) // who is invited unless a second person lets the others in
	out := []Sentence{tell(loc, "launch.invited", map[string]any{"count": settled})}
	add := func(key string, params map[string]any) { out = append(out, tell(loc, key, params)) }
	if p.Audience.Moment != "" {
		add("launch.moment_"+string(p.Audience.Moment), map[string]any{"days": p.Audience.Days, "until": snap.Until.In(zone).Format(time.DateOnly)})
	}
	if snap.MergedTeams > 0 {
		add("launch.merged", map[string]any{"count": snap.MergedTeams})
	}
	if snap.WithoutMailbox > 0 {
		add("launch.paper", map[string]any{"count": snap.WithoutMailbox})
	}
	if snap.Tired > 0 {
		add("launch.tired", map[string]any{"count": snap.Tired, "days": p.FatigueDays})
	}
	if snap.LettersFrom.After(now.Add(time.Minute)) {
		add("launch.letters_later", map[string]any{"at": moment(snap.LettersFrom)})
	}
	for _, o := range snap.Overlaps {
		switch {
		case o.Own:
			add("launch.overlap_own", map[string]any{"title": o.Title, "at": moment(o.At), "count": o.People})
		case o.Open:
			add("launch.overlap_open", map[string]any{"title": o.Title, "at": moment(o.At), "count": o.People})
		default:
			add("launch.overlap_planned", map[string]any{"title": o.Title, "at": moment(o.At), "count": o.People})
		}
	}
	if len(snap.New) > 0 {
		add("launch.new_staff", map[string]any{"count": len(snap.New)})
	}
	if len(snap.New) > 0 && settled < p.K {
		add("launch.too_new", map[string]any{"k": p.K})
	}
	return out
}

func newPeople(list []pulse.NewPerson) []NewPerson {
	out := make([]NewPerson, len(list))
	for i, x := range list {
		out[i] = NewPerson{Name: x.Name, Team: x.Team, JoinedOn: openapi_types.Date{Time: x.JoinedOn}}
	}
	return out
}

func launchOptions(b LaunchRequest) pulse.LaunchOptions {
	o := pulse.LaunchOptions{Title: b.Title, Rehearsal: value(b.Rehearsal), AcceptNewStaff: value(b.AcceptNewStaff), PaperBy: value(b.PaperBy)}
	if b.ClosesAt != nil {
		o.ClosesAt = *b.ClosesAt
	}
	return o
}

// LaunchWave launches or rehearses a wave.
func (s *Server) LaunchWave(ctx context.Context, r LaunchWaveRequestObject) (LaunchWaveResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	w, err := s.Pulse.LaunchProgramme(ctx, r.Id, launchOptions(*r.Body), who.ID)
	if err != nil {
		return nil, err
	}
	return LaunchWave201JSONResponse(waveBody(w)), nil
}

// ListLaunchApprovals lists what waits for a second person.
func (s *Server) ListLaunchApprovals(ctx context.Context, r ListLaunchApprovalsRequestObject) (ListLaunchApprovalsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Pulse.WaitingApprovals(ctx, r.Id)
	out := ListLaunchApprovals200JSONResponse{Items: []LaunchApproval{}}
	for _, a := range list {
		out.Items = append(out.Items, approvalBody(a, who))
	}
	return out, err
}

// AskLaunchApproval asks for a second person.
func (s *Server) AskLaunchApproval(ctx context.Context, r AskLaunchApprovalRequestObject) (AskLaunchApprovalResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.Pulse.AskApproval(ctx, r.Id, launchOptions(*r.Body), pulse.Actor{ID: who.ID, Name: who.Name})
	return AskLaunchApproval201JSONResponse(approvalBody(a, who)), err
}

// DecideLaunchApproval approves or declines.
func (s *Server) DecideLaunchApproval(ctx context.Context, r DecideLaunchApprovalRequestObject) (DecideLaunchApprovalResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.Pulse.DecideApproval(ctx, r.Id, r.Body.Approve, pulse.Actor{ID: who.ID, Name: who.Name})
	return DecideLaunchApproval200JSONResponse(approvalBody(a, who)), err
}

func approvalBody(a pulse.Approval, who auth.Principal) LaunchApproval {
	return LaunchApproval{
		Id: a.ID, ProgrammeId: a.ProgrammeID, Title: a.Title, ClosesAt: moment(a.ClosesAt), NewPeople: newPeople(a.New), State: LaunchApprovalState(a.State),
		AskedBy: a.ByName, AskedAt: a.At, Mine: a.By == who.ID, DecidedBy: filled(a.DecidedName), WaveId: filled(a.WaveID),
	}
}
