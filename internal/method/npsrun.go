package method

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func runNPS(_ context.Context, in Input) (*Result, error) {
	score, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	pop := int(in.Param("population"))
	all, err := stats.NPS(score, pop, in.Level)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	adjusted := in.Convention == "adjusted"
	if in.Convention != "" && !adjusted && in.Convention != "wald" {
		return nil, unknownConvention(in.Convention, "wald", "adjusted")
	}
	npsFigures(r, "", all, adjusted, in.Level)
	if len(in.By) == 0 {
		return r, nil
	}
	r.Columns = []string{"by", "group", "n", "nps", "se", "adjusted_lo", "adjusted_hi"}
	for _, by := range in.By {
		if err := npsBy(r, in, by, score, adjusted); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func npsBy(r *Result, in Input, by string, score []float64, adjusted bool) error {
	codes, labels, err := in.Table.Codes(by)
	if err != nil {
		return err
	}
	prefix := by + "."
	if by == "group" {
		prefix = ""
	}
	groups := make([]*stats.NPSResult, len(labels))
	for k, label := range labels {
		var s []float64
		for i, c := range codes {
			if c == k {
				s = append(s, score[i])
			}
		}
		g, err := stats.NPS(s, 0, in.Level)
		if err != nil {
			if len(s) > 0 && onlyMissing(s) {
				continue // a group without answers has no score
			}
			return err
		}
		groups[k] = g
		npsFigures(r, prefix+label+".", g, adjusted, in.Level)
		r.Rows = append(r.Rows, []any{by, label, g.N, g.NPS, g.SE, g.AdjustedWald.Lo, g.AdjustedWald.Hi})
	}
	for i := range groups {
		for j := i + 1; j < len(groups) && len(groups) <= 12; j++ {
			if groups[i] == nil || groups[j] == nil {
				continue
			}
			d, err := stats.CompareNPS(groups[i], groups[j], in.Level)
			if err != nil {
				return err
			}
			p := labels[i] + "_minus_" + labels[j] + "."
			for _, v := range []Value{{"delta", d.Delta}, {"se", d.SE}, {"z", d.Z}, {"p", d.P}, {"ci_lo", d.Wald.Lo}, {"ci_hi", d.Wald.Hi}, {"adjusted_lo", d.Adjusted.Lo}, {"adjusted_hi", d.Adjusted.Hi}} {
				r.Add(p+v.Name, v.V)
			}
		}
	}
	return nil
}

// unknownConvention refuses a -convention and names those there are.
func unknownConvention(got string, known ...string) error {
	return errs.Invalid("convention_unknown").With("value", got).With("known", strings.Join(known, ", ")).Because(fmt.Errorf("-convention %q: write %s", got, strings.Join(known, ", ")))
}

// trimFloat writes a number with no more digits than it needs.
func trimFloat(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func onlyMissing(s []float64) bool {
	for _, v := range s {
		if !math.IsNaN(v) {
			return false
		}
	}
	return true
}

func npsFigures(r *Result, prefix string, g *stats.NPSResult, adjusted bool, level float64) {
	ci := g.Wald
	if adjusted {
		ci = g.AdjustedWald
	}
	n90, _ := stats.NPSFromCounts(int(math.Round(g.Promoters*float64(g.N))), int(math.Round(g.Passives*float64(g.N))), int(math.Round(g.Detractors*float64(g.N))), 0, .9)
	for _, v := range []Value{
		{"nps", g.NPS},
		{"se", g.SE},
		{"ci_lo", ci.Lo},
		{"ci_hi", ci.Hi},
		{"adjusted_lo", g.AdjustedWald.Lo},
		{"adjusted_hi", g.AdjustedWald.Hi},
		{"n", g.N},
		{"promoters", g.Promoters},
		{"passives", g.Passives},
		{"detractors", g.Detractors},
		{"var", g.Var},
		{"moe" + percent(level), g.MOE},
		{"moe90", n90.MOE},
		{"se_unbiased_n1", g.SEUnbiased},
		{"moe" + percent(level) + "_t_n1", g.MOET},
	} {
		if v.Name == "moe90" && percent(level) == "90" {
			continue
		}
		r.Add(prefix+v.Name, v.V)
	}
	if prefix == "" {
		r.Add("n_obs", g.N)
	}
}

// percent writes a level as the keys do: 95, 90, 99.5.
func percent(level float64) string { return trimFloat(math.Round(level*1e6) / 1e4) }
