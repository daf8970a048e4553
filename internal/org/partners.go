package org

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
)

// PartnerRow is one business partner as a file or another system says it; nil leaves what is known.
type PartnerRow struct {
	Line       int
	ExternalID string
	Teams      []string // ids, external ids, paths or unique names of the teams served
	Name       *string
	Email      *string
	Company    *string
	Locale     *string
	StartedOn  *time.Time
	EndedOn    *time.Time
}

// PutPartners creates or changes business partners by external id, all or none.
func (s *Service) PutPartners(ctx context.Context, by string, rows []PartnerRow, b Batch) (intake.Result, error) {
	ids := make([]string, len(rows))
	for i := range rows {
		rows[i].ExternalID = strings.TrimSpace(rows[i].ExternalID)
		ids[i] = rows[i].ExternalID
	}
	if len(rows) > MaxPeople {
		return intake.Result{}, errs.New(errs.KindTooLarge, "people_too_many").With("limit", MaxPeople)
	}
	return s.take(ctx, b, len(rows), func(t *Tree) (Change, *tally, error) {
		in := newTally(b)
		known, err := lookUp(ctx, ids, s.store.PartnersByExternalID, func(p Partner) string { return p.ExternalID })
		if err != nil {
			return Change{}, nil, err
		}
		teams := NewTeamPlan(t, b.CreateTeams, s.now())
		lines := map[string]int{}
		var c Change
		for i, r := range rows {
			p, was := known[r.ExternalID]
			next := partner(p, was, r, Date(s.now()), teams, func(field, code, value string) { in.refuse(i, r.Line, field, code, value) })
			in.once(lines, r.ExternalID, i, r.Line)
			if in.bad[place(i, r.Line)] {
				continue
			}
			if was && reflect.DeepEqual(p, next) {
				in.unchanged++
				continue
			}
			c.Partners = append(c.Partners, next)
		}
		c.Teams = teams.Made
		in.imported = len(c.Partners)
		c.Audit = []audit.Entry{s.entry(by, "partners.import", "", in.detail(len(teams.Made)))}
		return c, in, nil
	})
}

func partner(p Partner, was bool, r PartnerRow, today time.Time, teams *TeamPlan, refuse func(field, code, value string)) Partner {
	if !was {
		p = Partner{ID: ident.New(), ExternalID: r.ExternalID, StartedOn: today}
	}
	if r.ExternalID == "" {
		refuse("external_id", "external_id_missing", "")
	}
	setText(&p.Name, r.Name)
	setText(&p.Company, r.Company)
	setEmail(&p.Email, r.Email, refuse)
	setLocale(&p.Locale, r.Locale, refuse)
	if r.StartedOn != nil && !r.StartedOn.IsZero() { // an empty cell cannot mean that somebody never began
		setDate(&p.StartedOn, r.StartedOn, "started_on", refuse)
	}
	setDate(&p.EndedOn, r.EndedOn, "ended_on", refuse)
	if (r.StartedOn == nil || r.StartedOn.IsZero()) && !was && !p.EndedOn.IsZero() && p.EndedOn.Before(p.StartedOn) {
		p.StartedOn = p.EndedOn // somebody who was here before we knew
	}
	if !p.EndedOn.IsZero() && p.EndedOn.Before(p.StartedOn) {
		refuse("ended_on", "ended_before_started", p.EndedOn.Format(time.DateOnly))
	}
	ids := []string{}
	for i, name := range r.Teams {
		field := "teams"
		if r.Line == 0 {
			field += "/" + strconv.Itoa(i)
		}
		team, err := teams.Find(Wanted{Key: name})
		switch {
		case err != nil:
			refuse(field, errs.CodeOf(err), name)
		case !team.ClosedOn.IsZero() && p.EndedOn.IsZero():
			refuse(field, "team_closed", name)
		default:
			ids = append(ids, team.ID)
		}
	}
	if len(r.Teams) == 0 {
		refuse("teams", "team_missing", "")
	}
	slices.Sort(ids)
	p.TeamIDs = slices.Compact(ids)
	return p
}
