package feedback_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/org"
)

const opinions = "id,team,at,score,who,words\n1,N,2026-01-02,5,a,The repair was quick\n2,N,2026-01-03,1,b,Nobody called me back\n"

func TestPartnersAndCustomersNeverPool(t *testing.T) {
	b := newBench(t)
	m := mapping()
	m.Columns["customer"], m.Columns["comment"] = "who", "words"
	b.put(opinions, m)
	before := b.figures()
	said := strings.NewReplacer("1,N,2026-01-02,5", "9,N,2026-01-02,2", "2,N,2026-01-03,1", "8,N,2026-01-03,2").Replace(opinions)
	m.Population = "partner"
	res := b.put(said, m)
	require.Equal(t, 2, res.Imported)
	after := b.figures()
	require.Equal(t, before, slices.DeleteFunc(slices.Clone(after), func(f string) bool { return strings.HasPrefix(f, "partners.") }), "what customers say stays as it was")
	require.Contains(t, after, "partners.csat.transactional N 2026-01 0 2")
	require.Equal(t, 2, b.put(said, m).Unchanged)

	metrics, err := b.Metrics(context.Background())
	require.NoError(t, err)
	names := map[string]string{}
	for _, x := range metrics {
		names[x.ID] = x.Name
	}
	require.Equal(t, "Partners: CSAT after an event", names["feedback.partners.csat.transactional"])
	require.Equal(t, "CSAT after an event", names["feedback.csat.transactional"])

	for _, c := range []struct {
		of   feedback.Population
		side [3]int
	}{{feedback.Customers, [3]int{1, 0, 1}}, {feedback.Partners, [3]int{2, 0, 0}}} {
		about := feedback.About{Scope: org.Everything, Relation: feedback.Transactional, Population: c.of}
		w, err := b.Comments(context.Background(), about)
		require.NoError(t, err)
		require.Equal(t, 2, w.Comments)
		require.Equal(t, c.side, [3]int{w.Sides[0].Scores, w.Sides[1].Scores, w.Sides[2].Scores})
		found, _, err := b.FindComments(context.Background(), feedback.Search{About: about, Limit: 10})
		require.NoError(t, err)
		require.Len(t, found, 2)
		for _, f := range found {
			require.Equal(t, c.of, f.Population)
		}
	}
	opinionated := 0
	require.NoError(t, b.EachOpinion(context.Background(), func(string, time.Time, int) error { opinionated++; return nil }))
	require.Equal(t, 2, opinionated, "what customers are worth by their opinion knows nothing of partners")
}

func TestAnAnswerSaysWhoGaveIt(t *testing.T) {
	b := newBench(t)
	m := mapping()
	m.Population = "supplier"
	_, err := b.bring(small, m)
	require.Equal(t, "mapping_invalid", errs.CodeOf(err))
	m.Population = "customer"
	plain := mapping()
	b.put(small, plain)
	require.Equal(t, 3, b.put(small, m).Unchanged, "customers by name are those meant without one")

	g := feedback.Given{SourceID: "1", Feedback: feedback.Feedback{At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Type: feedback.NPS, Score: 9, Population: "supplier", Waiting: -1, Contacts: -1}}
	_, err = b.Add(context.Background(), auth.System("test"), fact.Origin{}, "", []feedback.Given{g})
	require.Equal(t, "records_rejected", errs.CodeOf(err))
	g.Population, g.Team = feedback.Partners, "North"
	_, err = b.Add(context.Background(), auth.System("test"), fact.Origin{}, "", []feedback.Given{g})
	require.NoError(t, err)
	require.Contains(t, b.figures(), "partners.nps.transactional North 2026-01 100 1")
}
