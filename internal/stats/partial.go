package stats

import "math"

// PartialResult is a correlation with controls held constant.
type PartialResult struct {
	Partial     CorrResult // both sides without the controls; df = n − 2 − g, interval on n − g − 3
	SemiPartial CorrResult // x as it is, y without the controls; same df, no interval
}

// Partial correlates x and y given controls (g columns), by the residuals of least squares (ppcor's convention: the
// semi-partial takes the controls off the second variable only). ranks true uses mid-ranks of all columns (Spearman).
// Rows with NaN in any column are dropped. 95 % intervals cover ≥ 93 % from n − g = 10 on for normal data.
// Kim (2015), doi:10.5351/CSAM.2015.22.6.665.
//
// Refusals: length_mismatch, not_finite, out_of_range, insufficient_observations (n − g < 3), no_variation (x or y does
// not vary once the controls are off), collinear.
func Partial(x, y []float64, controls [][]float64, ranks bool, level float64) (*PartialResult, error) {
	level, err := checkLevel(level)
	if err != nil {
		return nil, err
	}
	p := &Panel{Unit: make([]int, len(y)), Y: y, X: append([][]float64{x}, controls...)}
	if err := p.check(false); err != nil {
		return nil, err
	}
	c, _ := p.Complete()
	g := len(controls)
	n := len(c.Y)
	if n-2-g < 1 {
		return nil, TooFew(InsufficientObservations, g+3, n)
	}
	cols := append([][]float64{c.Y}, c.X...)
	if ranks {
		for j := range cols {
			cols[j], _ = midRanks(cols[j])
		}
	}
	y, x, controls = cols[0], cols[1], cols[2:]
	ry, err := residualised(y, controls)
	if err != nil {
		return nil, err
	}
	rx, err := residualised(x, controls)
	if err != nil {
		return nil, err
	}
	out := &PartialResult{}
	df := n - 2 - g
	if out.Partial, err = residualCorr(rx, ry, maxAbs(x), maxAbs(y), df); err != nil {
		return nil, err
	}
	out.Partial.CI = fisherCI(out.Partial.R, math.Sqrt(1/float64(n-g-3)), level)
	if out.SemiPartial, err = residualCorr(shifted(x, meanOf(x)), ry, maxAbs(x), maxAbs(y), df); err != nil {
		return nil, err
	}
	out.SemiPartial.CI = Interval{math.NaN(), math.NaN(), level}
	return out, nil
}

func residualised(y []float64, controls [][]float64) ([]float64, error) {
	if len(controls) == 0 {
		return shifted(y, meanOf(y)), nil
	}
	name := make([]string, len(controls))
	for j := range name {
		name[j] = "control " + itoa(j+1)
	}
	m, err := OLS(y, controls, name)
	if err != nil {
		return nil, err
	}
	return m.Resid, nil
}

// residualCorr correlates centred columns; mx and my are the magnitudes of the raw ones.
func residualCorr(x, y []float64, mx, my float64, df int) (out CorrResult, err error) {
	sxx, syy := dot(x, x), dot(y, y)
	n := len(x)
	if flat(sxx, n, mx) {
		return out, Refuse(NoVariation, "x does not vary once the controls are off")
	}
	if flat(syy, n, my) {
		return out, Refuse(NoVariation, "y does not vary once the controls are off")
	}
	r := clampR(dot(x, y) / math.Sqrt(sxx) / math.Sqrt(syy))
	out = CorrResult{R: r, N: n, DF: df, T: tOfR(r, float64(df))}
	out.P = tTwoSided(out.T, float64(df))
	return out, nil
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + string(rune('0'+i%10))
}
