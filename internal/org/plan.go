package org

import (
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/ident"
)

// TeamPlan finds the teams that the rows of an import name and, where the import may, plans new ones for names nobody
// knows. Whoever stores the import stores Made with it.
type TeamPlan struct {
	Made   []Team // parents before children
	names  *Names
	create bool
	today  time.Time
}

// Wanted is how a row names a team.
type Wanted struct {
	Key    string    // id, external id, path or unique name
	Name   string    // readable name for a team that is made; the key when empty
	Parent string    // key of the team above a team that is made; the top when empty
	From   time.Time // day from which the row speaks; a team that is made begins with the first one, or today
}

// NewTeamPlan makes a plan over the tree as it stands; the tree grows with the plan.
func NewTeamPlan(t *Tree, create bool, now time.Time) *TeamPlan {
	return &TeamPlan{names: t.Names(), create: create, today: Date(now)}
}

// Find gives the team a row means: errors team_missing, team_unknown, team_ambiguous.
func (p *TeamPlan) Find(w Wanted) (Team, error) {
	key := strings.TrimSpace(w.Key)
	if key == "" {
		return Team{}, errs.Invalid("team_missing")
	}
	x, err := p.names.Find(key)
	if err == nil {
		return p.since(x, w.From), nil
	}
	if !p.create || errs.CodeOf(err) != "team_unknown" {
		return x, err
	}
	above := ""
	if strings.TrimSpace(w.Parent) != "" {
		top, err := p.Find(Wanted{Key: w.Parent, From: w.From})
		if err != nil {
			return top, err
		}
		above = top.ID
	}
	name := strings.TrimSpace(w.Name)
	if name == "" {
		name = key
	}
	// The key stays the external id, so that a later renaming does not break the next import.
	x = Team{ID: ident.New(), ExternalID: key, Name: name, ParentID: above, CreatedOn: p.today, History: []TeamEvent{{On: p.today, Kind: Created}}}
	p.names.Grow(x)
	p.Made = append(p.Made, x)
	return p.since(x, w.From), nil
}

// since lets a team of this plan begin earlier, when a row speaks of an earlier day.
func (p *TeamPlan) since(x Team, from time.Time) Team {
	if from.IsZero() || !from.Before(x.CreatedOn) {
		return x
	}
	for i := range p.Made {
		if p.Made[i].ID == x.ID {
			x.CreatedOn = Date(from)
			x.History = []TeamEvent{{On: x.CreatedOn, Kind: Created}}
			p.Made[i] = x
			p.names.tree.byID[x.ID] = x
		}
	}
	return x
}
