package method

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"sync"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

// GridFile is a panel file read into a grid: the unit column, the time column, and every other numeric column.
type GridFile struct {
	Grid    stats.Grid
	Metrics []string
}

// gridPiece is how much of the file one step reads; a variable so that tests can cut lines anywhere.
var gridPiece int64 = 1 << 18

// ReadGrid reads a long panel of many metrics in pieces on all cores, straight into one block of numbers: the file is
// never held in memory. unit and time name columns ("" = the first and the second); metrics picks columns (nil = every
// other column whose first value is a number). Rules are those of Table: empty or NA is missing; NaN, Inf and text in a
// number column are errors with line and column.
func ReadGrid(path, unit, time string, metrics []string) (*GridFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Invalid("file_unreadable").With("file", path).Because(err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		return nil, errs.Invalid("file_unreadable").With("file", path).Because(fmt.Errorf("%s is not a file", path))
	}
	g := &gridReader{f: f, size: st.Size(), unit: unit, time: time}
	if err := g.head(metrics); err != nil {
		return nil, err
	}
	if err := g.plan(); err != nil {
		return nil, err
	}
	err = g.parse()
	if errors.Is(err, errNotPacked) {
		g.decimals = nil
		err = g.parse()
	}
	if errors.Is(err, errNotPlain) {
		return g.slow(path)
	}
	if err != nil {
		return nil, err
	}
	return g.assemble()
}

// errNotPacked says that a number does not fit the fixed-point column its first rows promised.
var errNotPacked = errors.New("not fixed-point")

// errNotPlain says that the file uses quotes in a way the fast reader does not follow.
var errNotPlain = errors.New("quoted line breaks")

type gridReader struct {
	f          *os.File
	size       int64
	body       int64 // where the data rows start
	unit, time string
	header     []string
	kind       []int // per column: metric index, or one of the col… constants
	metrics    []string
	pieces     []gridSpan
	out        GridFile
	bufs       [][]byte // one per core
	decimals   []int    // of each metric in the first rows; nil: numbers are kept as float64
}

const (
	colSkip = -1 - iota
	colUnit
	colTime
)

// gridSpan is a run of whole lines of the file.
type gridSpan struct {
	from, to int64
	lines    int // counted beforehand
	rows     int // found
	first    int // index of its first row
	line     int // number of its first line in the file
	units    labels
	times    labels
}

// labels turns words into codes 0…k−1 in order of first appearance.
type labels struct {
	of   map[string]int32
	list []string
	last string
	code int32
}

func (l *labels) get(word []byte) int32 {
	if len(l.list) > 0 && string(word) == l.last {
		return l.code
	}
	c, ok := l.of[string(word)]
	if !ok {
		if l.of == nil {
			l.of = map[string]int32{}
		}
		c = int32(len(l.list))
		s := string(word)
		l.of[s] = c
		l.list = append(l.list, s)
	}
	l.last, l.code = l.list[c], c
	return c
}

// plan cuts the body into pieces of whole lines and counts them.
func (g *gridReader) plan() error {
	n := int(max(1, (g.size-g.body+gridPiece-1)/gridPiece))
	g.pieces = make([]gridSpan, n)
	return g.each(func(i int, buf []byte) error {
		p := &g.pieces[i]
		from := g.body + int64(i)*gridPiece
		chunk, err := g.read(buf, from, min(gridPiece, g.size-from))
		if err != nil {
			return err
		}
		p.lines = bytes.Count(chunk, []byte{'\n'})
		p.from = from
		p.to = from + int64(len(chunk))
		if i > 0 { // the line that began in the piece before belongs there
			cut := bytes.IndexByte(chunk, '\n')
			if cut < 0 {
				cut = len(chunk) - 1
			}
			p.from += int64(cut) + 1
		}
		return nil
	})
}

// each runs f for every piece on all cores; buf is a buffer of one core.
func (g *gridReader) each(f func(i int, buf []byte) error) error {
	workers := min(len(g.pieces), max(1, runtime.GOMAXPROCS(0)))
	for len(g.bufs) < workers {
		g.bufs = append(g.bufs, make([]byte, 0, gridPiece+4096))
	}
	failed := make([]error, len(g.pieces))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(g.pieces); i += workers {
				if failed[i] = f(i, g.bufs[w]); failed[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *gridReader) read(buf []byte, from, n int64) ([]byte, error) {
	if n <= 0 {
		return nil, nil
	}
	if int64(cap(buf)) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	got, err := g.f.ReadAt(buf, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errs.Invalid("file_unreadable").Because(err)
	}
	return buf[:got], nil
}

// parse reads every piece into its place in the grid.
func (g *gridReader) parse() error {
	line, rows := 2, 0
	for i := range g.pieces {
		g.pieces[i].units, g.pieces[i].times = labels{}, labels{}
	}
	next := g.size
	for i := len(g.pieces) - 1; i > 0; i-- { // a piece without a line break lies within one line, and owns none
		if g.pieces[i].lines == 0 {
			g.pieces[i].from = next
		}
		next = g.pieces[i].from
	}
	for i := range g.pieces {
		p := &g.pieces[i]
		p.line, p.first = line, rows
		if i+1 < len(g.pieces) {
			p.to = g.pieces[i+1].from
		} else {
			p.to = g.size
		}
		if i > 0 { // lines counted from the first line break on
			p.line, p.first = line+1, rows+1
		}
		line += p.lines
		rows += p.lines
	}
	rows += 2
	m := len(g.metrics)
	g.out.Metrics = g.metrics
	if g.out.Grid.Unit == nil {
		g.out.Grid = stats.Grid{Unit: make([]int32, rows), Time: make([]int32, rows), M: m}
	}
	if g.decimals == nil {
		g.out.Grid.Packed, g.out.Grid.Scale, g.out.Grid.Values = nil, nil, make([]float64, rows*m)
	} else {
		g.out.Grid.Packed, g.out.Grid.Scale = make([]int32, rows*m), make([]float64, m)
		for j, d := range g.decimals {
			g.out.Grid.Scale[j] = pow10[d]
		}
	}
	return g.each(func(i int, buf []byte) error {
		p := &g.pieces[i]
		chunk, err := g.read(buf, p.from, p.to-p.from)
		if err != nil {
			return err
		}
		return g.lines(p, chunk)
	})
}

// assemble gives the codes of the pieces one numbering and reads the periods.
func (g *gridReader) assemble() (*GridFile, error) {
	var units, times labels
	at, m := 0, len(g.metrics)
	grid := &g.out.Grid
	for i := range g.pieces {
		p := &g.pieces[i]
		uMap, tMap := make([]int32, len(p.units.list)), make([]int32, len(p.times.list))
		for j, s := range p.units.list {
			uMap[j] = units.get([]byte(s))
		}
		for j, s := range p.times.list {
			tMap[j] = times.get([]byte(s))
		}
		for r := p.first; r < p.first+p.rows; r++ {
			grid.Unit[at], grid.Time[at] = uMap[grid.Unit[r]], tMap[grid.Time[r]]
			if at != r {
				if grid.Packed != nil {
					copy(grid.Packed[at*m:(at+1)*m], grid.Packed[r*m:(r+1)*m])
				} else {
					copy(grid.Values[at*m:(at+1)*m], grid.Values[r*m:(r+1)*m])
				}
			}
			at++
		}
	}
	grid.Unit, grid.Time = grid.Unit[:at], grid.Time[:at]
	if grid.Packed != nil {
		grid.Packed = grid.Packed[:at*m]
	} else {
		grid.Values = grid.Values[:at*m]
	}
	of, bad := periodsOf(times.list)
	if bad >= 0 {
		return nil, g.badPeriod(times.list[bad])
	}
	if of == nil && at > 0 {
		return nil, errs.Invalid("mixed_periods").With("column", g.time).Because(fmt.Errorf("column %s mixes kinds of periods", g.time))
	}
	if err := narrow(of); err != nil {
		return nil, err
	}
	for i, c := range grid.Time {
		grid.Time[i] = int32(of[c])
	}
	return &g.out, nil
}

// narrow moves periods so that they fit 32 bits.
func narrow(of []int) error {
	if len(of) == 0 {
		return nil
	}
	lo, hi := of[0], of[0]
	for _, v := range of {
		lo, hi = min(lo, v), max(hi, v)
	}
	if hi-lo > math.MaxInt32 {
		return errs.Invalid("periods_too_far").Because(fmt.Errorf("periods lie %d apart", hi-lo))
	}
	for i := range of {
		of[i] -= lo
	}
	return nil
}

// badPeriod finds the line of a label that is no period.
func (g *gridReader) badPeriod(label string) error {
	t, err := ReadTable(g.f.Name())
	if err != nil {
		return err
	}
	_, err = t.Periods(g.time)
	if err == nil {
		return notAPeriod(0, g.time, label)
	}
	return err
}

// slow reads the file through the general CSV reader.
func (g *gridReader) slow(path string) (*GridFile, error) {
	t, err := ReadTable(path)
	if err != nil {
		return nil, err
	}
	units, err := t.Units(g.unit)
	if err != nil {
		return nil, err
	}
	times, err := t.Periods(g.time)
	if err != nil {
		return nil, err
	}
	if err := narrow(times); err != nil {
		return nil, err
	}
	m := len(g.metrics)
	out := &GridFile{Metrics: g.metrics, Grid: stats.Grid{M: m, Unit: make([]int32, t.Rows()), Time: make([]int32, t.Rows()), Values: make([]float64, t.Rows()*m)}}
	for i := range units {
		out.Grid.Unit[i], out.Grid.Time[i] = int32(units[i]), int32(times[i])
	}
	for j, name := range g.metrics {
		col, err := t.Num(name)
		if err != nil {
			return nil, err
		}
		for i, v := range col {
			out.Grid.Values[i*m+j] = v
		}
	}
	return out, nil
}
