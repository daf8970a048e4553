package method

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "synth",
		Title: Text{"Synthetic control", "קבוצת ביקורת סינתטית", "Syntetyczna grupa kontrolna"},
		Summary: Text{
			"What one treated team would have done, built from the teams that were not treated and had moved like it.",
			"מה היה קורה לצוות שטופל, לפי שילוב של צוותים שלא טופלו ונעו כמוהו.",
			"Jak zachowałby się jeden zespół objęty zmianą, złożony z zespołów nieobjętych, które zmieniały się jak on.",
		},
		Assumes: Text{
			"The mix follows the treated team closely before the start, and the others were not touched by the change. The p value is the treated team's rank among placebos.",
			"השילוב עוקב מקרוב אחר הצוות שטופל לפני ההתחלה, והאחרים לא הושפעו מהשינוי. ערך ה-p הוא דירוג הצוות בין בדיקות הדמה.",
			"Mieszanka wiernie podąża za zespołem przed startem, a inne zespoły nie odczuły zmiany. Wartość p to pozycja zespołu wśród prób placebo.",
		},
		Formula:    "min_w Σ_k v_k (x₁ₖ − Σ_j w_j x_jₖ)², w ≥ 0, Σw = 1; V: least pre-period MSPE; gap_t = y₁ₜ − Σ_j w_j y_jₜ; p = rank of post/pre-MSPE",
		Reference:  "Abadie, Diamond & Hainmueller (2010), doi:10.1198/jasa.2009.ap08746",
		Convention: "without -x: outcome only, V = identity; with -x (name@from:to, name@year, or name for all periods before): predictors divided by their SD over treated and donors, V searched (nested), shown beside equal V and, with -weights v1,v2,…, that V",
		Example:    "rapport stat synth -data smoking.csv -unit state -time year -y cigsale -treat California -start 1989",
		Needs:      []string{"data", "y", "unit", "time", "treat"},
		Uses:       []string{"weights"},
		Figures:    []string{"att_mean_post", "rmspe_pre", "mspe_post", "placebo_excl.p"},
		Params: []Param{
			{Name: "start", Default: math.NaN(), Optional: true, Help: "first treated period, when -treat names the treated unit and no column"},
			{Name: "fitfrom", Default: math.NaN(), Optional: true, Help: "first period of the window that V is fitted on (default: the first period)"},
			{Name: "placebostart", Default: math.NaN(), Optional: true, Help: "pretended start of the placebo in time (default: two thirds into the periods before)"},
		},
		Run: runSynth,
	})
}

// synthInput is the panel with its labels.
type synthInput struct {
	data   stats.SynthData
	units  []string
	times  []string
	code   map[string]int // period label → column
	values func(name string) ([][]float64, error)
}

func runSynth(ctx context.Context, in Input) (*Result, error) {
	s, err := in.synthPanel()
	if err != nil {
		return nil, err
	}
	res := &Result{}
	if len(in.X) == 0 {
		r, err := stats.SyntheticControl(ctx, s.data, nil)
		if err != nil {
			return nil, err
		}
		res.synth(s, "", r, true)
		return res, in.synthPlacebos(ctx, res, s, nil)
	}
	if err := s.addPredictors(in.X); err != nil {
		return nil, err
	}
	k := len(s.data.Predictors)
	r, err := stats.SyntheticControl(ctx, s.data, nil)
	if err != nil {
		return nil, err
	}
	res.synth(s, "", r, true)
	res.synth(s, "nested.", r, false)
	for i, name := range in.X {
		res.Add("V."+strings.NewReplacer("@", "_", ":", "_").Replace(name), r.V[i])
	}
	equal := make([]float64, k)
	for i := range equal {
		equal[i] = 1 / float64(k)
	}
	given := map[string][]float64{"equalV.": equal}
	if in.Weights != "" {
		v, err := parseFloats(in.Weights, k)
		if err != nil {
			return nil, err
		}
		given["givenV."] = v
	}
	for _, prefix := range []string{"equalV.", "givenV."} {
		v, ok := given[prefix]
		if !ok {
			continue
		}
		// Shown for comparison whatever its fit: only the headline is held to the pre-trend gate.
		g, err := stats.SyntheticControl(ctx, s.data, v)
		if ref, ok := errors.AsType[*stats.Refusal](err); ok && ref.Reason == stats.NoPretrendFit {
			res.Add(prefix+"undefined", string(ref.Reason))
			continue
		}
		if err != nil {
			return nil, err
		}
		res.synth(s, prefix, g, false)
	}
	outcome := s.data
	outcome.Predictors = nil
	if o, err := stats.SyntheticControl(ctx, outcome, nil); err == nil {
		res.synth(s, "outcome.", o, false)
	}
	return res, in.synthPlacebos(ctx, res, s, nil)
}

func parseFloats(list string, n int) ([]float64, error) {
	var out []float64
	for _, p := range strings.Split(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil {
			return nil, errs.Invalid("weights_off").With("value", p).Because(fmt.Errorf("-weights %q: %q is no number", list, p))
		}
		out = append(out, v)
	}
	if len(out) != n {
		return nil, errs.Invalid("weights_count").With("given", len(out)).With("count", n).Because(fmt.Errorf("-weights has %d numbers for %d predictors", len(out), n))
	}
	return out, nil
}

// synthPanel reads the panel; who is treated and when comes from a 0/1 column, from -cohort, or from a unit's name and -start.
func (in Input) synthPanel() (*synthInput, error) {
	code, labels, err := in.Table.Codes(in.Unit)
	if err != nil {
		return nil, err
	}
	if _, err := in.Table.Units(in.Unit); err != nil {
		return nil, err
	}
	order := make([]int, len(labels))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return labels[order[a]] < labels[order[b]] })
	rank := make([]int, len(labels))
	s := &synthInput{code: map[string]int{}}
	for k, i := range order {
		rank[i] = k
		s.units = append(s.units, labels[i])
	}
	period, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	words, err := in.Table.Text(in.Time)
	if err != nil {
		return nil, err
	}
	distinct := slices.Clone(period)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	if len(distinct) > 5000 {
		return nil, errs.Invalid("too_many_periods")
	}
	s.times = make([]string, len(distinct))
	column := make([]int, len(period))
	for i, p := range period {
		column[i], _ = slices.BinarySearch(distinct, p)
		s.times[column[i]] = words[i]
		s.code[words[i]] = column[i]
	}
	seen := map[[2]int]bool{}
	for i := range code {
		c := [2]int{code[i], column[i]}
		if seen[c] {
			return nil, errs.Invalid("two_rows").Because(fmt.Errorf("line %d: %s has two rows in %s", in.Table.Line(i), labels[code[i]], words[i]))
		}
		seen[c] = true
	}
	s.values = func(name string) ([][]float64, error) {
		v, err := in.Table.Num(name)
		if err != nil {
			return nil, err
		}
		m := make([][]float64, len(labels))
		for i := range m {
			m[i] = make([]float64, len(distinct))
			for t := range m[i] {
				m[i][t] = math.NaN()
			}
		}
		for i, x := range v {
			m[rank[code[i]]][column[i]] = x
		}
		return m, nil
	}
	if s.data.Y, err = s.values(in.Y); err != nil {
		return nil, err
	}
	s.data.Treated, s.data.Start = -1, -1
	if in.Table.Has(in.Treat) {
		mark, err := s.values(in.Treat)
		if err != nil {
			return nil, err
		}
		for u, row := range mark {
			for t, v := range row {
				if v == 1 && s.data.Treated != u {
					if s.data.Treated >= 0 {
						return nil, errs.Invalid("two_treated").With("one", s.units[s.data.Treated]).With("other", s.units[u]).Because(fmt.Errorf("synth takes one treated unit; %s and %s are marked", s.units[s.data.Treated], s.units[u]))
					}
					s.data.Treated, s.data.Start = u, t
				}
			}
		}
	} else if name, at, _ := strings.Cut(in.Treat, "@"); slices.Contains(s.units, name) {
		s.data.Treated = slices.Index(s.units, name)
		if c, ok := s.code[at]; ok {
			s.data.Start = c
		}
	} else {
		return nil, errs.Invalid("treated_unknown").With("value", in.Treat).Because(fmt.Errorf("-treat %q is neither a 0/1 column nor a unit", in.Treat))
	}
	if v := in.Param("start"); !math.IsNaN(v) {
		s.data.Start = sort.Search(len(distinct), func(k int) bool { return float64(distinct[k]) >= v })
	}
	if s.data.Treated < 0 {
		return nil, stats.TooFew(stats.TooFewTreated, 1, 0)
	}
	if s.data.Start < 0 {
		return nil, errs.Invalid("start_needed").Because(fmt.Errorf("-start names the first treated period"))
	}
	if v := in.Param("fitfrom"); !math.IsNaN(v) {
		s.data.FitFrom = sort.Search(len(distinct), func(k int) bool { return float64(distinct[k]) >= v })
	}
	return s, nil
}

var rePredictor = regexp.MustCompile(`^(.+?)(?:@([^:]+)(?::(.+))?)?$`)

// addPredictors reads name@from:to (mean over the periods), name@period, or name (mean over all periods before the start).
func (s *synthInput) addPredictors(specs []string) error {
	for _, spec := range specs {
		m := rePredictor.FindStringSubmatch(spec)
		vals, err := s.values(m[1])
		if err != nil {
			return err
		}
		from, to := 0, s.data.Start-1
		if m[2] != "" {
			var ok bool
			if from, ok = s.code[m[2]]; !ok {
				return errs.Invalid("period_not_in_file").With("value", m[2]).With("spec", spec)
			}
			to = from
			if m[3] != "" {
				if to, ok = s.code[m[3]]; !ok {
					return errs.Invalid("period_not_in_file").With("value", m[3]).With("spec", spec)
				}
			}
		}
		p := make([]float64, len(vals))
		for u, row := range vals {
			n := 0.0
			for t := from; t <= to; t++ {
				if !math.IsNaN(row[t]) {
					p[u] += row[t]
					n++
				}
			}
			p[u] /= n // no value at all: NaN, the unit is no donor
		}
		s.data.Predictors = append(s.data.Predictors, p)
	}
	return nil
}

// synth lists one synthetic control under a prefix; the headline's gaps are the table.
func (r *Result) synth(s *synthInput, prefix string, c *stats.Synth, head bool) {
	put := r.Vary
	if head {
		put = r.Add
	}
	put(prefix+"att_mean_post", c.ATT)
	put(prefix+"rmspe_pre", c.RMSPEPre)
	put(prefix+"mspe_post", c.MSPEPost)
	put(prefix+"loss_v_mspe", c.Loss)
	put(prefix+"fit", c.Fit)
	unique := 0
	if c.Unique {
		unique = 1
	}
	put(prefix+"unique", unique)
	n := 0
	for i, j := range c.Donors {
		if c.W[i] > 1e-6 {
			n++
			put(prefix+"w."+strings.ReplaceAll(s.units[j], " ", "_"), c.W[i])
		} else {
			r.Vary(prefix+"w."+strings.ReplaceAll(s.units[j], " ", "_"), c.W[i])
		}
	}
	put(prefix+"n_donors", len(c.Donors))
	put(prefix+"n_nonzero", n)
	for t, g := range c.Gap {
		r.Vary(prefix+"gap."+s.times[t], g)
	}
	if !head {
		return
	}
	r.Columns = []string{"period", "treated", "synthetic", "gap"}
	for t, g := range c.Gap {
		y := s.data.Y[s.data.Treated][t]
		r.Rows = append(r.Rows, []any{s.times[t], y, y - g, g})
	}
}

func (in Input) synthPlacebos(ctx context.Context, res *Result, s *synthInput, v []float64) error {
	for _, incl := range []bool{false, true} {
		prefix := "placebo_excl."
		put := res.Add
		if incl {
			prefix, put = "placebo_incl.", res.Vary
		}
		p, err := stats.SynthPlacebos(ctx, s.data, v, incl)
		if ref, ok := errors.AsType[*stats.Refusal](err); ok && ref.Reason != stats.Canceled {
			put(prefix+"undefined", string(ref.Reason))
			continue
		}
		if err != nil {
			return err
		}
		put(prefix+"ratio_treated", p.Ratio[0])
		put(prefix+"rank", p.Rank)
		put(prefix+"p", p.P)
		put(prefix+"p_fit_within_20", p.P20)
		put(prefix+"p_fit_within_5", p.P5)
		put(prefix+"p_fit_within_2", p.P2)
		order := make([]int, len(p.Units))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return p.Ratio[order[a]] > p.Ratio[order[b]] })
		for i, k := range order {
			name := strings.ReplaceAll(s.units[p.Units[k]], " ", "_")
			if i < 5 {
				res.Vary(fmt.Sprintf("%stop%d.%s", prefix, i+1, name), p.Ratio[k])
			}
			res.Vary(prefix+"ratio."+name, p.Ratio[k])
		}
	}
	fake := s.data.Start * 2 / 3
	if v := in.Param("placebostart"); !math.IsNaN(v) {
		if c, ok := s.code[strconv.FormatFloat(v, 'f', -1, 64)]; ok {
			fake = c
		}
	}
	d := s.data
	d.Predictors = nil // predictors may lie after the pretended start: the placebo in time fits the outcome alone
	if p, err := stats.SynthInTime(ctx, d, fake, nil); err == nil {
		res.Add("placebo_time.start", s.times[fake])
		res.Add("placebo_time.att", p.ATT)
		res.Add("placebo_time.ratio", p.Ratio)
	}
	return nil
}
