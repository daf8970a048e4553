package journey

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/feedback"
)

// heard makes a counter that has read answers the way a count does.
func heard(answers []feedback.Feedback) *counter {
	c := &counter{loyal: map[feedback.Relation]map[string]*regard{}}
	for _, f := range answers {
		c.recommends(f)
	}
	for _, f := range answers {
		c.regard(f, Closure{})
	}
	return c
}

var asked = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// customers says what n of them met and whether they recommend: .5 for each CES point, 1.5 for each step of the feeling.
func customers(n int, feels bool) (out []feedback.Feedback) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		who := fmt.Sprintf("c%03d", i)
		ease, feel := float64(1+r.IntN(7)), r.IntN(7)
		visit := feedback.Feedback{Customer: who, At: asked.AddDate(0, -1, 0), Type: feedback.CES, Score: ease, Relation: feedback.Transactional, Waiting: -1, Contacts: -1}
		if feels {
			visit.Emotion = feedback.Emotions[feel]
		}
		score := min(10, max(0, int(3+.5*ease+1.5*float64(3-feel)+r.NormFloat64())))
		out = append(out, visit, feedback.Feedback{Customer: who, At: asked, Type: feedback.NPS, Score: float64(score), Relation: feedback.Relational, Waiting: -1, Contacts: -1})
	}
	return out
}

func TestLoyaltySplitsIntoFunctionAndFeeling(t *testing.T) {
	list, err := heard(customers(400, true)).loyalties(context.Background())
	require.NoError(t, err)
	require.Len(t, list, 1)
	l := list[0]
	require.Equal(t, []any{"relational", 400, 400, ""}, []any{l.Relation, l.Answered, l.Customers, l.Gap})
	require.Greater(t, l.Explained.Value, 60.)
	require.Greater(t, l.Sides[1].Share.Lo, l.Sides[0].Share.Hi, "feeling was made to weigh more")
	require.Equal(t, []string{"emotion", "ease"}, []string{l.Parts[0].Name, l.Parts[1].Name})
	require.ElementsMatch(t, []string{"waiting", "contacts", "quality", "open"}, l.Seldom)
	again, err := heard(customers(400, true)).loyalties(context.Background())
	require.NoError(t, err)
	require.Equal(t, list, again)
}

func TestTooLittleIsSaid(t *testing.T) {
	for gap, answers := range map[string][]feedback.Feedback{
		"too_few":    customers(99, true),
		"no_feeling": customers(150, false),
	} {
		list, err := heard(answers).loyalties(context.Background())
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, gap, list[0].Gap)
		require.Nil(t, list[0].Explained)
		require.Equal(t, loyaltyFewest, list[0].Need)
	}
	only := customers(150, true)
	for i := range only {
		if only[i].Type == feedback.CES {
			only[i].Type = "" // a feeling and nothing else
		}
	}
	list, err := heard(only).loyalties(context.Background())
	require.NoError(t, err)
	require.Equal(t, "no_function", list[0].Gap)
	list, err = heard(nil).loyalties(context.Background())
	require.NoError(t, err)
	require.Equal(t, []Loyalty{{Relation: "relational", Gap: "too_few", Need: loyaltyFewest}}, list, "nobody was asked")
}

// What came after the answer, more than a year before it, or from a partner is not what made it.
func TestOnlyTheYearBeforeTheNewestAnswerCounts(t *testing.T) {
	ease := func(at time.Time, score float64, of feedback.Population) feedback.Feedback {
		return feedback.Feedback{Customer: "c", At: at, Type: feedback.CES, Score: score, Relation: feedback.Transactional, Population: of, Waiting: -1, Contacts: -1}
	}
	c := heard([]feedback.Feedback{
		{Customer: "c", At: asked.AddDate(0, -6, 0), Type: feedback.NPS, Score: 2, Relation: feedback.Relational, Waiting: -1, Contacts: -1},
		{Customer: "c", At: asked, Type: feedback.NPS, Score: 9, Relation: feedback.Relational, Waiting: -1, Contacts: -1},
		ease(asked.AddDate(-2, 0, 0), 1, feedback.Customers), ease(asked.AddDate(0, -3, 0), 6, feedback.Customers), ease(asked.Add(time.Hour), 1, feedback.Customers), ease(asked.AddDate(0, -1, 0), 1, feedback.Partners),
	})
	r := c.loyal[feedback.Relational]["c"]
	require.Equal(t, []any{9., 6., 1}, []any{r.score, r.sum[regardEase], r.n[regardEase]})
}
