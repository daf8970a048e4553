package pulse

import (
	"context"
	"slices"
	"time"

	"rapport/internal/errs"
	"rapport/internal/org"
)

// Directory is what pulse needs of the organisation.
type Directory interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
	Employees(ctx context.Context, scope org.Scope, page org.Page) ([]org.Employee, error)
	Partners(ctx context.Context, scope org.Scope, page org.Page) ([]org.Partner, error)
	EmployeesByExternalID(ctx context.Context, ids []string) ([]org.Employee, error)
	PartnersByExternalID(ctx context.Context, ids []string) ([]org.Partner, error)
}

// Tenure is how long somebody must have been here at launch, unless a second person lets them in: four dummies added
// the day before would otherwise leave one colleague alone in a group of five.
const Tenure = 14 * 24 * time.Hour

// Snapshot is whom a launch would invite, and what speaks against it.
type Snapshot struct {
	Nodes          []Node
	People         []Person
	Reachable      map[string]bool // person → has a mailbox
	NewStaff       int             // joined within Tenure
	Tired          int             // left out, invited by another programme lately
	MergedTeams    int
	Teams          int
	WithoutMailbox int
}

const (
	employeePrefix = "e:"
	partnerPrefix  = "p:"
	pageSize       = 1000
)

// snapshot resolves the audience of a programme as the organisation stands now.
func (s *Service) snapshot(ctx context.Context, p Programme, withNewStaff bool) (Snapshot, error) {
	teams, err := s.directory.Teams(ctx, org.Everything)
	if err != nil {
		return Snapshot{}, err
	}
	tree := org.NewTree(teams)
	scope := org.Everything
	if len(p.Audience.TeamIDs) > 0 {
		scope = tree.Scope(p.Audience.TeamIDs...)
	}
	snap := Snapshot{Reachable: map[string]bool{}}
	snap.Nodes = hierarchy(tree, nil)
	tired, err := s.invitedLately(ctx, p)
	if err != nil {
		return snap, err
	}
	now := s.now()
	take := func(x Person, mail string, joined time.Time) {
		switch {
		case tired[x.ID]:
			snap.Tired++
			return
		case !joined.IsZero() && now.Sub(joined) < Tenure && p.Audience.DaysSinceJoining == 0:
			snap.NewStaff++
			if !withNewStaff {
				return
			}
		}
		snap.People = append(snap.People, x)
		snap.Reachable[x.ID] = mail != ""
		if mail == "" {
			snap.WithoutMailbox++
		}
	}
	err = pages(func(page org.Page) ([]org.Employee, error) { return s.directory.Employees(ctx, scope, page) }, func(e org.Employee) string {
		here := !e.JoinedOn.After(now) && (e.LeftOn.IsZero() || e.LeftOn.After(now))
		if here && p.Audience.includes(e, now) {
			take(Person{ID: employeePrefix + e.ExternalID, Team: e.TeamID, Value: e.Attributes[p.Attribute]}, e.Email, e.JoinedOn)
		}
		return e.ExternalID
	})
	if err == nil && p.Audience.Partners {
		err = pages(func(page org.Page) ([]org.Partner, error) { return s.directory.Partners(ctx, scope, page) }, func(x org.Partner) string {
			if i := slices.IndexFunc(x.TeamIDs, scope.Has); i >= 0 && (x.EndedOn.IsZero() || x.EndedOn.After(now)) {
				take(Person{ID: partnerPrefix + x.ExternalID, Team: x.TeamIDs[i]}, x.Email, time.Time{})
			}
			return x.ExternalID
		})
	}
	if err != nil {
		return snap, err
	}
	size := map[string]int{}
	for _, x := range snap.People {
		size[x.Team]++
	}
	snap.Teams = len(size)
	for _, n := range size {
		if n < teamFloor {
			snap.MergedTeams++
		}
	}
	return snap, nil
}

func (a Audience) includes(e org.Employee, now time.Time) bool {
	if a.AttributeName != "" && !slices.Contains(a.AttributeValues, e.Attributes[a.AttributeName]) {
		return false
	}
	return a.DaysSinceJoining == 0 || now.Sub(e.JoinedOn) <= time.Duration(a.DaysSinceJoining)*24*time.Hour
}

// invitedLately lists who was invited by another programme within the fatigue cap.
func (s *Service) invitedLately(ctx context.Context, p Programme) (map[string]bool, error) {
	out := map[string]bool{}
	if p.FatigueDays == 0 {
		return out, nil
	}
	people, err := s.InvitedSince(ctx, s.now().AddDate(0, 0, -p.FatigueDays))
	if err != nil {
		return nil, err
	}
	for _, x := range people {
		out[x] = true
	}
	return out, nil
}

// hierarchy is the tree of open teams, and of those closed ones that are also wanted, with one top: several tops get the
// organisation above them.
func hierarchy(tree *org.Tree, also map[string]bool) []Node {
	var out []Node
	tops := 0
	for _, t := range tree.All() {
		if !t.ClosedOn.IsZero() && !also[t.ID] {
			continue
		}
		parent := t.ParentID
		if _, ok := tree.Get(parent); !ok {
			parent = ""
			tops++
		}
		out = append(out, Node{ID: t.ID, Parent: parent, Name: t.Name})
	}
	if tops <= 1 {
		return out
	}
	for i := range out {
		if out[i].Parent == "" {
			out[i].Parent = wholeOrganisation
		}
	}
	return append([]Node{{ID: wholeOrganisation}}, out...)
}

// wholeOrganisation is the node above several top teams.
const wholeOrganisation = "organisation"

// pages visits a list page by page; visit returns the key of its element.
func pages[T any](read func(org.Page) ([]T, error), visit func(T) string) error {
	after := ""
	for {
		part, err := read(org.Page{After: after, Limit: pageSize})
		if err != nil {
			return err
		}
		for _, x := range part {
			after = visit(x)
		}
		if len(part) < pageSize {
			return nil
		}
	}
}

// LaunchOptions are what HR decides at the moment of launch.
type LaunchOptions struct {
	Title          string
	Rehearsal      bool
	ClosesAt       time.Time // zero: after the programme's open days
	AcceptNewStaff bool
	PaperBy        string
}

// LaunchProgramme launches a wave of a programme now and queues its invitations and reminders.
func (s *Service) LaunchProgramme(ctx context.Context, id string, o LaunchOptions, by string) (Wave, error) {
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Wave{}, err
	}
	snap, err := s.snapshot(ctx, p, o.AcceptNewStaff)
	if err != nil {
		return Wave{}, err
	}
	if snap.NewStaff > 0 && !o.AcceptNewStaff && len(snap.People) < p.K {
		return Wave{}, errs.Invalid("audience_too_new").With("count", snap.NewStaff)
	}
	plan := Plan{
		ProgrammeID: p.ID, Title: o.Title, Rehearsal: o.Rehearsal, OpensAt: s.now(), ClosesAt: o.ClosesAt, K: p.K, Attribute: p.Attribute, Questions: p.Questions,
		Subset: p.Subset, Languages: p.Languages, Nodes: snap.Nodes, People: snap.People, PaperBy: o.PaperBy, Help: p.Help, Mask: p.MaskComments, NewStaff: snap.NewStaff,
	}
	if plan.ClosesAt.IsZero() {
		plan.ClosesAt = plan.OpensAt.AddDate(0, 0, p.Cadence.OpenDays)
	}
	if !o.Rehearsal {
		plan.Mailings = mailings(plan, p.Reminders, snap.Reachable)
	}
	w, key, err := s.Launch(ctx, plan, by)
	if err != nil || !o.Rehearsal {
		return w, err
	}
	return s.rehearse(ctx, w, key, plan, by)
}

// Check says what a launch now would do.
func (s *Service) Check(ctx context.Context, id string) (Snapshot, error) {
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Snapshot{}, err
	}
	return s.snapshot(ctx, p, true)
}
