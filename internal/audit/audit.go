// Package audit is the log of who did what: a hash chain in which each entry carries the hash of the one before, so
// that a removed or changed entry shows. It holds no answers and no passwords.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Entry is one thing that somebody did. Seq, Prev and Hash are set by Chain when the engine stores it, inside the same
// atomic change as the thing itself.
type Entry struct {
	Seq    int64
	At     time.Time
	Actor  string // user id, "key:<id>", "job:<name>" or "system"
	Action string // stable, e.g. "team.merge"
	Object string // id of what it was done to
	Detail map[string]string
	Prev   string
	Hash   string
}

// Chain links an entry to the head of the chain (its sequence number and hash; 0 and "" for the first).
func Chain(e Entry, headSeq int64, headHash string) Entry {
	e.Seq = headSeq + 1
	e.Prev = headHash
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Hash = e.sum()
	return e
}

func (e Entry) sum() string {
	b, _ := json.Marshal([]any{e.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Object, e.Detail, e.Prev}) // maps are written in key order
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Follows reports whether the entry is whole and follows the given head.
func (e Entry) Follows(headSeq int64, headHash string) bool {
	return e.Seq == headSeq+1 && e.Prev == headHash && e.Hash == e.sum()
}

// About fills in who and what where an entry leaves it open: for changes whose user is only known inside the engine.
func About(user string, entries []Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		if e.Actor == "" {
			e.Actor = user
		}
		if e.Object == "" {
			e.Object = user
		}
		out[i] = e
	}
	return out
}
