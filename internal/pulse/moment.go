package pulse

import (
	"context"
	"time"

	"rapport/internal/errs"
)

// Moment is a day in somebody's time here that a programme asks about.
type Moment string

// The moments.
const (
	Joining Moment = "joining" // so many days after the first day
	Leaving Moment = "leaving" // so many days before the last day
)

// toAnswer is the time that somebody invited last still has; shorter waves leave half of theirs.
const toAnswer = 3 * 24 * time.Hour

// validate refuses an audience that names nobody or that no wave could serve.
func (a Audience) validate(c Cadence) error {
	bad := func(field, code string) error {
		return errs.Invalid(code).At(errs.Field{Path: "/audience/" + field, Code: code})
	}
	switch {
	case a.Population != Staff && a.Population != Partners:
		return bad("population", "population_unknown")
	case a.Population == Partners && (a.AttributeName != "" || a.DaysSinceJoining != 0): // of people elsewhere neither is known
		return bad("population", "partners_without_attributes")
	case a.Moment == "":
		return nil
	case a.Moment != Joining && a.Moment != Leaving:
		return bad("moment", "moment_unknown")
	case a.Days < 0 || a.Days > 3650:
		return bad("days", "moment_unknown")
	case a.Population == Partners: // nobody knows their first or last day
		return bad("population", "moment_without_partners")
	case c.OpenDays < 7:
		return bad("moment", "moment_needs_time")
	}
	return nil
}

// moments says on which day each candidate of one wave is invited. All of them are known at launch: who is named is
// frozen with the labels, only the letters wait.
type moments struct {
	p       Programme
	since   time.Time // moments up to here belonged to the wave before
	until   time.Time
	opens   time.Time
	before  *Wave           // of the same programme
	reached map[string]bool // invited since the wave before opened
}

// momentsOf works out the moments that belong to a wave: those after the wave before and early enough to answer.
func (s *Service) momentsOf(ctx context.Context, p Programme, when period) (moments, error) {
	m := moments{p: p, opens: when.opens}
	if p.Audience.Moment == "" {
		return m, nil
	}
	m.until = when.closes.Add(-min(toAnswer, when.closes.Sub(when.opens)/2))
	y, month, d := when.opens.In(p.Cadence.zone()).Date()
	m.since = time.Date(y, month, d, 0, 0, 0, 0, p.Cadence.zone()).Add(-time.Second)
	waves, err := s.Waves(ctx)
	if err != nil {
		return m, err
	}
	for _, w := range waves { // newest first
		if w.ProgrammeID != p.ID || w.Rehearsal || w.MembersUntil.IsZero() {
			continue
		}
		m.before = &w
		m.since = w.MembersUntil
		m.reached, err = s.invitedSince(ctx, w.OpensAt)
		return m, err
	}
	return m, nil
}

// of gives when a candidate is invited; ok is false for one whose moment does not belong to this wave. A moment that
// the wave before covered, but of somebody it could not know or was not let invite, is caught up on the first day.
func (m moments) of(c candidate) (at time.Time, ok bool) {
	var due time.Time
	var unknown bool // to the wave before
	switch m.p.Audience.Moment {
	case Joining:
		due = m.p.Cadence.InHours(m.at(c.joined.AddDate(0, 0, m.p.Audience.Days)))
		unknown = m.before != nil && c.joined.After(m.before.OpensAt.Add(-Tenure))
	case Leaving:
		if c.left.IsZero() {
			return at, false
		}
		day := c.left.AddDate(0, 0, -m.p.Audience.Days)
		for m.p.Cadence.free(day) { // before a weekend rather than after the last day
			day = day.AddDate(0, 0, -1)
		}
		due = m.at(day)
		unknown = m.before != nil
	}
	switch {
	case due.After(m.until):
		return at, false
	case due.After(m.since):
	case !unknown || m.reached[c.ID]:
		return at, false
	}
	if due.Before(m.opens) {
		due = m.opens
	}
	return due, true
}

// at is the hour of the cadence on a calendar day (midnight in UTC).
func (m moments) at(day time.Time) time.Time {
	y, month, d := day.Date()
	return time.Date(y, month, d, m.p.Cadence.Hour, 0, 0, 0, m.p.Cadence.zone()).UTC()
}
