package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse: an answer is recorded once, may be repeated, edited, and is gone from nowhere", pulseSubmit)
	add("pulse: closing publishes once and destroys seals, credentials and key", pulseClose)
	add("pulse: closing raced by submits and edits loses no acknowledged answer", pulseCloseRace)
	add("pulse: another or a missing key stops sending and answering", pulseKeys)
	add("pulse: a launch that cannot keep its promise is refused", pulseRefused)
	add("pulse: of two closings only one publishes", pulseFence)
}

var pulseStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// pulsePlan is a wave of 40 people: teams of 4 (merged into its division), 6, 10 and 20 under two divisions.
func pulsePlan() pulse.Plan {
	p := pulse.Plan{
		ProgrammeID: "p1", Title: "Spring", OpensAt: pulseStart, ClosesAt: pulseStart.AddDate(0, 0, 7), K: 5, Languages: []string{"en"},
		Questions: []pulse.Question{
			{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "I am proud to work here."}, Required: true},
			{Key: "enps", Version: 1, Type: pulse.ENPS, Text: map[string]string{"en": "Recommend?"}},
			{Key: "why", Version: 1, Type: pulse.Comment, Text: map[string]string{"en": "Why?"}},
		},
		Nodes: []pulse.Node{
			{ID: "co", Name: "Company"},
			{ID: "d1", Parent: "co", Name: "North"},
			{ID: "d2", Parent: "co", Name: "South"},
			{ID: "t1", Parent: "d1", Name: "A"},
			{ID: "t2", Parent: "d1", Name: "B"},
			{ID: "t3", Parent: "d2", Name: "C"},
			{ID: "t4", Parent: "d2", Name: "D"},
		},
	}
	for team, n := range map[string]int{"t1": 4, "t2": 6, "t3": 10, "t4": 20} {
		for i := range n {
			p.People = append(p.People, pulse.Person{ID: fmt.Sprintf("%s-%d", team, i), Team: team})
		}
	}
	return p
}

type pulseWave struct {
	svc  *pulse.Service
	w    pulse.Wave
	key  *pulse.Key
	plan pulse.Plan
	dir  string
}

// now is an hour after the wave has opened.
func (pulseWave) now() time.Time { return pulseStart.Add(time.Hour) }

func launch(t *testing.T, s store.Store) pulseWave {
	t.Helper()
	dir := t.TempDir()
	svc := pulse.NewService(s, s, pulse.NewKeyRing(dir), pulseWave{}.now)
	plan := pulsePlan()
	w, key, err := svc.Launch(context.Background(), plan, "u1")
	require.NoError(t, err)
	return pulseWave{svc, w, key, plan, dir}
}

func (p pulseWave) form(person string, revision, proud int) pulse.Form {
	return pulse.Form{
		Wave: p.w.ID, Token: p.key.Token(person), Receipt: strings.Repeat(person+".", 32)[:40], Revision: revision,
		Answers: pulse.Answers{}.Number("proud", proud).Number("enps", 2*proud).Comment("why", "canary "+person),
	}
}

func pulseSubmit(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	require.NoError(t, p.svc.Submit(ctx, p.form("t1-0", 1, 4)))
	require.NoError(t, p.svc.Submit(ctx, p.form("t1-0", 1, 4)), "the same again is acknowledged")
	require.NoError(t, p.svc.Submit(ctx, p.form("t1-0", 2, 2)), "an edit replaces")
	require.NoError(t, p.svc.Submit(ctx, p.form("t1-0", 1, 4)), "a late duplicate is acknowledged and changes nothing")

	other := p.form("t1-0", 1, 5)
	other.Receipt = strings.Repeat("x", 40)
	require.Equal(t, "already_recorded", errs.CodeOf(p.svc.Submit(ctx, other)), "another browser with a spent token")
	unknown := p.form("nobody", 1, 5)
	require.Equal(t, "code_unknown", errs.CodeOf(p.svc.Submit(ctx, unknown)))
	unknown.Token = unknown.Token[:6]
	require.Equal(t, "code_unknown", errs.CodeOf(p.svc.Submit(ctx, unknown)), "truncated")
	outside := p.form("t1-1", 1, 6)
	require.Equal(t, "answer_outside_scale", errs.CodeOf(p.svc.Submit(ctx, outside)))
	missing := p.form("t1-1", 1, 5)
	missing.Answers = pulse.Answers{}.Number("enps", 3)
	require.Equal(t, "answer_missing", errs.CodeOf(p.svc.Submit(ctx, missing)))
	long := p.form("t1-1", 1, 5)
	long.Answers.Comment("why", strings.Repeat("ä", pulse.CommentLength+1))
	require.Equal(t, "comment_too_long", errs.CodeOf(p.svc.Submit(ctx, long)))

	sizes := map[int]bool{}
	n := 0
	require.NoError(t, p.svc.EachEnvelope(ctx, p.w.ID, func(seal []byte) error {
		n++
		sizes[len(seal)] = true
		require.NotContains(t, string(seal), "canary")
		return nil
	}))
	require.Equal(t, 1, n)

	// Two browsers race with one token: exactly one is recorded.
	var ok atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f := p.form("t2-0", 1, 3)
			f.Receipt = strings.Repeat(fmt.Sprint(i), 40)
			if p.svc.Submit(ctx, f) == nil {
				ok.Add(1)
			}
		}()
	}
	wg.Wait()
	require.EqualValues(t, 1, ok.Load())
}

func pulseClose(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	for _, x := range p.plan.People {
		require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 5))) // all of them the same: unanimity must not show
	}
	_, err := p.svc.Release(ctx, p.w.ID)
	require.Equal(t, "not_released", errs.CodeOf(err), "no result before the close")
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "job:close-waves"))
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "job:close-waves"), "closing again is success")

	r, err := p.svc.Release(ctx, p.w.ID)
	require.NoError(t, err)
	require.Len(t, r.Questions, 2)
	shown := map[string]bool{}
	for _, c := range r.Questions[0].Cells {
		shown[c.Cell.Node] = true
		require.Less(t, c.Score, 100, "a unanimous group would show")
	}
	require.True(t, shown["co"])
	require.False(t, shown["t1"], "four people were merged into their division")
	require.NotEmpty(t, r.Comments)
	require.Len(t, r.Comments, len(p.plan.People), "everybody's comment is listed at one node")

	require.NoError(t, p.svc.EachEnvelope(ctx, p.w.ID, func([]byte) error { t.Error("a seal is left"); return nil }))
	require.NoError(t, p.svc.EachCredential(ctx, p.w.ID, func(pulse.Credential) error { t.Error("a credential is left"); return nil }))
	w, err := p.svc.Wave(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, pulse.Purged, w.State)
	for i, want := range []bool{true, false} {
		dropped, err := s.DropCounts(ctx, p.w.ID)
		require.NoError(t, err)
		require.Equal(t, want, dropped, "drop %d", i)
	}
	again, err := p.svc.Release(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, r, again, "released cells stay")
	require.Equal(t, "wave_closed", errs.CodeOf(p.svc.Submit(ctx, p.form("t1-0", 2, 1))))
	_, err = pulse.NewKeyRing(p.dir).Open(p.w.ID, p.w.Fingerprint)
	require.Equal(t, "wave_key_missing", errs.CodeOf(err))
}

func pulseCloseRace(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	acked := make([]atomic.Bool, len(p.plan.People))
	var wg sync.WaitGroup
	for i, x := range p.plan.People {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if p.svc.Submit(ctx, p.form(x.ID, 1, 3)) == nil {
				acked[i].Store(true)
			}
		}()
	}
	require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"))
	wg.Wait()
	n := 0
	for i := range acked {
		if acked[i].Load() {
			n++
		}
	}
	r, err := p.svc.Release(ctx, p.w.ID)
	require.NoError(t, err)
	if n >= 10 { // below, nothing may be listed
		require.Len(t, r.Comments, n, "every acknowledged answer is in the release, and no other")
	}
}

func pulseKeys(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	elsewhere := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), time.Now)
	err := elsewhere.Close(ctx, p.w.ID, "u1")
	require.Equal(t, "wave_key_missing", errs.CodeOf(err))
	_, err = pulse.NewKeyRing(p.dir).Open(p.w.ID, "another fingerprint")
	require.Equal(t, "wave_key_other", errs.CodeOf(err))
	_, err = pulse.NewKeyRing(p.dir).Create(p.w.ID)
	require.Equal(t, "wave_key_exists", errs.CodeOf(err), "a repeated launch never replaces a key")
}

func pulseRefused(t *testing.T, s store.Store) {
	svc := pulse.NewService(s, s, pulse.NewKeyRing(t.TempDir()), time.Now)
	for code, change := range map[string]func(*pulse.Plan){
		"k_below_floor":          func(p *pulse.Plan) { p.K = 4 },
		"k_excludes_attribute":   func(p *pulse.Plan) { p.K, p.Attribute = 6, "site" },
		"audience_too_small":     func(p *pulse.Plan) { p.People = p.People[:4] },
		"wave_ends_before_start": func(p *pulse.Plan) { p.ClosesAt = p.OpensAt },
		"question_twice":         func(p *pulse.Plan) { p.Questions = append(p.Questions, p.Questions[0]) },
		"question_invalid":       func(p *pulse.Plan) { p.Languages = []string{"en", "he"} },
		"person_twice":           func(p *pulse.Plan) { p.People = append(p.People, p.People[0]) },
	} {
		p := pulsePlan()
		change(&p)
		_, _, err := svc.Launch(context.Background(), p, "u1")
		require.Equal(t, code, errs.CodeOf(err))
	}
	waves, err := s.Waves(context.Background())
	require.NoError(t, err)
	require.Empty(t, waves)
}

func pulseFence(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	require.NoError(t, s.BeginClose(ctx, p.w.ID, "first"))
	require.NoError(t, s.BeginClose(ctx, p.w.ID, "second"))
	require.Equal(t, "fenced", errs.CodeOf(s.PublishRelease(ctx, p.w.ID, "first", pulse.Release{WaveID: p.w.ID}, nil)))
	require.NoError(t, s.PublishRelease(ctx, p.w.ID, "second", pulse.Release{WaveID: p.w.ID}, nil))
	require.Equal(t, "fenced", errs.CodeOf(s.PublishRelease(ctx, p.w.ID, "second", pulse.Release{WaveID: p.w.ID}, nil)))
	require.Equal(t, "wave_closed", errs.CodeOf(s.BeginClose(ctx, p.w.ID, "third")))
}
