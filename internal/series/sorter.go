package series

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"syscall"

	"rapport/internal/errs"
)

// figure is one number read from a file, 32 bytes small. Metric and team are positions
// in the import's own lists.
type figure struct {
	metric uint16
	grain  uint8 // position in grainOrder
	team   uint32
	period int32
	at     int32 // day the finer period started: which of several figures is the last
	line   uint32
	n      int32
	value  float64
}

const figureSize = 32

var grainOrder = []Grain{Day, Week, Month, Quarter, Year}

func compareFigures(a, b figure) int {
	return cmp.Or(cmp.Compare(a.metric, b.metric), cmp.Compare(a.team, b.team), cmp.Compare(a.grain, b.grain), cmp.Compare(a.period, b.period),
		cmp.Compare(a.at, b.at), cmp.Compare(a.line, b.line))
}

// sameCell reports that two figures are for the same metric, team and period.
func sameCell(a, b figure) bool {
	return a.metric == b.metric && a.team == b.team && a.grain == b.grain && a.period == b.period
}

// sorter puts figures in order by metric, team, grain and period, whatever their number: runs that do not fit in memory
// wait in temporary files.
type sorter struct {
	max  int // figures held in memory
	buf  []figure
	runs []*os.File
	all  int
}

// memoryFigures is how many figures are held in memory: 8 MB.
const memoryFigures = 1 << 18

func (s *sorter) add(f figure) error {
	if len(s.buf) >= s.max {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.buf = append(s.buf, f)
	s.all++
	return nil
}

// spill writes the figures in memory to a file of their own, in order. The file has no name any more once it is open, so
// that nothing is left behind whatever happens.
func (s *sorter) spill() error {
	slices.SortFunc(s.buf, compareFigures)
	f, err := os.CreateTemp("", "rapport-sort-*")
	if err != nil {
		return outside(err)
	}
	_ = os.Remove(f.Name())
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 256<<10)
	var b [figureSize]byte
	for _, x := range s.buf {
		x.put(b[:])
		if _, err := w.Write(b[:]); err != nil {
			return outside(err)
		}
	}
	s.buf = s.buf[:0]
	if err := w.Flush(); err != nil {
		return outside(err)
	}
	return nil
}

// outside says what to do when the temporary files cannot be written.
func outside(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return errs.Unavailable("disk_full").Because(fmt.Errorf("sort outside memory: %w", err))
	}
	return errs.Unavailable("temp_folder_unwritable").With("path", os.TempDir()).Because(fmt.Errorf("sort outside memory: %w", err))
}

func (f figure) put(b []byte) {
	binary.LittleEndian.PutUint16(b, f.metric)
	b[2] = f.grain
	binary.LittleEndian.PutUint32(b[4:], f.team)
	binary.LittleEndian.PutUint32(b[8:], uint32(f.period))
	binary.LittleEndian.PutUint32(b[12:], uint32(f.at))
	binary.LittleEndian.PutUint32(b[16:], f.line)
	binary.LittleEndian.PutUint32(b[20:], uint32(f.n))
	binary.LittleEndian.PutUint64(b[24:], math.Float64bits(f.value))
}

func getFigure(b []byte) figure {
	return figure{
		metric: binary.LittleEndian.Uint16(b), grain: b[2], team: binary.LittleEndian.Uint32(b[4:]), period: int32(binary.LittleEndian.Uint32(b[8:])),
		at: int32(binary.LittleEndian.Uint32(b[12:])), line: binary.LittleEndian.Uint32(b[16:]), n: int32(binary.LittleEndian.Uint32(b[20:])),
		value: math.Float64frombits(binary.LittleEndian.Uint64(b[24:])),
	}
}

// each gives all figures in order.
func (s *sorter) each(fn func(figure) error) error {
	slices.SortFunc(s.buf, compareFigures)
	h := runHeap{}
	for _, f := range s.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		r := &run{in: bufio.NewReaderSize(f, 64<<10)}
		if ok, err := r.step(); err != nil {
			return err
		} else if ok {
			h = append(h, r)
		}
	}
	if len(s.buf) > 0 {
		h = append(h, &run{mem: s.buf[1:], head: s.buf[0]})
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := fn(h[0].head); err != nil {
			return err
		}
		ok, err := h[0].step()
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
		}
	}
	return nil
}

func (s *sorter) close() {
	for _, f := range s.runs {
		_ = f.Close()
	}
	s.runs, s.buf = nil, nil
}

// run is an ordered part: a file, or what is in memory.
type run struct {
	in   *bufio.Reader
	mem  []figure
	head figure
}

func (r *run) step() (bool, error) {
	if r.in == nil {
		if len(r.mem) == 0 {
			return false, nil
		}
		r.head, r.mem = r.mem[0], r.mem[1:]
		return true, nil
	}
	var b [figureSize]byte
	if _, err := io.ReadFull(r.in, b[:]); errors.Is(err, io.EOF) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	r.head = getFigure(b[:])
	return true, nil
}

type runHeap []*run

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return compareFigures(h[i].head, h[j].head) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
