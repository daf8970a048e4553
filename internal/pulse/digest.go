package pulse

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// ReleaseAction is the audit log's name for a release; its detail ReleaseDigest holds the release's Digest.
const (
	ReleaseAction = "wave.release"
	ReleaseDigest = "released"
)

// Digest is a fingerprint (SHA-256) of everything a release says about people. It stands in the hash-chained audit log
// from the moment of the release, so that a ledger that is changed afterwards no longer fits its log.
func (r Release) Digest() string {
	h := sha256.New()
	put := func(parts ...any) {
		for _, p := range parts {
			s := fmt.Sprint(p)
			_, _ = fmt.Fprintf(h, "%d:%s", len(s), s) // lengths first: no two lists of parts share an input
		}
		_, _ = io.WriteString(h, "\n")
	}
	number := func(n *int) string {
		if n == nil {
			return ""
		}
		return itoa(*n)
	}
	put("wave", r.WaveID, r.ProgrammeID, r.K, r.Attribute, r.Invited, r.Answered, r.Proof.Derivable, r.Proof.Smallest)
	if r.Proof.Silent > 0 {
		put("silent", r.Proof.Silent)
	}
	if r.Population == Partners { // of staff, releases keep the digest they always had
		put("population", r.Population)
	}
	for _, q := range r.Questions {
		put("question", q.Question.Key, q.Question.Version, q.Item)
		for _, f := range q.Cells {
			shares := ""
			if f.Distribution != nil {
				shares = fmt.Sprint(*f.Distribution)
			}
			put("cell", f.Cell.Node, f.Cell.Value, f.NBand, f.Score, f.Low, f.High, number(f.Favourable), number(f.ENPS), shares)
		}
	}
	for _, x := range r.Response {
		put("response", x.Node, x.Percent)
	}
	for _, x := range r.Comments {
		put("comment", x.Node, x.Question, x.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}
