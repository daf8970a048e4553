package stats

import "math"

// transform writes the unit's spectra into its place in the batch: two metrics to one complex lane, taken apart by
// symmetry.
func (w *matrixWorker) transform() {
	m, h, size, wide := w.e.g.M, w.half, w.e.size, 3*w.e.g.M
	clear(w.fr[w.t*h:])
	clear(w.fi[w.t*h:])
	for t := range w.t {
		a := w.cells[t*wide+m : t*wide+2*m]
		copy(w.fr[t*h:(t+1)*h], a[:h])
		im := w.fi[t*h : (t+1)*h]
		copy(im, a[h:])
		clear(im[m-h:])
	}
	w.e.plan.lanes(w.fr, w.fi, h)
	for k := 0; k <= size/2; k++ {
		i, j := int(w.e.plan.rev[k])*h, int(w.e.plan.rev[(size-k)%size])*h
		out := w.spec[k*m*2*matrixBatch:]
		for c := range h {
			ar, ai, br, bi := w.fr[i+c], w.fi[i+c], w.fr[j+c], w.fi[j+c]
			at := c*2*matrixBatch + w.batch
			out[at], out[at+matrixBatch] = 0.5*(ar+br), 0.5*(ai-bi)
			if c+h < m {
				at += h * 2 * matrixBatch
				out[at], out[at+matrixBatch] = 0.5*(ai+bi), 0.5*(br-ar)
			}
		}
	}
}

// flush multiplies the spectra of the batch and adds them up.
func (w *matrixWorker) flush(p *matrixPart) {
	if w.batch == 0 {
		return
	}
	m := w.e.g.M
	const b = matrixBatch
	if w.batch < b { // units that are not there have a spectrum of zero
		for i := 0; i < len(w.spec); i += b {
			clear(w.spec[i+w.batch : i+b])
		}
	}
	pairs := m * (m - 1)
	for k := 0; k <= w.e.size/2; k++ {
		spec := w.spec[k*m*2*b : (k+1)*m*2*b]
		out := p.spectra[k*pairs : (k+1)*pairs]
		at := 0
		for x := 0; x < m-1; x++ {
			ar, ai := (*[b]float64)(spec[x*2*b:]), (*[b]float64)(spec[x*2*b+b:])
			for y := x + 1; y < m; y++ {
				br, bi := (*[b]float64)(spec[y*2*b:]), (*[b]float64)(spec[y*2*b+b:])
				var re0, im0, re1, im1 float64
				for i := 0; i < b; i += 2 {
					re0 += ar[i]*br[i] + ai[i]*bi[i]
					im0 += ar[i]*bi[i] - ai[i]*br[i]
					re1 += ar[i+1]*br[i+1] + ai[i+1]*bi[i+1]
					im1 += ar[i+1]*bi[i+1] - ai[i+1]*br[i+1]
				}
				out[at] += re0 + re1
				out[at+1] += im0 + im1
				at += 2
			}
		}
	}
	w.batch = 0
}

// fftPlan is a radix-2 transform of a power of two, of many lanes at once or of one.
type fftPlan struct {
	size     int
	cos, sin []float64
	rev      []int32 // where frequency k stands after the transform
}

func newFFTPlan(size int) *fftPlan {
	p := &fftPlan{size: size, cos: make([]float64, size/2), sin: make([]float64, size/2), rev: make([]int32, size)}
	for i := range p.cos {
		s, c := math.Sincos(-2 * math.Pi * float64(i) / float64(size))
		p.cos[i], p.sin[i] = c, s
	}
	bits := 0
	for 1<<bits < size {
		bits++
	}
	for i := range p.rev {
		for b := range bits {
			if i>>b&1 == 1 {
				p.rev[i] |= 1 << (bits - 1 - b)
			}
		}
	}
	return p
}

// lanes transforms h series at once (row t of re and im holds period t of every lane), decimation in frequency: the
// result stands in bit-reversed order.
func (p *fftPlan) lanes(re, im []float64, h int) {
	for span := p.size / 2; span >= 1; span /= 2 {
		skip := p.size / (2 * span)
		for start := 0; start < p.size; start += 2 * span {
			for k := range span {
				c, s := p.cos[k*skip], p.sin[k*skip]
				i, j := (start+k)*h, (start+k+span)*h
				ur, ui := re[i:i+h], im[i:i+h]
				vr, vi := re[j:j+h], im[j:j+h]
				ui, vr, vi = ui[:len(ur)], vr[:len(ur)], vi[:len(ur)]
				for l, a := range ur {
					b, c1, d := ui[l], vr[l], vi[l]
					ur[l], ui[l] = a+c1, b+d
					a, b = a-c1, b-d
					vr[l], vi[l] = a*c-b*s, a*s+b*c
				}
			}
		}
	}
}

// inverse transforms one spectrum in natural order back, in place and in natural order.
func (p *fftPlan) inverse(re, im []float64) {
	for i := range im {
		im[i] = -im[i]
	}
	p.lanes(re, im, 1)
	inv := 1 / float64(p.size)
	for i, r := range p.rev {
		if int(r) > i {
			re[i], re[r] = re[r], re[i]
		}
	}
	for i := range re {
		re[i] *= inv
	}
}
