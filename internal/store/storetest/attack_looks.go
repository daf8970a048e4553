package storetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse attack: two looks around one submit name no author", attackTwoLooks)
	add("pulse attack: a moved person or a changed programme leaves old cells byte for byte", attackChangedProgramme)
	add("pulse attack: the clock is set back or ahead in the middle of a wave", attackClock)
}

// look is what a thief of a backup sees of a wave: who is behind a row stands nowhere.
type look struct {
	credentials map[string]pulse.Credential
	seals       []string
}

func lookAt(t *testing.T, s store.Store, wave string) look {
	t.Helper()
	l := look{credentials: map[string]pulse.Credential{}}
	require.NoError(t, s.EachCredential(context.Background(), wave, func(c pulse.Credential) error { l.credentials[c.ID] = c; return nil }))
	require.NoError(t, s.EachEnvelope(context.Background(), wave, func(seal []byte) error { l.seals = append(l.seals, string(seal)); return nil }))
	return l
}

// attackTwoLooks: somebody who knows exactly when a person sent takes a copy before and one after. The two differ by one
// credential and one envelope, which say nothing; after the release, the place of that envelope among the others is the
// best guess at the place of the person's comment, and it is no better than one in five.
func attackTwoLooks(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	before := lookAt(t, s, p.w.ID)
	labels := map[string]bool{}
	sizes := map[int]bool{}
	for _, c := range before.credentials {
		labels[string(c.Label)], sizes[len(c.Label)] = true, true
	}
	require.Len(t, labels, len(p.plan.People), "no two people of one team have the same sealed label")
	require.Len(t, sizes, 1)
	sealOf := map[string]string{}
	for n, x := range p.plan.People {
		require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 1+n%5)))
		after := lookAt(t, s, p.w.ID)
		changed, candidates := 0, 0
		for id, c := range after.credentials {
			old := before.credentials[id]
			require.Equal(t, old.Label, c.Label)
			if !old.Spent {
				candidates++
			}
			if c.Random != old.Random {
				changed++
				require.NotContains(t, id+c.Random, x.ID)
			}
		}
		require.Equal(t, 1, changed)
		require.Equal(t, len(p.plan.People)-n, candidates, "anybody who has not answered may be behind the row")
		for _, seal := range after.seals {
			if !slices.Contains(before.seals, seal) {
				require.Empty(t, sealOf[x.ID], "one envelope more")
				sealOf[x.ID] = seal
			}
		}
		before = after
	}
	last := lookAt(t, s, p.w.ID)
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"))
	r, err := s.Release(ctx, p.w.ID)
	require.NoError(t, err)
	people := len(p.plan.People)
	require.Len(t, r.Comments, people)
	hits := 0
	for _, x := range p.plan.People {
		if r.Comments[slices.Index(last.seals, sealOf[x.ID])].Text == "canary "+x.ID {
			hits++
		}
	}
	limit := .2 + 3*math.Sqrt(.2*.8/float64(people))
	require.LessOrEqual(t, float64(hits)/float64(people), limit, "who said what")
}

// attackChangedProgramme: k, the breakdown and who is where change after the close; a released wave does not.
func attackChangedProgramme(t *testing.T, s store.Store) {
	ctx := context.Background()
	svc := staffed(t, s, func() time.Time { return pulseStart.Add(time.Hour) })
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March", Rehearsal: true}, "u1")
	require.NoError(t, err)
	released, err := s.Release(ctx, w.ID)
	require.NoError(t, err)
	frozen, err := s.Wave(ctx, w.ID)
	require.NoError(t, err)
	for _, change := range []func(*pulse.Programme){
		func(p *pulse.Programme) { p.K = 8 },
		func(p *pulse.Programme) { p.K, p.Attribute = 5, "site" },
		func(p *pulse.Programme) { p.LeadsSeeAfterDays = 0 },
	} {
		change(&p)
		if p, err = svc.SaveProgramme(ctx, p, "u1"); err != nil {
			require.NotEqual(t, "internal", errs.CodeOf(err))
			p, err = svc.Programme(ctx, p.ID)
			require.NoError(t, err)
		}
		r, err := s.Release(ctx, w.ID)
		require.NoError(t, err)
		require.Equal(t, released, r)
		now, err := s.Wave(ctx, w.ID)
		require.NoError(t, err)
		require.Equal(t, frozen, now, "what was promised at launch stays")
		require.NoError(t, svc.Close(ctx, w.ID, "u1"))
	}
}

// attackClock: a clock that is set in the middle of a wave opens and closes by what it says now, and loses nothing: an
// answer refused while it was wrong is taken when it is right again, and a wave is closed once.
func attackClock(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	at := pulseStart.Add(time.Hour)
	svc := pulse.NewService(s, s, pulse.NewKeyRing(p.dir), func() time.Time { return at })
	for i := range 12 {
		require.NoError(t, svc.Submit(ctx, p.form(fmt.Sprint("t4-", i), 1, 4)))
	}
	at = pulseStart.AddDate(-10, 0, 0)
	require.Equal(t, "wave_closed", errs.CodeOf(svc.Submit(ctx, p.form("t4-12", 1, 4))), "before it opens")
	n, err := svc.CloseDue(ctx, "u1")
	require.NoError(t, err)
	require.Zero(t, n)
	at = pulseStart.Add(2 * time.Hour)
	require.NoError(t, svc.Submit(ctx, p.form("t4-12", 1, 4)))
	require.NoError(t, svc.Submit(ctx, p.form("t4-0", 2, 2)), "an edit from before goes on")
	at = pulseStart.AddDate(1, 0, 0)
	n, err = svc.CloseDue(ctx, "u1")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	at = pulseStart.Add(3 * time.Hour)
	require.Equal(t, "wave_closed", errs.CodeOf(svc.Submit(ctx, p.form("t4-13", 1, 4))), "closed is closed, whatever the clock says")
	n, err = svc.CloseDue(ctx, "u1")
	require.NoError(t, err)
	require.Zero(t, n)
	r, err := s.Release(ctx, p.w.ID)
	require.NoError(t, err)
	require.Len(t, r.Comments, 13)
}
