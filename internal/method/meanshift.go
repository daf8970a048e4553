package method

import (
	"context"
	"math"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "mean_shift",
		Title: Text{"Before and since", "לפני ומאז", "Przedtem i odtąd"},
		Summary: Text{
			"Does a figure lie elsewhere since a date than before, by more than its own ups and downs?",
			"האם הנתון נמצא מאז תאריך מסוים במקום אחר מאשר קודם, מעבר לתנודות הרגילות שלו?",
			"Czy wskaźnik leży od pewnej daty gdzie indziej niż przedtem, bardziej niż wynika z jego zwykłych wahań?",
		},
		Assumes: Text{
			"Each stretch is level in itself. It says that the figure moved since then, not why: whatever else happened at the same time is in it.",
			"כל קטע יציב בפני עצמו. השיטה אומרת שהנתון זז מאז, לא מדוע: כל מה שקרה באותו זמן כלול בו.",
			"Każdy odcinek jest sam w sobie równy. Metoda mówi, że wskaźnik przesunął się odtąd, nie dlaczego: zawiera wszystko, co zdarzyło się w tym samym czasie.",
		},
		Formula:    "mean(after) − mean(before); Welch's interval with n(1 − ρ)/(1 + ρ) values a stretch, ρ the pooled first-order autocorrelation",
		Reference:  "Welch (1947), doi:10.1093/biomet/34.1-2.28; Bayley & Hammersley (1946), doi:10.2307/2983560; Kendall (1954), doi:10.1093/biomet/41.3-4.403",
		Convention: "autocorrelation estimated and corrected for its bias; -rho 0 is Welch's t test",
		Example:    "rapport stat mean_shift -data seatbelts.csv -y log(drivers) -time t -treat law",
		Needs:      []string{"data", "y", "time"},
		Figures:    []string{"diff", "ci_lo", "ci_hi", "p"},
		Params: []Param{
			{Name: "start", Default: math.NaN(), Optional: true, Help: "first period after (default: the first in which -treat is not 0)"},
			{Name: "rho", Default: math.NaN(), Optional: true, Help: "autocorrelation within the stretches (default: estimated)"},
		},
		Run: runMeanShift,
	})
}

func runMeanShift(_ context.Context, in Input) (*Result, error) {
	s, err := in.itsSeries()
	if err != nil {
		return nil, err
	}
	m, err := stats.MeanShift(s.y[:s.start], s.y[s.start:], in.Param("rho"), in.Level)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	res.Add("diff", m.Diff)
	res.Add("se", m.StdErr)
	res.Add("df", m.DF)
	res.Add("p", m.P)
	res.Add("ci_lo", m.CI.Lo)
	res.Add("ci_hi", m.CI.Hi)
	res.Add("before", m.Before)
	res.Add("after", m.After)
	res.Add("n_before", m.NBefore)
	res.Add("n_after", m.NAfter)
	res.Add("rho", m.Rho)
	return res, nil
}
