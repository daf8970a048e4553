package feedback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/comment"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// spoken holds eight answers: of the three unfavourable ones all come with words, of the five favourable ones two.
const spoken = `id,team,at,score,customer,comment
1,North,2026-01-02,1,a,"Delivery was late, I am angry"
2,North,2026-01-03,1,b,The parcel never arrived
3,South,2026-01-04,2,c,The staff were slow
4,North,2026-01-05,5,d,Very helpful staff
5,North,2026-01-06,5,e,Great price
6,North,2026-01-07,5,f,
7,South,2026-02-08,5,g,
8,South,2026-02-09,5,h,
`

func wordy() intake.Mapping {
	m := mapping()
	m.Columns["comment"], m.Columns["customer"] = "comment", "customer"
	return m
}

func TestTopicsAreWeightedForWhoWrites(t *testing.T) {
	b := newBench(t)
	b.put(spoken, wordy())
	about := feedback.About{Scope: org.Everything, Relation: feedback.Transactional}
	w, err := b.Comments(context.Background(), about)
	require.NoError(t, err)
	require.Equal(t, 5, w.Comments)
	require.Equal(t, [3]feedback.Side{{Scores: 3, Comments: 3}, {}, {Scores: 5, Comments: 2}}, w.Sides)
	got := map[string]feedback.Topic{}
	for _, x := range w.Topics {
		got[x.Name] = x
	}
	delivery := got["delivery"] // two of three unfavourable, none of the favourable
	require.Equal(t, []int{2, 2, 2}, []int{delivery.Comments, delivery.Against, delivery.Scored})
	require.InDelta(t, 2./5, delivery.Plain, 1e-12)
	require.InDelta(t, 3./8*2/3, delivery.Weighted.Mean, 1e-12)
	staff := got["staff"]
	require.InDelta(t, 3./8*1/3+5./8*1/2, staff.Weighted.Mean, 1e-12)
	require.Equal(t, "staff", w.Topics[0].Name, "the weighted share decides the order")
	require.Equal(t, 1, w.Emotions[comment.Anger])
	require.Len(t, w.Tones, 1)

	about.From = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	w, err = b.Comments(context.Background(), about)
	require.NoError(t, err)
	require.Zero(t, w.Comments)
	require.Equal(t, 2, w.Sides[2].Scores)
	about.Relation, about.From = feedback.Relational, time.Time{}
	w, err = b.Comments(context.Background(), about)
	require.NoError(t, err)
	require.Zero(t, w.Comments, "the two relations never pool")
}

func TestWordsGoWithTheirAnswers(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	about := feedback.About{Scope: org.Everything, Relation: feedback.Transactional}
	res := b.put(spoken, wordy())
	require.Equal(t, 8, b.put(spoken, wordy()).Unchanged)
	require.Contains(t, b.figures(), "feeling.transactional North 2026-01 -100 1")
	before, err := b.Comments(ctx, about)
	require.NoError(t, err)

	n, err := b.facts.Erase(ctx, auth.System("test"), "a", "asked for", fact.Strips{intake.Feedback: b.Strip})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	after, err := b.Comments(ctx, about)
	require.NoError(t, err)
	for _, w := range []*feedback.Words{&before, &after} {
		for i := range w.Topics {
			w.Topics[i].Weighted = nil // holds NaN for the side nobody took, which equals nothing
		}
	}
	require.Equal(t, before, after, "sums stay when the words are gone")
	found, _, err := b.FindComments(ctx, feedback.Search{About: about, Limit: 10})
	require.NoError(t, err)
	require.Len(t, found, 4)

	require.NoError(t, b.facts.Undo(ctx, auth.System("test"), res.ImportID))
	w, err := b.Comments(ctx, about)
	require.NoError(t, err)
	require.Zero(t, w.Comments)
}

func TestCommentsAreFound(t *testing.T) {
	b := newBench(t)
	b.put(spoken, wordy())
	ctx := context.Background()
	about := feedback.About{Scope: org.Everything, Relation: feedback.Transactional}
	find := func(q feedback.Search) []string {
		t.Helper()
		q.About, q.Limit = about, 2
		out := []string{}
		for {
			found, more, err := b.FindComments(ctx, q)
			require.NoError(t, err)
			for _, f := range found {
				out = append(out, f.Comment)
			}
			if more == 0 {
				return out
			}
			q.After = more
		}
	}
	require.Equal(t, []string{"Great price", "Very helpful staff", "The staff were slow", "The parcel never arrived", "Delivery was late, I am angry"}, find(feedback.Search{}))
	require.Equal(t, []string{"Very helpful staff", "The staff were slow"}, find(feedback.Search{Text: "STAFF"}))
	require.Equal(t, []string{"The staff were slow"}, find(feedback.Search{Text: "slow staff"}))
	require.Equal(t, []string{"The parcel never arrived", "Delivery was late, I am angry"}, find(feedback.Search{Topic: "delivery"}))
	require.Equal(t, []string{"Delivery was late, I am angry"}, find(feedback.Search{Emotion: comment.Anger}))
	require.Equal(t, []string{"Great price", "Very helpful staff"}, find(feedback.Search{Polarity: comment.Favourable}))
	teams, err := b.store.Teams(ctx, org.Everything)
	require.NoError(t, err)
	for _, x := range teams {
		if x.Name == "South" {
			about.Scope = org.Teams(x.ID)
		}
	}
	require.Equal(t, []string{"The staff were slow"}, find(feedback.Search{}))
}
