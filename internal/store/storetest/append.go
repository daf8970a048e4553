package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store"
)

// appendOne appends a version of a record by the rule that what stands is replaced, and gives its id.
func appendOne(t *testing.T, s store.Store, name, body string) (id int64) {
	t.Helper()
	require.NoError(t, s.AppendFacts(context.Background(), intake.Feedback, []fact.Key{factKey(name)}, func(now fact.Appending) (fact.Staged, error) {
		id = now.Next
		x := fact.Staged{
			Facts:    []fact.Fact{{ID: id, Kind: intake.Feedback, Key: factKey(name), Team: "t1", At: seriesAt, Customer: "c-" + name, Body: []byte(body)}},
			Keys:     []fact.Standing{{Key: factKey(name), ID: id, Digest: uint64(len(body))}},
			Sums:     []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, Period: 24300, Bucket: 5, N: 1, Sum: 2.5, Squares: 1}},
			Arrivals: []fact.Arrival{{Kind: intake.Feedback, Source: "shop", Door: fact.ByAPI, At: seriesAt, Newest: seriesAt, Records: 1}},
		}
		for _, old := range now.Standing {
			x.Replaced = append(x.Replaced, old.ID)
			x.Sums[0].N--
			facts, err := now.Facts([]int64{old.ID})
			require.NoError(t, err)
			require.Equal(t, factKey(name), facts[0].Key)
		}
		return x, nil
	}))
	return id
}

func init() {
	add("fact: appended facts count at once and are replaced", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		last, err := s.LastAppended(ctx, intake.Feedback)
		require.NoError(t, err)
		require.Zero(t, last)
		first := appendOne(t, s, "a", "one")
		second := appendOne(t, s, "b", "two")
		require.Equal(t, first+1, second)
		require.Equal(t, []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, Period: 24300, Bucket: 5, N: 2, Sum: 5, Squares: 2}}, factSums(t, s, org.Everything))
		third := appendOne(t, s, "a", "three")
		require.Equal(t, []string{"two c-b", "three c-a"}, factBodies(t, s, org.Everything, fact.Filter{}))
		last, err = s.LastAppended(ctx, intake.Feedback)
		require.NoError(t, err)
		require.Equal(t, third, last)
		list, err := s.Arrivals(ctx)
		require.NoError(t, err)
		require.Equal(t, []fact.Arrival{{Kind: intake.Feedback, Source: "shop", Door: fact.ByAPI, At: seriesAt, Newest: seriesAt, Records: 3}}, list)
		_, err = s.LastAppended(ctx, intake.Orders)
		require.NoError(t, err)
	})
	add("fact: a decision that fails stores nothing", func(t *testing.T, s store.Store) {
		err := s.AppendFacts(context.Background(), intake.Feedback, []fact.Key{factKey("a")}, func(fact.Appending) (fact.Staged, error) {
			return fact.Staged{Sums: []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, N: 1}}}, errs.Invalid("records_rejected")
		})
		require.Equal(t, "records_rejected", errs.CodeOf(err))
		require.Empty(t, factSums(t, s, org.Everything))
	})
	add("fact: a file is not published over a record that was appended meanwhile", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		before := appendOne(t, s, "x", "one")
		no, err := s.BeginFacts(ctx, factBatch("b1", intake.Staging))
		require.NoError(t, err)
		f := fact.Fact{ID: no<<32 | 2, Kind: intake.Feedback, Key: factKey("a"), Team: "t1", At: seriesAt, Body: []byte("file")}
		require.NoError(t, s.StageFacts(ctx, factBatch("b1", intake.Staging), no, fact.Staged{Facts: []fact.Fact{f}, Keys: []fact.Standing{{Key: f.Key, ID: f.ID, Digest: 9}}}))
		elsewhere := appendOne(t, s, "y", "two")
		overtaken, last, err := s.Overtaken(ctx, no, intake.Feedback, before)
		require.NoError(t, err)
		require.False(t, overtaken)
		require.Equal(t, elsewhere, last)
		appendOne(t, s, "a", "three")
		overtaken, _, err = s.Overtaken(ctx, no, intake.Feedback, last)
		require.NoError(t, err)
		require.True(t, overtaken)
		seen, err := s.FactEdition(ctx)
		require.NoError(t, err)
		p := fact.Publication{Batch: factBatch("b1", intake.Done), No: no, Seen: seen, Appended: last}
		require.Equal(t, "facts_changed", errs.CodeOf(s.PublishFacts(ctx, p)))
		after, err := s.FactEdition(ctx)
		require.NoError(t, err)
		require.Equal(t, seen, after, "refused whole")
	})
	add("fact: what a name means is kept, the last word counts", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a := fact.Alias{Name: "Süd", Team: "t1", At: seriesAt, By: "u1"}
		require.NoError(t, s.SaveAlias(ctx, a, seriesEntry("team.alias")))
		a.Name, a.Team, a.At = "SÜD ", "t2", seriesAt.Add(time.Hour)
		require.NoError(t, s.SaveAlias(ctx, a, seriesEntry("team.alias")))
		list, err := s.Aliases(ctx)
		require.NoError(t, err)
		require.Equal(t, []fact.Alias{a}, list)
	})
}
