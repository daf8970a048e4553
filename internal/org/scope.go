package org

import (
	"slices"

	"rapport/internal/errs"
)

// Scope is the set of teams a question may look at. Its zero value is an error, so that a forgotten scope never means
// "everything": jobs say org.Everything aloud.
type Scope struct {
	all   bool
	teams []string // sorted, every team of the subtrees
}

// Everything is the whole organisation.
var Everything = Scope{all: true}

// Teams is the scope of exactly these teams (a lead's subtrees, resolved by Tree.Scope).
func Teams(ids ...string) Scope {
	s := Scope{teams: append([]string{}, ids...)}
	slices.Sort(s.teams)
	s.teams = slices.Compact(s.teams)
	return s
}

// Check refuses the zero value. Every store question that takes a scope calls it first.
func (s Scope) Check() error {
	if !s.all && s.teams == nil {
		return errs.New(errs.KindInternal, "scope_missing")
	}
	return nil
}

// All reports whether the scope is the whole organisation.
func (s Scope) All() bool { return s.all }

// IDs lists the teams of a scope that is not the whole organisation.
func (s Scope) IDs() []string { return s.teams }

// Has reports whether a team is in scope.
func (s Scope) Has(team string) bool {
	if s.all {
		return true
	}
	_, ok := slices.BinarySearch(s.teams, team)
	return ok
}

// Within narrows the scope to those of the given teams that it holds.
func (s Scope) Within(ids []string) Scope {
	out := []string{}
	for _, id := range ids {
		if s.Has(id) {
			out = append(out, id)
		}
	}
	return Teams(out...)
}
