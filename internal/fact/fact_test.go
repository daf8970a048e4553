package fact_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type bench struct {
	t     *testing.T
	facts *fact.Service
	org   *org.Service
	*feedback.Service
}

func newBench(t *testing.T) *bench {
	t.Helper()
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "f.db")))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	var mu sync.Mutex
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	tick := func() time.Time { mu.Lock(); defer mu.Unlock(); now = now.Add(time.Second); return now }
	f := fact.NewService(st, st, st, tick)
	return &bench{t: t, facts: f, org: org.NewService(st, tick), Service: feedback.NewService(f, st, tick)}
}

func given(id, team string, score float64) feedback.Given {
	return feedback.Given{SourceID: id, Feedback: feedback.Feedback{Team: team, At: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), Type: feedback.NPS, Score: score, Waiting: -1, Contacts: -1}}
}

func (b *bench) add(list ...feedback.Given) intake.Result {
	b.t.Helper()
	res, err := b.Add(context.Background(), auth.System("test"), fact.Origin{Source: "shop", Door: fact.ByAPI}, "", list)
	require.NoError(b.t, err)
	return res
}

// counts gives the number of answers and their sum, from the sums.
func (b *bench) counts() (n int64, sum float64) {
	b.t.Helper()
	require.NoError(b.t, b.facts.EachSum(context.Background(), org.Everything, intake.Feedback, func(x fact.Sum) error {
		if x.Grain == "month" {
			n, sum = n+x.N, sum+x.Sum
		}
		return nil
	}))
	return n, sum
}

var mapping = intake.Mapping{
	Kind: intake.Feedback, Team: "team", SourceID: []string{"id"}, ScoreType: "nps", Relation: "transactional", Columns: map[string]string{"answered_at": "at", "score": "score"},
}

func (b *bench) file(body string) (intake.Result, error) {
	return b.Import(context.Background(), fact.Input{File: strings.NewReader(body), Size: int64(len(body)), Name: "x.csv", Mapping: mapping, By: auth.System("test")})
}

// Whatever comes in by record and by file, in whatever order and however often, the sums are those of the last version of
// each record.
func TestTheSumsAreThoseOfTheLastVersions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		want := map[string]float64{}
		for range rapid.IntRange(1, 6).Draw(r, "steps") {
			n := rapid.IntRange(1, 4).Draw(r, "records")
			batch := map[string]float64{}
			for range n {
				batch[fmt.Sprint(rapid.IntRange(1, 5).Draw(r, "id"))] = float64(rapid.IntRange(0, 10).Draw(r, "score"))
			}
			if rapid.Bool().Draw(r, "file") {
				body := "id,team,at,score\n"
				for id, v := range batch {
					body += fmt.Sprintf("%s,North,2026-01-05,%g\n", id, v)
				}
				_, err := b.file(body)
				require.NoError(t, err)
			} else {
				var list []feedback.Given
				for id, v := range batch {
					list = append(list, given(id, "North", v))
				}
				b.add(list...)
			}
			for id, v := range batch {
				want[id] = v
			}
		}
		total := 0.0
		for _, v := range want {
			total += v
		}
		n, sum := b.counts()
		require.EqualValues(t, len(want), n)
		require.InDelta(t, total, sum, 1e-9)
	})
}

func TestManyAtTheSameTimeAreStoredOnce(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := range 20 {
				b.add(given(fmt.Sprint(i), "North", float64(i%11)))
			}
		})
	}
	wg.Go(func() { _, _ = b.file("id,team,at,score\n7,North,2026-01-05,7\n100,North,2026-01-05,7\n") })
	wg.Wait()
	n, _ := b.counts()
	require.EqualValues(t, 21, n)
}

func TestANameIsMappedOnceAndForTheFuture(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	team, err := b.org.CreateTeam(ctx, "test", org.NewTeam{Name: "North"})
	require.NoError(t, err)
	require.Equal(t, 1, b.add(given("1", "Nord", 9)).Queued)
	queue, err := b.facts.Queue(ctx)
	require.NoError(t, err)
	require.Len(t, queue, 1)
	by := auth.System("test")
	require.Equal(t, "team_unknown", errs.CodeOf(b.facts.MapName(ctx, by, "Nord", "none")))
	require.Equal(t, "alias_of_team", errs.CodeOf(b.facts.MapName(ctx, by, "NORTH", team.ID)))
	require.Equal(t, "alias_name_missing", errs.CodeOf(b.facts.MapName(ctx, by, " ", team.ID)))
	require.NoError(t, b.facts.MapName(ctx, by, "Nord", team.ID))
	queue, err = b.facts.Queue(ctx)
	require.NoError(t, err)
	require.Empty(t, queue, "what waited counts at once")
	require.Equal(t, 1, b.add(given("2", "nord", 9)).Imported)
	h, err := b.facts.Health(ctx, org.Everything)
	require.NoError(t, err)
	require.EqualValues(t, 2, h.Kinds[0].Attributed)
	require.EqualValues(t, 2, h.Kinds[0].Records)
}

func TestHealthFindsTheMonthsThatAreMissing(t *testing.T) {
	b := newBench(t)
	_, err := b.org.CreateTeam(context.Background(), "test", org.NewTeam{Name: "North"})
	require.NoError(t, err)
	for i, month := range []time.Month{1, 2, 5} {
		g := given(fmt.Sprint(i), "North", 5)
		g.At = time.Date(2026, month, 3, 0, 0, 0, 0, time.UTC)
		b.add(g)
	}
	h, err := b.facts.Health(context.Background(), org.Everything)
	require.NoError(t, err)
	require.Len(t, h.Gaps, 1)
	require.Equal(t, 2, h.Gaps[0].Months)
	require.Equal(t, "2026-03", h.Gaps[0].First.String())
	_, err = b.facts.Health(context.Background(), org.Scope{})
	require.Error(t, err)
}

// What is kept of the sums is never behind: every way in, the way back, and a second program on the same database are seen
// at once, with as many sums as may be kept and with more.
func TestKeptSumsAreNeverBehind(t *testing.T) {
	for name, most := range map[string]int{"all kept": 1 << 20, "too many to be kept": 3} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			path := filepath.Join(t.TempDir(), "f.db")
			var st *sqlite.Store
			open := func() *bench {
				var err error
				st, err = sqlite.Open(ctx, path)
				require.NoError(t, err)
				t.Cleanup(func(x *sqlite.Store) func() { return func() { _ = x.Close() } }(st))
				f := fact.NewService(st, st, st, time.Now)
				f.KeepAtMost(most)
				return &bench{t: t, facts: f, org: org.NewService(st, time.Now), Service: feedback.NewService(f, st, time.Now)}
			}
			here, there := open(), open()
			holds := func(n int64, sum float64, teams ...string) {
				t.Helper()
				for _, b := range []*bench{here, there} {
					gotN, gotSum := int64(0), 0.0
					require.NoError(t, b.facts.EachSum(ctx, org.Everything, intake.Feedback, func(x fact.Sum) error {
						if x.Grain == "month" {
							gotN, gotSum = gotN+x.N, gotSum+x.Sum
						}
						return nil
					}))
					require.Equal(t, n, gotN)
					require.InDelta(t, sum, gotSum, 1e-9)
					got := []string{}
					pairs, err := b.facts.Measured(ctx, intake.Feedback)
					require.NoError(t, err)
					for _, p := range pairs {
						got = append(got, p.Team)
					}
					require.ElementsMatch(t, teams, got)
					for _, team := range teams { // a scope gives what is its own
						require.NoError(t, b.facts.EachSum(ctx, org.Teams(team), intake.Feedback, func(x fact.Sum) error { require.Equal(t, team, x.Team); return nil }))
					}
				}
			}
			holds(0, 0)
			here.add(given("1", "North", 9))
			holds(1, 9, "?North")
			there.add(given("1", "North", 4), given("2", "South", 6)) // a version of the same record in the place of the first
			holds(2, 10, "?North", "?South")
			_, err := here.file("id,team,at,score\n3,East,2026-01-05,10\n")
			require.NoError(t, err)
			batches, err := st.Batches(ctx, intake.Page{Limit: 1})
			require.NoError(t, err)
			holds(3, 20, "?East", "?North", "?South")
			require.NoError(t, there.facts.Undo(ctx, auth.System("test"), batches[0].ID))
			holds(2, 10, "?North", "?South")
		})
	}
}
