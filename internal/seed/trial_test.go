package seed_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"rapport/internal/initiative"
	"rapport/internal/linkage"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/raced"
	"rapport/internal/returns"
	"rapport/internal/seed"
	"rapport/internal/store/sqlite"
)

// tried is what one seed gave.
type tried struct {
	views []initiative.View
	chain returns.Established
	all   []returns.Statement
}

// try builds the company of a seed on a store of its own and lets the real services look at it.
func try(ctx context.Context, dir string, no uint64, null, correlate bool) (tried, seed.Truth, error) {
	now := func() time.Time { return time.Date(2026, 9, 2, 10, 0, 0, 0, time.UTC) }
	var out tried
	st, err := sqlite.Open(ctx, filepath.Join(dir, strconv.FormatUint(no, 10)+strconv.FormatBool(null)+".db"))
	if err != nil {
		return out, seed.Truth{}, err
	}
	defer func() { _ = st.Close() }()
	ops := operation.NewService(st, now)
	defer ops.Close()
	o := org.NewService(st, now)
	t := seed.NewTrial(now(), no, null)
	src := []panel.Source{t}
	ledgerAt := func(at time.Time) *initiative.Service {
		return initiative.NewService(st, o, src, ops, func() time.Time { return at })
	}
	links := linkage.NewService(st, o, src, ops, now)
	l := seed.Ledger{At: ledgerAt, Returns: returns.NewService(st, returns.From{Ledger: ledgerAt(now()), Links: links, Teams: o, Sources: src}, ops, now)}
	if err := t.Build(ctx, o, l, now()); err != nil {
		return out, t.Truth(), err
	}
	if correlate {
		if _, err := links.Correlate(ctx, now(), linkage.ByHand); err != nil {
			return out, t.Truth(), err
		}
		if err := t.Evaluate(ctx, l); err != nil {
			return out, t.Truth(), err
		}
		if out.chain, err = l.Returns.Chain(ctx); err != nil {
			return out, t.Truth(), err
		}
		if out.all, err = l.Returns.Statements(ctx, "", returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative); err != nil {
			return out, t.Truth(), err
		}
	} else if err := ledgerAt(now()).Evaluate(ctx, initiative.Order{By: "test"}); err != nil {
		return out, t.Truth(), err
	}
	out.views, err = ledgerAt(now()).List(ctx)
	return out, t.Truth(), err
}

// Over seeds fixed beforehand (1 to n), planted effects lie in their 90 % intervals as often as they should, and what did
// nothing is seldom called realised. make test takes 6 seeds, RAPPORT_SEEDS sets another number, make calibrate 2,000.
func TestPlantedEffectsOverSeeds(t *testing.T) {
	raced.NothingToTell(t)
	n, low, high, most := 6, .65, 1., .35 // so few seeds only find what is plainly broken
	if s := os.Getenv("RAPPORT_SEEDS"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	switch {
	case n >= 2000:
		low, high, most = .88, .92, .06
	case n >= 300:
		low, high, most = .84, .95, .09
	}
	dir := t.TempDir()
	var mu sync.Mutex
	planted, covered, nulls, called := 0, 0, 0, 0
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for no := range uint64(n) {
		g.Go(func() error {
			got, truth, err := try(ctx, dir, no+1, false, false)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for _, v := range got.views {
				for _, want := range truth.Invested {
					if v.Plan.Name != want.Name || v.Evaluation == nil {
						continue
					}
					f := v.Evaluation.Effects[0]
					if want.Effect == 0 {
						nulls++
						if f.Estimate.Lo != nil && *f.Estimate.Lo > 0 && (f.Grade == "A" || f.Grade == "B") {
							called++
						}
						continue
					}
					planted++
					if f.Estimate.Lo != nil && f.Estimate.Hi != nil && *f.Estimate.Lo <= want.Effect && want.Effect <= *f.Estimate.Hi {
						covered++
					}
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.Equal(t, 2*n, planted)
	require.Equal(t, n, nulls)
	share, wrong := float64(covered)/float64(planted), float64(called)/float64(nulls)
	t.Logf("%d seeds: %.1f %% of %d planted effects in their 90 %% interval, %.1f %% of %d null initiatives called realised", n, 100*share, planted, 100*wrong, nulls)
	require.GreaterOrEqual(t, share, low)
	require.LessOrEqual(t, share, high)
	require.LessOrEqual(t, wrong, most)
}

// Where nothing follows from anything there is no chain, and every return says so instead of a number.
func TestTheNullCompanyHasNoChain(t *testing.T) {
	raced.NothingToTell(t)
	ctx := context.Background()
	got, _, err := try(ctx, t.TempDir(), 5, true, true)
	require.NoError(t, err)
	require.False(t, got.chain.OK())
	require.Equal(t, returns.ReasonFirstLink, got.chain.NotEnough.Reason)
	require.NotEmpty(t, got.all)
	for _, x := range got.all {
		require.NotNil(t, x.Result)
		require.Equal(t, returns.ReasonFirstLink, x.Result.ROX.NotEnough.Reason)
		require.Nil(t, x.Result.Parts)
	}
	got, _, err = try(ctx, t.TempDir(), 5, false, true)
	require.NoError(t, err)
	require.True(t, got.chain.OK(), "%+v", got.chain.NotEnough)
	for _, x := range got.all {
		require.Nil(t, x.Result.ROX.NotEnough)
	}
}
