package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: new staff are let in by a second person, by name, once", launchApproval)
	add("pulse: letters and openings keep to the opening hours of working days", launchHours)
	add("pulse: each is invited on a day of their own, and a wave catches up what the one before could not know", launchMoments)
	add("pulse: a launch tells of other waves that ask the same people", launchOverlap)
}

func hire(t *testing.T, s store.Store, now func() time.Time, joined time.Time, ids ...string) {
	t.Helper()
	var rows []org.EmployeeRow
	for _, id := range ids {
		name, mail := "New "+id, id+"@example.org"
		rows = append(rows, org.EmployeeRow{ExternalID: id, Name: &name, Email: &mail, Team: "Team 0", JoinedOn: &joined})
	}
	res, err := org.NewService(s, now).PutEmployees(context.Background(), "u1", rows, org.Batch{})
	require.NoError(t, err)
	require.Zero(t, res.Rejected, "%+v", res)
}

func launchApproval(t *testing.T, s store.Store) {
	ctx := context.Background()
	clock := pulseStart
	now := func() time.Time { return clock }
	svc := staffed(t, s, now)
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	anna, ben := pulse.Actor{ID: "u1", Name: "Anna"}, pulse.Actor{ID: "u2", Name: "Ben"}
	_, err = svc.AskApproval(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, anna)
	require.Equal(t, "nobody_new", errs.CodeOf(err))

	hire(t, s, now, clock.AddDate(0, 0, -1), "x1", "x2", "x3", "x4")
	_, err = svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March", AcceptNewStaff: true}, "u1")
	require.Equal(t, "second_person_needed", errs.CodeOf(err), "a tick of the same person is not enough")
	_, err = svc.AskApproval(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, pulse.Actor{ID: "key:1", Name: "Key"})
	require.Equal(t, "approval_needs_person", errs.CodeOf(err))
	a, err := svc.AskApproval(ctx, p.ID, pulse.LaunchOptions{Title: "March", PaperBy: "Ewa"}, anna)
	require.NoError(t, err)
	require.Len(t, a.New, 4)
	waiting, err := svc.WaitingApprovals(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, []pulse.Approval{a}, waiting)
	waves, err := svc.Waves(ctx)
	require.NoError(t, err)
	require.Empty(t, waves, "nothing is launched by asking")

	_, err = svc.DecideApproval(ctx, a.ID, true, anna)
	require.Equal(t, "approval_by_self", errs.CodeOf(err))
	_, err = svc.DecideApproval(ctx, a.ID, true, pulse.Actor{ID: "key:2", Name: "Key"})
	require.Equal(t, "approval_needs_person", errs.CodeOf(err))
	_, err = svc.DecideApproval(ctx, "nothing", true, ben)
	require.Equal(t, errs.KindNotFound, errs.KindOf(err))

	hire(t, s, now, clock, "y1") // after the request: nobody has seen this name
	done, err := svc.DecideApproval(ctx, a.ID, true, ben)
	require.NoError(t, err)
	w, err := svc.Wave(ctx, done.WaveID)
	require.NoError(t, err)
	require.Equal(t, 34, w.Invited, "thirty, and the four who were named")
	require.Equal(t, "Ewa", w.PaperBy)
	_, err = svc.DecideApproval(ctx, a.ID, true, ben)
	require.Equal(t, "approval_decided", errs.CodeOf(err), "once")

	b, err := svc.AskApproval(ctx, p.ID, pulse.LaunchOptions{Title: "Again"}, anna)
	require.NoError(t, err)
	_, err = svc.DecideApproval(ctx, b.ID, false, anna)
	require.NoError(t, err, "who asked may withdraw")
	_, err = svc.DecideApproval(ctx, b.ID, true, ben)
	require.Equal(t, "approval_decided", errs.CodeOf(err))
	c, err := svc.AskApproval(ctx, p.ID, pulse.LaunchOptions{Title: "Late"}, anna)
	require.NoError(t, err)
	clock = clock.AddDate(0, 0, 8)
	_, err = svc.DecideApproval(ctx, c.ID, true, ben)
	require.Equal(t, "approval_expired", errs.CodeOf(err))
}

func launchHours(t *testing.T, s store.Store) {
	ctx := context.Background()
	jerusalem, err := time.LoadLocation("Asia/Jerusalem")
	require.NoError(t, err)
	// The clock in Israel goes forward on Friday 27 March 2026. The wave opens on Thursday evening, after hours.
	clock := time.Date(2026, 3, 26, 19, 0, 0, 0, jerusalem)
	svc := staffed(t, s, func() time.Time { return clock })
	p := monthly()
	p.Cadence = pulse.Cadence{
		Rule: pulse.Monthly, FirstOn: time.Date(2026, 4, 24, 0, 0, 0, 0, time.UTC), Hour: 9, TimeZone: "Asia/Jerusalem", OpenDays: 14, From: 9, Until: 17,
		Workdays: []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday},
		Holidays: []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)},
	}
	p, err = svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	due, _ := p.Cadence.NextAfter(clock)
	require.Equal(t, time.Date(2026, 4, 26, 9, 0, 0, 0, jerusalem).UTC(), due, "a Friday moves to Sunday, not to Monday")
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 4, 9, 19, 0, 0, 0, jerusalem).UTC(), w.ClosesAt.UTC(), "fourteen days on the calendar, although the clock changes")

	box := &letterbox{}
	send := func(at time.Time, want int, why string) {
		t.Helper()
		clock = at
		n, err := svc.SendLetters(ctx, box, "https://example.org")
		require.NoError(t, err)
		require.Equal(t, want, n, why)
	}
	day := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, jerusalem) }
	send(day(26, 20), 0, "the evening")
	send(day(27, 12), 0, "Friday")
	send(day(29, 12), 0, "a holiday")
	box.down = true
	send(day(30, 10), 0, "the mail server is down")
	box.down = false
	send(day(30, 18), 0, "what is held up does not go out in the evening")
	send(day(31, 9).Add(time.Minute), 25, "but in the morning")
	box.letters = nil
	send(day(31, 10), 0, "each once")
	send(day(33, 9).Add(-time.Minute), 0, "the reminder is not before nine")
	send(day(33, 9).Add(time.Minute), 25, "three days after Monday")

	// What was missed in the night opens in the morning.
	clock = due.Add(10 * time.Hour)
	n, err := svc.OpenDue(ctx, "job:open-waves")
	require.NoError(t, err)
	require.Zero(t, n)
	clock = due.Add(24 * time.Hour)
	n, err = svc.OpenDue(ctx, "job:open-waves")
	require.NoError(t, err)
	require.Equal(t, 1, n)

	for code, change := range map[string]func(*pulse.Cadence){
		"opening_hours_invalid": func(c *pulse.Cadence) { c.From, c.Until = 17, 9 },
		"opening_hour_outside":  func(c *pulse.Cadence) { c.Hour = 17 },
		"workdays_invalid":      func(c *pulse.Cadence) { c.Workdays = []time.Weekday{1, 1} },
	} {
		bad := p
		change(&bad.Cadence)
		_, err := svc.SaveProgramme(ctx, bad, "u1")
		require.Equal(t, code, errs.CodeOf(err))
	}
	bad := p
	bad.Cadence.Rule, bad.FatigueDays = pulse.Weekly, 14
	_, err = svc.SaveProgramme(ctx, bad, "u1")
	require.Equal(t, "fatigue_exceeds_cadence", errs.CodeOf(err), "every second wave would find nobody")
}

func launchMoments(t *testing.T, s store.Store) {
	ctx := context.Background()
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) // a Monday
	clock := start
	now := func() time.Time { return clock }
	svc := staffed(t, s, now)
	// Eight people joined 16 to 23 days ago: their 30th day comes 14 to 7 days from now.
	for i := range 8 {
		hire(t, s, now, start.Truncate(24*time.Hour).AddDate(0, 0, -16-i), fmt.Sprintf("j%d", i))
	}
	p := monthly()
	p.Name, p.Cadence.TimeZone, p.Cadence.OpenDays, p.Cadence.Rule = "Arrival", "UTC", 85, pulse.ByHand
	p.Audience = pulse.Audience{Moment: pulse.Joining, Days: 30}
	p, err := svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "First"}, "u1")
	require.NoError(t, err)
	require.Equal(t, 8, w.Invited, "the thirty who have been here for a year are not asked")

	box := &letterbox{}
	when := map[string]int{}
	for d := range 30 {
		clock = start.AddDate(0, 0, d).Add(time.Minute)
		box.letters = nil
		_, err := svc.SendLetters(ctx, box, "https://example.org")
		require.NoError(t, err)
		for _, l := range box.letters {
			if !l.Reminder {
				when[l.To] = d
			}
		}
		open, err := svc.Wave(ctx, w.ID)
		require.NoError(t, err)
		require.Equal(t, -1, open.Participation, "with few invited so far the share would be about somebody")
	}
	for i := range 8 {
		require.Equal(t, 14-i, when[fmt.Sprintf("j%d@example.org", i)], "each on the 30th day")
	}

	// Somebody joins after the launch: the wave does not know them, the next one asks them.
	hire(t, s, now, start.AddDate(0, 0, 10).Truncate(24*time.Hour), "k1", "k2", "k3", "k4", "k5")
	clock = w.ClosesAt
	_, err = svc.CloseDue(ctx, "job:close-waves")
	require.NoError(t, err)
	next, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "Second"}, "u1")
	require.NoError(t, err)
	require.Equal(t, 5, next.Invited, "those the first wave could not know, and none of those it asked")

	// Leaving: five people go at the end of their month, one after this wave.
	name, mail := "Leaver", "l@example.org"
	joined := start.AddDate(-2, 0, 0)
	var rows []org.EmployeeRow
	for i, days := range []int{20, 25, 30, 35, 40, 200} {
		left := clock.Truncate(24*time.Hour).AddDate(0, 0, days)
		rows = append(rows, org.EmployeeRow{ExternalID: fmt.Sprintf("l%d", i), Name: &name, Email: &mail, Team: "Team 1", JoinedOn: &joined, LeftOn: &left})
	}
	_, err = org.NewService(s, now).PutEmployees(ctx, "u1", rows, org.Batch{})
	require.NoError(t, err)
	bye := p
	bye.ID, bye.Version, bye.Name, bye.Audience = "", 0, "Farewell", pulse.Audience{Moment: pulse.Leaving, Days: 14}
	bye, err = svc.SaveProgramme(ctx, bye, "u1")
	require.NoError(t, err)
	last, err := svc.LaunchProgramme(ctx, bye.ID, pulse.LaunchOptions{Title: "Farewell"}, "u1")
	require.NoError(t, err)
	require.Equal(t, 5, last.Invited)

	bad := bye
	bad.Audience.Population = pulse.Partners
	_, err = svc.SaveProgramme(ctx, bad, "u1")
	require.Equal(t, "moment_without_partners", errs.CodeOf(err))
	bad = bye
	bad.Cadence.OpenDays = 3
	_, err = svc.SaveProgramme(ctx, bad, "u1")
	require.Equal(t, "moment_needs_time", errs.CodeOf(err))
}

func launchOverlap(t *testing.T, s store.Store) {
	ctx := context.Background()
	svc := staffed(t, s, func() time.Time { return pulseStart })
	first, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, first.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	teams, err := s.Teams(ctx, org.Everything)
	require.NoError(t, err)
	i := slices.IndexFunc(teams, func(x org.Team) bool { return strings.HasSuffix(x.Name, "0") })
	second := monthly()
	second.Name, second.Audience.TeamIDs, second.Cadence.FirstOn = "Team pulse", []string{teams[i].ID}, pulseStart.AddDate(0, 0, 3)
	second, err = svc.SaveProgramme(ctx, second, "u1")
	require.NoError(t, err)
	snap, err := svc.Check(ctx, second.ID)
	require.NoError(t, err)
	require.Equal(t, []pulse.Overlap{{Title: "March", Open: true, At: w.ClosesAt, People: 10}}, snap.Overlaps, "the ten of this team are asked by both")
	snap, err = svc.Check(ctx, first.ID)
	require.NoError(t, err)
	require.Len(t, snap.Overlaps, 2)
	own := slices.IndexFunc(snap.Overlaps, func(o pulse.Overlap) bool { return o.Own })
	require.Equal(t, 30, snap.Overlaps[own].People)
	require.Equal(t, "Team pulse", snap.Overlaps[1-own].Title)
	require.False(t, snap.Overlaps[1-own].Open, "planned for the fifth of March")
}
