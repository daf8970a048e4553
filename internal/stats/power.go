package stats

import "math"

// Power questions are two-sided throughout. alpha is the size of the test, power what is wanted of it; sample sizes come
// back as real numbers (round up), solved as root says. Every function refuses arguments outside their range (out_of_range) and sizes that
// no sample up to 10⁹ reaches (not_identified).

const largestSample = 1e9

func checkPower(alpha, power float64) error {
	if !(alpha > 0 && alpha < 1) {
		return Refuse(OutOfRange, "alpha = %v", alpha)
	}
	if !(power > alpha && power < 1) {
		return Refuse(OutOfRange, "power = %v, want it between alpha and 1", power)
	}
	return nil
}

func checkAlpha(alpha float64) error {
	if !(alpha > 0 && alpha < 1) {
		return Refuse(OutOfRange, "alpha = %v", alpha)
	}
	return nil
}

// CorrelationPower is the power of the test of ρ = 0 with n pairs when the correlation is r (Cohen 1988, as pwr.r.test:
// critical r from t(n−2), Fisher's z with its bias term r/(2(n−1))).
func CorrelationPower(r, n, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if !(math.Abs(r) < 1) || !(n >= 4) || math.IsInf(n, 0) {
		return 0, Refuse(OutOfRange, "r = %v, n = %v", r, n)
	}
	return corrPower(math.Abs(r), n, alpha), nil
}

func corrPower(r, n, alpha float64) float64 {
	t := tQuantile(1-alpha/2, n-2)
	rc := math.Sqrt(t * t / (t*t + n - 2))
	zr := math.Atanh(r) + r/(2*(n-1))
	zc := math.Atanh(rc)
	root := math.Sqrt(n - 3)
	return normalUpper((zc-zr)*root) + normalUpper((zc+zr)*root)
}

// normalUpper is P(Z > z).
func normalUpper(z float64) float64 { return .5 * math.Erfc(z/math.Sqrt2) }

// CorrelationN is the number of pairs at which a correlation r is found with the power.
func CorrelationN(r, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(math.Abs(r) < 1) || r == 0 {
		return 0, Refuse(OutOfRange, "r = %v", r)
	}
	f := func(n float64) float64 { return corrPower(math.Abs(r), n, alpha) }
	return root.solve(f, power, 4+1e-10, largestSample, 4+1e-10, largestSample)
}

// CorrelationMDE is the smallest correlation that n pairs find with the power.
func CorrelationMDE(n, power, alpha float64, root Root) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(n >= 4) || math.IsInf(n, 0) {
		return 0, Refuse(OutOfRange, "n = %v", n)
	}
	f := func(r float64) float64 { return corrPower(r, n, alpha) }
	return root.solve(f, power, 1e-12, 1-1e-12, 1e-10, 1-1e-10)
}

// CorrelationFisherN is the plain Fisher-z answer ((z_{1−α/2} + z_power)/atanh r)² + 3.
func CorrelationFisherN(r, power, alpha float64) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	if !(math.Abs(r) < 1) || r == 0 {
		return 0, Refuse(OutOfRange, "r = %v", r)
	}
	return sq((normQuantile(1-alpha/2)+normQuantile(power))/math.Atanh(r)) + 3, nil
}

// RepeatedPower is the power of a repeated-measures correlation r over k teams with m points each, df = k(m−1) − 1
// (Bakdash & Marusich 2017, doi:10.3389/fpsyg.2017.00456): Fisher's z on the effective n = df + 2, critical value from
// t(df). It counts rows within teams as independent; PanelPower allows for autocorrelation.
func RepeatedPower(r, k, m, alpha float64) (float64, error) {
	n, err := repeatedN(k, m)
	if err != nil {
		return 0, err
	}
	return CorrelationPower(r, n, alpha)
}

// RepeatedMDE is the smallest repeated-measures correlation that k teams with m points find with the power.
func RepeatedMDE(k, m, power, alpha float64, root Root) (float64, error) {
	n, err := repeatedN(k, m)
	if err != nil {
		return 0, err
	}
	return CorrelationMDE(n, power, alpha, root)
}

func repeatedN(k, m float64) (float64, error) {
	if !(k >= 1) || !(m >= 2) || math.IsInf(k*m, 0) {
		return 0, Refuse(OutOfRange, "k = %v teams, m = %v points", k, m)
	}
	return k*(m-1) - 1 + 2, nil
}
