package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/store"
)

func init() {
	add("fact: an erased customer leaves stripped records that say no more", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		first := putFacts(t, s, "b1", []string{"a", "b"})
		putFacts(t, s, "b2", []string{"a"}, first<<32|2) // an older version of a is of the same customer
		before := factSums(t, s, org.Everything)
		e := fact.Erasure{
			Customer: "c-a", As: "erased-1", Audit: []audit.Entry{seriesEntry("customer.erase")},
			Strip: func(kind intake.Kind, body []byte) []byte { return append([]byte(string(kind)+" "), body[:1]...) },
		}
		n, err := s.EraseCustomer(ctx, e)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, []string{"b1 c-b", "feedback b erased-1"}, factBodies(t, s, org.Everything, fact.Filter{}))
		require.Equal(t, before, factSums(t, s, org.Everything))
		standing, err := s.StandingFacts(ctx, []fact.Key{factKey("a"), factKey("b")})
		require.NoError(t, err)
		require.Len(t, standing, 2)
		for _, x := range standing {
			require.Equal(t, x.Key == factKey("a"), x.Digest == fact.Erased)
			require.Equal(t, x.Key == factKey("a"), x.Says(12345))
		}
		old, err := s.FactsByID(ctx, []int64{first<<32 | 2})
		require.NoError(t, err)
		require.Equal(t, "erased-1", old[0].Customer)
		n, err = s.EraseCustomer(ctx, e)
		require.NoError(t, err)
		require.Zero(t, n)
	})
}
