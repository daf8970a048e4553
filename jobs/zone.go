// Package jobs is the table of scheduled work and its clock: rules are read by robfig/cron, occurrences are worked out
// per time zone here, and the ledger (internal/runlog) makes each of them happen once. The work itself belongs to the
// features.
package jobs

import (
	"fmt"
	"time"
	_ "time/tzdata" // a bare container knows no time zones

	"github.com/robfig/cron/v3"
)

// Zoned is a cron rule in a time zone whose days have 23, 24 or 25 hours.
//
// robfig/cron loses and doubles runs at those changes (a weekly 02:00 Sunday job in Berlin skips a week in March, a
// 01:30 New York job fires twice in November). Here a local time that is skipped runs at once, when the clock jumps; one
// that comes twice runs the first time. Rules that name every hour (* in the hour field) are intervals: they follow real
// time, so that a job of every ten minutes neither pauses nor catches up.
type Zoned struct {
	rule     *cron.SpecSchedule
	every    time.Duration // for "@every 1m"
	zone     *time.Location
	interval bool
}

// ParseZoned reads a rule of five fields (minute hour day month weekday), a descriptor such as @daily, or "@every 10m".
func ParseZoned(spec string, zone *time.Location) (*Zoned, error) {
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf("cron rule %q: %w", spec, err)
	}
	switch r := s.(type) {
	case *cron.SpecSchedule:
		r.Location = time.UTC // it is asked about wall-clock time, which has no zone
		const star = 1 << 63
		return &Zoned{rule: r, zone: zone, interval: r.Hour&star != 0}, nil
	case cron.ConstantDelaySchedule:
		return &Zoned{every: r.Delay, zone: zone}, nil
	}
	return nil, fmt.Errorf("cron rule %q: unknown kind %T", spec, s)
}

// Next implements runlog.Schedule and cron.Schedule: the first occurrence after t, in UTC.
func (z *Zoned) Next(t time.Time) time.Time {
	switch {
	case z.every > 0: // counted from the epoch, so that every process has the same occurrences
		return t.Truncate(z.every).Add(z.every).UTC()
	case z.interval:
		return z.nextInterval(t)
	}
	return z.nextFixed(t)
}

// stretch is a time during which a zone keeps one offset.
type stretch struct {
	from, to time.Time // to is zero when the stretch does not end
	offset   time.Duration
}

func (z *Zoned) stretchAt(t time.Time) stretch {
	local := t.In(z.zone)
	_, sec := local.Zone()
	from, to := local.ZoneBounds()
	return stretch{from, to, time.Duration(sec) * time.Second}
}

// wall is a local time written as if it were UTC.
func (s stretch) wall(t time.Time) time.Time { return t.UTC().Add(s.offset) }

// real is the instant of a wall-clock time under this offset.
func (s stretch) real(wall time.Time) time.Time { return wall.Add(-s.offset) }

// nextInterval takes every real instant whose wall clock matches.
func (z *Zoned) nextInterval(t time.Time) time.Time {
	for {
		s := z.stretchAt(t)
		wall := z.rule.Next(s.wall(t))
		if wall.IsZero() {
			return time.Time{}
		}
		if at := s.real(wall); s.to.IsZero() || at.Before(s.to) {
			return at.UTC()
		}
		n := z.stretchAt(s.to) // the next stretch may begin on an occurrence
		if wall := n.wall(s.to); z.rule.Next(wall.Add(-time.Second)).Equal(wall) {
			return s.to.UTC()
		}
		t = s.to
	}
}

// widest is more than any zone ever jumped: Samoa left out a whole day.
const widest = 26 * time.Hour

// nextFixed walks the wall-clock times of the rule and takes each at its one instant.
func (z *Zoned) nextFixed(t time.Time) time.Time {
	wall := z.stretchAt(t).wall(t).Add(-widest)
	for {
		if wall = z.rule.Next(wall); wall.IsZero() {
			return wall
		}
		if at := z.instant(wall); at.After(t) {
			return at.UTC()
		}
	}
}

// instant is when a wall-clock time happens: the first time it is shown or, when it is never shown, the moment the clock
// jumps over it.
func (z *Zoned) instant(wall time.Time) time.Time {
	s := z.stretchAt(wall.Add(-widest))
	for {
		at := s.real(wall)
		if s.to.IsZero() || at.Before(s.to) {
			if at.Before(s.from) {
				return s.from // skipped: the stretch before ended too early for it
			}
			return at
		}
		s = z.stretchAt(s.to)
	}
}
