package report

import (
	"cmp"
	"math"
	"slices"

	"rapport/internal/evidence"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/invest"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/returns"
	"rapport/internal/series"
)

// organisation is the content of the whole organisation's report.
func (g *gathered) organisation() Content {
	c := g.base(nil)
	c.Measures = measures(g.figures, g.leaves[""], nil, nil)
	c.Nothing = len(c.Measures) == 0
	c.Tested = Tested{Pairs: len(g.findings), By: map[evidence.Verdict]int{}}
	for _, f := range g.findings {
		c.Tested.By[f.Verdict]++
	}
	c.Chain = g.chain()
	if st, ok := g.statements[returns.Organisation]; ok {
		c.Statement = &st
	}
	c.Panel = g.teamPanel(c.Chain, g.leaves[""])
	c.Gaps = g.gaps("", g.leaves[""])
	c.Proposals = g.proposals
	c.Headline, c.Why = headline(c), why(c)
	c.Methods = methodsOf(c)
	return c
}

// team is the content of one team's report: its own figures beside the unit above and the company's, what was invested
// in it, what it is to reach.
func (g *gathered) team(t org.Team) Content {
	c := g.base(&t)
	for _, p := range g.tree.Path(t.ID) {
		c.Path = append(c.Path, p.Name)
	}
	leaves := g.leaves[t.ID]
	c.Measures = measures(g.figures, leaves, g.leaves[t.ParentID], g.leaves[""])
	c.Nothing = len(c.Measures) == 0
	if len(leaves) > 1 {
		c.Panel = g.teamPanel(g.chain(), leaves)
	}
	c.Gaps = g.gaps(t.ID, leaves)
	c.Headline = teamHeadline(t, c)
	c.Methods = methodsOf(c)
	return c
}

// base is what every report of the quarter has: initiatives that had begun, and what else happened.
func (g *gathered) base(t *org.Team) Content {
	c := Content{Currency: g.set.Currency, Initiatives: []Initiative{}, Confounders: []Confounder{}, Measures: []Measure{}, Gaps: []Gap{}}
	for _, v := range g.views {
		if t != nil && !g.reaches(v.Plan, t.ID) {
			continue
		}
		if v.Plan.Start().After(g.q.To()) {
			if !v.CreatedAt.After(g.q.To().AddDate(0, 0, 1)) {
				c.Coming++
			}
			continue
		}
		c.Initiatives = append(c.Initiatives, g.initiative(v))
	}
	slices.SortFunc(c.Initiatives, func(a, b Initiative) int {
		return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, e := range g.events {
		until := e.Until
		if until.IsZero() {
			until = e.On
		}
		if !e.On.After(g.q.To()) && !until.Before(g.q.From()) {
			c.Confounders = append(c.Confounders, Confounder{EventID: e.ID, Title: e.Title, Kind: string(e.Kind), On: e.On, Until: e.Until, Source: e.Source})
		}
	}
	return c
}

// reaches reports whether a plan treats a team, one above it, or one below it.
func (g *gathered) reaches(p initiative.Plan, team string) bool {
	below := g.tree.Subtree(team)
	for _, x := range p.Treated {
		if slices.Contains(below, x.TeamID) || slices.Contains(g.tree.Subtree(x.TeamID), team) {
			return true
		}
	}
	return false
}

func (g *gathered) initiative(v initiative.View) Initiative {
	out := Initiative{
		ID: v.ID, Name: v.Plan.Name, Purpose: v.Plan.Purpose, Start: v.Plan.Start(), End: v.Plan.EndsOn, MetricID: v.Plan.Metric, Retrospective: v.Retrospective,
		Entangled: len(v.Entangled) > 0, Effect: evidence.Without("", &evidence.Gap{Reason: evidence.NoFigures}), Summary: []evidence.Sentence{},
	}
	for _, k := range v.Plan.Costs {
		if !k.On.After(g.q.To()) {
			out.Cost += int64(math.Round(k.InLedger()))
		}
	}
	if e := v.Evaluation; e != nil && len(e.Effects) > 0 {
		f := e.Effects[0]
		out.Metric, out.Unit, out.Effect, out.Grade, out.Summary, out.Events, out.Open, out.Method = f.Metric, f.Unit, f.Estimate, f.Grade, f.Summary, f.Events, f.Open, methodOf(f.Design)
	}
	if m, ok := g.metric[v.Plan.Metric]; ok && out.Metric == "" {
		out.Metric, out.Unit = m.Name, m.Unit
	}
	if st, ok := g.statements[returns.OfInitiative(v.ID)]; ok && st.Result != nil {
		out.ROI = &st.Result.ROI
	}
	return out
}

// methodOf is the card that explains a design.
func methodOf(d initiative.Design) string {
	switch d {
	case initiative.DiD:
		return "did"
	case initiative.Staggered:
		return "did-staggered"
	case initiative.Synthetic:
		return "synth"
	case initiative.Interrupted:
		return "its"
	}
	return ""
}

// chain is the way from employee experience to money: the chain of two links with the most evidence, money before
// behaviour; where the run supports no first link, the pair with the most evidence of each kind, as far as it goes.
func (g *gathered) chain() *Chain {
	metric := map[string]series.Metric{}
	for _, m := range g.run.Catalogue {
		metric[m.ID] = m
	}
	link := func(x, y string, lag int, grain series.Grain, e evidence.Estimate, v evidence.Verdict, text evidence.Sentence) Link {
		out := Link{From: metric[x].Name, To: metric[y].Name, FromID: x, ToID: y, FromKind: metric[x].Kind, ToKind: metric[y].Kind, Estimate: e, Verdict: v, Lag: lag, Grain: grain, Text: text}
		if i := slices.IndexFunc(g.findings, func(f linkage.Finding) bool { return f.X == x && f.Y == y }); i >= 0 {
			out.FindingID = g.findings[i].ID
		}
		return out
	}
	of := func(f linkage.Finding) Link { return link(f.X, f.Y, f.Lag, f.Grain, f.TWFE, f.Verdict, f.Text) }
	if len(g.chains) > 0 {
		best := slices.MinFunc(g.chains, func(a, b linkage.Chain) int {
			return cmp.Or(a.Verdict.Rank()-b.Verdict.Rank(), moneyLast(metric[a.Y])-moneyLast(metric[b.Y]), cmp.Compare(doubt(a), doubt(b)), cmp.Compare(a.EX+a.CX+a.Y, b.EX+b.CX+b.Y))
		})
		if want := g.set.Chain; want.EX != "" {
			if i := slices.IndexFunc(g.chains, func(c linkage.Chain) bool { return c.EX == want.EX && c.CX == want.CX && c.Y == want.Loyalty }); i >= 0 {
				best = g.chains[i]
			}
		}
		first := link(best.EX, best.CX, best.LagCX, best.Grain, best.First, best.FirstVerdict, evidence.Sentence{})
		if i := slices.IndexFunc(g.findings, func(f linkage.Finding) bool { return f.X == best.EX && f.Y == best.CX }); i >= 0 {
			first.Text = g.findings[i].Text
		}
		second := link(best.CX, best.Y, best.LagY, best.Grain, best.Second, best.Verdict, best.Text)
		out := &Chain{Links: []Link{first, second}, Established: best.Supported(), Caveats: linkage.Caveats(best.Lead, best.Middle)}
		if by, last, ok := throughLoyalty(best, g.chains, metric); ok {
			out.Loyalty = []Link{
				link(by.CX, by.Y, by.LagY, by.Grain, by.Second, by.Verdict, by.Text),
				link(by.Y, last.Y, last.Lag, last.Grain, last.Estimate, last.Verdict, last.Text),
			}
		}
		return out
	}
	out := &Chain{}
	for _, want := range []struct {
		block linkage.Block
		kinds []series.Kind
	}{{linkage.EXCX, []series.Kind{series.CX}}, {linkage.CXOutcome, []series.Kind{series.Behaviour, series.Money}}} {
		i := slices.IndexFunc(g.findings, func(f linkage.Finding) bool {
			return f.Block == want.block && slices.Contains(want.kinds, metric[f.Y].Kind) && (len(out.Links) == 0 || f.X == out.Links[0].ToID)
		})
		if i >= 0 {
			out.Links = append(out.Links, of(g.findings[i]))
		}
	}
	if len(out.Links) == 0 {
		return nil
	}
	return out
}

// throughLoyalty finds the way from a chain's customer experience through loyalty behaviour to its money, or, where it
// ends in behaviour, on to money that is better when it is higher: the one with the most evidence on its last two steps.
func throughLoyalty(best linkage.Chain, chains []linkage.Chain, metric map[string]series.Metric) (by linkage.Chain, last linkage.Onward, ok bool) {
	for _, c := range chains { // sorted by evidence, and so is Onward
		if c.EX != best.EX || c.CX != best.CX || metric[best.Y].Kind != series.Money && c.Y != best.Y {
			continue
		}
		for _, o := range c.Onward {
			if metric[best.Y].Kind == series.Money && o.Y != best.Y || !metric[o.Y].HigherIsBetter {
				continue
			}
			if !ok || c.Verdict.Rank()+o.Verdict.Rank() < by.Verdict.Rank()+last.Verdict.Rank() {
				by, last, ok = c, o, true
			}
		}
	}
	return by, last, ok
}

func moneyLast(m series.Metric) int {
	if m.Kind == series.Money {
		return 0
	}
	return 1
}

func doubt(c linkage.Chain) float64 {
	q := 2.0
	if c.Second.Q != nil {
		q = *c.Second.Q
	}
	return q
}

// gaps sets every figure beside its desired level.
func (g *gathered) gaps(team string, leaves []int) []Gap {
	out := []Gap{}
	for _, f := range g.figures {
		want, ok := g.book.At(goal.Desired, f.metric.ID, team, g.q.To())
		if !ok {
			continue
		}
		x := Gap{MetricID: f.metric.ID, Metric: f.metric.Name, Unit: f.metric.Unit, TeamID: team, Desired: want.Value, By: want.From, Owner: want.Owner}
		if t, ok := g.tree.Get(team); ok {
			x.Team = t.Name
		}
		if v, n := f.mean(leaves); n > 0 {
			x.Actual = &v
			x.Closed = v == want.Value || (v > want.Value) == f.metric.HigherIsBetter
		}
		if m, ok := g.book.At(goal.Market, f.metric.ID, team, g.q.To()); ok {
			x.Market = &m.Value
		}
		out = append(out, x)
	}
	return out
}

// methodsOf names the cards behind the figures of a report, each once.
func methodsOf(c Content) []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if c.Chain != nil {
		for _, l := range c.Chain.Links {
			add(l.Estimate.Method)
			if l.Verdict == evidence.Supported || l.Verdict == evidence.Indicative {
				add("cce")
			}
		}
	}
	for _, i := range c.Initiatives {
		add(i.Method)
	}
	if c.Panel != nil {
		add("shrink")
	}
	return out
}

// listed are the proposals that have been ranked, by list and rank.
func listed(p invest.Page) []Proposal {
	out := []Proposal{}
	for _, v := range p.Items {
		st := v.Standing
		if st == nil || st.List == "" {
			continue
		}
		x := Proposal{ID: v.ID, Name: v.Idea.Name, List: string(st.List), Again: st.LookAgain}
		if len(st.Reasons) > 0 {
			x.Reason = st.Reasons[0]
		}
		if r := st.Ratio; r != nil {
			x.Value, x.Lo, x.Hi = &r.Value, &r.P5, &r.P95
		}
		out = append(out, x)
	}
	return out
}
