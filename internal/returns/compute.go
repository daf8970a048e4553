package returns

import (
	"math"
	"slices"
	"sync"
)

// Compute checks a case and computes its three returns. The same case, reps and seed give the same result everywhere.
func Compute(c Case) (Result, error) {
	if err := c.Check(); err != nil {
		return Result{}, err
	}
	p := c.plan()
	d := p.run()
	res := Result{
		Definition: DefinitionVersion, Currency: c.Currency, Investment: c.investment(), Reps: c.Reps, Seed: c.Seed,
		Bridge: []BridgeLine{}, Lines: c.entries(),
	}

	point := make([]float64, len(c.Lines))
	for i, l := range c.Lines {
		point[i] = float64(l.Value)
	}
	s := p.sum(point)
	res.Bridge = p.bridge()
	added := 0.0 // the bridge in whole minor units, so that ROV − ROI is the bridge to the cent
	for _, b := range res.Bridge {
		added += float64(b.Amount)
	}
	bare := p.withoutDefaults(point)

	var wg sync.WaitGroup
	res.ROI = notEnough(ReasonNoMeasuredLine, "a benefit line of grade A or B")
	if slices.ContainsFunc(c.Lines, func(l Line) bool { return l.place() == InROI }) {
		res.ROI = Return{Estimate: (s.roi - p.cost) / p.cost}
		wg.Go(func() { res.ROI.spread(d.roi) })
	}
	res.ROV = notEnough(ReasonNoMeasuredLine, "a benefit line of grade A or B, or a declared long-run line")
	if slices.ContainsFunc(c.Lines, func(l Line) bool { return l.place() != Indicative }) {
		res.ROV = Return{Estimate: (s.roi + added - p.cost) / p.cost}
		if len(res.Bridge) > 0 {
			res.ROV.Label = LabelPartlyModelled
		}
		wg.Go(func() { res.ROV.spread(d.rov) })
	}
	if c.Chain == nil {
		missing := "an established chain from employee experience to margin; the measured return is ROI"
		why := &NotEnough{ReasonNoChain, missing}
		if c.NoChain != nil {
			why = c.NoChain
		}
		res.ROX = Return{NotEnough: why}
		res.MediatedShare.NotEnough = why
	} else {
		res.experience(p, s, d, &wg)
	}
	wg.Wait()
	if bare != nil {
		res.ROI.without((bare.roi - p.cost) / p.cost)
		res.ROV.without((bare.roi + bare.longRun + bare.tails - p.cost) / p.cost)
		if c.Chain != nil {
			res.ROX.without((p.chainMoney() + bare.employee + bare.service - p.cost) / p.cost)
		}
	}
	res.Cash = c.cash(p)
	return res, nil
}

func notEnough(reason, missing string) Return {
	return Return{NotEnough: &NotEnough{Reason: reason, Missing: missing}}
}

// spread fills in the percentiles of the joint draw.
func (r *Return) spread(x []float64) {
	positive := 0
	for _, v := range x {
		if v > 0 {
			positive++
		}
	}
	q := quantiles(x, 0.05, 0.10, 0.50, 0.90, 0.95)
	r.P5, r.P10, r.P50, r.P90, r.P95 = q[0], q[1], q[2], q[3], q[4]
	r.ProbPositive = float64(positive) / float64(len(x))
	r.BCR = r.Estimate + 1
}

// without notes the return without default prices where it differs.
func (r *Return) without(v float64) {
	const rounding = 1e-7 // the bridge is in whole minor units
	if r.NotEnough == nil && math.Abs(v-r.Estimate) > rounding {
		r.WithoutDefaultPrices = &v
	}
}

// experience fills in ROX, its parts, the mediated share and the yield.
func (res *Result) experience(p plan, s sums, d draws, wg *sync.WaitGroup) {
	ch := p.c.Chain
	mex := ch.throughPeople(ch.DEX, ch.B1, ch.B2)
	parts := &Parts{DEX: ch.DEX, DEXLow: ch.DEX - z90*ch.DEXSE, DEXHigh: ch.DEX + z90*ch.DEXSE, MEX: minor(mex), SEX: minor(s.employee), SCX: minor(s.service), CXChecked: ch.DCX != nil, Label: LabelConsistentWith}
	if ch.DCX != nil {
		mcx := minor(ch.straight(*ch.DCX, ch.DEX, ch.B1, ch.B2))
		parts.MCX = &mcx
	}
	res.Parts = parts
	value := p.chainMoney() + s.employee + s.service
	res.ROX = Return{Estimate: (value - p.cost) / p.cost, Label: LabelConsistentWith}
	wg.Go(func() { res.ROX.spread(d.rox) })
	if len(p.tailLine) > 0 {
		long := &Return{Estimate: (value + s.tails - p.cost) / p.cost, Label: LabelPartlyModelled}
		res.ROX.LongView = long
		wg.Go(func() { long.spread(d.long) })
	}
	wg.Go(func() {
		q := quantiles(d.mex, 0.05, 0.95)
		parts.MEXP5, parts.MEXP95 = minor(q[0]), minor(q[1])
	})
	if s.customer == 0 {
		res.MediatedShare.NotEnough = &NotEnough{ReasonNoCustomerMargin, "a measured line of customer margin (grade A or B)"}
	} else {
		wg.Go(func() { res.MediatedShare = mediated(mex/s.customer, p.customerUnclear(s.customer), d.share) })
	}
	if points := ch.DEX * float64(ch.Teams) * ch.Quarters; points != 0 {
		yield, perCost := (mex+s.employee)/points, (mex+s.employee)/p.cost
		res.Yield, res.YieldPerCost = &yield, &perCost
	}
}

// chainMoney is M_EX + M_CX at the point values.
func (p plan) chainMoney() float64 {
	ch := p.c.Chain
	money := ch.throughPeople(ch.DEX, ch.B1, ch.B2)
	if ch.DCX != nil {
		money += ch.straight(*ch.DCX, ch.DEX, ch.B1, ch.B2)
	}
	return money
}

// mediated judges the share. Where the customer margin itself may be nothing, a ratio to it says nothing (the case in
// which Fieller's interval is unbounded; Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x).
func mediated(estimate float64, unclear bool, x []float64) MediatedShare {
	q := quantiles(x, 0.05, 0.50, 0.95)
	m := MediatedShare{Estimate: estimate, P5: q[0], P50: q[1], P95: q[2], Verdict: VerdictDetermined}
	switch {
	case unclear, m.P5 <= 0 && m.P95 >= 1:
		m.Verdict = VerdictNotDetermined
	case estimate < 0 || estimate > 1:
		m.Verdict = VerdictNotExplained
	}
	return m
}

// customerUnclear says whether the 90 % interval of the measured customer margin reaches nought.
func (p plan) customerUnclear(total float64) bool {
	byNormal := make([]float64, p.normals)
	for k, l := range p.c.Lines {
		if l.place() == InROI && kinds[l.Kind].customer {
			byNormal[p.lineZ[k]] += l.SE
		}
	}
	variance := 0.0
	for _, se := range byNormal {
		variance += se * se
	}
	return math.Abs(total) <= z90*math.Sqrt(variance)
}

// bridge lists what ROV has beyond ROI: tails first, then long-run and modelled lines.
func (p plan) bridge() []BridgeLine {
	out := []BridgeLine{}
	add := func(name string, amount int64, g Grade) {
		out = append(out, BridgeLine{Line: name, Amount: amount, Points: 100 * float64(amount) / p.cost, Grade: g})
	}
	for t, k := range p.tailLine {
		add("tail: "+p.c.Lines[k].Name, minor(p.tailFull[t]), GradeD)
	}
	for _, l := range p.c.Lines {
		if l.place() == InROV {
			add(l.Name, l.Value, l.Grade)
		}
	}
	return out
}

// withoutDefaults sums up the lines whose price is this organisation's own; nil where all are.
func (p plan) withoutDefaults(point []float64) *sums {
	own := slices.Clone(point)
	flagged := false
	for k, l := range p.c.Lines {
		if l.defaultPriced() {
			own[k], flagged = 0, true
		}
	}
	if !flagged {
		return nil
	}
	s := p.sum(own)
	return &s
}

func (c Case) entries() []Entry {
	out := make([]Entry, len(c.Lines))
	for i, l := range c.Lines {
		v := float64(l.Value)
		out[i] = Entry{
			Name: l.Name, Kind: l.Kind, Value: l.Value, SE: l.SE, Low: minor(v - z90*l.SE), High: minor(v + z90*l.SE),
			Level: 0.9, Grade: l.Grade, CountsIn: l.place(), Realised: l.realised(), PriceSource: l.PriceSource,
			DefaultPrice: l.defaultPriced(),
		}
	}
	return out
}

func minor(x float64) int64 { return int64(math.Round(x)) }
