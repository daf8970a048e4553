package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: a stopped wave publishes nothing and leaves nothing", pulseStop)
	add("pulse: a wave whose key is lost can be stopped, a released one cannot", pulseStopLate)
	add("pulse attack: stopping killed at each step leaves nothing once it is tried again", attackKilledStop)
	add("pulse attack: stopping raced by answers and a closing either publishes once or leaves nothing", attackStopRace)
}

// nothingLeft checks that of a wave nothing about its answers is left, in the store or beside it.
func nothingLeft(t *testing.T, s store.Store, p pulseWave) {
	t.Helper()
	ctx := context.Background()
	w, err := s.Wave(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, pulse.Stopped, w.State)
	_, err = s.Release(ctx, p.w.ID)
	require.Equal(t, "not_released", errs.CodeOf(err))
	ledger, err := s.Releases(ctx)
	require.NoError(t, err)
	for _, r := range ledger {
		require.NotEqual(t, p.w.ID, r.WaveID)
	}
	require.NoError(t, s.EachEnvelope(ctx, p.w.ID, func([]byte) error { t.Error("a seal is left"); return nil }))
	require.NoError(t, s.EachCredential(ctx, p.w.ID, func(pulse.Credential) error { t.Error("a credential is left"); return nil }))
	counts, err := s.DropCounts(ctx, p.w.ID)
	require.NoError(t, err)
	require.False(t, counts, "counts were kept")
	letters, err := s.ClaimInvitations(ctx, pulseStart.AddDate(1, 0, 0), pulseStart.AddDate(1, 0, 1), 100)
	require.NoError(t, err)
	for _, l := range letters {
		require.NotEqual(t, p.w.ID, l.Wave, "a letter is left")
	}
	_, err = pulse.NewKeyRing(p.dir).Open(p.w.ID, p.w.Fingerprint)
	require.Equal(t, "wave_key_missing", errs.CodeOf(err))
	require.Equal(t, "wave_stopped", errs.CodeOf(p.svc.Submit(ctx, p.form("t3-1", 1, 4))))
}

func stops(t *testing.T, s store.Store, wave string) (out []audit.Entry) {
	t.Helper()
	all, err := s.AuditEntries(context.Background(), 0, 200)
	require.NoError(t, err)
	for _, e := range all {
		if e.Object == wave && e.Action == pulse.StopAction {
			out = append(out, e)
		}
	}
	return out
}

func pulseStop(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	for _, x := range p.plan.People[:20] {
		require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 4)))
	}
	require.NoError(t, p.svc.Submit(ctx, p.form(p.plan.People[0].ID, 2, 2)))
	require.Equal(t, "stop_reason_missing", errs.CodeOf(p.svc.Stop(ctx, p.w.ID, "", "u1")))
	require.Equal(t, "wave_unknown", errs.CodeOf(p.svc.Stop(ctx, "nobody's", "typo", "u1")))
	require.NoError(t, p.svc.Stop(ctx, p.w.ID, "a question named a person", "u1"))
	nothingLeft(t, s, p)
	require.NoError(t, p.svc.Stop(ctx, p.w.ID, "again", "u2"), "stopping again is success")
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"), "there is nothing more to close")
	n, err := p.svc.CloseDue(ctx, "job:close-waves")
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, "wave_closed", errs.CodeOf(p.svc.Extend(ctx, p.w.ID, pulseStart.AddDate(0, 1, 0), "u1")))
	nothingLeft(t, s, p)
	w, err := s.Wave(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, p.now(), w.ClosesAt.UTC(), "it ended when it was stopped")
	said := stops(t, s, p.w.ID)
	require.Len(t, said, 1)
	require.Equal(t, "u1", said[0].Actor)
	require.Equal(t, "a question named a person", said[0].Detail["reason"])
}

func pulseStopLate(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	require.NoError(t, p.svc.Submit(ctx, p.form("t3-0", 1, 4)))
	require.NoError(t, os.Remove(filepath.Join(p.dir, p.w.ID+".key")))
	require.Equal(t, "wave_key_missing", errs.CodeOf(p.svc.Close(ctx, p.w.ID, "u1")))
	require.NoError(t, p.svc.Stop(ctx, p.w.ID, "the key is lost", "u1"))
	nothingLeft(t, s, p)

	p = launch(t, s)
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"))
	require.Equal(t, "wave_closed", errs.CodeOf(p.svc.Stop(ctx, p.w.ID, "too late", "u1")), "what is published cannot be taken back")
	require.Empty(t, stops(t, s, p.w.ID))
	require.Equal(t, "wave_closed", errs.CodeOf(s.BeginStop(ctx, p.w.ID)))
	require.NoError(t, s.FinishStop(ctx, p.w.ID, p.now()))
	w, err := s.Wave(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, pulse.Purged, w.State)
}

func (d *dying) BeginStop(ctx context.Context, wave string, e ...audit.Entry) error {
	return d.around(func() error { return d.Store.BeginStop(ctx, wave, e...) })
}

func (d *dying) FinishStop(ctx context.Context, wave string, at time.Time, e ...audit.Entry) error {
	return d.around(func() error { return d.Store.FinishStop(ctx, wave, at, e...) })
}

func attackKilledStop(t *testing.T, s store.Store) {
	ctx := context.Background()
	for at := 1; at <= 2; at++ {
		for _, after := range []bool{false, true} {
			p := launch(t, s)
			for _, x := range p.plan.People {
				require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 3)))
			}
			d := &dying{Store: s, at: at, after: after}
			require.ErrorIs(t, pulse.NewService(d, s, pulse.NewKeyRing(p.dir), p.now).Stop(ctx, p.w.ID, "wrong people", "u1"), errKilled)
			if at == 1 && !after { // it never began: whoever asked asks again
				require.NoError(t, p.svc.Stop(ctx, p.w.ID, "wrong people", "u1"))
			} else {
				_, err := p.svc.CloseDue(ctx, "job:close-waves")
				require.NoError(t, err, "the job ends what was begun")
			}
			nothingLeft(t, s, p)
			require.Len(t, stops(t, s, p.w.ID), 1, "step %d", at)
		}
	}
}

func attackStopRace(t *testing.T, s store.Store) {
	ctx := context.Background()
	for range 4 {
		p := launch(t, s)
		for _, x := range p.plan.People[:30] {
			require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 3)))
		}
		var all sync.WaitGroup
		for _, x := range p.plan.People[30:] {
			all.Add(1)
			go func() {
				defer all.Done()
				_ = p.svc.Submit(ctx, p.form(x.ID, 1, 3))
			}()
		}
		var closed, stopped error
		all.Add(2)
		go func() { defer all.Done(); closed = p.svc.Close(ctx, p.w.ID, "u2") }()
		go func() { defer all.Done(); stopped = p.svc.Stop(ctx, p.w.ID, "wrong people", "u1") }()
		all.Wait()
		if stopped == nil {
			nothingLeft(t, s, p)
			continue
		}
		require.NoError(t, closed)
		require.Equal(t, "wave_closed", errs.CodeOf(stopped))
		_, err := s.Release(ctx, p.w.ID)
		require.NoError(t, err)
	}
}
