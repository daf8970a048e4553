package mongo

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"

	"rapport/internal/fact"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

func appendSum(t *testing.T, s *Store, key byte, n int64) (id int64) {
	t.Helper()
	require.NoError(t, s.AppendFacts(t.Context(), intake.Feedback, []fact.Key{{key}}, func(now fact.Appending) (fact.Staged, error) {
		id = now.Next
		return fact.Staged{
			Facts: []fact.Fact{{ID: id, Kind: intake.Feedback, Key: fact.Key{key}, Team: "t1", At: time.UnixMilli(1), Body: []byte("x")}},
			Keys:  []fact.Standing{{Key: fact.Key{key}, ID: id, Digest: 1}},
			Sums:  []fact.Sum{{Team: "t1", Measure: "m", Grain: series.Month, Period: 24300, N: n, Sum: 1}},
		}, nil
	}))
	return id
}

func sumOf(t *testing.T, s *Store) (n int64) {
	t.Helper()
	require.NoError(t, s.EachSum(t.Context(), org.Everything, intake.Feedback, func(x fact.Sum) error { n += x.N; return nil }))
	return n
}

// What a process remembers of a batch only says where to look: another process appends to the same one, older versions
// stored sums under ids of the server's, and a copy of the database can be put back under a running process.
func TestWhatAProcessRemembersOfABatchIsNoMoreThanAHint(t *testing.T) {
	uri := os.Getenv("RAPPORT_TEST_MONGO")
	if uri == "" {
		if os.Getenv("RAPPORT_REQUIRE_MONGO") != "" {
			t.Fatal("a MongoDB server was promised (RAPPORT_REQUIRE_MONGO) but RAPPORT_TEST_MONGO is empty")
		}
		t.Skip("MongoDB left out: RAPPORT_TEST_MONGO names no server")
	}
	ctx := context.Background()
	uri = strings.Replace(uri, "/?", "/t"+ident.New()[:12]+"?", 1)
	var two [2]*Store
	for i := range two {
		s, err := Open(ctx, uri)
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		two[i] = s
	}
	first := appendSum(t, two[0], 1, 1)
	for k := range int64(4) {
		require.Equal(t, first+1+k, appendSum(t, two[(k+1)%2], byte(2+k), 1), "ids go on, whoever appends")
	}
	_, err := two[0].db.Collection("fact_sum").InsertOne(ctx, factSumDoc{string(intake.Feedback), "t1", "m", slices.Index(grains, series.Month), 24300, 0, first >> 32, 10, 1, 0})
	require.NoError(t, err)
	appendSum(t, two[1], 9, 1)
	require.EqualValues(t, 16, sumOf(t, two[0]), "sums of an older version count beside the newer ones")

	for _, name := range []string{"fact", "fact_key", "fact_sum", "fact_batch", "fact_edition"} {
		_, err := two[0].db.Collection(name).DeleteMany(ctx, bson.D{})
		require.NoError(t, err)
	}
	for i := range byte(2) {
		appendSum(t, two[i], 20+i, 1)
	}
	require.EqualValues(t, 2, sumOf(t, two[1]), "what came in after an empty copy was put back is seen")
}
