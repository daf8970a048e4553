package org

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// NewTeam is what it takes to make a team. A zero CreatedOn means today.
type NewTeam struct {
	Name       string
	ExternalID string
	ParentID   string
	CreatedOn  time.Time
}

// ChangeKind names what can be done to a team.
type ChangeKind string

// The kinds of change.
const (
	Rename ChangeKind = "rename"
	Move   ChangeKind = "move"
	Merge  ChangeKind = "merge"
	Close  ChangeKind = "close"
)

// TeamChange is one change of a team from a date on, which may lie back but not ahead.
type TeamChange struct {
	Kind     ChangeKind
	On       time.Time
	Name     string // rename
	ParentID string // move; empty for the top
	IntoID   string // merge
}

// CreateTeam makes a team.
func (s *Service) CreateTeam(ctx context.Context, by string, n NewTeam) (Team, error) {
	var made Team
	err := s.edit(ctx, func(t *Tree) (Change, error) {
		var err error
		if made, err = s.newTeam(t, n); err != nil {
			return Change{}, err
		}
		return Change{Teams: []Team{made}, Audit: []audit.Entry{s.entry(by, "team.create", made.ID, nil)}}, nil
	})
	return made, err
}

func (s *Service) newTeam(t *Tree, n NewTeam) (Team, error) {
	on := Date(n.CreatedOn)
	if n.CreatedOn.IsZero() {
		on = Date(s.now())
	}
	x := Team{ID: ident.New(), ExternalID: strings.TrimSpace(n.ExternalID), Name: strings.TrimSpace(n.Name), ParentID: n.ParentID, CreatedOn: on}
	if err := s.checkDate(on, time.Time{}); err != nil {
		return x, err
	}
	if x.Name == "" {
		return x, errs.Invalid("team_name_missing").At(errs.Field{Path: "/name", Code: "team_name_missing"})
	}
	if x.ParentID != "" {
		if err := openTeam(t, x.ParentID, "/parent_id"); err != nil {
			return x, err
		}
	}
	if x.ExternalID != "" {
		if _, taken := t.Names().external[x.ExternalID]; taken {
			return x, errs.Conflict("team_external_id_taken").With("value", x.ExternalID).At(errs.Field{Path: "/external_id", Code: "team_external_id_taken"})
		}
	}
	if err := siblingNamed(t, x); err != nil {
		return x, err
	}
	x.History = []TeamEvent{{On: on, Kind: Created}}
	return x, nil
}

// siblingNamed refuses a name that an open team beside this one has already: nobody could tell the two apart.
func siblingNamed(t *Tree, x Team) error {
	for _, id := range t.children[x.ParentID] {
		if o := t.byID[id]; o.ID != x.ID && o.ClosedOn.IsZero() && fold(o.Name) == fold(x.Name) {
			return errs.Conflict("team_name_taken").With("value", x.Name).At(errs.Field{Path: "/name", Code: "team_name_taken"})
		}
	}
	return nil
}

// openTeam refuses a team that does not exist or is closed.
func openTeam(t *Tree, id, path string) error {
	x, ok := t.Get(id)
	if !ok {
		return errs.Invalid("team_unknown").With("value", id).At(errs.Field{Path: path, Code: "team_unknown", Value: id})
	}
	if !x.ClosedOn.IsZero() {
		return errs.Conflict("team_closed").With("value", x.Name).At(errs.Field{Path: path, Code: "team_closed", Value: x.Name})
	}
	return nil
}

// checkDate refuses a day that is impossible, ahead, or before the team was there.
func (s *Service) checkDate(on, created time.Time) error {
	code := ""
	switch {
	case !possible(on):
		code = "date_impossible"
	case on.After(Date(s.now())):
		code = "date_ahead"
	case on.Before(created):
		code = "date_before_team"
	default:
		return nil
	}
	return errs.Invalid(code).With("value", on.Format(time.DateOnly)).At(errs.Field{Path: "/on", Code: code})
}

// ChangeTeam renames, moves, merges or closes a team. The team keeps its id and its line of figures; moves and merges
// leave a break in it. A merge hands the team's people over on that day.
func (s *Service) ChangeTeam(ctx context.Context, by, id string, c TeamChange) error {
	c.On = Date(c.On)
	return s.edit(ctx, func(t *Tree) (Change, error) {
		x, ok := t.Get(id)
		if !ok {
			return Change{}, errs.NotFound("team_unknown").With("value", id)
		}
		if !x.ClosedOn.IsZero() {
			return Change{}, errs.Conflict("team_closed").With("value", x.Name)
		}
		if err := s.checkDate(c.On, x.CreatedOn); err != nil {
			return Change{}, err
		}
		x.History = slices.Clone(x.History)
		var out Change
		var err error
		detail := map[string]string{"on": c.On.Format(time.DateOnly)}
		switch c.Kind {
		case Rename:
			out, err = s.rename(t, x, c)
		case Move:
			detail["parent"] = c.ParentID
			out, err = s.move(t, x, c)
		case Merge:
			detail["into"] = c.IntoID
			out, err = s.merge(ctx, t, x, c)
		case Close:
			out, err = s.close(ctx, t, x, c)
		default:
			err = errs.Invalid("team_change_unknown").At(errs.Field{Path: "/kind", Code: "team_change_unknown"})
		}
		out.Audit = append(out.Audit, s.entry(by, "team."+string(c.Kind), id, detail))
		return out, err
	})
}

func (x *Team) note(e TeamEvent) {
	x.History = append(x.History, e)
	slices.SortStableFunc(x.History, func(a, b TeamEvent) int { return cmp.Compare(a.On.Unix(), b.On.Unix()) })
}

func (s *Service) rename(t *Tree, x Team, c TeamChange) (Change, error) {
	old := x.Name
	if x.Name = strings.TrimSpace(c.Name); x.Name == "" {
		return Change{}, errs.Invalid("team_name_missing").At(errs.Field{Path: "/name", Code: "team_name_missing"})
	}
	if x.Name == old {
		return Change{}, nil
	}
	if err := siblingNamed(t, x); err != nil {
		return Change{}, err
	}
	x.note(TeamEvent{On: c.On, Kind: Renamed, From: old, To: x.Name})
	return Change{Teams: []Team{x}}, nil
}

func (s *Service) move(t *Tree, x Team, c TeamChange) (Change, error) {
	if c.ParentID == x.ParentID {
		return Change{}, nil
	}
	if c.ParentID != "" {
		if err := openTeam(t, c.ParentID, "/parent_id"); err != nil {
			return Change{}, err
		}
		if slices.Contains(t.Subtree(x.ID), c.ParentID) {
			return Change{}, errs.Conflict("team_cycle").With("value", x.Name).At(errs.Field{Path: "/parent_id", Code: "team_cycle"})
		}
	}
	from, to := t.byID[x.ParentID].Name, t.byID[c.ParentID].Name
	x.ParentID = c.ParentID
	if err := siblingNamed(t, x); err != nil {
		return Change{}, err
	}
	x.note(TeamEvent{On: c.On, Kind: Moved, From: from, To: to})
	return Change{Teams: []Team{x}}, nil
}

func (s *Service) merge(ctx context.Context, t *Tree, x Team, c TeamChange) (Change, error) {
	if slices.Contains(t.Subtree(x.ID), c.IntoID) {
		return Change{}, errs.Conflict("team_merge_itself").With("value", x.Name).At(errs.Field{Path: "/into_id", Code: "team_merge_itself"})
	}
	if err := openTeam(t, c.IntoID, "/into_id"); err != nil {
		return Change{}, err
	}
	into := t.byID[c.IntoID]
	if err := s.checkDate(c.On, into.CreatedOn); err != nil {
		return Change{}, err
	}
	if !t.Leaf(x.ID) {
		return Change{}, errs.Conflict("team_has_teams").With("value", x.Name)
	}
	into.History = slices.Clone(into.History)
	x.ClosedOn, x.MergedInto = c.On, into.ID
	x.note(TeamEvent{On: c.On, Kind: Merged, To: into.Name})
	into.note(TeamEvent{On: c.On, Kind: Received, From: x.Name})
	out := Change{Teams: []Team{x, into}}
	people, err := s.staffOf(ctx, x.ID)
	if err != nil {
		return out, err
	}
	for _, e := range people {
		if e.LeftOn.IsZero() || e.LeftOn.After(c.On) {
			e.moveTo(into.ID, c.On)
			out.Employees = append(out.Employees, e)
		}
	}
	partners, err := s.partnersOf(ctx, x.ID)
	if err != nil {
		return out, err
	}
	for _, p := range partners {
		p.TeamIDs = append(slices.DeleteFunc(slices.Clone(p.TeamIDs), func(id string) bool { return id == x.ID }), into.ID)
		slices.Sort(p.TeamIDs)
		p.TeamIDs = slices.Compact(p.TeamIDs)
		out.Partners = append(out.Partners, p)
	}
	return out, nil
}

func (s *Service) close(ctx context.Context, t *Tree, x Team, c TeamChange) (Change, error) {
	if !t.Leaf(x.ID) {
		return Change{}, errs.Conflict("team_has_teams").With("value", x.Name)
	}
	people, err := s.staffOf(ctx, x.ID)
	if err != nil {
		return Change{}, err
	}
	for _, e := range people {
		if e.LeftOn.IsZero() || e.LeftOn.After(c.On) {
			return Change{}, errs.Conflict("team_has_people").With("value", x.Name)
		}
	}
	x.ClosedOn = c.On
	x.note(TeamEvent{On: c.On, Kind: Closed})
	return Change{Teams: []Team{x}}, nil
}

// staffOf reads everybody whose newest stay is in a team.
func (s *Service) staffOf(ctx context.Context, team string) ([]Employee, error) {
	return all(func(p Page) ([]Employee, error) { return s.Employees(ctx, Teams(team), p) }, func(e Employee) string { return e.ExternalID })
}

func (s *Service) partnersOf(ctx context.Context, team string) ([]Partner, error) {
	return all(func(p Page) ([]Partner, error) { return s.Partners(ctx, Teams(team), p) }, func(x Partner) string { return x.ExternalID })
}

// all reads a list to its end.
func all[T any](read func(Page) ([]T, error), key func(T) string) ([]T, error) {
	var out []T
	for p := (Page{Limit: 500}); ; {
		xs, err := read(p)
		out = append(out, xs...)
		if err != nil || len(xs) < p.Limit {
			return out, err
		}
		p.After = key(xs[len(xs)-1])
	}
}
