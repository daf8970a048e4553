package stats_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/stats"
)

// TestOLSCertified holds OLS to certified values of NIST StRD (public domain) beside Longley, which is a reference case.
func TestOLSCertified(t *testing.T) {
	norrisX := []float64{.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, .4, .6, 775.5, 666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, .3, .3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, .5}
	norrisY := []float64{.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, .3, .1, 778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, .3, .6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, .2}
	var near, nearY []float64
	for i := range 11 {
		near, nearY = append(near, float64(60+i)), append(nearY, float64(130+i))
	}
	near11 := func(want, got float64) {
		t.Helper()
		require.InEpsilon(t, want, got, 1e-11)
	}
	for _, c := range []struct {
		name            string
		fit             func([]float64, [][]float64, []string) (*stats.Linear, error)
		x, y            []float64
		coef, se        []float64
		sigma, rSquared float64
		f               float64
	}{
		{"Norris", stats.OLS, norrisX, norrisY, []float64{-0.262323073774029, 1.00211681802045}, []float64{0.232818234301152, 0.429796848199937e-03}, 0.884796396144373, 0.999993745883712, 5436385.54079785},
		{"NoInt1", stats.OLSOrigin, near, nearY, []float64{2.07438016528926}, []float64{0.165289256198347e-01}, 3.56753034006338, 0.999365492298663, 15750.25},
		{"NoInt2", stats.OLSOrigin, []float64{4, 5, 6}, []float64{3, 4, 4}, []float64{0.727272727272727}, []float64{0.420827318078432e-01}, 0.369274472937998, 0.993348115299335, 298.6666666666667},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.fit(c.y, [][]float64{c.x}, []string{"x"})
			require.NoError(t, err)
			se := stats.StdErr(m.Classical())
			for j := range c.coef {
				near11(c.coef[j], m.Coef[j])
				near11(c.se[j], se[j])
			}
			f, _, r2, sigma := m.FTest()
			near11(c.sigma, sigma)
			near11(c.rSquared, r2)
			near11(c.f, f)
		})
	}
	x := make([][]float64, 5)
	y1, y2 := make([]float64, 21), make([]float64, 21)
	name := make([]string, 5)
	for k := range x {
		name[k] = fmt.Sprint("x", k+1)
		for i := range 21 {
			x[k] = append(x[k], math.Pow(float64(i), float64(k+1)))
		}
	}
	for i := range 21 {
		for k := range 6 {
			y1[i] += math.Pow(float64(i), float64(k))
			y2[i] += math.Pow(.1*float64(i), float64(k))
		}
	}
	for _, c := range []struct {
		name string
		y    []float64
		base float64
	}{{"Wampler1", y1, 1}, {"Wampler2", y2, .1}} {
		t.Run(c.name, func(t *testing.T) {
			m, err := stats.OLS(c.y, x, name)
			require.NoError(t, err)
			for k, b := range m.Coef {
				require.InEpsilon(t, math.Pow(c.base, float64(k)), b, 1e-9)
			}
		})
	}
}

func TestOLSOriginRefuses(t *testing.T) {
	for want, c := range map[stats.Reason]struct{ x, y []float64 }{
		stats.NoVariation:              {[]float64{0, 0, 0}, []float64{1, 2, 3}},
		stats.InsufficientObservations: {[]float64{1}, []float64{1}},
		stats.NotFinite:                {[]float64{1, math.NaN()}, []float64{1, 2}},
		stats.LengthMismatch:           {[]float64{1, 2}, []float64{1, 2, 3}},
	} {
		_, err := stats.OLSOrigin(c.y, [][]float64{c.x}, []string{"x"})
		var r *stats.Refusal
		require.ErrorAs(t, err, &r)
		require.Equal(t, want, r.Reason)
	}
	_, err := stats.OLSOrigin([]float64{1, 2, 4}, [][]float64{{1, 2, 3}, {2, 4, 6}}, []string{"a", "b"})
	var r *stats.Refusal
	require.ErrorAs(t, err, &r)
	require.Equal(t, stats.Collinear, r.Reason)
}
