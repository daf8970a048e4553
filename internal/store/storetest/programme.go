package storetest

import (
	"context"
	"fmt"
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
	add("pulse: a changed wording is a new version, a stale edit a conflict", programmeVersions)
	add("pulse: letters go to those who have not answered, each once, and are erased", programmeLetters)
	add("pulse: a rehearsal shows results at once and leaves the ledger alone", programmeRehearsal)
	add("pulse: new staff are left out unless let in, the tired are left in peace", programmeAudience)
}

// staffed is an organisation of 30 people in three teams under one division; the last five have no mailbox.
func staffed(t *testing.T, s store.Store, now func() time.Time) *pulse.Service {
	t.Helper()
	svc := org.NewService(s, now)
	var rows []org.EmployeeRow
	joined := now().AddDate(-1, 0, 0)
	for i := range 30 {
		name, mail := fmt.Sprintf("Person %02d", i), fmt.Sprintf("p%02d@example.org", i)
		if i >= 25 {
			mail = ""
		}
		rows = append(rows, org.EmployeeRow{ExternalID: fmt.Sprintf("n%02d", i), Name: &name, Email: &mail, Team: fmt.Sprintf("Team %d", i%3), JoinedOn: &joined})
	}
	res, err := svc.PutEmployees(context.Background(), "u1", rows, org.Batch{CreateTeams: true})
	require.NoError(t, err)
	require.Zero(t, res.Rejected, "%+v", res)
	return pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), now)
}

func monthly() pulse.Programme {
	return pulse.Programme{
		Name: "Monthly", K: 5, Languages: []string{"en"}, Cadence: pulse.Cadence{Rule: pulse.Monthly, FirstOn: pulseStart, Hour: 9, TimeZone: "Europe/Warsaw", OpenDays: 7},
		Questions: []pulse.Question{
			{Key: "proud", Type: pulse.Scale5, Driver: "engagement", Text: map[string]string{"en": "Proud?"}, Required: true},
			{Key: "why", Type: pulse.Comment, Text: map[string]string{"en": "Why?"}},
		},
	}
}

func programmeVersions(t *testing.T, s store.Store) {
	ctx := context.Background()
	now := func() time.Time { return pulseStart }
	svc := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), now)
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{p.Version, p.Questions[0].Version, p.Questions[1].Version})
	stale := p
	p.Questions = append([]pulse.Question{}, p.Questions...)
	p.Questions[0].Text = map[string]string{"en": "Are you proud to work here?"}
	p, err = svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	require.Equal(t, []int{2, 2, 1}, []int{p.Version, p.Questions[0].Version, p.Questions[1].Version})
	_, err = svc.SaveProgramme(ctx, stale, "u1")
	require.Equal(t, "programme_changed", errs.CodeOf(err))
	got, err := s.Programme(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, 2, got.Questions[0].Version)
	_, err = s.Programme(ctx, "nothing")
	require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	bad := monthly()
	bad.Cadence.TimeZone = "Mars/Olympus"
	_, err = svc.SaveProgramme(ctx, bad, "u1")
	require.Equal(t, "time_zone_unknown", errs.CodeOf(err))
}

type letterbox struct {
	letters []pulse.Letter
	down    bool
}

func (b *letterbox) SendLetter(_ context.Context, l pulse.Letter) error {
	if b.down {
		return errs.Unavailable("mail_unreachable")
	}
	b.letters = append(b.letters, l)
	return nil
}

func programmeLetters(t *testing.T, s store.Store) {
	ctx := context.Background()
	clock := pulseStart
	svc := staffed(t, s, func() time.Time { return clock })
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	require.Equal(t, 30, w.Invited)
	require.Equal(t, -1, w.Participation)

	box := &letterbox{down: true}
	n, err := svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Zero(t, n, "the mail server is down")
	box.down = false
	clock = clock.Add(2 * time.Minute)
	n, err = svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Equal(t, 25, n)
	n, err = svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Zero(t, n, "each letter once")
	for _, l := range box.letters {
		require.True(t, strings.HasPrefix(l.Link, "https://example.org/p/"+w.ID+"#"), "the token is in the fragment only")
		require.False(t, l.Reminder)
	}
	slips, err := svc.Slips(ctx, w.ID, "https://example.org")
	require.NoError(t, err)
	require.Len(t, slips, 5)

	// Ten people answer with the link they got; the reminder goes to the other fifteen.
	for _, l := range box.letters[:10] {
		_, token, _ := strings.Cut(l.Link, "#")
		require.NoError(t, svc.Submit(ctx, pulse.Form{Wave: w.ID, Token: token, Receipt: strings.Repeat("r", 40), Revision: 1, Answers: pulse.Answers{}.Number("proud", 4)}))
	}
	box.letters = nil
	clock = pulseStart.AddDate(0, 0, 3).Add(time.Minute)
	n, err = svc.SendLetters(ctx, box, "https://example.org")
	require.NoError(t, err)
	require.Equal(t, 15, n)
	require.True(t, box.letters[0].Reminder)
	w, err = s.Wave(ctx, w.ID)
	require.NoError(t, err)
	require.Equal(t, 30, w.Participation, "ten of thirty, in steps of ten per cent, looked at when the reminder went out")

	clock = pulseStart.AddDate(0, 0, 8)
	n, err = svc.CloseDue(ctx, "job:close-waves")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	left, err := s.ClaimInvitations(ctx, clock.AddDate(1, 0, 0), clock.AddDate(1, 0, 1), 1000)
	require.NoError(t, err)
	require.Empty(t, left, "nothing of the identity envelope is left")
	_, err = svc.Slips(ctx, w.ID, "")
	require.Equal(t, "wave_closed", errs.CodeOf(err))

	// The cadence opens the next wave by itself: first Thursday… the 2nd of April at nine in Warsaw.
	due, ok := p.Cadence.NextAfter(w.OpensAt)
	require.True(t, ok)
	require.Equal(t, time.Date(2026, 4, 2, 7, 0, 0, 0, time.UTC), due, "summer time has begun")
	clock = due.Add(time.Minute)
	n, err = svc.OpenDue(ctx, "job:open-waves")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = svc.OpenDue(ctx, "job:open-waves")
	require.NoError(t, err)
	require.Zero(t, n, "once")
}

func programmeRehearsal(t *testing.T, s store.Store) {
	ctx := context.Background()
	svc := staffed(t, s, func() time.Time { return pulseStart })
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "Rehearsal", Rehearsal: true}, "u1")
	require.NoError(t, err)
	require.Equal(t, pulse.Purged, w.State)
	r, err := svc.Results(ctx, w.ID, org.Everything)
	require.NoError(t, err)
	require.NotNil(t, r.Columns[0].Company)
	require.NotEmpty(t, r.Rows)
	_, err = svc.Results(ctx, w.ID, org.Scope{})
	require.Equal(t, "scope_missing", errs.CodeOf(err))
	lead, err := svc.Results(ctx, w.ID, org.Teams(r.Rows[len(r.Rows)-1].Node))
	require.NoError(t, err)
	require.Len(t, lead.Rows, 1, "a lead sees own teams only")
	require.NotNil(t, lead.Columns[0].Company, "and the company beside them")
	people, err := s.InvitedSince(ctx, pulseStart.AddDate(0, 0, -1))
	require.NoError(t, err)
	require.Empty(t, people, "a rehearsal bothers nobody")
	require.Equal(t, len(r.Rows) > 0, r.Proof.Cells > 0)
	require.Zero(t, r.Proof.Derivable)
	require.GreaterOrEqual(t, r.Proof.Smallest, 5)
	require.Zero(t, lead.Proof, "a lead sees a part, so nothing of the whole")

	// While a real wave is on, which leaves people in peace afterwards, a rehearsal still has everybody in it.
	p.FatigueDays = 14
	p, err = svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	_, err = svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "Real"}, "u1")
	require.NoError(t, err)
	again, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "Once more", Rehearsal: true}, "u1")
	require.NoError(t, err)
	require.Equal(t, w.Invited, again.Invited)
}

func programmeAudience(t *testing.T, s store.Store) {
	ctx := context.Background()
	now := func() time.Time { return pulseStart }
	svc := staffed(t, s, now)
	name, joined := "Dummy", pulseStart.AddDate(0, 0, -1)
	var rows []org.EmployeeRow
	for i := range 4 {
		rows = append(rows, org.EmployeeRow{ExternalID: fmt.Sprintf("x%d", i), Name: &name, Team: "Team 0", JoinedOn: &joined})
	}
	_, err := org.NewService(s, now).PutEmployees(ctx, "u1", rows, org.Batch{})
	require.NoError(t, err)
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	check, err := svc.Check(ctx, p.ID)
	require.NoError(t, err)
	require.Len(t, check.New, 4)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	require.Equal(t, 30, w.Invited, "the four dummies added yesterday are not counted")

	partners := monthly() // dummies are dummies on whichever list they stand, and whether or not a day is given for them
	partners.Name, partners.Audience.Population = "Partners", pulse.Partners
	partners, err = svc.SaveProgramme(ctx, partners, "u1")
	require.NoError(t, err)
	long := pulseStart.AddDate(-1, 0, 0)
	put := func(id string, started *time.Time) {
		res, err := org.NewService(s, now).PutPartners(ctx, "u1", []org.PartnerRow{{ExternalID: id, Teams: []string{"Team 0"}, StartedOn: started}}, org.Batch{})
		require.NoError(t, err)
		require.Zero(t, res.Rejected)
	}
	put("p-long", &long)
	put("p-yesterday", &joined)
	put("p-unsaid", nil)
	ahead := pulseStart.AddDate(0, 0, 3)
	put("p-next-week", &ahead)
	check, err = svc.Check(ctx, partners.ID)
	require.NoError(t, err)
	require.Len(t, check.New, 2)
	require.Len(t, check.People, 3, "with the new ones; who has not begun is not asked, and nobody of the staff is")
	put("p-unsaid", &long)
	check, err = svc.Check(ctx, partners.ID)
	require.NoError(t, err)
	require.Len(t, check.New, 1)
	for i := range 5 {
		put(fmt.Sprint("p", i), &long)
	}
	_, err = svc.LaunchProgramme(ctx, partners.ID, pulse.LaunchOptions{Title: "Partners"}, "u1")
	require.NoError(t, err)
	turned := partners
	turned.Audience.Population = pulse.Staff
	_, err = svc.SaveProgramme(ctx, turned, "u1")
	require.Equal(t, "population_fixed", errs.CodeOf(err), "a line never goes on with other people")
	partners.Attribute = "site"
	_, err = svc.SaveProgramme(ctx, partners, "u1")
	require.Equal(t, "partners_without_attributes", errs.CodeOf(err))

	second := monthly()
	second.Name, second.FatigueDays = "Second", 14
	second, err = svc.SaveProgramme(ctx, second, "u1")
	require.NoError(t, err)
	check, err = svc.Check(ctx, second.ID)
	require.NoError(t, err)
	require.Equal(t, 30, check.Tired)
	_, err = svc.LaunchProgramme(ctx, second.ID, pulse.LaunchOptions{Title: "Again"}, "u1")
	require.Equal(t, "audience_too_new", errs.CodeOf(err))
}
