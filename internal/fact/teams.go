package fact

import (
	"slices"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

// teams turns what a file calls teams into ids, new teams where they may be made, or Unattributed names.
type teams struct {
	names  *finder
	scope  org.Scope
	create bool
	seen   map[string]attribution
	fresh  map[string]*org.Team // by id
	order  []string
}

type attribution struct {
	id    string
	known bool
	code  string
}

func newTeams(names *finder, scope org.Scope, create bool) *teams {
	return &teams{names: names, scope: scope, create: create, seen: map[string]attribution{}, fresh: map[string]*org.Team{}}
}

// find gives the id of the team meant, or Unattributed and its name when there is none, or the code of what is wrong.
func (t *teams) find(name string) (id string, known bool, code string) {
	x, ok := t.seen[name]
	if !ok {
		x = t.look(name)
		if len(t.seen) < 1_000_000 {
			t.seen[strings.Clone(name)] = x
		}
	}
	return x.id, x.known, x.code
}

func (t *teams) look(name string) attribution {
	if name == "" {
		return attribution{id: Unattributed}
	}
	if len(name) > 200 {
		return attribution{code: "team_name_too_long"}
	}
	name = strings.Clone(name)
	team, err := t.names.Find(name)
	switch {
	case err == nil && !t.scope.Has(team.ID):
		return attribution{code: "team_unknown"}
	case err == nil:
		return attribution{id: team.ID, known: true}
	case errs.CodeOf(err) != "team_unknown" || !t.create:
		return attribution{id: Unattributed + name} // unknown, or a name that several teams have: it waits for a person
	}
	x := &org.Team{ID: ident.New(), ExternalID: name, Name: name}
	t.fresh[x.ID] = x
	t.order = append(t.order, x.ID)
	return attribution{id: x.ID, known: true}
}

// since notes that a new team had something happen on a day.
func (t *teams) since(id string, at time.Time) {
	if x := t.fresh[id]; x != nil {
		if day := org.Date(at); x.CreatedOn.IsZero() || day.Before(x.CreatedOn) {
			x.CreatedOn = day
			x.History = []org.TeamEvent{{On: day, Kind: org.Created}}
		}
	}
}

// made lists the new teams in the order they were met.
func (t *teams) made() []org.Team {
	out := make([]org.Team, 0, len(t.order))
	for _, id := range t.order {
		out = append(out, *t.fresh[id])
	}
	return slices.Clip(out)
}

// lineSet is a set of line numbers.
type lineSet struct{ bits []uint64 }

func (s *lineSet) add(line uint32) {
	w := int(line / 64)
	for len(s.bits) <= w {
		s.bits = append(s.bits, make([]uint64, max(1024, len(s.bits)))...)
	}
	s.bits[w] |= 1 << (line % 64)
}

func (s *lineSet) has(line uint32) bool {
	w := int(line / 64)
	return w < len(s.bits) && s.bits[w]&(1<<(line%64)) != 0
}
