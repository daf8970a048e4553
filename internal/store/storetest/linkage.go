package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/linkage"
	"rapport/internal/series"
	"rapport/internal/store"
)

var runAt = time.UnixMilli(1_700_000_000_123).UTC()

func runNo(i int) linkage.Run {
	return linkage.Run{
		ID: fmt.Sprintf("run%02d", i), AsOf: time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC), CreatedAt: runAt.Add(time.Duration(i) * time.Minute), Trigger: linkage.ByHand, Findings: 2,
		Seed: 7, Version: "1", Headline: []evidence.Sentence{{Key: "headline.none", Params: map[string]evidence.Param{"count": evidence.Int(2)}}},
		Catalogue: []series.Metric{{ID: "m1", Key: "engagement", Kind: series.EX, CreatedAt: runAt}},
	}
}

func twoFindings() []linkage.Finding {
	r := .5
	return []linkage.Finding{
		{ID: "b-c", X: "b", Y: "c", Block: linkage.EXCX, Grain: series.Week, Lag: 2, Verdict: evidence.Supported, Within: evidence.Estimate{Value: &r, Level: .95, N: 100}},
		{
			ID: "a-c", X: "a", Y: "c", Block: linkage.EXOutcome, Grain: series.Year, Verdict: evidence.NotEnough,
			TWFE: evidence.Without("twfe", &evidence.Gap{Reason: evidence.TooFewTeams, Missing: []evidence.Missing{{What: "teams", Count: 3}}}),
		},
	}
}

func saveRun(t *testing.T, s store.Store, run linkage.Run, keep int) {
	t.Helper()
	require.NoError(t, s.SaveRun(context.Background(), run, twoFindings(), []linkage.Blob{{Name: "teams", Bytes: []byte{0, 1, 2}}}, keep, audit.Entry{At: runAt, Actor: "u1", Action: "run.save", Object: run.ID}))
}

func init() {
	add("linkage: covariates are declared, replaced and taken back", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		got, err := s.Covariates(ctx)
		require.NoError(t, err)
		require.Empty(t, got)
		entry := audit.Entry{At: runAt, Actor: "u", Action: "metric.covariates", Object: "churn"}
		require.NoError(t, s.SaveCovariates(ctx, "churn", []string{"a", "b"}, entry))
		require.NoError(t, s.SaveCovariates(ctx, "orders.revenue", []string{"c"}, entry))
		require.NoError(t, s.SaveCovariates(ctx, "churn", []string{"b"}, entry))
		got, err = s.Covariates(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string][]string{"churn": {"b"}, "orders.revenue": {"c"}}, got)
		require.NoError(t, s.SaveCovariates(ctx, "churn", nil, entry))
		got, err = s.Covariates(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string][]string{"orders.revenue": {"c"}}, got)
	})
	add("linkage: a run is kept with findings in order and blobs", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		_, err := s.Run(ctx, "latest")
		require.Equal(t, "run_unknown", errs.CodeOf(err))
		saveRun(t, s, runNo(1), 5)
		got, err := s.Run(ctx, "latest")
		require.NoError(t, err)
		require.Equal(t, runNo(1), got)
		fs, err := s.Findings(ctx, "run01")
		require.NoError(t, err)
		require.Equal(t, twoFindings(), fs)
		f, err := s.Finding(ctx, "run01", "a-c")
		require.NoError(t, err)
		require.Equal(t, twoFindings()[1], f)
		_, err = s.Finding(ctx, "run01", "zzz")
		require.Equal(t, "finding_unknown", errs.CodeOf(err))
		b, err := s.RunBlob(ctx, "run01", "teams")
		require.NoError(t, err)
		require.Equal(t, []byte{0, 1, 2}, b)
		_, err = s.RunBlob(ctx, "run01", "zzz")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		fs, err = s.Findings(ctx, "zzz")
		require.NoError(t, err)
		require.NotNil(t, fs)
	})
	add("linkage: runs are listed newest first, page by page", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for i := range 5 {
			saveRun(t, s, runNo(i), 5)
		}
		var ids []string
		for cursor, pages := "", 0; ; pages++ {
			runs, next, err := s.Runs(ctx, 2, cursor)
			require.NoError(t, err)
			for _, r := range runs {
				ids = append(ids, r.ID)
			}
			if next == "" {
				require.Equal(t, 2, pages)
				break
			}
			cursor = next
		}
		require.Equal(t, []string{"run04", "run03", "run02", "run01", "run00"}, ids)
		_, _, err := s.Runs(ctx, 2, "nonsense")
		require.Equal(t, errs.KindInvalid, errs.KindOf(err))
	})
	add("linkage: old runs lose their blobs and keep their findings", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for i := range 4 {
			saveRun(t, s, runNo(i), 2)
		}
		for i, kept := range []bool{false, false, true, true} {
			_, err := s.RunBlob(ctx, runNo(i).ID, "teams")
			require.Equal(t, kept, err == nil, "run %d: %v", i, err)
			fs, err := s.Findings(ctx, runNo(i).ID)
			require.NoError(t, err)
			require.Len(t, fs, 2)
		}
	})
	add("linkage: what a closed quarter was told from stays", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		for i := range 5 {
			r := runNo(i)
			if i == 0 || i == 3 {
				r.Origin = fmt.Sprintf("%s2025-Q%d:facts", linkage.OriginClose, i+1)
			}
			saveRun(t, s, r, 2)
		}
		for i, kept := range []bool{true, false, true, true, true} {
			_, err := s.RunBlob(ctx, runNo(i).ID, "teams")
			require.Equal(t, kept, err == nil, "run %d: %v", i, err)
		}
	})
	add("linkage: an origin has one run", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a, b := runNo(1), runNo(2)
		a.Origin, b.Origin = "job-run-9", "job-run-9"
		saveRun(t, s, a, 5)
		err := s.SaveRun(ctx, b, twoFindings(), []linkage.Blob{{Name: "teams", Bytes: []byte{0}}}, 5, audit.Entry{At: runAt, Actor: "u1", Action: "run.save"})
		require.Equal(t, "run_exists", errs.CodeOf(err))
		got, err := s.RunOfOrigin(ctx, "job-run-9")
		require.NoError(t, err)
		require.Equal(t, "run01", got.ID)
		_, err = s.Run(ctx, "run02")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
		_, err = s.RunBlob(ctx, "run02", "teams")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err), "a blob without its run is not seen")
		_, err = s.RunOfOrigin(ctx, "")
		require.Equal(t, errs.KindNotFound, errs.KindOf(err))
	})
}
