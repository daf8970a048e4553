package storetest

import (
	"context"
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // an attacker's dictionary, not a protection
	"crypto/sha1" //nolint:gosec // the same
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/store"
)

func init() {
	add("pulse attack: closing killed at each step and repeated publishes once and loses nothing", attackKilledClose)
	add("pulse attack: a dictionary of people against everything stored finds nobody", attackDictionary)
	add("pulse attack: a repeated launch replaces neither wave nor key", attackSecondLaunch)
	add("pulse attack: people who leave or move after the close change no release", attackLeaver)
	add("pulse attack: answers at fixed membership change no decision on what is shown", attackDenialLeaks)
}

// dying is a store whose process is killed at the n-th step of closing: before the step has an effect, or after it
// and before anybody learns of it.
type dying struct {
	pulse.Store
	at    int
	after bool
	step  int
}

var errKilled = errors.New("killed")

func (d *dying) around(do func() error) error {
	d.step++
	if d.step != d.at {
		return do()
	}
	if d.after {
		_ = do()
	}
	return errKilled
}

func (d *dying) BeginClose(ctx context.Context, wave, fence string) error {
	return d.around(func() error { return d.Store.BeginClose(ctx, wave, fence) })
}

func (d *dying) EachEnvelope(ctx context.Context, wave string, visit func([]byte) error) error {
	return d.around(func() error { return d.Store.EachEnvelope(ctx, wave, visit) })
}

func (d *dying) PublishRelease(ctx context.Context, wave, fence string, r pulse.Release, counts []pulse.Count, e ...audit.Entry) error {
	return d.around(func() error { return d.Store.PublishRelease(ctx, wave, fence, r, counts, e...) })
}

func (d *dying) Purge(ctx context.Context, wave string, e ...audit.Entry) error {
	return d.around(func() error { return d.Store.Purge(ctx, wave, e...) })
}

func attackKilledClose(t *testing.T, s store.Store) {
	ctx := context.Background()
	const steps = 4
	for at := 1; at <= steps; at++ {
		for _, after := range []bool{false, true} {
			p := launch(t, s)
			for _, x := range p.plan.People {
				require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, 1+len(x.ID)%5)))
			}
			d := &dying{Store: s, at: at, after: after}
			require.ErrorIs(t, pulse.NewService(d, s, pulse.NewKeyRing(p.dir), p.now).Close(ctx, p.w.ID, "u1"), errKilled)
			published, err := s.Release(ctx, p.w.ID)
			if err != nil {
				require.Equal(t, "not_released", errs.CodeOf(err))
			}
			late := p.form(p.plan.People[0].ID, 2, 5)
			if e := p.svc.Submit(ctx, late); e == nil {
				require.True(t, at == 1 && !after, "an answer was taken although closing had begun")
			}
			require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"), "step %d", at)
			r, e := s.Release(ctx, p.w.ID)
			require.NoError(t, e)
			require.Len(t, r.Comments, len(p.plan.People), "step %d: an acknowledged answer is lost or doubled", at)
			if err == nil {
				require.Equal(t, published, r, "step %d: a second release", at)
			}
			require.NoError(t, s.EachCredential(ctx, p.w.ID, func(pulse.Credential) error { t.Error("a credential is left"); return nil }))
			_, err = pulse.NewKeyRing(p.dir).Open(p.w.ID, p.w.Fingerprint)
			require.Equal(t, "wave_key_missing", errs.CodeOf(err), "step %d: the key is left", at)
		}
	}
}

// attackDictionary hashes every id and address in every common way, alone and with the wave, and looks for the results
// among the ids that are stored.
func attackDictionary(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	stored := map[string]bool{}
	require.NoError(t, s.EachCredential(ctx, p.w.ID, func(c pulse.Credential) error {
		stored[c.ID], stored[c.Random] = true, true
		return nil
	}))
	require.Len(t, stored, 2*len(p.plan.People))
	for _, x := range p.plan.People {
		for _, word := range []string{x.ID, x.ID + "@example.org", strings.ToUpper(x.ID)} {
			for _, text := range []string{word, p.w.ID + word, word + p.w.ID, p.w.ID + "|" + word, p.w.ID + ":" + word, p.w.Fingerprint + word} {
				for _, h := range hashes(text, p.w.ID, p.w.Fingerprint) {
					require.False(t, stored[h], "%s is found", word)
				}
			}
		}
	}
}

func hashes(text string, keys ...string) []string {
	b := []byte(text)
	a, c, d, e := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b), sha512.Sum512(b) //nolint:gosec // an attacker's dictionary
	sums := [][]byte{b, a[:], c[:], d[:], e[:]}
	for _, k := range keys {
		m := hmac.New(sha256.New, []byte(k))
		m.Write(b)
		sums = append(sums, m.Sum(nil))
	}
	var out []string
	for _, x := range sums {
		out = append(out, string(x), hex.EncodeToString(x), base64.StdEncoding.EncodeToString(x), base64.RawURLEncoding.EncodeToString(x))
	}
	return out
}

func attackSecondLaunch(t *testing.T, s store.Store) {
	ctx := context.Background()
	p := launch(t, s)
	require.NoError(t, p.svc.Submit(ctx, p.form("t3-0", 1, 4)))
	other := p.w
	other.Fingerprint, other.K = "another", 50
	require.Equal(t, "wave_exists", errs.CodeOf(s.LaunchWave(ctx, other, []pulse.Credential{{ID: "planted", Wave: p.w.ID}}, nil)))
	_, err := pulse.NewKeyRing(p.dir).Create(p.w.ID)
	require.Equal(t, "wave_key_exists", errs.CodeOf(err))
	w, err := s.Wave(ctx, p.w.ID)
	require.NoError(t, err)
	require.Equal(t, p.w.Fingerprint, w.Fingerprint)
	require.Equal(t, p.w.K, w.K)
	n := 0
	require.NoError(t, s.EachCredential(ctx, p.w.ID, func(pulse.Credential) error { n++; return nil }))
	require.Equal(t, len(p.plan.People), n, "nothing of the second launch is left")
	require.NoError(t, p.svc.Submit(ctx, p.form("t3-1", 1, 4)), "the first launch goes on")
}

func attackLeaver(t *testing.T, s store.Store) {
	ctx := context.Background()
	now := func() time.Time { return pulseStart.Add(time.Hour) }
	svc := staffed(t, s, now)
	p, err := svc.SaveProgramme(ctx, monthly(), "u1")
	require.NoError(t, err)
	w, err := svc.LaunchProgramme(ctx, p.ID, pulse.LaunchOptions{Title: "March", Rehearsal: true}, "u1")
	require.NoError(t, err)
	before, err := s.Release(ctx, w.ID)
	require.NoError(t, err)
	results, err := svc.Results(ctx, w.ID, org.Everything)
	require.NoError(t, err)

	// Half leave, and the others move to another team.
	var rows []org.EmployeeRow
	left := now().AddDate(0, 0, -1)
	for i := range 30 {
		row := org.EmployeeRow{ExternalID: fmt.Sprintf("n%02d", i), Team: fmt.Sprintf("Team %d", (i+1)%3)}
		if i%2 == 0 {
			row.LeftOn = &left
		}
		rows = append(rows, row)
	}
	res, err := org.NewService(s, now).PutEmployees(ctx, "u1", rows, org.Batch{})
	require.NoError(t, err)
	require.Zero(t, res.Rejected, "%+v", res)

	after, err := s.Release(ctx, w.ID)
	require.NoError(t, err)
	require.Equal(t, before, after)
	again, err := svc.Results(ctx, w.ID, org.Everything)
	require.NoError(t, err)
	require.Equal(t, results, again, "no old wave is cut again by a new organisation chart")
}

// attackDenialLeaks: which cells are shown follows from who answered, never from what.
func attackDenialLeaks(t *testing.T, s store.Store) {
	ctx := context.Background()
	var first []string
	for round := range 3 {
		p := launch(t, s)
		for i, x := range p.plan.People {
			if strings.HasSuffix(x.ID, "-3") {
				continue
			}
			require.NoError(t, p.svc.Submit(ctx, p.form(x.ID, 1, []int{5, 1, 1 + i%5}[round])))
		}
		require.NoError(t, p.svc.Close(ctx, p.w.ID, "u1"))
		r, err := s.Release(ctx, p.w.ID)
		require.NoError(t, err)
		var shown []string
		for _, q := range r.Questions {
			for _, c := range q.Cells {
				shown = append(shown, fmt.Sprint(q.Item, c.Cell, c.Favourable != nil, c.ENPS != nil, c.Distribution != nil))
			}
		}
		if round == 0 {
			first = shown
		}
		require.Equal(t, first, shown)
	}
}
