package evidence

// Link is what is known of one pair: its size, and the two panel estimates.
type Link struct {
	X, Y    string // names of the metrics, for the sentences
	Grain   string
	Teams   int
	Periods int
	TWFE    Estimate // with Q where the run computed one
	CCE     Estimate
	Pairs   int // gated pairs of the run, over which Q was computed
}

// Judgement is a verdict with its sentence and its reasons.
type Judgement struct {
	Verdict Verdict
	Text    Sentence
	Reasons []Sentence
}

// Judge gives the verdict of a link. "Supported" needs two-way fixed effects with q ≤ .05 and the same sign with p ≤ .05
// under common correlated effects; when that check could not be made or did not confirm, the verdict stops at
// "indicative"; when it is significant the other way, the two contradict one another and nothing is claimed.
func Judge(l Link) Judgement {
	reach, gap := Gate(l.Teams, l.Periods, l.Grain)
	names := map[string]Param{"x": Text(l.X), "y": Text(l.Y)}
	out := func(v Verdict, form string, reasons ...Sentence) Judgement {
		return Judgement{v, Sentence{"verdict." + string(v) + form, names}, reasons}
	}
	switch {
	case reach == Nothing:
		return out(NotEnough, "", gapSentences(gap)...)
	case !l.TWFE.Has():
		return out(NotEnough, "", gapSentences(l.TWFE.Gap)...)
	case reach == Interval:
		return out(Exploratory, "", append([]Sentence{{Key: "reason.interval_only"}}, gapSentences(gap)...)...)
	case l.TWFE.P == nil || l.TWFE.Q == nil:
		return out(Exploratory, "")
	}
	form := ".up"
	if *l.TWFE.Value < 0 {
		form = ".down"
	}
	q := Sentence{"reason.multiplicity", map[string]Param{"q": P(*l.TWFE.Q), "count": Int(l.Pairs)}}
	switch {
	case *l.TWFE.Q > Level && *l.TWFE.P <= Level:
		return out(NoLinkSeen, "", Sentence{"reason.not_after_multiplicity", map[string]Param{"p": P(*l.TWFE.P), "q": P(*l.TWFE.Q), "count": Int(l.Pairs)}})
	case *l.TWFE.Q > Level:
		return out(NoLinkSeen, "", Sentence{"reason.not_seen", map[string]Param{"lo": Num(*l.TWFE.Lo, 3), "hi": Num(*l.TWFE.Hi, 3), "q": P(*l.TWFE.Q)}})
	case !l.CCE.Has():
		return out(Indicative, form, append([]Sentence{q, {Key: "reason.shock_not_ruled_out"}}, gapSentences(l.CCE.Gap)...)...)
	case *l.CCE.P > Level:
		return out(Indicative, form, q, Sentence{"reason.shock_may_explain", map[string]Param{"p": P(*l.CCE.P)}})
	case (*l.CCE.Value > 0) != (*l.TWFE.Value > 0):
		return out(Exploratory, ".contradiction", q, Sentence{Key: "reason.methods_disagree"})
	}
	return out(Supported, form, q, Sentence{"reason.survives_shocks", map[string]Param{"t": Num(*l.CCE.T, 1)}})
}

func gapSentences(g *Gap) []Sentence {
	if g == nil {
		return nil
	}
	s := Sentence{Key: "gap." + g.Reason}
	if len(g.Missing) > 0 {
		s.Params = map[string]Param{"missing": {Gap: g}}
	}
	return []Sentence{s}
}
