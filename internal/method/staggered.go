package method

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

// runStaggered gives the headline convention's figures and, for those who compare with R, every usual variant under a prefix
// (never, notyet, universal; dr_X, ipw_X, reg_X with covariates).
func runStaggered(ctx context.Context, in Input) (*Result, error) {
	opt, err := staggeredConvention(in.Convention)
	if err != nil {
		return nil, err
	}
	opt.Level, opt.Seed, opt.Draws = in.Level, in.Seed, in.Reps
	unit, err := in.Table.Units(in.Unit)
	if err != nil {
		return nil, err
	}
	period, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	cohort, err := in.cohorts(in.Cohort)
	if err != nil {
		return nil, err
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	time := make([]float64, len(period))
	for i, t := range period {
		time[i] = float64(t)
	}
	bare := stats.StaggeredData{Unit: unit, Time: time, Cohort: cohort, Y: y}
	full := bare
	for _, name := range in.X {
		v, err := in.laggedX(name, in.Lag)
		if err != nil {
			return nil, err
		}
		full.X = append(full.X, v)
	}
	head, err := stats.CallawaySantAnna(ctx, full, opt)
	if err != nil {
		return nil, err
	}
	res := &Result{Convention: conventionWords(opt)}
	res.staggered(head)
	if err := in.staggeredRandomised(ctx, res, y, unit, period, cohort); err != nil {
		return nil, err
	}
	return res, in.staggeredVariants(ctx, res, bare, full, opt)
}

// cohorts reads the first treated period in the periods of -time: 0, Inf, never or an empty cell means never.
func (in Input) cohorts(name string) ([]float64, error) {
	raw, err := in.Table.Text(name)
	if err != nil {
		return nil, err
	}
	times, err := in.Table.Text(in.Time)
	if err != nil {
		return nil, err
	}
	period, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	known := map[string]float64{}
	for i, s := range times {
		known[s] = float64(period[i])
	}
	out := make([]float64, len(raw))
	for i, s := range raw {
		switch strings.ToLower(s) {
		case "", "0", "na", "nan", "inf", "never", "0.0":
			out[i] = math.Inf(1)
			continue
		}
		v, ok := known[s]
		if !ok {
			var n float64
			if _, err := fmt.Sscanf(s, "%g", &n); err != nil {
				return nil, errs.Invalid("cohort_unknown").At(errs.Field{Line: in.Table.Line(i), Column: name, Code: "cohort_unknown", Value: s}).
					Because(fmt.Errorf("line %d, column %s: %q is neither a period of %s nor 0, Inf, never or empty", in.Table.Line(i), name, s, in.Time))
			}
			v = n
		}
		out[i] = v
	}
	return out, nil
}

func conventionWords(o stats.StaggeredOptions) string {
	words := []string{"never", "varying", "dr"}
	if o.NotYet {
		words[0] = "notyet"
	}
	if o.Universal {
		words[1] = "universal"
	}
	if o.Method != "" {
		words[2] = o.Method
	}
	return strings.Join(words, ",")
}

// staggered lists the headline: overall figures, event study with both bands, cohorts.
func (r *Result) staggered(s *stats.Staggered) {
	for _, v := range staggeredValues(s) {
		if strings.Contains(v.Name, "att.") || strings.Contains(v.Name, "se.") { // one of many: the table has the event study
			r.Vary(v.Name, v.V)
		} else {
			r.Add(v.Name, v.V)
		}
	}
	r.Add("n_units", s.Units)
	r.Add("n_dropped", s.Dropped)
	r.Add("n_never", s.Never)
	if len(s.SmallCohorts) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("Cohorts %v have fewer than 10 units: their analytic errors are far too small, read ri_p.", s.SmallCohorts))
	}
	r.Columns = []string{"event_time", "att", "se", "ci_lo", "ci_hi", "band_lo", "band_hi"}
	for i, e := range s.Dynamic.At {
		r.Rows = append(r.Rows, []any{e, s.Dynamic.ATT[i], s.Dynamic.SE[i], s.Point[i].Lo, s.Point[i].Hi, s.Band[i].Lo, s.Band[i].Hi})
	}
}

// staggeredValues names every figure as the reference cases do. pretest_p has five decimals, as the did package prints it.
func staggeredValues(s *stats.Staggered) []Value {
	v := []Value{
		{"simple.overall_att", s.SimpleATT},
		{"simple.overall_se", s.SimpleSE},
		{"dynamic.overall_att", s.Dynamic.Overall},
		{"dynamic.overall_se", s.Dynamic.OverallSE},
		{"group.overall_att", s.Group.Overall},
		{"group.overall_se", s.Group.OverallSE},
		{"group.overall_se_delta", s.GroupSE},
		{"calendar.overall_att", s.Calendar.Overall},
		{"calendar.overall_se", s.Calendar.OverallSE},
		{"pretest_W", s.PretestW},
		{"pretest_p", math.Round(s.PretestP*1e5) / 1e5},
		{"pretest_p_full", s.PretestP},
		{"dynamic.supt_crit_95_gaussian", s.SupT},
	}
	for _, c := range s.Cells {
		v = append(v, Value{fmt.Sprintf("att.g%v_t%v", c.Cohort, c.Time), c.ATT}, Value{fmt.Sprintf("se.g%v_t%v", c.Cohort, c.Time), c.SE})
	}
	for _, a := range []struct {
		name, mark string
		of         stats.Aggregate
	}{{"dynamic", "e", s.Dynamic}, {"group", "g", s.Group}, {"calendar", "t", s.Calendar}} {
		for i, at := range a.of.At {
			v = append(v, Value{fmt.Sprintf("%s.att.%s%v", a.name, a.mark, at), a.of.ATT[i]}, Value{fmt.Sprintf("%s.se.%s%v", a.name, a.mark, at), a.of.SE[i]})
		}
	}
	return v
}

// staggeredVariants adds the other usual conventions and the pre-trend bounds; one that the data refuse is left out.
func (in Input) staggeredVariants(ctx context.Context, res *Result, bare, full stats.StaggeredData, base stats.StaggeredOptions) error {
	joined := strings.Join(in.X, "+")
	type variant struct {
		prefixes []string
		data     stats.StaggeredData
		opt      stats.StaggeredOptions
	}
	with := func(notYet, universal bool, method string) stats.StaggeredOptions {
		o := base
		o.NotYet, o.Universal, o.Method = notYet, universal, method
		return o
	}
	list := []variant{
		{[]string{"never.nocov.", "never."}, bare, with(false, false, "dr")},
		{[]string{"notyet.nocov.", "notyet."}, bare, with(true, false, "dr")},
		{[]string{"never.nocov.universal.", "universal."}, bare, with(false, true, "dr")},
		{[]string{"notyet.nocov.universal."}, bare, with(true, true, "dr")},
	}
	if len(in.X) > 0 {
		for _, m := range []string{"dr", "ipw", "reg"} {
			list = append(list,
				variant{[]string{"never." + m + "_" + joined + ".", m + "_" + joined + "."}, full, with(false, false, m)},
				variant{[]string{"notyet." + m + "_" + joined + "."}, full, with(true, false, m)},
				variant{[]string{"never." + m + "_" + joined + ".universal."}, full, with(false, true, m)})
		}
	}
	for _, v := range list {
		s, err := stats.CallawaySantAnna(ctx, v.data, v.opt)
		if ref, ok := errors.AsType[*stats.Refusal](err); ok && ref.Reason != stats.Canceled {
			continue
		}
		if err != nil {
			return err
		}
		for _, p := range v.prefixes {
			for _, f := range staggeredValues(s) {
				res.Vary(p+f.Name, f.V)
			}
		}
	}
	// Pre-trend bounds need the universal base, whatever the headline uses.
	s, err := stats.CallawaySantAnna(ctx, full, with(base.NotYet, true, base.Method))
	if err != nil {
		return nil
	}
	weight := make([]float64, len(s.Dynamic.At))
	post := 0
	for _, e := range s.Dynamic.At {
		if e >= 0 {
			post++
		}
	}
	for i, e := range s.Dynamic.At {
		if e >= 0 {
			weight[i] = 1 / float64(post)
		}
	}
	b, err := stats.RelativeMagnitudes(s.Dynamic.At, s.Dynamic.ATT, s.EventCov, weight, []float64{.5, 1, 2}, in.Level)
	if err != nil {
		return nil
	}
	res.Add("pretrend_max_change", b.MaxPre)
	res.Add("pretrend_breakdown", b.Breakdown)
	for i, m := range b.M {
		res.Add(fmt.Sprintf("pretrend_m%v_lo", m), b.CI[i].Lo)
		res.Add(fmt.Sprintf("pretrend_m%v_hi", m), b.CI[i].Hi)
	}
	return nil
}

func (in Input) staggeredRandomised(ctx context.Context, res *Result, y []float64, unit, period []int, cohort []float64) error {
	err := in.randomised(ctx, res, y, unit, period, func(i int) float64 { return cohort[i] })
	if ref, ok := errors.AsType[*stats.Refusal](err); ok && ref.Reason != stats.Canceled {
		res.Add("ri_undefined", string(ref.Reason))
		return nil
	}
	return err
}
