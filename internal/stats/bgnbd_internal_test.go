package stats

import (
	"math"
	"testing"
)

// The closed form and the integral of the purchase rate are the same number; the integral carries over to a = 1.
func TestExpectedPurchasesByBothRoutes(t *testing.T) {
	for _, m := range []BGNBD{{.243, 4.414, .793, 2.426}, {2, 10, 3, 5}, {.5, 1, .2, .4}, {5, 20, 12, 3}, {.05, 30, 1.3, 60}} {
		for _, x := range []float64{0, 1, 4, 60} {
			for _, ahead := range []float64{.5, 10, 300} {
				closed := m.growth(x, 30, ahead)
				by := m.growthByQuadrature(m.R+x, x, m.Alpha+30, ahead)
				if !(math.Abs(closed-by) <= 1e-9*by) {
					t.Errorf("%+v x=%v t=%v: closed form %.14g, integral %.14g", m, x, ahead, closed, by)
				}
			}
		}
	}
	for _, a := range []float64{1 - 1e-9, 1, 1 + 1e-9} {
		m := BGNBD{.5, 5, a, 2}
		l, r := BGNBD{.5, 5, .98, 2}.Expected(Buyer{2, 5, 30}, 20), BGNBD{.5, 5, 1.02, 2}.Expected(Buyer{2, 5, 30}, 20)
		if e := m.Expected(Buyer{2, 5, 30}, 20); !(math.Abs(e-(l+r)/2) < 1e-3*e) {
			t.Errorf("a = %v: %v is not between %v and %v", a, e, l, r)
		}
	}
}
