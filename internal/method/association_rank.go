package method

import (
	"context"
	"fmt"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "spearman",
		Title: Text{"Spearman rank correlation", "מתאם דרגות של ספירמן", "Korelacja rang Spearmana"},
		Summary: Text{
			"How consistently one column rises when the other does, by ranks: safe against outliers and curved relations.",
			"עד כמה עמודה אחת עולה בעקביות כשהאחרת עולה, לפי דרגות: עמיד לחריגים ולקשרים עקומים.",
			"Jak konsekwentnie jedna kolumna rośnie, gdy rośnie druga, według rang: odporna na wartości odstające i zależności krzywe.",
		},
		Assumes: Text{
			"Rows are independent of each other; rows of the same teams over time are not.",
			"השורות אינן תלויות זו בזו; שורות של אותם צוותים לאורך זמן כן תלויות.",
			"Wiersze są od siebie niezależne; wiersze tych samych zespołów w czasie nie są.",
		},
		Formula:    "ρ = Pearson of mid-ranks; t = ρ√((n−2)/(1−ρ²)); interval tanh(atanh ρ ± z√((1+ρ²/2)/(n−3)))",
		Reference:  "Spearman (1904), doi:10.2307/1412159; Bonett & Wright (2000), doi:10.1007/BF02294183",
		Convention: "p by the t approximation (exact p beside it up to n = 9 without ties); interval after Bonett & Wright",
		Example:    "rapport stat spearman -data attitude.csv -x complaints -y rating",
		Needs:      []string{"data", "x", "y"},
		Figures:    []string{"r", "t", "df", "p", "ci_lo", "ci_hi"},
		Run: func(_ context.Context, in Input) (*Result, error) {
			return eachX(in, func(x, y []float64) ([]Value, error) {
				r, err := stats.Spearman(x, y, in.Level)
				if err != nil {
					return nil, err
				}
				return []Value{
					{"r", r.R},
					{"t", r.T},
					{"df", r.DF},
					{"p", r.P},
					{"ci_lo", r.CI.Lo},
					{"ci_hi", r.CI.Hi},
					{"n_obs", r.N},
					{"n", r.N},
					{"rho", r.R},
					{"spearman_rho", r.R},
					{"spearman_p_t", r.P},
					{"spearman_p_exact", r.PExact},
					{"spearman_ci_fisher_lo", r.CIFisher.Lo},
					{"spearman_ci_fisher_hi", r.CIFisher.Hi},
					{"spearman_ci_bonettwright_lo", r.CI.Lo},
					{"spearman_ci_bonettwright_hi", r.CI.Hi},
				}, nil
			})
		},
	})
	Register(Method{
		Name:  "kendall",
		Title: Text{"Kendall rank correlation (tau-b)", "מתאם דרגות של קנדל (tau-b)", "Korelacja rang Kendalla (tau-b)"},
		Summary: Text{
			"Of two rows picked at random, how much likelier it is that both columns order them the same way than opposite ways.",
			"בבחירה אקראית של שתי שורות, עד כמה סביר יותר ששתי העמודות מדרגות אותן באותו סדר מאשר בסדר הפוך.",
			"O ile bardziej prawdopodobne jest, że obie kolumny porządkują dwa losowe wiersze tak samo niż odwrotnie.",
		},
		Assumes: Text{
			"Rows are independent of each other; rows of the same teams over time are not.",
			"השורות אינן תלויות זו בזו; שורות של אותם צוותים לאורך זמן כן תלויות.",
			"Wiersze są od siebie niezależne; wiersze tych samych zespołów w czasie nie są.",
		},
		Formula:    "τ_b = (C − D) / √((n₀ − n_x)(n₀ − n_y)), n₀ = n(n−1)/2",
		Reference:  "Kendall (1945), doi:10.1093/biomet/33.3.239; Fieller, Hartley & Pearson (1957), doi:10.1093/biomet/44.3-4.470",
		Convention: "exact p for n < 50 without ties, else normal with tie-corrected variance and no continuity correction",
		Example:    "rapport stat kendall -data attitude.csv -x complaints -y rating",
		Needs:      []string{"data", "x", "y"},
		Figures:    []string{"r", "tau_b", "z", "p", "ci_lo", "ci_hi"},
		Run: func(_ context.Context, in Input) (*Result, error) {
			return eachX(in, func(x, y []float64) ([]Value, error) {
				r, err := stats.Kendall(x, y, in.Level)
				if err != nil {
					return nil, err
				}
				return []Value{
					{"r", r.Tau},
					{"tau_b", r.Tau},
					{"z", r.Z},
					{"p", r.P},
					{"ci_lo", r.CI.Lo},
					{"ci_hi", r.CI.Hi},
					{"n_obs", r.N},
					{"n", r.N},
					{"kendall_tau_b", r.Tau},
					{"kendall_z", r.Z},
					{"kendall_p_normal", r.PNormal},
					{"kendall_p_exact", r.PExact},
					{"kendall_T", r.T},
					{"kendall_ci_fieller_lo", r.CI.Lo},
					{"kendall_ci_fieller_hi", r.CI.Hi},
				}, nil
			})
		},
	})
	Register(Method{
		Name:  "partial",
		Title: Text{"Partial correlation", "מתאם חלקי", "Korelacja cząstkowa"},
		Summary: Text{
			"How closely two columns move together once what the control columns explain is taken off.",
			"עד כמה שתי עמודות נעות יחד לאחר הסרת מה שעמודות הבקרה מסבירות.",
			"Jak blisko dwie kolumny zmieniają się razem po odjęciu tego, co wyjaśniają kolumny kontrolne.",
		},
		Assumes: Text{
			"Straight-line relations and independent rows; a control that lies on the path from x to y hides what it carries.",
			"קשרים ליניאריים ושורות בלתי תלויות; משתנה בקרה הנמצא על המסלול מ-x ל-y מסתיר את מה שעובר דרכו.",
			"Zależności liniowe i niezależne wiersze; zmienna kontrolna leżąca na drodze od x do y ukrywa to, co przenosi.",
		},
		Formula:    "r of the residuals of x and y on the controls; df = n − 2 − g; interval on n − g − 3; semi-partial: controls off y only",
		Reference:  "Kim (2015), ppcor, doi:10.5351/CSAM.2015.22.6.665",
		Convention: "-by names the controls; semi-partial takes them off y, the second variable; -convention spearman uses ranks",
		Example:    "rapport stat partial -data partial.csv -x x -y y -by cv1,cv2,cv3",
		Needs:      []string{"data", "x", "y", "by"},
		Figures:    []string{"r", "t", "df", "p", "ci_lo", "ci_hi"},
		Run:        runPartial,
	})
}

func runPartial(_ context.Context, in Input) (*Result, error) {
	if in.Convention != "" && in.Convention != "pearson" && in.Convention != "spearman" {
		return nil, errs.Invalid("convention_unknown").With("value", in.Convention).With("known", "pearson, spearman").Because(fmt.Errorf("-convention %q: write pearson or spearman", in.Convention))
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	x, err := in.Table.Num(in.X[0])
	if err != nil {
		return nil, err
	}
	var controls [][]float64
	for _, name := range in.By {
		c, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		controls = append(controls, c)
	}
	res := &Result{Notes: []string{"controls: " + strings.Join(in.By, ", ")}}
	kinds := []string{"pearson", "spearman"}
	if in.Convention == "spearman" {
		kinds = []string{"spearman", "pearson"}
	}
	for i, kind := range kinds {
		r, err := stats.Partial(x, y, controls, kind == "spearman", in.Level)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			res.Convention = kind
			res.Add("r", r.Partial.R)
			res.Add("t", r.Partial.T)
			res.Add("df", r.Partial.DF)
			res.Add("p", r.Partial.P)
			res.Add("ci_lo", r.Partial.CI.Lo)
			res.Add("ci_hi", r.Partial.CI.Hi)
			res.Add("n_obs", r.Partial.N)
			addPartial(res, "", r)
		}
		addPartial(res, kind+".", r)
	}
	return res, nil
}

func addPartial(res *Result, at string, r *stats.PartialResult) {
	res.Add(at+"partial_r", r.Partial.R)
	res.Add(at+"partial_t", r.Partial.T)
	res.Add(at+"partial_p", r.Partial.P)
	if at != "" {
		res.Add(at+"df", r.Partial.DF)
	}
	res.Add(at+"partial_ci_lo", r.Partial.CI.Lo)
	res.Add(at+"partial_ci_hi", r.Partial.CI.Hi)
	res.Add(at+"semipartial_r", r.SemiPartial.R)
	res.Add(at+"semipartial_t", r.SemiPartial.T)
	res.Add(at+"semipartial_p", r.SemiPartial.P)
}
