package stats

// matrixPart holds the sums of a part of the units; index (lag·M + y)·M + x.
type matrixPart struct {
	n, k          []int32
	sxx, syy, sxy []float64 // sxx, syy about the pair's own unit means; sxy is Σ sx·sy/n, still to be taken off
	cross         []float64 // Σ x·y where no transform is used
	spectra       []float64 // Σ conj(A_x)·A_y per frequency and pair x < y, re and im in turn
}

func newMatrixPart(e *matrixEngine) *matrixPart {
	cells := len(e.lags) * e.g.M * e.g.M
	p := &matrixPart{
		n: make([]int32, cells), k: make([]int32, cells),
		sxx: make([]float64, cells), syy: make([]float64, cells), sxy: make([]float64, cells),
	}
	if e.size > 0 {
		p.spectra = make([]float64, (e.size/2+1)*e.g.M*(e.g.M-1))
	} else {
		p.cross = make([]float64, cells)
	}
	return p
}

func (p *matrixPart) clear() {
	clear(p.n)
	clear(p.k)
	for _, s := range [][]float64{p.sxx, p.syy, p.sxy, p.cross, p.spectra} {
		clear(s)
	}
}

func (p *matrixPart) add(q *matrixPart) {
	for i := range p.n {
		p.n[i] += q.n[i]
		p.k[i] += q.k[i]
	}
	axpy(1, q.sxx, p.sxx)
	axpy(1, q.syy, p.syy)
	axpy(1, q.sxy, p.sxy)
	axpy(1, q.cross, p.cross)
	axpy(1, q.spectra, p.spectra)
}

// matrixWorker is one core's scratch. Nothing is allocated per unit once it has grown to the longest series.
type matrixWorker struct {
	e      *matrixEngine
	t      int       // periods of the unit at hand
	cells  []float64 // per period: M presences (0/1), M centred values, M squares
	raw    []float64 // the unit's rows as they are
	mean   []float64
	fix    []float64
	count  []float64
	empty  []int32   // periods in which every metric is missing
	own    [][]int32 // per metric: the periods to take off (or to add up, where adds[m])
	adds   []bool
	head   []float64 // window totals for x: periods t−l with t in the window and not empty
	tail   []float64 // the same for y
	winX   []float64
	winY   []float64
	row    []float64
	q      []float64 // per x: sums and squares of every y where x is there
	inv    []float64 // 1/n
	batch  int
	fr, fi []float64 // transform of a unit: rows of frequencies, lanes of metric pairs
	spec   []float64 // spectra of a batch of units: [frequency][metric][unit] re, then im
	half   int       // lanes
}

// matrixBatch is how many units' spectra are multiplied together; it keeps the sums in registers.
const matrixBatch = 16

func newMatrixWorker(e *matrixEngine) *matrixWorker {
	m := e.g.M
	w := &matrixWorker{
		e: e, mean: make([]float64, m), fix: make([]float64, m), count: make([]float64, m), own: make([][]int32, m), adds: make([]bool, m),
		head: make([]float64, 3*m), tail: make([]float64, 3*m), winX: make([]float64, 3*m), winY: make([]float64, 3*m),
		row: make([]float64, 3*m), q: make([]float64, 2*m*m), half: (m + 1) / 2,
	}
	if e.size > 0 {
		w.fr, w.fi = make([]float64, e.size*w.half), make([]float64, e.size*w.half)
		w.spec = make([]float64, (e.size/2+1)*m*2*matrixBatch)
	}
	return w
}

// unit adds one unit to the part.
func (w *matrixWorker) unit(rows []int32, p *matrixPart) {
	w.load(rows)
	w.windows(p)
	if w.e.size > 0 {
		w.transform()
		w.batch++
		if w.batch == matrixBatch {
			w.flush(p)
		}
		return
	}
	w.direct(p)
}

// load lays the unit out on its own time line: presence, centred value and square of every metric.
func (w *matrixWorker) load(rows []int32) {
	g, m := w.e.g, w.e.g.M
	w.t = w.e.span(rows)
	if need := w.t * 3 * m; cap(w.cells) < need {
		w.cells = make([]float64, need)
		w.inv = make([]float64, w.t+1)
		for i := 1; i <= w.t; i++ {
			w.inv[i] = 1 / float64(i)
		}
		w.empty = make([]int32, 0, w.t)
		for y := range w.own {
			w.own[y] = make([]int32, 0, w.t)
		}
	}
	w.cells = w.cells[:w.t*3*m]
	clear(w.cells)
	clear(w.mean)
	clear(w.count)
	w.raw = w.raw[:0]
	for _, r := range rows {
		w.raw = append(w.raw, g.row(r, w.fix)...)
	}
	clear(w.fix)
	w.means()
	w.empty = w.empty[:0]
	for y := range w.own {
		w.own[y] = w.own[y][:0]
	}
	t := 0
	for i, r := range rows {
		if i > 0 {
			gap := w.e.step(g.Time[rows[i-1]], g.Time[r])
			for k := 1; k < gap; k++ {
				w.empty = append(w.empty, int32(t+k))
			}
			t += gap
		}
		vals := w.raw[i*m : (i+1)*m]
		cell := w.cells[t*3*m : (t+1)*3*m]
		b, a, s := cell[:m], cell[m:2*m], cell[2*m:3*m]
		there := 0
		for j, v := range vals {
			if v == v {
				c := (v - w.mean[j]) - w.fix[j]
				b[j], a[j], s[j] = 1, c, c*c
				there++
			}
		}
		if there == 0 {
			w.empty = append(w.empty, int32(t))
			continue
		}
		if there < m {
			for j, v := range vals {
				if v != v {
					w.own[j] = append(w.own[j], int32(t))
				}
			}
		}
	}
	w.chooseLists()
}

// means takes each metric's mean in two passes.
func (w *matrixWorker) means() {
	m := w.e.g.M
	for i := 0; i < len(w.raw); i += m {
		for j, v := range w.raw[i : i+m] {
			if v == v {
				w.mean[j] += v
				w.count[j]++
			}
		}
	}
	for j, c := range w.count {
		if c > 0 {
			w.mean[j] /= c
		}
	}
	for i := 0; i < len(w.raw); i += m {
		for j, v := range w.raw[i : i+m] {
			if v == v {
				w.fix[j] += v - w.mean[j]
			}
		}
	}
	for j, c := range w.count {
		if c > 0 {
			w.fix[j] /= c
		}
	}
}

// chooseLists keeps, per metric, the shorter list: the periods it misses (to take off) or has (to add up).
func (w *matrixWorker) chooseLists() {
	m := w.e.g.M
	for j := range w.own {
		w.adds[j] = float64(len(w.own[j])) > w.count[j]
		if !w.adds[j] {
			continue
		}
		list := w.own[j][:0]
		for t := range w.t {
			if w.cells[t*3*m+j] == 1 {
				list = append(list, int32(t))
			}
		}
		w.own[j] = list
	}
}

// windows adds, for every lag, the counts and sums over the cells where both metrics are there.
func (w *matrixWorker) windows(p *matrixPart) {
	m, wide, t := w.e.g.M, 3*w.e.g.M, w.t
	clear(w.head)
	for i := range t {
		axpy(1, w.cells[i*wide:(i+1)*wide], w.head)
	}
	copy(w.tail, w.head)
	at := 0
	for li, l := range w.e.lags {
		if l >= t {
			continue
		}
		if l < at {
			clear(w.head)
			for i := range t {
				axpy(1, w.cells[i*wide:(i+1)*wide], w.head)
			}
			copy(w.tail, w.head)
			at = 0
		}
		for ; at < l; at++ { // the last of x and the first of y leave the window
			axpy(-1, w.cells[(t-1-at)*wide:(t-at)*wide], w.head)
			axpy(-1, w.cells[at*wide:(at+1)*wide], w.tail)
		}
		copy(w.winX, w.head)
		copy(w.winY, w.tail)
		for _, s := range w.empty {
			if i := int(s) - l; i >= 0 {
				axpy(-1, w.cells[i*wide:(i+1)*wide], w.winX)
			}
			if i := int(s) + l; i < t {
				axpy(-1, w.cells[i*wide+m:(i+1)*wide], w.winY[m:])
			}
		}
		for x := range m {
			w.gather(w.q[x*2*m:(x+1)*2*m], w.winY[m:], x, l, m)
		}
		base := li * m * m
		for y := range m {
			w.gather(w.row, w.winX, y, -l, 0)
			w.pairs(p, base+y*m, y)
		}
	}
}

// gather sums the cells of all metrics over the periods in which metric j is there, shifted by shift: columns from
// `from` on of each period's cells. It starts from the window's total and takes off what j misses, or from nothing and
// adds up where j is there, whichever is shorter.
func (w *matrixWorker) gather(out, window []float64, j, shift, from int) {
	wide, t := 3*w.e.g.M, w.t
	if w.adds[j] {
		clear(out)
		for _, s := range w.own[j] {
			if i := int(s) + shift; i >= 0 && i < t {
				addTo(out, w.cells[i*wide+from:(i+1)*wide])
			}
		}
		return
	}
	copy(out, window)
	for _, s := range w.own[j] {
		if i := int(s) + shift; i >= 0 && i < t {
			takeFrom(out, w.cells[i*wide+from:(i+1)*wide])
		}
	}
}

// pairs adds one lag's sums of metric y with every x: w.row holds, per x, the count, sum and squares where y is there,
// w.q the sums and squares of y where x is there.
func (w *matrixWorker) pairs(p *matrixPart, base, y int) {
	m := w.e.g.M
	cnt, sx, sxx := w.row[:m], w.row[m:2*m], w.row[2*m:3*m]
	pn, pk := p.n[base:base+m], p.k[base:base+m]
	pxx, pyy, pxy := p.sxx[base:base+m], p.syy[base:base+m], p.sxy[base:base+m]
	q := w.q
	for x, c := range cnt {
		n := int32(c)
		if n == 0 {
			continue
		}
		i := w.inv[n]
		sy := q[x*2*m+y]
		u := sx[x] * i
		pn[x] += n
		pk[x]++
		pxx[x] += sxx[x] - sx[x]*u
		pyy[x] += q[x*2*m+m+y] - sy*sy*i
		pxy[x] += sy * u
	}
}

// direct adds Σ x_{t−l}·y_t of the unit.
func (w *matrixWorker) direct(p *matrixPart) {
	m, wide := w.e.g.M, 3*w.e.g.M
	for li, l := range w.e.lags {
		for t := l; t < w.t; t++ {
			xs := w.cells[(t-l)*wide+m : (t-l)*wide+2*m]
			ys := w.cells[t*wide+m : t*wide+2*m]
			for y, v := range ys {
				if v != 0 {
					axpy(v, xs, p.cross[(li*m+y)*m:(li*m+y+1)*m])
				}
			}
		}
	}
}

func addTo(out, row []float64) {
	row = row[:len(out)]
	for i, v := range row {
		out[i] += v
	}
}

func takeFrom(out, row []float64) {
	row = row[:len(out)]
	for i, v := range row {
		out[i] -= v
	}
}
