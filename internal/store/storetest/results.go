package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: results correct for who answered, say the gap, mask comments, and wait for leads", resultsBeside)
}

func resultsBeside(t *testing.T, s store.Store) {
	ctx := context.Background()
	at := pulseStart
	svc := staffed(t, s, func() time.Time { return at })
	p := monthly()
	p.LeadsSeeAfterDays, p.MaskComments = 3, true
	p.Questions = append(p.Questions, pulse.Question{Key: "care_a", Type: pulse.Scale5, Driver: "care", Text: map[string]string{"en": "A?"}}, pulse.Question{Key: "care_b", Type: pulse.Scale5, Driver: "care", Text: map[string]string{"en": "B?"}})
	p, err := svc.SaveProgramme(ctx, p, "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	people, err := s.Employees(ctx, org.Everything, org.Page{Limit: 100})
	require.NoError(t, err)
	teams, err := s.Teams(ctx, org.Everything)
	require.NoError(t, err)
	name := map[string]string{}
	for _, x := range teams {
		name[x.ID] = x.Name
	}
	letters := &letterbox{}
	_, err = svc.SendLetters(ctx, letters, "https://x")
	require.NoError(t, err)
	byMail := map[string]org.Employee{}
	for _, e := range people {
		byMail[e.Email] = e
	}
	for i, l := range letters.letters {
		e, score := byMail[l.To], 2
		switch {
		case name[e.TeamID] == "Team 0":
			score = 5 // all who have a mailbox answer
		case strings.ContainsAny(e.ExternalID[2:], "789"):
			continue
		}
		_, token, _ := strings.Cut(l.Link, "#")
		require.NoError(t, svc.Submit(ctx, pulse.Form{
			Wave: w.ID, Token: token, Receipt: strings.Repeat(e.ExternalID, 16), Revision: 1,
			Answers: pulse.Answers{}.Number("proud", score).Number("care_a", 1+(i+score)%5).Number("care_b", 1+(i+score)%4).Comment("why", "Person 07 never listens, call 0601234567"),
		}))
	}
	at = at.AddDate(0, 0, 8)
	require.NoError(t, svc.Close(ctx, w.ID, "job"))
	res, err := svc.Results(ctx, w.ID, org.Everything)
	require.NoError(t, err)
	require.NotNil(t, res.Gap, "nine in ten of one team, six of the others")
	require.Equal(t, "Team 0", res.Gap.Most)
	require.NotEmpty(t, res.Corrected)
	for _, c := range res.Corrected {
		if res.Columns[c.Column].Key == "proud" {
			require.Less(t, c.Value, c.Raw, "those who answered most were the content")
			require.Equal(t, 3, c.Groups)
		}
	}
	require.Len(t, res.Reliability, 1)
	require.Equal(t, "care", res.Reliability[0].Scale)
	require.NotEmpty(t, res.Comments)
	for _, c := range res.Comments {
		require.Contains(t, c.Text, pulse.Masked)
		require.NotContains(t, c.Text, "0601234567")
	}
	require.Equal(t, at.AddDate(0, 0, 3).Format(time.DateOnly), res.LeadsFrom.Format(time.DateOnly))
	_, err = svc.Results(ctx, w.ID, org.Teams(people[0].TeamID))
	require.Error(t, err, "leads wait")
	at = at.AddDate(0, 0, 4)
	lead, err := svc.Results(ctx, w.ID, org.Teams(people[0].TeamID))
	require.NoError(t, err)
	require.Nil(t, lead.Gap, "it names other groups")
}
