package series

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// Point is one figure on a team's line: the period by its index, the value, and the respondents (0 = not counted).
type Point struct {
	Index int
	Value float64
	N     int
}

// Points is a line, or what one import changed of it: sorted by Index, each index once.
type Points []Point

// Encode packs the points: number of points, then per point the step from the index before (zigzag varint), the
// respondents (varint) and the value (8 bytes, little endian). A weekly figure takes about eleven bytes.
func (p Points) Encode() []byte {
	b := binary.AppendUvarint(make([]byte, 0, 2+len(p)*12), uint64(len(p)))
	last := 0
	for _, x := range p {
		b = binary.AppendVarint(b, int64(x.Index-last))
		b = binary.AppendUvarint(b, uint64(x.N))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x.Value))
		last = x.Index
	}
	return b
}

var errPoints = errors.New("stored points are damaged")

// DecodePoints reads what Encode wrote.
func DecodePoints(b []byte) (Points, error) {
	count, k := binary.Uvarint(b)
	if k <= 0 || count > uint64(len(b)) {
		return nil, errPoints
	}
	b = b[k:]
	out := make(Points, 0, count)
	last := 0
	for range count {
		step, k := binary.Varint(b)
		if k <= 0 {
			return nil, errPoints
		}
		n, l := binary.Uvarint(b[k:])
		if l <= 0 || len(b) < k+l+8 || n > math.MaxInt32 {
			return nil, errPoints
		}
		b = b[k+l:]
		last += int(step)
		out = append(out, Point{Index: last, Value: math.Float64frombits(binary.LittleEndian.Uint64(b)), N: int(n)})
		b = b[8:]
	}
	if len(b) > 0 {
		return nil, errPoints
	}
	return out, nil
}

// Over lays newer points over these: where both have a period, the newer one stands.
func (p Points) Over(newer Points) Points {
	if len(p) == 0 {
		return newer
	}
	if len(newer) == 0 {
		return p
	}
	if p[len(p)-1].Index < newer[0].Index { // the usual case: the next weeks
		return append(slices.Clip(p), newer...)
	}
	out := make(Points, 0, len(p)+len(newer))
	for len(p) > 0 && len(newer) > 0 {
		switch {
		case p[0].Index < newer[0].Index:
			out, p = append(out, p[0]), p[1:]
		case p[0].Index > newer[0].Index:
			out, newer = append(out, newer[0]), newer[1:]
		default:
			out, p, newer = append(out, newer[0]), p[1:], newer[1:]
		}
	}
	return append(append(out, p...), newer...)
}
