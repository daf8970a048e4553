package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store"
)

func factBatch(id string, state intake.State) intake.Batch {
	return intake.Batch{ID: id, Kind: intake.Feedback, Source: id + ".csv", State: state, By: "u1", StartedAt: seriesAt, BeatAt: seriesAt, CanUndo: state == intake.Done}
}

func factKey(s string) fact.Key { return fact.KeyOf(intake.Feedback, "", s) }

// putFacts stages and publishes facts, one per name, each with a sum of 1 for team t1.
func putFacts(t *testing.T, s store.Store, id string, names []string, replaced ...int64) (no int64) {
	t.Helper()
	ctx := context.Background()
	no, err := s.BeginFacts(ctx, factBatch(id, intake.Staging))
	require.NoError(t, err)
	var x fact.Staged
	for i, n := range names {
		f := fact.Fact{ID: no<<32 | int64(i+2), Kind: intake.Feedback, Key: factKey(n), Team: "t1", At: seriesAt, Customer: "c-" + n, Body: []byte(id)}
		x.Facts = append(x.Facts, f)
		x.Keys = append(x.Keys, fact.Standing{Key: f.Key, ID: f.ID, Digest: 1<<63 + uint64(i)})
	}
	require.NoError(t, s.StageFacts(ctx, factBatch(id, intake.Staging), no, fact.Staged{Facts: x.Facts}))
	require.NoError(t, s.StageFacts(ctx, factBatch(id, intake.Staging), no, fact.Staged{
		Keys: x.Keys, Replaced: replaced,
		Sums: []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, Period: 24300, Bucket: 5, N: int64(len(names) - len(replaced)), Sum: 2.5, Squares: 1}},
	}))
	seen, err := s.FactEdition(ctx)
	require.NoError(t, err)
	require.NoError(t, s.PublishFacts(ctx, fact.Publication{Batch: factBatch(id, intake.Done), No: no, Seen: seen, Audit: []audit.Entry{seriesEntry("import.publish")}}))
	return no
}

func factSums(t *testing.T, s store.Store, scope org.Scope) []fact.Sum {
	t.Helper()
	out := []fact.Sum{}
	require.NoError(t, s.EachSum(context.Background(), scope, intake.Feedback, func(x fact.Sum) error { out = append(out, x); return nil }))
	return out
}

func factBodies(t *testing.T, s store.Store, scope org.Scope, f fact.Filter) []string {
	t.Helper()
	f.Kind = intake.Feedback
	out := []string{}
	require.NoError(t, s.EachFact(context.Background(), scope, f, func(x fact.Fact) error { out = append(out, string(x.Body)+" "+x.Customer); return nil }))
	return out
}

func init() {
	add("fact: a batch is invisible until it is published, and undone as one", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		no, err := s.BeginFacts(ctx, factBatch("b1", intake.Staging))
		require.NoError(t, err)
		f := fact.Fact{ID: no<<32 | 2, Kind: intake.Feedback, Key: factKey("a"), Team: "t1", At: seriesAt, Customer: "c", Body: []byte{0, 1, 255}}
		sum := fact.Sum{Team: "t1", Measure: "nps", Grain: series.Week, Period: 2800, Bucket: 9, N: 1, Sum: 9, Squares: 81}
		require.NoError(t, s.StageFacts(ctx, factBatch("b1", intake.Staging), no, fact.Staged{Facts: []fact.Fact{f}}))
		require.NoError(t, s.StageFacts(ctx, factBatch("b1", intake.Staging), no, fact.Staged{Keys: []fact.Standing{{Key: f.Key, ID: f.ID, Digest: 1 << 63}}, Sums: []fact.Sum{sum}}))
		require.Empty(t, factBodies(t, s, org.Everything, fact.Filter{}))
		require.Empty(t, factSums(t, s, org.Everything))
		standing, err := s.StandingFacts(ctx, []fact.Key{f.Key})
		require.NoError(t, err)
		require.Empty(t, standing)

		require.NoError(t, s.PublishFacts(ctx, fact.Publication{Batch: factBatch("b1", intake.Done), No: no, Memory: &intake.Memory{Signature: "sig", Mapping: []byte(`{}`), At: seriesAt, By: "u"}}))
		require.Equal(t, []fact.Sum{sum}, factSums(t, s, org.Everything))
		require.Equal(t, []fact.Sum{sum}, factSums(t, s, org.Teams("t1")))
		require.Empty(t, factSums(t, s, org.Teams("t2")))
		require.Len(t, factBodies(t, s, org.Teams("t1"), fact.Filter{}), 1)
		require.Empty(t, factBodies(t, s, org.Teams("t2"), fact.Filter{}))
		standing, err = s.StandingFacts(ctx, []fact.Key{f.Key, factKey("other")})
		require.NoError(t, err)
		require.Equal(t, []fact.Standing{{Key: f.Key, ID: f.ID, Digest: 1 << 63}}, standing)
		got, err := s.FactsByID(ctx, []int64{f.ID})
		require.NoError(t, err)
		require.Equal(t, []fact.Fact{f}, func() []fact.Fact { got[0].At = got[0].At.UTC(); return got }())

		more, err := s.DropFacts(ctx, "b1")
		require.NoError(t, err)
		require.False(t, more)
		require.Len(t, factSums(t, s, org.Everything), 1, "published facts are not dropped")

		err = s.RetractFacts(ctx, fact.Retraction{BatchID: "b1", Seen: 0, At: seriesAt})
		require.Equal(t, "facts_changed", errs.CodeOf(err))
		require.NoError(t, s.RetractFacts(ctx, fact.Retraction{BatchID: "b1", Seen: 1, At: seriesAt.Add(time.Hour), Audit: []audit.Entry{seriesEntry("import.undo")}}))
		require.Empty(t, factSums(t, s, org.Everything))
		require.Empty(t, factBodies(t, s, org.Everything, fact.Filter{}))
		b, err := s.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, intake.Undone, b.State)
		for more := true; more; {
			more, err = s.DropFacts(ctx, "b1")
			require.NoError(t, err)
		}
		err = s.RetractFacts(ctx, fact.Retraction{BatchID: "b1", Seen: 2, At: seriesAt})
		require.Equal(t, "import_not_undoable", errs.CodeOf(err))
	})
	add("fact: a later batch takes the place of facts, and must be undone first", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		n1 := putFacts(t, s, "b1", []string{"a", "b"})
		putFacts(t, s, "b2", []string{"a"}, n1<<32|2)
		require.Equal(t, []string{"b1 c-b", "b2 c-a"}, factBodies(t, s, org.Everything, fact.Filter{}))
		require.Equal(t, []string{"b1 c-b"}, factBodies(t, s, org.Everything, fact.Filter{Limit: 1}))
		require.Equal(t, []string{"b2 c-a"}, factBodies(t, s, org.Everything, fact.Filter{Customer: "c-a"}))
		require.Equal(t, []string{"b2 c-a"}, factBodies(t, s, org.Everything, fact.Filter{After: n1<<32 | 3}))
		require.Equal(t, []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, Period: 24300, Bucket: 5, N: 2, Sum: 5, Squares: 2}}, factSums(t, s, org.Everything))
		standing, err := s.StandingFacts(ctx, []fact.Key{factKey("a"), factKey("b")})
		require.NoError(t, err)
		require.Len(t, standing, 2)
		require.Equal(t, "import_superseded", errs.CodeOf(s.RetractFacts(ctx, fact.Retraction{BatchID: "b1", Seen: 2, At: seriesAt})))
		require.NoError(t, s.RetractFacts(ctx, fact.Retraction{BatchID: "b2", Seen: 2, At: seriesAt}))
		require.Equal(t, []string{"b1 c-a", "b1 c-b"}, factBodies(t, s, org.Everything, fact.Filter{}))
		require.NoError(t, s.RetractFacts(ctx, fact.Retraction{BatchID: "b1", Seen: 3, At: seriesAt}))
	})
	add("fact: publishing after somebody else did is refused whole", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		no, err := s.BeginFacts(ctx, factBatch("b1", intake.Staging))
		require.NoError(t, err)
		putFacts(t, s, "b2", []string{"a"})
		require.Equal(t, "facts_changed", errs.CodeOf(s.PublishFacts(ctx, fact.Publication{Batch: factBatch("b1", intake.Done), No: no, Seen: 0})))
		b, err := s.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, intake.Staging, b.State)
	})
	add("fact: what came in last first, on after an id", func(t *testing.T, s store.Store) {
		putFacts(t, s, "b1", []string{"a", "b"})
		putFacts(t, s, "b2", []string{"c"})
		require.Equal(t, []string{"b2 c-c", "b1 c-b", "b1 c-a"}, factBodies(t, s, org.Everything, fact.Filter{Newest: true}))
		var ids []int64
		require.NoError(t, s.EachFact(context.Background(), org.Everything, fact.Filter{Kind: intake.Feedback, Newest: true, Limit: 2}, func(x fact.Fact) error { ids = append(ids, x.ID); return nil }))
		require.Len(t, ids, 2)
		require.Equal(t, []string{"b1 c-a"}, factBodies(t, s, org.Everything, fact.Filter{Newest: true, After: ids[1]}))
	})
	add("fact: what is measured follows from the sums that count", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		measured := func() []fact.Measured {
			out, err := s.Measured(ctx, intake.Feedback)
			require.NoError(t, err)
			return out
		}
		require.Empty(t, measured())
		sum := func(team, measure string, period int, n int64) fact.Sum {
			return fact.Sum{Team: team, Measure: measure, Grain: series.Week, Period: period, Bucket: 1, N: n, Sum: float64(n), Squares: 1}
		}
		put := func(id string, publish bool, sums ...fact.Sum) {
			no, err := s.BeginFacts(ctx, factBatch(id, intake.Staging))
			require.NoError(t, err)
			require.NoError(t, s.StageFacts(ctx, factBatch(id, intake.Staging), no, fact.Staged{Sums: sums}))
			if publish {
				seen, err := s.FactEdition(ctx)
				require.NoError(t, err)
				require.NoError(t, s.PublishFacts(ctx, fact.Publication{Batch: factBatch(id, intake.Done), No: no, Seen: seen}))
			}
		}
		put("b1", true, sum("t1", "b", 1, 2), sum("t1", "b", 2, 1), sum("t1", "a", 1, 1), sum("t2", "b", 1, 1), sum("?new", "c", 1, 1))
		put("b2", false, sum("t3", "d", 1, 1))
		want := []fact.Measured{{Team: "?new", Measure: "c"}, {Team: "t1", Measure: "a"}, {Team: "t1", Measure: "b"}, {Team: "t2", Measure: "b"}}
		require.Equal(t, want, measured())
		other, err := s.Measured(ctx, intake.Orders)
		require.NoError(t, err)
		require.Empty(t, other)

		put("b3", true, sum("t1", "b", 1, -2), sum("t2", "b", 1, -1)) // t1 keeps its second week, t2 nothing
		require.Equal(t, want[:3], measured())
		require.NoError(t, s.RetractFacts(ctx, fact.Retraction{BatchID: "b3", Seen: 2, At: seriesAt}))
		require.Equal(t, want, measured())

		require.NoError(t, s.AppendFacts(ctx, intake.Feedback, nil, func(fact.Appending) (fact.Staged, error) {
			return fact.Staged{Sums: []fact.Sum{sum("t0", "b", 1, 1)}}, nil
		}))
		require.Equal(t, append([]fact.Measured{want[0], {Team: "t0", Measure: "b"}}, want[1:]...), measured())
	})
	add("fact: the zero scope is an error", func(t *testing.T, s store.Store) {
		require.Error(t, s.EachSum(context.Background(), org.Scope{}, intake.Feedback, nil))
		require.Error(t, s.EachFact(context.Background(), org.Scope{}, fact.Filter{Kind: intake.Feedback}, nil))
	})
}
