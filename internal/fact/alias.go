package fact

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
)

// Alias says which team is meant by a name that no team has.
type Alias struct {
	Name string
	Team string // id
	At   time.Time
	By   string
}

// Key is the form of a name in which two names are the same: case, outer blanks and the form of accents aside.
func (a Alias) Key() string { return aliasKey(a.Name) }

func aliasKey(name string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(name))) }

// finder finds the team a source means: by what teams are called, then by what a person has said that a name means.
type finder struct {
	names   *org.Names
	tree    *org.Tree
	aliases map[string]string
}

// Find gives the team meant; team_unknown or team_ambiguous.
func (f *finder) Find(name string) (org.Team, error) {
	t, err := f.names.Find(name)
	if err != nil && name != "" {
		if x, ok := f.tree.Get(f.aliases[aliasKey(name)]); ok {
			return x, nil
		}
	}
	return t, err
}

// TeamCalled gives the id of the team that a source means by a name, by what teams are called and by what a person has said;
// team_unknown or team_ambiguous.
func (s *Service) TeamCalled(ctx context.Context, name string) (string, error) {
	f, err := s.finder(ctx)
	if err != nil {
		return "", err
	}
	t, err := f.Find(name)
	return t.ID, err
}

// finders keeps the finder last made, so that a single record need not load the whole organisation.
type finders struct {
	mu      sync.Mutex
	last    *finder
	version int64
	at      time.Time
}

// stale is how long aliases may be behind: a record that misses a new one is stored under its name and found by that.
const stale = time.Second

func (s *Service) finder(ctx context.Context) (*finder, error) {
	version, err := s.org.OrgVersion(ctx)
	if err != nil {
		return nil, err
	}
	k := &s.finders
	k.mu.Lock()
	defer k.mu.Unlock()
	if age := s.now().Sub(k.at); k.last != nil && k.version == version && age >= 0 && age < stale {
		return k.last, nil
	}
	list, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	f, err := s.finderOf(ctx, org.NewTree(list))
	if err != nil {
		return nil, err
	}
	k.last, k.version, k.at = f, version, s.now()
	return f, nil
}

// finderOf makes a finder for the organisation as it was read.
func (s *Service) finderOf(ctx context.Context, tree *org.Tree) (*finder, error) {
	list, err := s.Aliases(ctx)
	if err != nil {
		return nil, err
	}
	f := &finder{names: tree.Names(), tree: tree, aliases: make(map[string]string, len(list))}
	for _, a := range list {
		f.aliases[a.Key()] = a.Team
	}
	return f, nil
}

// MapName says that a name used by a source means a team, now and in the future: what waits under the name counts for the
// team at once. Errors: team_unknown, alias_name_missing, alias_of_team when a team has that name itself.
func (s *Service) MapName(ctx context.Context, by auth.Principal, name, team string) error {
	if !by.May(Need) {
		return errs.Forbidden("not_allowed").With("permission", string(Need))
	}
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return errs.Invalid("alias_name_missing").At(errs.Field{Path: "/name", Code: "alias_name_missing"})
	}
	tree, err := s.Teams(ctx)
	if err != nil {
		return err
	}
	t, ok := tree.Get(team)
	if !ok || !by.Scope.Has(team) {
		return errs.NotFound("team_unknown").With("value", team).At(errs.Field{Path: "/team_id", Code: "team_unknown", Value: team})
	}
	if x, err := tree.Names().Find(name); err == nil {
		return errs.Conflict("alias_of_team").With("name", x.Name).At(errs.Field{Path: "/name", Code: "alias_of_team", Params: map[string]any{"name": x.Name}})
	}
	now := s.now()
	return s.SaveAlias(ctx, Alias{Name: name, Team: t.ID, At: now, By: by.ID},
		audit.Entry{At: now, Actor: by.ID, Action: "team.alias", Object: t.ID, Detail: map[string]string{"name": name}})
}

// Homes says which team a stored team means by now: its own id, or that of the team that answers to the name its source
// used; empty while there is none.
func (s *Service) Homes(ctx context.Context) (func(team string) string, error) {
	find, err := s.finder(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	return func(team string) string {
		name, waits := strings.CutPrefix(team, Unattributed)
		if !waits {
			return team
		}
		id, seen := known[name]
		if !seen {
			if t, err := find.Find(name); name != "" && err == nil {
				id = t.ID
			}
			known[name] = id
		}
		return id
	}, nil
}
