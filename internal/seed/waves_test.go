package seed_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/raced"
	"rapport/internal/seed"
)

// The demo company's pulses went the real way: every wave is released and purged, says that it is simulated, shows
// most of what may be shown, and its newest results have a trend with the break of the changed wording.
func TestThePulsesOfTheDemoCompany(t *testing.T) {
	raced.NothingToTell(t)
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 5, 31, 10, 0, 0, 0, time.UTC) } // a day that few months have
	s := services(t, now)
	require.NoError(t, seed.Company(ctx, s, t.TempDir()))
	p := s.PulseAt(now())
	waves, err := p.Waves(ctx)
	require.NoError(t, err)
	require.Len(t, waves, 4+6)
	releases, err := p.Releases(ctx)
	require.NoError(t, err)
	require.Len(t, releases, len(waves))
	for _, w := range waves {
		require.Equal(t, pulse.Purged, w.State)
		require.Contains(t, w.Title, "simulated")
		require.False(t, w.Rehearsal)
		require.True(t, w.ClosesAt.Before(now()))
	}
	for _, r := range releases {
		require.Zero(t, r.Proof.Derivable)
		require.GreaterOrEqual(t, r.Proof.Smallest, r.K)
		require.Greater(t, float64(r.Proof.Cells), .75*float64(r.Proof.Eligible), "%s", r.Title)
	}
	programmes, err := p.Programmes(ctx)
	require.NoError(t, err)
	for _, x := range programmes {
		opened := 0
		for _, w := range waves {
			if w.ProgrammeID == x.ID {
				opened++
				next, ok := x.Cadence.NextAfter(w.OpensAt)
				require.True(t, ok)
				require.True(t, w.OpensAt.Equal(x.Cadence.Occurrence(0)) || next.After(w.OpensAt))
			}
		}
		due, ok := x.Cadence.NextAfter(x.Cadence.Occurrence(opened - 1))
		require.True(t, ok)
		require.True(t, due.After(now()), "the next wave of %s lies ahead", x.Name)
	}
	newest, err := p.Results(ctx, waves[0].ID, org.Everything)
	require.NoError(t, err)
	require.NotEmpty(t, newest.Comments)
	for _, c := range newest.Columns {
		if c.Key == "tools.work" {
			require.True(t, c.Trend[2].Break)
			require.NotNil(t, c.Previous)
		}
	}
}
