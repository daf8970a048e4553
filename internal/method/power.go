package method

import (
	"context"
	"math"
	"sort"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

func init() {
	opt := func(name, help string) Param {
		return Param{Name: name, Default: math.NaN(), Optional: true, Help: help}
	}
	Register(Method{
		Name:  "power",
		Title: Text{"Power and smallest detectable effect", "עוצמה והאפקט הקטן ביותר שניתן לגלות", "Moc i najmniejszy wykrywalny efekt"},
		Summary: Text{
			"How many teams, quarters or customers it takes to see an effect, or how small an effect those you have can show.",
			"כמה צוותים, רבעונים או לקוחות דרושים כדי לראות אפקט, או כמה קטן אפקט שאפשר לראות עם מה שיש.",
			"Ilu zespołów, kwartałów lub klientów trzeba, by zobaczyć efekt, albo jak mały efekt pokażą te, które są.",
		},
		Assumes: Text{
			"The effect you enter is the true one: take observed sizes, not corrected ones. Two-sided tests; panel and did allow for series that remember their past (AR 1).",
			"האפקט שהזנתם הוא האמיתי: השתמשו בגדלים שנצפו ולא במתוקנים. מבחנים דו־צדדיים; panel ו־did מתחשבים בסדרות שזוכרות את עברן (AR 1).",
			"Wpisany efekt jest prawdziwy: bierz wielkości zaobserwowane, nie skorygowane. Testy dwustronne; panel i did uwzględniają serie pamiętające przeszłość (AR 1).",
		},
		Formula:    "noncentral t and F, Fisher's z for correlations; panel: n_eff = (G−1)·tr(MRₓ)²/tr(MRₓMRₑ); did: c′Rc·(1/G₁+1/G₀)",
		Reference:  "Cohen (1988), Statistical Power Analysis; Bloom (1995), doi:10.1177/0193841X9501900504; Schoenfeld (1983), doi:10.2307/2531021",
		Convention: "-convention KIND asks the question (" + strings.Join(powerKinds(), ", ") + "); sizes and effects are solved as far as R's pwr and power.t.test do (1.2e-4), exactly with -exact 1; with -data one question per row (columns id, kind and the parameters)",
		Example:    "rapport stat power -convention r_n -r 0.3 -power 0.8",
		Params: []Param{
			opt("r", "correlation"),
			{Name: "power", Default: .8, Help: "wanted power"},
			{Name: "alpha", Default: .05, Help: "size of the test"},
			opt("n", "sample size (per group)"), opt("k", "groups or teams"), opt("m", "points per team, or cluster size"), opt("d", "standardised difference"),
			opt("n1", "size of the first group"), opt("n2", "size of the second group"), opt("p1", "first share"), opt("p2", "second share"),
			opt("u", "numerator df"), opt("v", "residual df"), opt("f2", "Cohen's f²"), opt("f", "Cohen's f"), opt("cohen_h", "Cohen's h, instead of p1 and p2"),
			opt("icc", "intraclass correlation"), opt("J", "clusters per arm"), opt("q", "share with the covariate"), opt("hr", "hazard ratio"),
			opt("teams", "panel: teams"), opt("periods", "panel: periods"), opt("beta", "panel: slope in sd of x and error"),
			{Name: "rho_x", Default: 0, Help: "panel: AR(1) of x"},
			{Name: "rho", Default: 0, Help: "panel and did: AR(1) of the error"},
			opt("treated", "did: treated teams"), opt("control", "did: comparison teams"), opt("pre", "did: periods before"), opt("post", "did: periods after"),
			opt("effect", "did: effect in sd"),
			{Name: "exact", Default: 0, Help: "1: solve to the last digit"},
		},
		Figures: []string{"power", "n", "mde"},
		Run:     runPower,
	})
}

// powerQuestion answers one kind: the key of the figure and how to compute it.
type powerQuestion struct {
	key  string
	need []string
	ask  func(v func(string) float64, root stats.Root) (float64, error)
}

func powerKinds() []string {
	out := make([]string, 0, len(powerQuestions))
	for k := range powerQuestions {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

type num = func(string) float64

var powerQuestions = map[string]powerQuestion{
	"r_n": {"n", []string{"r"}, func(v num, root stats.Root) (float64, error) {
		return stats.CorrelationN(v("r"), v("power"), v("alpha"), root)
	}},
	"r_power": {"power", []string{"r", "n"}, func(v num, _ stats.Root) (float64, error) {
		return stats.CorrelationPower(v("r"), v("n"), v("alpha"))
	}},
	"r_mde": {"mde", []string{"n"}, func(v num, root stats.Root) (float64, error) {
		return stats.CorrelationMDE(v("n"), v("power"), v("alpha"), root)
	}},
	"r_fisher_n": {"n", []string{"r"}, func(v num, _ stats.Root) (float64, error) {
		return stats.CorrelationFisherN(v("r"), v("power"), v("alpha"))
	}},
	"rm_power": {"power", []string{"r", "k", "m"}, func(v num, _ stats.Root) (float64, error) {
		return stats.RepeatedPower(v("r"), v("k"), v("m"), v("alpha"))
	}},
	"rm_mde": {"mde", []string{"k", "m"}, func(v num, root stats.Root) (float64, error) {
		return stats.RepeatedMDE(v("k"), v("m"), v("power"), v("alpha"), root)
	}},
	"t2_n":            {"n", []string{"d"}, tQuestion(false, false, "n")},
	"t2_power":        {"power", []string{"d", "n"}, tQuestion(false, false, "power")},
	"t2_mde":          {"mde", []string{"n"}, tQuestion(false, false, "mde")},
	"t2_n_strict":     {"n", []string{"d"}, tQuestion(true, false, "n")},
	"t2_power_strict": {"power", []string{"d", "n"}, tQuestion(true, false, "power")},
	"t2_mde_strict":   {"mde", []string{"n"}, tQuestion(true, false, "mde")},
	"tp_n":            {"n", []string{"d"}, tQuestion(true, true, "n")},
	"tp_power":        {"power", []string{"d", "n"}, tQuestion(true, true, "power")},
	"tp_mde":          {"mde", []string{"n"}, tQuestion(true, true, "mde")},
	"t2u_power": {"power", []string{"d", "n1", "n2"}, func(v num, _ stats.Root) (float64, error) {
		return stats.TwoSampleT{Alpha: v("alpha")}.PowerUnequal(v("d"), v("n1"), v("n2"))
	}},
	"prop_n": {"n", []string{"p1", "p2"}, func(v num, root stats.Root) (float64, error) {
		return stats.ProportionsN(v("p1"), v("p2"), v("power"), v("alpha"), root)
	}},
	"prop_power": {"power", []string{"p1", "p2", "n"}, func(v num, _ stats.Root) (float64, error) {
		return stats.ProportionsPower(v("p1"), v("p2"), v("n"), v("alpha"))
	}},
	"h_n": {"n", nil, func(v num, root stats.Root) (float64, error) {
		return stats.ArcsineN(hOf(v), v("power"), v("alpha"), root)
	}},
	"h_power": {"power", []string{"n"}, func(v num, _ stats.Root) (float64, error) {
		return stats.ArcsinePower(hOf(v), v("n"), v("alpha"))
	}},
	"f2_power": {"power", []string{"f2", "u", "v"}, func(v num, _ stats.Root) (float64, error) {
		return stats.RegressionPower(v("f2"), v("u"), v("v"), v("alpha"))
	}},
	"f2_v": {"v", []string{"f2", "u"}, func(v num, root stats.Root) (float64, error) {
		return stats.RegressionV(v("f2"), v("u"), v("power"), v("alpha"), root)
	}},
	"anova_n": {"n", []string{"k", "f"}, func(v num, root stats.Root) (float64, error) {
		return stats.AnovaN(v("k"), v("f"), v("power"), v("alpha"), root)
	}},
	"anova_power": {"power", []string{"k", "f", "n"}, func(v num, _ stats.Root) (float64, error) {
		return stats.AnovaPower(v("k"), v("n"), v("f"), v("alpha"))
	}},
	"deff": {"deff", []string{"m", "icc"}, func(v num, _ stats.Root) (float64, error) {
		return stats.DesignEffect(v("m"), v("icc")), nil
	}},
	"cluster_mde": {"mde", []string{"J", "m", "icc"}, func(v num, _ stats.Root) (float64, error) {
		return stats.ClusterMDE(v("J"), v("m"), v("icc"), v("power"), v("alpha"), false)
	}},
	"cluster_mde_z": {"mde", []string{"J", "m", "icc"}, func(v num, _ stats.Root) (float64, error) {
		return stats.ClusterMDE(v("J"), v("m"), v("icc"), v("power"), v("alpha"), true)
	}},
	"mdes_multiplier_z": {"multiplier", nil, func(v num, _ stats.Root) (float64, error) {
		return stats.MDEMultiplier(v("power"), v("alpha"))
	}},
	"surv_events": {"events", []string{"q", "hr"}, func(v num, _ stats.Root) (float64, error) {
		return stats.SurvivalEvents(v("q"), v("hr"), v("power"), v("alpha"))
	}},
	"panel_power": {"power", []string{"teams", "periods"}, func(v num, _ stats.Root) (float64, error) {
		beta := v("beta")
		if r := v("r"); math.IsNaN(beta) && math.Abs(r) < 1 {
			beta = r / math.Sqrt(1-r*r)
		}
		return panelOf(v).Power(beta, v("alpha"))
	}},
	"panel_mde": {"mde", []string{"teams", "periods"}, func(v num, _ stats.Root) (float64, error) {
		return panelOf(v).MDE(v("power"), v("alpha"))
	}},
	"did_power": {"power", []string{"treated", "control", "pre", "post", "effect"}, func(v num, _ stats.Root) (float64, error) {
		return didOf(v).Power(v("effect"), v("alpha"))
	}},
	"did_mde": {"mde", []string{"treated", "control", "pre", "post"}, func(v num, _ stats.Root) (float64, error) {
		return didOf(v).MDE(v("power"), v("alpha"))
	}},
}

func tQuestion(strict, paired bool, what string) func(num, stats.Root) (float64, error) {
	return func(v num, root stats.Root) (float64, error) {
		q := stats.TwoSampleT{Alpha: v("alpha"), Strict: strict, Paired: paired, Root: root}
		switch what {
		case "n":
			return q.N(v("d"), v("power"))
		case "mde":
			return q.MDE(v("n"), v("power"))
		}
		return q.Power(v("d"), v("n"))
	}
}

func hOf(v num) float64 {
	for _, name := range []string{"h", "cohen_h"} { // a column of a grid is called h; the flag cannot be (-h is help)
		if h := v(name); !math.IsNaN(h) {
			return h
		}
	}
	return stats.CohenH(v("p1"), v("p2"))
}

func panelOf(v num) stats.PanelDesign {
	return stats.PanelDesign{Teams: int(v("teams")), Periods: int(v("periods")), RhoX: v("rho_x"), RhoE: v("rho")}
}

func didOf(v num) stats.DiDDesign {
	return stats.DiDDesign{Treated: int(v("treated")), Control: int(v("control")), Pre: int(v("pre")), Post: int(v("post")), Rho: v("rho")}
}

func runPower(ctx context.Context, in Input) (*Result, error) {
	root := stats.RRoot
	if in.Param("exact") != 0 {
		root = stats.ExactRoot
	}
	if in.Table != nil {
		return powerGrid(ctx, in, root)
	}
	q, ok := powerQuestions[in.Convention]
	if !ok {
		return nil, unknownConvention(in.Convention, powerKinds()...)
	}
	x, err := answer(q, in.own, root)
	if err != nil {
		return nil, err
	}
	r := &Result{Convention: in.Convention}
	r.Add(q.key, x)
	if q.key == "n" || q.key == "v" || q.key == "events" {
		r.Add(q.key+"_needed", int(math.Ceil(x-1e-9)))
	}
	return r, nil
}

// own is a flag of the method's own; NaN where it has none of that name.
func (in Input) own(name string) float64 {
	if v, ok := in.Params[name]; ok {
		return v
	}
	return math.NaN()
}

func answer(q powerQuestion, v num, root stats.Root) (float64, error) {
	for _, n := range q.need {
		if math.IsNaN(v(n)) {
			return 0, errs.Invalid("flag_needed").With("flag", n).Because(missingFlag(n))
		}
	}
	return q.ask(v, root)
}

type missingFlag string

func (f missingFlag) Error() string { return "-" + string(f) + " is needed" }

// powerGrid answers one question per row; the figures are named by the ids.
func powerGrid(ctx context.Context, in Input, root stats.Root) (*Result, error) {
	kinds, err := in.Table.Text("kind")
	if err != nil {
		return nil, err
	}
	ids, err := in.Table.Text("id")
	if err != nil {
		return nil, err
	}
	cols := map[string][]float64{}
	for _, h := range in.Table.Header {
		if h != "id" && h != "kind" {
			if cols[h], err = in.Table.Num(h); err != nil {
				return nil, err
			}
		}
	}
	r := &Result{Convention: "one question per row"}
	for i, id := range ids {
		if ctx.Err() != nil {
			return nil, stats.Refuse(stats.Canceled, "row %d", i)
		}
		q, ok := powerQuestions[kinds[i]]
		if !ok {
			return nil, unknownConvention(kinds[i], powerKinds()...)
		}
		x, err := answer(q, func(name string) float64 {
			if c, ok := cols[name]; ok && !math.IsNaN(c[i]) {
				return c[i]
			}
			return in.own(name)
		}, root)
		if err != nil {
			return nil, err
		}
		r.Add(id, x)
	}
	return r, nil
}
