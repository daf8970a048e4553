package pulse

import (
	"context"
	"slices"
	"time"

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

// Population is whose answers a wave gathers. Each has programmes, waves, releases and figures of its own: a cell that held
// both would speak for neither.
type Population string

// The populations.
const (
	Staff    Population = "staff"    // people who work here
	Partners Population = "partners" // people of other businesses that work with a team
)

// Audience is who is asked.
type Audience struct {
	TeamIDs    []string   // subtrees; empty: everybody
	Population Population // empty: staff
	// Pooled marks a programme that asked staff and partners in the same cells, as was possible once. It asks staff by now,
	// and what it released before stays out of the panel.
	Pooled           bool `json:"Partners"`
	AttributeName    string
	AttributeValues  []string
	DaysSinceJoining int    // only people who joined at most so many days ago; 0: no matter
	Moment           Moment // each is invited on a day of their own; empty: all at once
	Days             int    // after joining or before the last day
}

// Tenure is how long somebody must have been here at launch, unless a second person lets them in: four dummies added
// the day before would otherwise leave one colleague alone in a group of five.
const Tenure = 14 * 24 * time.Hour

// Snapshot is whom a launch would invite, and what speaks against it.
type Snapshot struct {
	Nodes          []Node
	People         []Person
	Reachable      map[string]bool      // person → has a mailbox
	Days           map[string]time.Time // person → when to invite, of an audience with a moment
	Until          time.Time            // moments up to here belong to this wave, later ones to the next; zero without a moment
	New            []NewPerson          // joined within Tenure, let in or not
	Tired          int                  // left out, invited by another programme lately
	MergedTeams    int
	Teams          int
	WithoutMailbox int
	LettersFrom    time.Time // when the first letters may go out
	Overlaps       []Overlap // of a check only
}

// NewPerson is somebody who joined so recently that they might be a dummy.
type NewPerson struct {
	ID       string
	Name     string
	Team     string // name of the team
	JoinedOn time.Time
}

// newcomers says which new staff a snapshot takes in.
type newcomers func(person string) bool

func everyNewcomer(string) bool { return true }
func noNewcomer(string) bool    { return false }

const (
	employeePrefix = "e:"
	partnerPrefix  = "p:"
	pageSize       = 1000
)

// period is when a wave would be open.
type period struct{ opens, closes time.Time }

// candidate is somebody the audience names.
type candidate struct {
	Person
	name, mail   string
	joined, left time.Time
}

// candidates visits everybody the audience of a programme names and who is here now.
func (s *Service) candidates(ctx context.Context, p Programme, tree *org.Tree, visit func(candidate)) error {
	scope := org.Everything
	if len(p.Audience.TeamIDs) > 0 {
		scope = tree.Scope(p.Audience.TeamIDs...)
	}
	now := s.now()
	if p.Audience.Population == Partners {
		return pages(func(page org.Page) ([]org.Partner, error) { return s.directory.Partners(ctx, scope, page) }, func(x org.Partner) string {
			if i := slices.IndexFunc(x.TeamIDs, scope.Has); i >= 0 && !x.StartedOn.After(now) && (x.EndedOn.IsZero() || x.EndedOn.After(now)) {
				visit(candidate{Person{ID: partnerPrefix + x.ExternalID, Team: x.TeamIDs[i]}, x.Name, x.Email, x.StartedOn, time.Time{}})
			}
			return x.ExternalID
		})
	}
	return pages(func(page org.Page) ([]org.Employee, error) { return s.directory.Employees(ctx, scope, page) }, func(e org.Employee) string {
		here := !e.JoinedOn.After(now) && (e.LeftOn.IsZero() || e.LeftOn.After(now))
		if here && p.Audience.includes(e, now) {
			visit(candidate{Person{ID: employeePrefix + e.ExternalID, Team: e.TeamID, Value: e.Attributes[p.Attribute]}, e.Name, e.Email, e.JoinedOn, e.LeftOn})
		}
		return e.ExternalID
	})
}

// snapshot resolves the audience of a programme as the organisation stands now.
func (s *Service) snapshot(ctx context.Context, p Programme, when period, letIn newcomers) (Snapshot, error) {
	teams, err := s.directory.Teams(ctx, org.Everything)
	if err != nil {
		return Snapshot{}, err
	}
	tree := org.NewTree(teams)
	snap := Snapshot{Reachable: map[string]bool{}, Days: map[string]time.Time{}, LettersFrom: p.Cadence.InHours(when.opens)}
	snap.Nodes = hierarchy(tree, nil)
	tired, err := s.invitedLately(ctx, p)
	if err != nil {
		return snap, err
	}
	days, err := s.momentsOf(ctx, p, when)
	if err != nil {
		return snap, err
	}
	snap.Until = days.until
	now := s.now()
	err = s.candidates(ctx, p, tree, func(c candidate) {
		if p.Audience.Moment != "" {
			day, ok := days.of(c)
			if !ok {
				return
			}
			snap.Days[c.ID] = day
		}
		switch {
		case tired[c.ID]:
			snap.Tired++
			return
		case !c.joined.IsZero() && now.Sub(c.joined) < Tenure:
			team, _ := tree.Get(c.Team)
			snap.New = append(snap.New, NewPerson{c.ID, c.name, team.Name, c.joined})
			if !letIn(c.ID) {
				return
			}
		}
		snap.People = append(snap.People, c.Person)
		snap.Reachable[c.ID] = c.mail != ""
		if c.mail == "" {
			snap.WithoutMailbox++
		}
	})
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

// invitedLately lists who was invited within the fatigue cap.
func (s *Service) invitedLately(ctx context.Context, p Programme) (map[string]bool, error) {
	if p.FatigueDays == 0 {
		return map[string]bool{}, nil
	}
	return s.invitedSince(ctx, s.now().AddDate(0, 0, -p.FatigueDays))
}

func (s *Service) invitedSince(ctx context.Context, since time.Time) (map[string]bool, error) {
	people, err := s.InvitedSince(ctx, since)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
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
