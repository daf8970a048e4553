package stats

import "math"

// MediationSensitivity says how strong an unmeasured common cause of mediator and outcome would have to be to explain the
// indirect effect away.
type MediationSensitivity struct {
	RhoZero   float64 `json:"rho_at_zero"`     // correlation of the two equations' errors at which the indirect effect is 0
	R2Star    float64 `json:"r2_star_product"` // ρ²: product of the shares of unexplained variance a common cause explains
	R2Total   float64 `json:"r2_tilde_product"`
	sigmaY    float64
	sigmaM    float64
	a         float64
	residCorr float64
}

// At gives the indirect effect if the errors of the mediator and outcome equations were correlated by rho (−1 < rho < 1):
// a·σ_Y/σ_M·(ρ̃ − ρ√((1−ρ̃²)/(1−ρ²))), ρ̃ the correlation of the residuals of M on X and Y on X. NaN outside (−1, 1).
//
// Imai, Keele & Tingley (2010), doi:10.1037/a0020761, theorem 4 of Imai, Keele & Yamamoto (2010), doi:10.1214/10-STS321.
func (s *MediationSensitivity) At(rho float64) float64 {
	if !(math.Abs(rho) < 1) {
		return math.NaN()
	}
	return s.a * s.sigmaY / s.sigmaM * (s.residCorr - rho*math.Sqrt((1-s.residCorr*s.residCorr)/(1-rho*rho)))
}

func sensitivityRho(fa, fc *lsq, m *Mediated) (*MediationSensitivity, error) {
	s := &MediationSensitivity{a: m.A.B, sigmaM: math.Sqrt(fa.rss / float64(fa.n-fa.k)), sigmaY: math.Sqrt(fc.rss / float64(fc.n-fc.k))}
	if !(s.sigmaM > 0) || !(s.sigmaY > 0) {
		return nil, Refuse(NoVariation, "mediator or outcome is determined by x")
	}
	s.residCorr = dotp(fa.resid, fc.resid) / math.Sqrt(fa.rss*fc.rss)
	s.RhoZero = s.residCorr
	s.R2Star = s.residCorr * s.residCorr
	s.R2Total = math.NaN()
	if m.N > 0 { // shares of the whole variance: R̃² = R*²(1−R²_M)(1−R²_Y)
		s.R2Total = s.R2Star * (1 - fa.r2()) * (1 - fc.r2())
	}
	return s, nil
}

// r2 of a fit with a constant: 1 − RSS/TSS about the mean.
func (f *lsq) r2() float64 { return 1 - f.rss/f.tss }
