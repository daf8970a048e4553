// Package fact keeps the single things that happened to customers – an answer, an order – and the sums they add up to per
// team and period. A file or a batch becomes visible at once, is undone at once, and costs what is new in it: panels and
// pages read the sums, never the facts. What a fact means is decided by the feature it belongs to.
package fact

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"rapport/internal/intake"
	"rapport/internal/series"
)

// Key names a record whatever file it comes in: a hash over kind, source and source id.
type Key [16]byte

// KeyOf makes the key of a record.
func KeyOf(kind intake.Kind, source string, id ...string) Key {
	var b []byte
	for _, s := range append([]string{string(kind), source}, id...) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	h := sha256.Sum256(b)
	return Key(h[:16])
}

// Unattributed begins the team of a fact whose source named a team that does not exist (yet): the name follows. Such facts
// are stored and summed, and count for a team from the moment one answers to that name.
const Unattributed = "?"

// Fact is one record as it is stored. ID is batch number · 2³² + line.
type Fact struct {
	ID       int64
	Kind     intake.Kind
	Key      Key
	Team     string // id of a team, or Unattributed and the name used by the source
	At       time.Time
	Customer string
	Body     []byte // see Fields
}

// Batch gives the number of the batch a fact came in.
func (f Fact) Batch() int64 { return f.ID >> 32 }

// Record is what a row says, before it is a fact.
type Record struct {
	Key      Key
	Team     string // as the source names it
	At       time.Time
	Customer string
	Body     []byte
}

// Digest tells two versions of a record apart.
func (r Record) Digest() uint64 {
	b := make([]byte, 0, len(r.Team)+len(r.Customer)+len(r.Body)+24)
	b = binary.AppendUvarint(b, uint64(len(r.Team)))
	b = append(b, r.Team...)
	b = binary.AppendVarint(b, r.At.UnixMilli())
	b = binary.AppendUvarint(b, uint64(len(r.Customer)))
	b = append(b, r.Customer...)
	b = append(b, r.Body...)
	h := sha256.Sum256(b)
	return binary.LittleEndian.Uint64(h[:8])
}

// Reading is what one fact adds to a sum.
type Reading struct {
	Measure string
	At      time.Time
	Bucket  int // the score itself, or the step of a scale: what medians and shares are made from
	Value   float64
}

// Sum is what the facts of one team say about one measure in one period, split by bucket.
type Sum struct {
	Team    string
	Measure string
	Grain   series.Grain
	Period  int
	Bucket  int
	N       int64
	Sum     float64
	Squares float64
}

// Fields packs numbered texts; empty ones are left out. The same fields give the same bytes.
func Fields(values ...string) []byte {
	n := 0
	for _, v := range values {
		n += len(v) + 3
	}
	b := make([]byte, 0, n)
	for i, v := range values {
		if v != "" {
			b = append(b, byte(i))
			b = binary.AppendUvarint(b, uint64(len(v)))
			b = append(b, v...)
		}
	}
	return b
}

// ReadFields unpacks what Fields packed, into a list of n texts; ok is false when the bytes are damaged.
func ReadFields(b []byte, n int) (out []string, ok bool) {
	out = make([]string, n)
	for len(b) > 0 {
		i := int(b[0])
		size, k := binary.Uvarint(b[1:])
		if k <= 0 || uint64(len(b)-1-k) < size {
			return out, false
		}
		if i < n {
			out[i] = strings.Clone(string(b[1+k : 1+k+int(size)]))
		}
		b = b[1+k+int(size):]
	}
	return out, true
}
