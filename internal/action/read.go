package action

import (
	"context"
	"slices"
	"strings"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Get finds an action in the principal's scope.
func (s *Service) Get(ctx context.Context, who auth.Principal, id string) (View, error) {
	a, err := s.store.Action(ctx, who.Scope, id)
	if err != nil {
		return View{}, err
	}
	return s.viewOf(ctx, a)
}

// List lists the actions in the principal's scope that the filter selects.
func (s *Service) List(ctx context.Context, who auth.Principal, f Filter) ([]View, error) {
	list, err := s.store.Actions(ctx, who.Scope, f)
	if err != nil {
		return nil, err
	}
	return s.views(ctx, list)
}

// Owners lists who may take an action about a team: active users who see it, by name.
func (s *Service) Owners(ctx context.Context, who auth.Principal, team string) ([]auth.User, error) {
	if !sees(who.Scope, team) {
		return nil, errs.NotFound("team_unknown").With("value", team)
	}
	users, err := s.people.Everybody(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	out := []auth.User{}
	for _, u := range users {
		if u.Active && sees(scopeOf(tree, u), team) && slices.Contains(auth.Permissions(u.Role), auth.ActionsRead) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b auth.User) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out, nil
}

func (s *Service) tree(ctx context.Context) (*org.Tree, error) {
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	return org.NewTree(teams), nil
}

// scopeOf is what a user sees as the tree stands.
func scopeOf(tree *org.Tree, u auth.User) org.Scope {
	if u.Role == auth.Lead {
		return tree.Scope(u.TeamIDs...)
	}
	return org.Everything
}

func (s *Service) viewOf(ctx context.Context, a Action) (View, error) {
	list, err := s.views(ctx, []Action{a})
	if err != nil {
		return View{}, err
	}
	return list[0], nil
}

// views adds names, and what the figures did.
func (s *Service) views(ctx context.Context, list []Action) ([]View, error) {
	out := make([]View, 0, len(list))
	if len(list) == 0 {
		return out, nil
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	users, err := s.people.Everybody(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(list))
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	moved, err := s.store.Movements(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		v := View{Action: a, Overdue: a.Overdue(s.now()), OwnerGone: true}
		if i := slices.IndexFunc(users, func(u auth.User) bool { return u.ID == a.OwnerID }); i >= 0 {
			v.OwnerName = users[i].Name
			v.OwnerGone = !users[i].Active || !sees(scopeOf(tree, users[i]), a.TeamID)
		}
		if a.TeamID != "" {
			t, there := tree.Get(a.TeamID)
			v.TeamName, v.TeamGone = t.Name, !there || !t.ClosedOn.IsZero() && !t.ClosedOn.After(s.now())
			if heir, ok := tree.Get(t.MergedInto); ok {
				v.Heir = heir.Name
			}
		}
		if m, ok := moved[a.ID]; ok {
			v.Since = &m
		}
		out = append(out, v)
	}
	return out, nil
}

// Metrics lists every metric an action can be about, of all sources.
func (s *Service) Metrics(ctx context.Context) ([]series.Metric, error) {
	out := []series.Metric{}
	for _, src := range s.sources {
		ms, err := src.Metrics(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range ms {
			if !slices.ContainsFunc(out, func(x series.Metric) bool { return x.ID == m.ID }) {
				out = append(out, m)
			}
		}
	}
	return out, nil
}
