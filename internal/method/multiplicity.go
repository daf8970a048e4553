package method

import (
	"context"
	"fmt"

	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "adjust",
		Title: Text{"Adjustment for many tests", "תיקון למבחנים רבים", "Korekta na wiele testów"},
		Summary: Text{
			"Of many p-values, which can be called findings when the share of false ones must stay small.",
			"מבין ערכי p רבים, אילו אפשר לכנות ממצאים כאשר שיעור השגויים חייב להישאר קטן.",
			"Które z wielu wartości p można nazwać odkryciami, gdy udział fałszywych ma pozostać mały.",
		},
		Assumes: Text{
			"Benjamini–Hochberg: tests are independent or positively dependent; Benjamini–Yekutieli and Holm: any dependence.",
			"Benjamini–Hochberg: המבחנים בלתי תלויים או תלויים חיובית; Benjamini–Yekutieli ו-Holm: כל תלות.",
			"Benjamini–Hochberg: testy niezależne lub dodatnio zależne; Benjamini–Yekutieli i Holm: dowolna zależność.",
		},
		Formula:    "BH: q_(i) = min_{j≥i} p_(j)·m/j; BY: times Σ1/i; Holm: max_{j≤i} p_(j)·(m−j+1)",
		Reference:  "Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini & Yekutieli (2001), doi:10.1214/aos/1013699998",
		Convention: "missing p are not counted in m; reject when adjusted ≤ level; -y ESTIMATE -by SE adds FCR intervals and ranks",
		Example:    "rapport stat adjust -data pvalues.csv -x p",
		Needs:      []string{"data", "x"},
		Run:        runAdjust,
	})
}

func runAdjust(ctx context.Context, in Input) (*Result, error) {
	p, err := in.Table.Num(in.X[0])
	if err != nil {
		return nil, err
	}
	kinds := []struct {
		name string
		f    func([]float64) ([]float64, error)
	}{{"bonferroni", stats.Bonferroni}, {"holm", stats.Holm}, {"hochberg", stats.Hochberg}, {"BH", stats.BH}, {"BY", stats.BY}}
	res := &Result{Columns: []string{"row", "p"}}
	all := make([][]float64, len(kinds))
	m := 0
	for _, v := range p {
		if v == v { // not missing
			m++
		}
	}
	res.Add("m", m)
	for k, kind := range kinds {
		if all[k], err = kind.f(p); err != nil {
			return nil, err
		}
		res.Columns = append(res.Columns, kind.name)
		at05, at10 := 0, 0
		for _, q := range all[k] {
			if q <= .05 {
				at05++
			}
			if q <= .10 {
				at10++
			}
		}
		res.Add("n_reject_"+kind.name+"_05", at05)
		res.Add("n_reject_"+kind.name+"_10", at10)
	}
	for i, v := range p {
		row := []any{i + 1, v}
		for k := range kinds {
			row = append(row, all[k][i])
			res.Add(fmt.Sprintf("%s_%02d", kinds[k].name, i+1), all[k][i])
		}
		res.Rows = append(res.Rows, row)
	}
	if in.Y != "" && len(in.By) > 0 {
		return res, in.addSelected(ctx, res)
	}
	return res, nil
}

// addSelected adds, per row, the FCR-adjusted interval of the selected estimates and the simultaneous rank interval.
func (in Input) addSelected(ctx context.Context, res *Result) error {
	b, err := in.Table.Num(in.Y)
	if err != nil {
		return err
	}
	se, err := in.Table.Num(in.By[0])
	if err != nil {
		return err
	}
	selected, ci, err := stats.FCRNormal(b, se, nil, in.Level)
	if err != nil {
		return err
	}
	res.Add("n_selected", len(selected))
	ranks, err := stats.RankIntervals(ctx, b, se, in.Level, in.Reps, in.Seed)
	if err != nil {
		return err
	}
	res.Columns = append(res.Columns, "fcr_lo", "fcr_hi", "rank_lo", "rank_hi")
	for i := range res.Rows {
		res.Rows[i] = append(res.Rows[i], ci[i].Lo, ci[i].Hi, ranks[i].Lo, ranks[i].Hi)
	}
	return nil
}
