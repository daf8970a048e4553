package storetest

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/pulse"
	"rapport/internal/store"
)

// StolenWave is a wave of one company of two teams whose files an attacker holds. Everybody's comment is a word of his own.
type StolenWave struct {
	Svc  *pulse.Service
	Wave pulse.Wave
	Key  *pulse.Key
	Keys string // the folder of the keys
}

// StolenNow is the time in that company.
func StolenNow() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// LaunchStolen launches the wave for n people.
func LaunchStolen(t *testing.T, st store.Store, n int) StolenWave {
	t.Helper()
	keys, now := t.TempDir(), StolenNow()
	svc := pulse.NewService(st, st, pulse.NewKeyRing(keys), StolenNow)
	p := pulse.Plan{
		Title: "Spring", OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(time.Hour), K: 5, Languages: []string{"en"},
		Questions: []pulse.Question{
			{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "Proud?"}},
			{Key: "why", Version: 1, Type: pulse.Comment, Text: map[string]string{"en": "Why?"}},
		},
		Nodes: []pulse.Node{{ID: "co", Name: "Co"}, {ID: "a", Parent: "co", Name: "A"}, {ID: "b", Parent: "co", Name: "B"}},
	}
	for i := range n {
		p.People = append(p.People, pulse.Person{ID: Person(i), Team: []string{"a", "b"}[i%2]})
	}
	w, key, err := svc.Launch(t.Context(), p, "u1")
	require.NoError(t, err)
	return StolenWave{svc, w, key, keys}
}

// Person is the address of somebody of that company.
func Person(i int) string { return fmt.Sprintf("employee-%04d@example.org", i) }

// Canary is what he says.
func Canary(i int) string { return fmt.Sprintf("canary-%04d-said-this", i) }

// Form is his answer.
func (f StolenWave) Form(i int) pulse.Form {
	return pulse.Form{
		Wave: f.Wave.ID, Token: f.Key.Token(Person(i)), Receipt: fmt.Sprintf("%064d", i), Revision: 1,
		Answers: pulse.Answers{}.Number("proud", 1+i%5).Comment("why", Canary(i)),
	}
}

var canary = regexp.MustCompile(`^canary-(\d{4})-said-this`)

// Pairs reads the places where comments lie last in a file as a guess at the order in which they were sent, and gives the
// number of pairs guessed right and of all. order[n] is who answered as the nth.
func Pairs(file []byte, order []int) (right, pairs int) {
	at := make([]int, len(order))
	for i := range at {
		at[i] = -1
	}
	// One pass over the file for everybody: one search each takes minutes under the race detector.
	begin := []byte("canary-")
	for from := 0; ; {
		n := bytes.Index(file[from:], begin)
		if n < 0 {
			break
		}
		from += n
		if m := canary.FindSubmatch(file[from:min(from+64, len(file))]); m != nil {
			if i, err := strconv.Atoi(string(m[1])); err == nil && i < len(at) {
				at[i] = from
			}
		}
		from += len(begin)
	}
	for x := range order {
		for y := range x {
			if i, j := order[y], order[x]; at[i] >= 0 && at[j] >= 0 {
				pairs++
				if at[i] < at[j] {
					right++
				}
			}
		}
	}
	return right, pairs
}
