package linkage

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Blobs are compressed and cut into pieces that fit a document of either engine: the first byte of a piece says
// whether another one follows.
const pieceSize = 8 << 20

const teamsBlob = "teams"

func detailBlob(finding string) string                { return "finding/" + finding }
func columnBlob(metric string, g series.Grain) string { return "column/" + string(g) + "/" + metric }

func parts(name string, b []byte) []Blob {
	var out []Blob
	for k := 0; ; k++ {
		n := min(len(b), pieceSize)
		more := byte(0)
		if n < len(b) {
			more = 1
		}
		out = append(out, Blob{pieceName(name, k), append([]byte{more}, b[:n]...)})
		if b = b[n:]; more == 0 {
			return out
		}
	}
}

func pieceName(name string, k int) string {
	if k == 0 {
		return name
	}
	return fmt.Sprintf("%s#%d", name, k)
}

func (s *Service) blob(ctx context.Context, run, name string) ([]byte, error) {
	var out []byte
	for k := 0; ; k++ {
		b, err := s.store.RunBlob(ctx, run, pieceName(name, k))
		if err != nil {
			return nil, err
		}
		if len(b) == 0 {
			return nil, errs.New(errs.KindInternal, "run_blob_damaged")
		}
		if out = append(out, b[1:]...); b[0] == 0 {
			return out, nil
		}
	}
}

func deflate(b []byte) []byte {
	var buf bytes.Buffer
	w, _ := flate.NewWriter(&buf, flate.BestSpeed) // the level is a constant that exists
	_, _ = w.Write(b)                              // a bytes.Buffer takes everything
	_ = w.Close()
	return buf.Bytes()
}

func inflate(b []byte) ([]byte, error) {
	out, err := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	if err != nil {
		return nil, errs.New(errs.KindInternal, "run_blob_damaged").Because(err)
	}
	return out, nil
}

// pack and unpack store plain values.
func pack(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return deflate(b), nil
}

func unpack(b []byte, v any) error {
	b, err := inflate(b)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errs.New(errs.KindInternal, "run_blob_damaged").Because(err)
	}
	return nil
}

// storedTeam is a team as it was called when the run was made.
type storedTeam struct{ ID, Name string }

// packColumns stores the teams and every column of the run, with all digits, for the downloads.
func packColumns(p *panel.Panel, columns map[columnAt]*panel.Column) ([]Blob, error) {
	teams := make([]storedTeam, 0, len(p.Teams))
	for _, t := range p.Teams {
		teams = append(teams, storedTeam{t.ID, t.Name})
	}
	b, err := pack(teams)
	if err != nil {
		return nil, err
	}
	out := parts(teamsBlob, b)
	keys := make([]columnAt, 0, len(columns))
	for k := range columns {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b columnAt) int { return strings.Compare(a.metric+"/"+a.grain, b.metric+"/"+b.grain) })
	for _, k := range keys {
		out = append(out, parts(columnBlob(k.metric, series.Grain(k.grain)), packColumn(columns[k]))...)
	}
	return out, nil
}

// packColumn writes first period, periods and figures, then values as IEEE bits and counts as varints.
func packColumn(c *panel.Column) []byte {
	b := binary.AppendVarint(nil, int64(c.First))
	b = binary.AppendVarint(b, int64(c.Periods))
	b = binary.AppendVarint(b, int64(len(c.Value)))
	for _, v := range c.Value {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	for _, n := range c.N {
		b = binary.AppendVarint(b, int64(n))
	}
	return deflate(b)
}

func unpackColumn(b []byte, g series.Grain) (*panel.Column, error) {
	b, err := inflate(b)
	if err != nil {
		return nil, err
	}
	r := bytes.NewReader(b)
	var head [3]int64
	for i := range head {
		if head[i], err = binary.ReadVarint(r); err != nil {
			return nil, errs.New(errs.KindInternal, "run_blob_damaged").Because(err)
		}
	}
	whole := head[1] >= 0 && head[2] >= 0 && head[2] <= int64(r.Len())/9 // eight bytes of value and at least one of count
	if whole && head[2] > 0 {
		whole = head[1] > 0 && head[2]%head[1] == 0
	}
	if !whole {
		return nil, errs.New(errs.KindInternal, "run_blob_damaged")
	}
	c := &panel.Column{Grain: g, First: int(head[0]), Periods: int(head[1]), Value: make([]float64, head[2]), N: make([]int32, head[2])}
	var word [8]byte
	for i := range c.Value {
		if _, err := io.ReadFull(r, word[:]); err != nil {
			return nil, errs.New(errs.KindInternal, "run_blob_damaged").Because(err)
		}
		c.Value[i] = math.Float64frombits(binary.LittleEndian.Uint64(word[:]))
	}
	for i := range c.N {
		n, err := binary.ReadVarint(r)
		if err != nil {
			return nil, errs.New(errs.KindInternal, "run_blob_damaged").Because(err)
		}
		c.N[i] = int32(n)
	}
	return c, nil
}
