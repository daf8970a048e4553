package stats

import "math"

// PanelDesign is a team × period panel as a power question.
type PanelDesign struct {
	Teams, Periods int
	RhoX, RhoE     float64 // AR(1) of regressor and error inside a team, in (−1, 1)
}

// EffectiveN is the number of independent observations that a two-way fixed-effects slope of this design is worth:
// (G−1)·tr(MRₓ)²/tr(MRₓMRₑ), R the AR(1) correlations over the periods, M the demeaning matrix. Derived from
// Var(b) = tr(MRₓMRₑ)σₑ²/(tr(MRₓ)²σₓ²(G−1)) for x independent of the errors. Refuses fewer than 3 teams or 3
// periods. The design effect of serial correlation: Burlig, Preonas & Woerman (2020), doi:10.1016/j.jdeveco.2020.102458.
func (d PanelDesign) EffectiveN() (float64, error) {
	if d.Teams < 3 {
		return 0, TooFew(InsufficientTeams, 3, d.Teams)
	}
	if d.Periods < 3 {
		return 0, TooFew(InsufficientPeriods, 3, d.Periods)
	}
	if !(math.Abs(d.RhoX) < 1) || !(math.Abs(d.RhoE) < 1) || d.Periods > 2000 {
		return 0, Refuse(OutOfRange, "rho_x = %v, rho_e = %v, periods = %d", d.RhoX, d.RhoE, d.Periods)
	}
	x, e := demeanedAR(d.Periods, d.RhoX), demeanedAR(d.Periods, d.RhoE)
	var trace, cross float64
	for i := range x {
		trace += x[i][i]
		for j := range x {
			cross += x[i][j] * e[j][i]
		}
	}
	return float64(d.Teams-1) * trace * trace / cross, nil
}

// demeanedAR is M R M for the AR(1) correlation matrix of n periods.
func demeanedAR(n int, rho float64) [][]float64 {
	m := square(n)
	row := make([]float64, n)
	var all float64
	for i := range n {
		for j := range n {
			m[i][j] = math.Pow(rho, math.Abs(float64(i-j)))
			row[i] += m[i][j] / float64(n)
		}
		all += row[i] / float64(n)
	}
	for i := range n {
		for j := range n {
			m[i][j] += all - row[i] - row[j]
		}
	}
	return m
}

// Power is the probability that the test of the slope (t with Teams − 1 df, cluster-robust) finds a standardised slope
// beta = b·σₓ/σₑ (for a partial correlation r, beta = r/√(1−r²)).
func (d PanelDesign) Power(beta, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if math.IsNaN(beta) || math.IsInf(beta, 0) {
		return 0, Refuse(NotFinite, "beta")
	}
	n, err := d.EffectiveN()
	if err != nil {
		return 0, err
	}
	return tTestPower(float64(d.Teams-1), math.Abs(beta)*math.Sqrt(n), alpha, true), nil
}

// MDE is the smallest standardised slope found with the power.
func (d PanelDesign) MDE(power, alpha float64) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	n, err := d.EffectiveN()
	if err != nil {
		return 0, err
	}
	df := float64(d.Teams - 1)
	return ExactRoot.solve(func(b float64) float64 { return tTestPower(df, b*math.Sqrt(n), alpha, true) }, power, 0, 1e4, 0, 1e4)
}

// DiDDesign is a difference-in-differences between treated and comparison teams as a power question.
type DiDDesign struct {
	Treated, Control int
	Pre, Post        int     // periods before and after
	Rho              float64 // AR(1) of a team's series around team and period effects
}

// Factor is the standard deviation of the estimate in units of the residual sd of a team's series:
// √(cᵀRc·(1/G₁ + 1/G₀)), c = mean after − mean before. Refuses fewer than one treated or 2 comparison teams
// (insufficient_teams: at least 4 in all), no period on a side (insufficient_periods).
func (d DiDDesign) Factor() (float64, error) {
	if d.Treated < 1 || d.Control < 1 || d.Treated+d.Control < 4 {
		return 0, TooFew(InsufficientTeams, 4, max(0, d.Treated)+max(0, d.Control))
	}
	if d.Pre < 1 || d.Post < 1 {
		return 0, TooFew(InsufficientPeriods, 2, max(0, d.Pre)+max(0, d.Post))
	}
	if !(math.Abs(d.Rho) < 1) || d.Pre+d.Post > 5000 {
		return 0, Refuse(OutOfRange, "rho = %v, periods = %d", d.Rho, d.Pre+d.Post)
	}
	n := d.Pre + d.Post
	c := func(i int) float64 {
		if i < d.Pre {
			return -1 / float64(d.Pre)
		}
		return 1 / float64(d.Post)
	}
	var v float64
	for i := range n {
		for j := range n {
			v += c(i) * c(j) * math.Pow(d.Rho, math.Abs(float64(i-j)))
		}
	}
	return math.Sqrt(v * (1/float64(d.Treated) + 1/float64(d.Control))), nil
}

// Power is the probability that an effect (in units of the residual sd) is found by the t test on the teams' changes,
// G − 2 df. With few treated teams randomisation inference has less: see the evaluability check.
func (d DiDDesign) Power(effect, alpha float64) (float64, error) {
	if err := checkAlpha(alpha); err != nil {
		return 0, err
	}
	if math.IsNaN(effect) || math.IsInf(effect, 0) {
		return 0, Refuse(NotFinite, "effect")
	}
	f, err := d.Factor()
	if err != nil {
		return 0, err
	}
	return tTestPower(float64(d.Treated+d.Control-2), math.Abs(effect)/f, alpha, true), nil
}

// MDE is the smallest effect found with the power, in units of the residual sd.
func (d DiDDesign) MDE(power, alpha float64) (float64, error) {
	if err := checkPower(alpha, power); err != nil {
		return 0, err
	}
	f, err := d.Factor()
	if err != nil {
		return 0, err
	}
	df := float64(d.Treated + d.Control - 2)
	return ExactRoot.solve(func(e float64) float64 { return tTestPower(df, e/f, alpha, true) }, power, 0, 1e5, 0, 1e5)
}
