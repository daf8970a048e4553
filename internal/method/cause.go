package method

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "did",
		Title: Text{"Difference-in-differences", "הפרש ההפרשים", "Różnica w różnicach"},
		Summary: Text{
			"Did those who got something change more than those who did not, over the same time?",
			"האם מי שקיבלו דבר מה השתנו יותר ממי שלא קיבלו, באותו פרק זמן?",
			"Czy ci, którzy coś otrzymali, zmienili się bardziej niż ci, którzy tego nie otrzymali, w tym samym czasie?",
		},
		Assumes: Text{
			"Without it both groups would have moved alike. With few teams read ri_p (drawn from the assignment), not the analytic error.",
			"בלעדיו שתי הקבוצות היו נעות באופן דומה. כשהצוותים מעטים קראו את ri_p (מתוך ההקצאה), לא את השגיאה האנליטית.",
			"Bez tego obie grupy zmieniałyby się podobnie. Przy niewielu zespołach czytaj ri_p (z losowania przydziału), nie błąd analityczny.",
		},
		Formula:    "(T_post − T_pre) − (C_post − C_pre); CR1 = G/(G−1)·(N−1)/(N−4); ri_p = share of assignments with |t*| ≥ |t|",
		Reference:  "Card & Krueger (1994), Am Econ Rev 84:772–793; Bertrand, Duflo & Mullainathan (2004), doi:10.1162/003355304772839588; MacKinnon & Webb (2020), doi:10.1016/j.jeconom.2020.04.024",
		Convention: "saturated model y ~ treat·post; with -unit errors CR1 at the unit and t(G−1), else classical and t(n−4)",
		Example:    "rapport stat did -data stores.csv -y fte -treat nj -time post -unit store",
		Needs:      []string{"data", "y", "treat", "time"},
		Figures:    []string{"did", "b", "se", "t", "p", "ci_lo", "ci_hi"},
		Params:     []Param{{Name: "start", Default: math.NaN(), Optional: true, Help: "first period after (default: the later of two periods, or the first in which -treat is 1 in part)"}},
		Run:        runDiD,
	})
	Register(Method{
		Name:  "did-staggered",
		Title: Text{"Staggered difference-in-differences", "הפרש ההפרשים בהטמעה מדורגת", "Różnica w różnicach przy wdrożeniu etapami"},
		Summary: Text{
			"What an initiative did to those who started at different times, by time since the start.",
			"מה עשתה יוזמה למי שהתחילו במועדים שונים, לפי הזמן שחלף מההתחלה.",
			"Co inicjatywa zmieniła u tych, którzy zaczynali w różnych terminach, według czasu od startu.",
		},
		Assumes: Text{
			"From the period before the start on, those who started would have moved like those who did not (given the covariates). Cohorts below 10 units: read the randomisation p.",
			"מהתקופה שלפני ההתחלה ואילך, מי שהתחילו היו נעים כמו מי שלא (בהינתן משתני הבקרה). מחזורים של פחות מ-10 יחידות: קראו את ערך ה-p של הרנדומיזציה.",
			"Od okresu przed startem ci, którzy zaczęli, zmienialiby się jak ci, którzy nie zaczęli (przy danych zmiennych). Kohorty poniżej 10 jednostek: czytaj p z randomizacji.",
		},
		Formula:    "ATT(g,t) = E[Y_t − Y_{g−1} | G=g] − E[Y_t − Y_{g−1} | comparison], doubly robust in X; se = √(mean(IF²)/n)",
		Reference:  "Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001; Sant'Anna & Zhao (2020), doi:10.1016/j.jeconom.2020.06.003; Rambachan & Roth (2023), doi:10.1093/restud/rdad018",
		Convention: "never,varying,dr",
		Example:    "rapport stat did-staggered -data mpdta.csv -unit countyreal -time year -cohort first.treat -y lemp -x lpop",
		Needs:      []string{"data", "y", "unit", "time", "cohort"},
		Figures:    []string{"simple.overall_att", "simple.overall_se", "dynamic.overall_att", "dynamic.overall_se"},
		Run:        runStaggered,
	})
}

// runDiD reads who is treated from -treat (0/1, of the unit or of the row) and what is after from -time.
func runDiD(ctx context.Context, in Input) (*Result, error) {
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	raw, err := in.Table.Num(in.Treat)
	if err != nil {
		return nil, err
	}
	time, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	var unit []int
	if in.Unit != "" {
		if unit, err = in.Table.Units(in.Unit); err != nil {
			return nil, err
		}
	}
	treat, post, err := treatedAndAfter(raw, time, unit, in.Param("start"))
	if err != nil {
		return nil, err
	}
	d, err := stats.DiD(y, treat, post, unit, in.Level)
	if err != nil {
		return nil, err
	}
	se, p := d.SE, d.P
	if unit != nil {
		se, p = d.CR1, d.PCR1
	}
	res := &Result{}
	for _, v := range []Value{
		{"did", d.DiD},
		{"b", d.DiD},
		{"se", se},
		{"t", d.DiD / se},
		{"p", p},
		{"ci_lo", d.CI.Lo},
		{"ci_hi", d.CI.Hi},
		{"n", d.N},
		{"n_obs", d.N},
		{"mean_control_pre", d.ControlPre},
		{"mean_control_post", d.ControlPost},
		{"mean_treated_pre", d.TreatedPre},
		{"mean_treated_post", d.TreatedPost},
		{"se_ols", d.SE},
		{"t_ols", d.T},
		{"p_ols", d.P},
		{"se_hc1", d.HC1},
		{"se_hc2_welch", d.HC2},
		{"se_hc3", d.HC3},
		{"se_unpooled_means", d.Unpooled},
	} {
		res.Add(v.Name, v.V)
	}
	if unit == nil {
		return res, nil
	}
	for _, v := range []Value{
		{"n_units", d.Units},
		{"n_treated", d.TreatedUnits},
		{"n_control", d.ControlUnits},
		{"se_CR0", d.CR0},
		{"se_CR1", d.CR1},
		{"p_CR1", d.PCR1},
		{"balanced_n_units", d.BalancedUnits},
		{"balanced_did", d.BalancedDiD},
		{"balanced_se_ols", d.BalancedSE},
		{"balanced_se_unpooled", d.BalancedUnpoolS},
	} {
		res.Add(v.Name, v.V)
	}
	res.Vary("se_CR0_"+in.Unit, d.CR0)
	res.Vary("se_CR1_"+in.Unit, d.CR1)
	res.Vary("balanced_n_"+in.Unit+"s", d.BalancedUnits)
	first := math.MaxInt
	for i, t := range time {
		if post[i] {
			first = min(first, t)
		}
	}
	start := map[int]float64{}
	for i, u := range unit {
		start[u] = math.NaN()
		if treat[i] {
			start[u] = float64(first)
		}
	}
	return res, in.randomised(ctx, res, y, unit, time, func(i int) float64 { return start[unit[i]] })
}

// treatedAndAfter reads a 0/1 column that marks either treated units or treated rows.
func treatedAndAfter(raw []float64, time, unit []int, start float64) (treat, post []bool, err error) {
	ever, some := map[int]bool{}, map[int]bool{}
	for i, v := range raw {
		if v != 0 && v != 1 {
			return nil, nil, errs.Invalid("treat_not_binary").With("row", i+1).With("value", v).Because(fmt.Errorf("-treat must be 0 or 1 in every row, row %d has %v", i+1, v))
		}
		if unit != nil {
			if v == 1 {
				ever[unit[i]] = true
			} else {
				some[unit[i]] = true
			}
		}
	}
	changes := false
	for u := range ever {
		changes = changes || some[u]
	}
	periods := slices.Clone(time)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	if math.IsNaN(start) {
		switch {
		case changes:
			first := math.MaxInt
			for i, v := range raw {
				if v == 1 {
					first = min(first, time[i])
				}
			}
			start = float64(first)
		case len(periods) == 2:
			start = float64(periods[1])
		default:
			return nil, nil, errs.Invalid("start_needed").Because(fmt.Errorf("-time has %d periods: say with -start which is the first one after", len(periods)))
		}
	}
	for i, v := range raw {
		t := v == 1
		if unit != nil {
			t = ever[unit[i]]
		}
		treat, post = append(treat, t), append(post, float64(time[i]) >= start)
	}
	return treat, post, nil
}

// randomised adds the randomisation test of the same data; start gives the first treated period of a row's unit.
func (in Input) randomised(ctx context.Context, res *Result, y []float64, unit, time []int, start func(i int) float64) error {
	d, _, err := rolloutOf(y, unit, time, start)
	if err != nil {
		return err
	}
	opt := stats.RandomisationOptions{Reps: in.Reps, Seed: in.Seed, Level: in.Level, NoCI: len(d.Y) > 60}
	if opt.Reps == 0 && len(d.Y) > 60 {
		opt.Reps = 1999
	}
	r, err := stats.RandomisationTest(ctx, d, opt)
	if ref, ok := errors.AsType[*stats.Refusal](err); ok {
		if ref.Reason == stats.Canceled {
			return err
		}
		res.Add("ri_undefined", string(ref.Reason))
		return nil
	}
	if err != nil {
		return err
	}
	for _, v := range []Value{
		{"ri_att", r.ATT},
		{"ri_t", r.T},
		{"ri_p", r.P},
		{"ri_ci_lo", r.CI.Lo},
		{"ri_ci_hi", r.CI.Hi},
		{"ri_assignments", r.Assignments},
		{"ri_exact", r.Exact},
		{"ri_smallest_p", r.SmallestP},
		{"ri_placebo", r.Placebo},
		{"ri_placebo_p", r.PlaceboP},
		{"n_pre", r.PrePeriods},
	} {
		res.Add(v.Name, v.V)
	}
	res.Notes = append(res.Notes, "ri_p holds if the treated units were drawn at random among all; without a recorded draw it is a placebo test.")
	return nil
}

// rolloutOf makes a unit × period panel of the units that have a value in every period, and lists them.
func rolloutOf(y []float64, unit, time []int, start func(i int) float64) (d stats.RolloutData, kept []int, err error) {
	periods := slices.Clone(time)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	if len(periods) > 5000 {
		return d, nil, errs.Invalid("too_many_periods")
	}
	rows := map[int][]float64{}
	begin := map[int]int{}
	var order []int
	for i, u := range unit {
		if rows[u] == nil {
			rows[u] = make([]float64, len(periods))
			for k := range rows[u] {
				rows[u][k] = math.NaN()
			}
			order = append(order, u)
			begin[u] = -1
			if s := start(i); !math.IsNaN(s) && !math.IsInf(s, 0) {
				begin[u] = len(periods)
				for k, t := range periods {
					if float64(t) >= s {
						begin[u] = k
						break
					}
				}
			}
		}
		k, _ := slices.BinarySearch(periods, time[i])
		rows[u][k] = y[i]
	}
	for _, u := range order {
		if begin[u] != 0 && !slices.ContainsFunc(rows[u], math.IsNaN) { // treated all along: nothing to compare with itself before
			d.Y, d.Start, kept = append(d.Y, rows[u]), append(d.Start, begin[u]), append(kept, u)
		}
	}
	if len(d.Y) == 0 {
		return d, nil, stats.TooFew(stats.InsufficientTeams, 2, 0)
	}
	return d, kept, nil
}

// staggeredConvention reads words such as notyet,universal,ipw.
func staggeredConvention(words string) (stats.StaggeredOptions, error) {
	var opt stats.StaggeredOptions
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return r == ',' || r == ' ' || r == '.' || r == '+' }) {
		switch w {
		case "never", "varying", "nocov":
		case "notyet":
			opt.NotYet = true
		case "universal":
			opt.Universal = true
		case "dr", "ipw", "reg":
			opt.Method = w
		default:
			return opt, errs.Invalid("convention_unknown").With("value", w).With("known", "never, notyet, varying, universal, dr, ipw, reg").Because(fmt.Errorf("-convention %q: words are never or notyet, varying or universal, dr or ipw or reg", w))
		}
	}
	return opt, nil
}
