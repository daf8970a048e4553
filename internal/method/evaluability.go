package method

import (
	"context"
	"fmt"
	"math"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	Register(Method{
		Name:  "evaluability",
		Title: Text{"Evaluability of a plan", "האם ניתן להעריך תוכנית", "Czy plan da się ocenić"},
		Summary: Text{
			"Before a start: can this plan show an effect at all, how large would it have to be, and which staging sees most?",
			"לפני ההתחלה: האם התוכנית יכולה בכלל להראות השפעה, כמה גדולה היא צריכה להיות, ואיזו הדרגה תראה הכי הרבה?",
			"Przed startem: czy ten plan w ogóle może pokazać efekt, jak duży musiałby być i które etapy widzą najwięcej?",
		},
		Assumes: Text{
			"The coming periods will be as restless as the history in the file, and the treated teams are drawn at random.",
			"התקופות הבאות יהיו תנודתיות כמו ההיסטוריה שבקובץ, והצוותים שיטופלו ייבחרו באקראי.",
			"Nadchodzące okresy będą tak zmienne jak historia w pliku, a zespoły objęte zmianą zostaną wylosowane.",
		},
		Formula:    "smallest p = 1/C(G, G₁) (2/C when exactly half are treated; Π over blocks, staged dates multinomial); MDE = c − q, c the 1−α quantile of |placebo effect|, q the 1−power quantile of the placebo effect",
		Reference:  "Bertrand, Duflo & Mullainathan (2004), doi:10.1162/003355304772839588; Burlig, Preonas & Woerman (2020), doi:10.1016/j.jdeveco.2020.102458",
		Convention: "placebo roll-outs in random windows of the panel's own history",
		Example:    "rapport stat evaluability -data panel.csv -unit team -time week -y cx -treated 6 -pre 8 -post 8",
		Needs:      []string{},
		Figures:    []string{"smallest_p", "mde"},
		Params: []Param{
			{Name: "treated", Default: math.NaN(), Help: "number of units that are to start"},
			{Name: "units", Default: math.NaN(), Optional: true, Help: "number of units, when there is no -data"},
			{Name: "pre", Default: 4, Help: "periods before the start"},
			{Name: "post", Default: 4, Help: "periods from the start on"},
			{Name: "waves", Default: 4, Help: "most waves to compare"},
			{Name: "alpha", Default: .05, Help: "level of the test"},
			{Name: "power", Default: .8, Help: "wanted power"},
		},
		Run: runEvaluability,
	})
}

func runEvaluability(ctx context.Context, in Input) (*Result, error) {
	res := &Result{}
	treated := int(in.Param("treated"))
	if in.Table == nil {
		units := in.Param("units")
		if math.IsNaN(units) {
			return nil, errs.Invalid("units_needed").Because(fmt.Errorf("give -units, or -data with -unit, -time and -y"))
		}
		if treated < 1 || float64(treated) > units {
			return nil, stats.Refuse(stats.OutOfRange, "%d treated of %v", treated, units)
		}
		blocks := [][]int{{treated, int(units) - treated}}
		p, err := stats.SmallestP(blocks)
		if err != nil {
			return nil, err
		}
		res.Add("smallest_p", p)
		res.Add("assignments", stats.Assignments(blocks))
		res.Add("reachable", p <= in.Param("alpha"))
		res.Add("n_units", int(units))
		res.Add("n_treated", treated)
		return res, nil
	}
	if in.Unit == "" || in.Time == "" || in.Y == "" {
		return nil, errs.Invalid("columns_needed").Because(fmt.Errorf("-data needs -unit, -time and -y"))
	}
	unit, err := in.Table.Units(in.Unit)
	if err != nil {
		return nil, err
	}
	period, err := in.Table.Periods(in.Time)
	if err != nil {
		return nil, err
	}
	y, err := in.Table.Num(in.Y)
	if err != nil {
		return nil, err
	}
	var block []int
	if len(in.By) > 0 {
		if block, err = in.Table.Units(in.By[0]); err != nil {
			return nil, err
		}
	}
	d, kept, err := rolloutOf(y, unit, period, func(int) float64 { return math.NaN() })
	if err != nil {
		return nil, err
	}
	perUnit, err := blocksOf(kept, unit, block)
	if err != nil {
		return nil, err
	}
	pre, post := int(in.Param("pre")), int(in.Param("post"))
	opt := stats.DesignOptions{Reps: in.Reps, Seed: in.Seed, Alpha: in.Param("alpha"), Power: in.Param("power")}
	start := make([]int, max(0, treated))
	for i := range start {
		start[i] = pre
	}
	e, err := stats.Evaluability(ctx, stats.DesignQuestion{History: d.Y, Block: perUnit, Start: start, Pre: pre, Window: pre + post}, opt)
	if err != nil {
		return nil, err
	}
	res.Add("smallest_p", e.SmallestP)
	res.Add("assignments", e.Assignments)
	res.Add("reachable", e.Reachable)
	res.Add("mde", e.MDE)
	res.Add("mde_sd", e.MDESD)
	res.Add("critical", e.Critical)
	res.Add("placebo_sd", e.PlaceboSD)
	res.Add("naive_false_alarms", e.FalseAlarm)
	res.Add("n_units", e.Units)
	res.Add("n_treated", e.Treated)
	if len(e.Reasons) > 0 {
		words := make([]string, len(e.Reasons))
		for i, r := range e.Reasons {
			words[i] = string(r)
		}
		res.Add("reasons", strings.Join(words, " "))
	}
	list, err := stats.BestRollout(ctx, d.Y, perUnit, treated, pre, pre+post, int(in.Param("waves")), opt)
	if err != nil {
		return nil, err
	}
	res.Columns = []string{"waves", "units_per_wave", "start_after_periods", "smallest_p", "mde"}
	for _, r := range list {
		res.Rows = append(res.Rows, []any{len(r.Waves), joinInts(r.Sizes), joinInts(r.Waves), r.Evaluable.SmallestP, r.Evaluable.MDE})
	}
	res.Notes = append(res.Notes, "Roll-outs from the one that would see the smallest effect down; undefined: it cannot be evaluated.")
	return res, nil
}

func joinInts(v []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", "/"), "[]")
}

// blocksOf gives each kept unit its block.
func blocksOf(kept, unit, block []int) ([]int, error) {
	if block == nil {
		return nil, nil
	}
	of := map[int]int{}
	for i, u := range unit {
		if b, ok := of[u]; ok && b != block[i] {
			return nil, errs.Invalid("block_changes").Because(fmt.Errorf("a unit changes its block"))
		}
		of[u] = block[i]
	}
	out := make([]int, len(kept))
	for k, u := range kept {
		out[k] = of[u]
	}
	return out, nil
}
