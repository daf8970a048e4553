package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse trouble: a key that is missing, damaged, unreadable or another stops the wave and loses nothing", troubleKey)
	add("pulse trouble: a mail server that is down for a day delays every letter and doubles none", troubleMail)
}

func troubleKey(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	for _, x := range p.plan.People[:20] {
		require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 4)))
	}
	file := filepath.Join(p.dir, p.w.ID+".key")
	secret, err := os.ReadFile(file)
	require.NoError(t, err)
	late := p.plan.People[20].ID
	for code, spoil := range map[string]func(){
		"wave_key_missing":    func() {},
		"wave_key_damaged":    func() { require.NoError(t, os.WriteFile(file, secret[:31], 0o600)) },
		"wave_key_other":      func() { require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("k", 32)), 0o600)) },
		"wave_key_unreadable": func() { require.NoError(t, os.Mkdir(file, 0o700)) }, // whoever runs the test, a folder cannot be read
	} {
		require.NoError(t, os.RemoveAll(file))
		spoil()
		require.Equal(t, code, errs.CodeOf(p.svc.Submit(ctx, p.form(late, 1, 4))))
		require.Equal(t, errs.KindUnavailable, errs.KindOf(p.svc.Submit(ctx, p.form(late, 1, 4))), "try again later, not: your answer is wrong")
		require.Equal(t, code, errs.CodeOf(p.svc.Close(ctx, p.w.ID, "u1")))
		w, err := s.Wave(ctx, p.w.ID)
		require.NoError(t, err)
		require.Equal(t, pulse.Open, w.State, "nothing is closed that could not be opened")
	}
	require.NoError(t, os.RemoveAll(file))
	require.NoError(t, os.WriteFile(file, secret, 0o600))
	require.NoError(t, p.svc.Submit(ctx, p.form(late, 1, 4)), "the key is back, and so is the wave")
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"))
	r, err := s.Release(ctx, p.w.ID)
	require.NoError(t, err)
	require.Len(t, r.Comments, 21)
}

func troubleMail(t *testing.T, s store.Store) {
	ctx := context.Background()
	clock := pulseStart
	svc := staffed(t, s, func() time.Time { return clock })
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	_, err = svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March"}, "u1")
	require.NoError(t, err)
	box := &letterbox{down: true}
	for ; clock.Before(pulseStart.Add(24 * time.Hour)); clock = clock.Add(5 * time.Minute) {
		n, err := svc.SendLetters(ctx, box, "https://example.org")
		require.NoError(t, err)
		require.Zero(t, n)
	}
	box.down = false
	for ; clock.Before(pulseStart.Add(31 * time.Hour)); clock = clock.Add(5 * time.Minute) {
		_, err := svc.SendLetters(ctx, box, "https://example.org")
		require.NoError(t, err)
	}
	to := map[string]int{}
	for _, l := range box.letters {
		to[l.To]++
		require.False(t, l.Reminder)
	}
	require.Len(t, to, 25, "everybody with a mailbox was written to within hours")
	require.Len(t, box.letters, 25, "once")
}
