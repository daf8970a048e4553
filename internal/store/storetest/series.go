package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/store"
)

var seriesAt = time.UnixMilli(1_700_000_000_123).UTC()

func seriesBatch(id string, state intake.State) intake.Batch {
	return intake.Batch{ID: id, Kind: intake.Series, Source: id + ".csv", State: state, By: "u1", StartedAt: seriesAt, BeatAt: seriesAt, CanUndo: state == intake.Done}
}

func seriesEntry(action string) audit.Entry {
	return audit.Entry{At: seriesAt, Actor: "u1", Action: action, Object: "x", Detail: map[string]string{"a": "b"}}
}

func seriesMetric(id string) series.Metric {
	return series.Metric{
		ID: id, Key: "key_" + id, Name: "Name " + id, Kind: series.CX, Unit: "points", HigherIsBetter: true, Aggregation: series.Mean,
		Definition: "d", Formula: "f", Owner: "o", DefaultLag: 2, Scale: series.Scale{Low: 1, High: 5, Steps: 4}, Version: 1, CreatedAt: seriesAt,
	}
}

// blocks collects what is visible.
func blocks(t *testing.T, s store.Store, scope org.Scope, lines series.Lines) []series.Block {
	t.Helper()
	out := []series.Block{}
	require.NoError(t, s.EachBlock(context.Background(), scope, lines, func(b series.Block) error {
		require.NotEmpty(t, b.BatchID)
		b.BatchID = ""
		out = append(out, b)
		return nil
	}))
	return out
}

// stageAndPublish puts blocks in as one batch with the metrics named.
func stageAndPublish(t *testing.T, s store.Store, id string, metrics []series.Metric, list ...series.Block) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.Stage(ctx, seriesBatch(id, intake.Staging), list))
	seen, err := s.Edition(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Publish(ctx, series.Publication{Batch: seriesBatch(id, intake.Done), Seen: seen, Metrics: metrics, Audit: []audit.Entry{seriesEntry("import.publish")}}))
}

func block(metric, team string, points ...series.Point) series.Block {
	return series.Block{MetricID: metric, TeamID: team, Grain: series.Month, Points: points}
}

func init() {
	add("series: a staged batch is invisible until it is published as one", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		b := block("m1", "t1", series.Point{Index: 24300, Value: 1.5, N: 7}, series.Point{Index: 24301, Value: -0.25})
		c := block("m1", "t2", series.Point{Index: 24300, Value: 3})
		require.NoError(t, s.Stage(ctx, seriesBatch("b1", intake.Staging), []series.Block{b}))
		require.NoError(t, s.Stage(ctx, seriesBatch("b1", intake.Staging), []series.Block{c}))
		require.Empty(t, blocks(t, s, org.Everything, series.Lines{}))
		list, err := s.Metrics(ctx)
		require.NoError(t, err)
		require.Empty(t, list)

		seen, err := s.Edition(ctx)
		require.NoError(t, err)
		pub := series.Publication{
			Batch: seriesBatch("b1", intake.Done), Seen: seen, Metrics: []series.Metric{seriesMetric("m1")},
			Memory: &intake.Memory{Signature: "sig", Mapping: []byte(`{"kind":"series"}`), At: seriesAt, By: "u1"}, Audit: []audit.Entry{seriesEntry("import.publish")},
		}
		require.NoError(t, s.Publish(ctx, pub))
		require.Equal(t, []series.Block{b, c}, blocks(t, s, org.Everything, series.Lines{}))
		list, err = s.Metrics(ctx)
		require.NoError(t, err)
		require.Equal(t, []series.Metric{seriesMetric("m1")}, list)
		m, err := s.Memory(ctx, "sig")
		require.NoError(t, err)
		require.JSONEq(t, `{"kind":"series"}`, string(m.Mapping))
		got, err := s.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, intake.Done, got.State)
		require.EqualValues(t, 1, got.Seq)

		err = s.Stage(ctx, seriesBatch("b1", intake.Failed), []series.Block{block("m1", "t3", series.Point{Index: 1, Value: 1})})
		require.Equal(t, "import_finished", errs.CodeOf(err), "what is published cannot be failed afterwards")
		got, err = s.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, intake.Done, got.State)
		more, err := s.DropStaged(ctx, "b1")
		require.NoError(t, err)
		require.False(t, more)
		require.Len(t, blocks(t, s, org.Everything, series.Lines{}), 2, "published blocks are not dropped")
	})
	add("series: publishing after somebody else did is refused whole", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Stage(ctx, seriesBatch("b1", intake.Staging), []series.Block{block("m1", "t1", series.Point{Index: 1, Value: 1})}))
		stageAndPublish(t, s, "b2", []series.Metric{seriesMetric("m1")}, block("m1", "t1", series.Point{Index: 1, Value: 2}))
		err := s.Publish(ctx, series.Publication{Batch: seriesBatch("b1", intake.Done), Seen: 0, Metrics: []series.Metric{seriesMetric("m2")}})
		require.Equal(t, "figures_changed", errs.CodeOf(err))
		list, err := s.Metrics(ctx)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Len(t, blocks(t, s, org.Everything, series.Lines{}), 1)
		err = s.Publish(ctx, series.Publication{Batch: seriesBatch("b1", intake.Done), Seen: 1, Metrics: []series.Metric{seriesMetric("m1")}})
		require.Equal(t, errs.KindConflict, errs.KindOf(err), "a key that is taken")
		require.Len(t, blocks(t, s, org.Everything, series.Lines{}), 1, "nothing of a refused publication shows")
		for more := true; more; {
			more, err = s.DropStaged(ctx, "b1")
			require.NoError(t, err)
		}
		require.Len(t, blocks(t, s, org.Everything, series.Lines{}), 1)
	})
	add("series: the newest publication comes last, and undoing hides it", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		first := block("m1", "t1", series.Point{Index: 1, Value: 1}, series.Point{Index: 2, Value: 2})
		second := block("m1", "t1", series.Point{Index: 2, Value: 20})
		third := block("m1", "t1", series.Point{Index: 1, Value: 10})
		stageAndPublish(t, s, "zz", []series.Metric{seriesMetric("m1")}, first)
		stageAndPublish(t, s, "bb", nil, second)
		stageAndPublish(t, s, "aa", []series.Metric{seriesMetric("m2")}, third)
		require.Equal(t, []series.Block{first, second, third}, blocks(t, s, org.Everything, series.Lines{}))
		spans, err := s.Spans(ctx, org.Everything)
		require.NoError(t, err)
		require.Equal(t, []series.Span{{MetricID: "m1", Grain: series.Month, Teams: 1, First: 1, Last: 2}}, spans)

		err = s.Retract(ctx, series.Retraction{BatchID: "bb", Seen: 2, At: seriesAt})
		require.Equal(t, "figures_changed", errs.CodeOf(err))
		require.NoError(t, s.Retract(ctx, series.Retraction{BatchID: "aa", Seen: 3, At: seriesAt, Metrics: []string{"m2"}, Audit: []audit.Entry{seriesEntry("import.undo")}}))
		require.Equal(t, []series.Block{first, second}, blocks(t, s, org.Everything, series.Lines{}))
		list, err := s.Metrics(ctx)
		require.NoError(t, err)
		require.Len(t, list, 1)
		err = s.Retract(ctx, series.Retraction{BatchID: "aa", Seen: 4, At: seriesAt})
		require.Equal(t, "import_not_undoable", errs.CodeOf(err))
		seen, err := s.Edition(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 4, seen, "a refused undoing counts for nothing")
		b, err := s.Batch(ctx, "aa")
		require.NoError(t, err)
		require.Equal(t, intake.Undone, b.State)
		require.False(t, b.CanUndo)
	})
	add("series: teams come and go with their batch", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		seen, err := s.OrgVersion(ctx)
		require.NoError(t, err)
		team := org.Team{ID: "t9", ExternalID: "N", Name: "North", CreatedOn: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
		b := seriesBatch("b1", intake.Done)
		b.Made = intake.Made{Teams: []string{"t9"}, Metrics: []string{"m1"}}
		pub := series.Publication{Batch: b, Org: &org.Change{Seen: seen + 1, Teams: []org.Team{team}}, Metrics: []series.Metric{seriesMetric("m1")}}
		require.Equal(t, "org_changed", errs.CodeOf(s.Publish(ctx, pub)))
		list, err := s.Metrics(ctx)
		require.NoError(t, err)
		require.Empty(t, list, "nothing of a refused publication stays")
		pub.Org.Seen = seen
		require.NoError(t, s.Publish(ctx, pub))
		teams, err := s.Teams(ctx, org.Everything)
		require.NoError(t, err)
		require.Len(t, teams, 1)
		got, err := s.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, b.Made, got.Made)
		require.Equal(t, "org_changed", errs.CodeOf(s.Retract(ctx, series.Retraction{BatchID: "b1", Seen: 1, OrgSeen: seen, Teams: []string{"t9"}})))
		require.NoError(t, s.Retract(ctx, series.Retraction{BatchID: "b1", Seen: 1, OrgSeen: seen + 1, Teams: []string{"t9"}, Metrics: []string{"m1"}}))
		teams, err = s.Teams(ctx, org.Everything)
		require.NoError(t, err)
		require.Empty(t, teams)
	})
	add("series: a scope is demanded and holds", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		stageAndPublish(t, s, "b1", []series.Metric{seriesMetric("m1"), seriesMetric("m2")},
			block("m2", "t1", series.Point{Index: 1, Value: 1}), block("m1", "t3", series.Point{Index: 1, Value: 3}), block("m1", "t1", series.Point{Index: 1, Value: 1}),
			block("m1", "t2", series.Point{Index: 5, Value: 2}))
		err := s.EachBlock(ctx, org.Scope{}, series.Lines{}, func(series.Block) error { return nil })
		require.Equal(t, "scope_missing", errs.CodeOf(err))
		_, err = s.Spans(ctx, org.Scope{})
		require.Equal(t, "scope_missing", errs.CodeOf(err))
		teams := func(list []series.Block) (out []string) {
			for _, b := range list {
				out = append(out, b.MetricID+b.TeamID)
			}
			return out
		}
		require.Equal(t, []string{"m1t1", "m1t2", "m1t3", "m2t1"}, teams(blocks(t, s, org.Everything, series.Lines{})))
		require.Equal(t, []string{"m1t1", "m1t3", "m2t1"}, teams(blocks(t, s, org.Teams("t3", "t1"), series.Lines{})))
		require.Equal(t, []string{"m1t3"}, teams(blocks(t, s, org.Teams("t3", "t1"), series.Lines{Metrics: []string{"m1"}, FromTeam: "t2"})))
		require.Empty(t, blocks(t, s, org.Teams(), series.Lines{}))
		spans, err := s.Spans(ctx, org.Teams("t2"))
		require.NoError(t, err)
		require.Equal(t, []series.Span{{MetricID: "m1", Grain: series.Month, Teams: 1, First: 5, Last: 5}}, spans)
	})
	add("series: a metric is changed only from the version seen", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		m := seriesMetric("m1")
		require.NoError(t, s.SaveMetric(ctx, m, 0, seriesEntry("metric.create")))
		other := seriesMetric("m2")
		other.Key = m.Key
		require.Equal(t, "metric_key_taken", errs.CodeOf(s.SaveMetric(ctx, other, 0, seriesEntry("metric.create"))))
		m.Version, m.Definition, m.AboutPeople = 2, "new", true
		require.NoError(t, s.SaveMetric(ctx, m, 1, seriesEntry("metric.edit")))
		require.Equal(t, "metric_changed", errs.CodeOf(s.SaveMetric(ctx, m, 1, seriesEntry("metric.edit"))))
		list, err := s.Metrics(ctx)
		require.NoError(t, err)
		require.Equal(t, []series.Metric{m}, list)
	})
	add("series: events come by date", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		day := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
		late := series.Event{ID: "e1", On: day, Until: day.AddDate(0, 0, 3), Title: "Strike", Kind: series.LabourMarket, Source: "press"}
		early := series.Event{ID: "e2", On: day.AddDate(0, -1, 0), Title: "Competitor opens", Kind: series.Competitor}
		require.NoError(t, s.SaveEvent(ctx, late, seriesEntry("event.create")))
		require.NoError(t, s.SaveEvent(ctx, early, seriesEntry("event.create")))
		list, err := s.Events(ctx)
		require.NoError(t, err)
		require.Equal(t, []series.Event{early, late}, list)
	})
}
