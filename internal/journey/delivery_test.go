package journey_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/journey"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
)

type bench struct {
	t testing.TB
	*journey.Service
	feedback  *feedback.Service
	customers *customer.Service
	teams     *org.Service
}

func newBench(t testing.TB) *bench {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }
	st, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "x.db")))
	require.NoError(t, err)
	ops := operation.NewService(st, now)
	t.Cleanup(func() { ops.Close(); _ = st.Close() })
	facts := fact.NewService(st, intake.NewService(st, now), st, now)
	f := feedback.NewService(facts, st, now)
	c := customer.NewService(facts, st, f, now)
	return &bench{t: t, Service: journey.NewService(st, journey.From{Facts: facts, Feedback: f, Customers: c}, ops, now), feedback: f, customers: c, teams: org.NewService(st, now)}
}

// bring imports a file by the mapping that is suggested for it.
func (b *bench) bring(kind intake.Kind, name string, raw []byte) intake.Result {
	b.t.Helper()
	ctx := context.Background()
	p, err := intake.Look(bytes.NewReader(raw), int64(len(raw)), name, intake.Options{})
	require.NoError(b.t, err)
	in := fact.Input{File: bytes.NewReader(raw), Size: int64(len(raw)), Name: name, By: auth.System("test")}
	var res intake.Result
	if kind == intake.Feedback {
		in.Mapping, _, err = b.feedback.Suggest(ctx, p)
		require.NoError(b.t, err)
		res, err = b.feedback.Import(ctx, in)
	} else {
		in.Mapping, _, err = b.customers.Suggest(ctx, p)
		require.NoError(b.t, err)
		res, err = b.customers.Import(ctx, in)
	}
	require.NoError(b.t, err)
	return res
}

func TestAnswersMeetTheirOrders(t *testing.T) {
	b := newBench(t)
	var said, orders bytes.Buffer
	said.WriteString("response_id,team,answered_at,csat,order_id,customer_id\n")
	orders.WriteString("order_id,team,customer_id,purchased_at,value_eur,estimated_delivery,delivered_at,status\n")
	for i := range 40 {
		late, score := i%2 == 0, "5"
		came := "2025-03-08 10:00:00"
		if late {
			came, score = "2025-03-12 10:00:00", []string{"1", "4"}[i/2%2]
		}
		id := string(rune('a'+i/26)) + string(rune('a'+i%26))
		_, _ = said.WriteString("r" + id + ",North,2025-03-20," + score + ",o" + id + ",c" + id + "\n")
		_, _ = orders.WriteString("o" + id + ",North,c" + id + ",2025-03-01,10,2025-03-10," + came + ",delivered\n")
	}
	said.WriteString("rx,North,2025-03-20,1,nowhere,cx\nry,North,2025-03-20,1,oz,cy\n")
	orders.WriteString("oz,North,cy,2025-03-01,10,2025-03-10,,delivered\n")
	require.Equal(t, 42, b.bring(intake.Feedback, "said.csv", said.Bytes()).Imported)
	require.Equal(t, 41, b.bring(intake.Orders, "orders.csv", orders.Bytes()).Imported)
	require.NoError(t, b.Refresh(context.Background(), time.Time{}, nil))
	list, err := b.Deliveries(context.Background())
	require.NoError(t, err)
	require.Len(t, list, 2, "all together and the one team")
	for _, d := range list {
		require.Equal(t, []any{feedback.CSAT, 20, 20, 50., 100., -50.}, []any{d.Type, d.Late.N, d.InTime.N, d.Late.Figure.Value, d.InTime.Figure.Value, d.Difference.Value})
		require.Less(t, d.Difference.Hi, 0.)
	}
	require.Empty(t, list[0].Team)
	require.NotEmpty(t, list[1].Team)
}

// What the README says about the public sample of a Brazilian marketplace.
func TestOlistLateDeliveries(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "real")
	reviews, err := os.ReadFile(filepath.Join(dir, "olist-reviews.csv"))
	if _, there := os.Stat(dir); os.IsNotExist(err) && (there != nil || os.Getenv("CI") != "true") {
		t.Skip("left out: ../shared/real is not here")
	}
	require.NoError(t, err)
	orders, err := os.ReadFile(filepath.Join(dir, "olist-orders.csv"))
	require.NoError(t, err)
	b := newBench(t)
	require.Equal(t, 7447, b.bring(intake.Feedback, "olist-reviews.csv", reviews).Imported)
	require.Equal(t, 7360, b.bring(intake.Orders, "olist-orders.csv", orders).Imported)
	require.NoError(t, b.Refresh(context.Background(), time.Time{}, nil))
	list, err := b.Deliveries(context.Background())
	require.NoError(t, err)
	teams, err := b.teams.Teams(context.Background(), org.Everything)
	require.NoError(t, err)
	name := map[string]string{}
	for _, x := range teams {
		name[x.ID] = x.Name
	}
	for i, want := range []struct {
		team         string
		late, inTime int
		bad, good    float64
	}{{"", 344, 4888, 24.4, 82.2}, {"SP", 271, 3437, 20.7, 81.4}, {"PR", 20, 429, 20, 83}, {"RJ", 18, 202, 55.6, 84.2}, {"MG", 14, 396, 35.7, 84.6}} {
		d := list[i]
		require.Equal(t, []any{want.team, want.late, want.inTime}, []any{name[d.Team], d.Late.N, d.InTime.N})
		require.InDelta(t, want.bad, d.Late.Figure.Value, .05)
		require.InDelta(t, want.good, d.InTime.Figure.Value, .05)
		require.Less(t, d.Difference.Hi, 0., want.team)
	}
}
