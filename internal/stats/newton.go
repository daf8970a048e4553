package stats

import (
	"context"
	"math"
)

// newtonFit minimises a smooth function from its analytic gradient: the Hessian is the central difference of gradients,
// made positive definite by adding to its diagonal, steps are halved until they go down. It returns the minimiser, its
// value and the Hessian there. f writes the gradient and returns the value; +Inf marks points outside the domain.
func newtonFit(ctx context.Context, x0 []float64, f func(x, grad []float64) float64) (x []float64, v float64, hess [][]float64, err error) {
	p := len(x0)
	x = append([]float64(nil), x0...)
	grad := make([]float64, p)
	v = f(x, grad)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, 0, nil, Refuse(NotFinite, "likelihood at the start")
	}
	try, tg := make([]float64, p), make([]float64, p)
	for iter := range 300 {
		if ctx.Err() != nil {
			return nil, 0, nil, Refuse(Canceled, "iteration %d", iter)
		}
		hess = diffHessian(x, f)
		var step []float64
		for ridge := 0.0; step == nil; ridge = math.Max(1e-6, ridge*10) {
			if ridge > 1e12 {
				return nil, 0, nil, Refuse(NoConvergence, "no downhill direction")
			}
			h := square(p)
			for a := range p {
				copy(h[a], hess[a])
				h[a][a] += ridge * (1 + math.Abs(hess[a][a]))
			}
			step = solveSym(h, grad)
		}
		if top := maxAbsOf(step); top > 2 { // parameters are logarithms: never more than e² at a time
			for a := range step {
				step[a] *= 2 / top
			}
		}
		moved := false
		for h := 1.0; h > 1e-12; h /= 2 {
			for a := range try {
				try[a] = x[a] - h*step[a]
			}
			if tv := f(try, tg); tv < v {
				copy(x, try)
				copy(grad, tg)
				moved = v-tv > 1e-13*(1+math.Abs(v)) || maxAbsOf(step)*h > 1e-7
				v = tv
				break
			}
		}
		if !moved {
			return x, v, diffHessian(x, f), nil
		}
	}
	return nil, 0, nil, Refuse(NoConvergence, "likelihood")
}

func diffHessian(x []float64, f func(x, grad []float64) float64) [][]float64 {
	p := len(x)
	h := square(p)
	y, up, down := append([]float64(nil), x...), make([]float64, p), make([]float64, p)
	for a := range p {
		d := 1e-5 * math.Max(1, math.Abs(x[a]))
		y[a] = x[a] + d
		f(y, up)
		y[a] = x[a] - d
		f(y, down)
		y[a] = x[a]
		for b := range p {
			h[a][b] += (up[b] - down[b]) / (4 * d)
			h[b][a] += (up[b] - down[b]) / (4 * d)
		}
	}
	return h
}
