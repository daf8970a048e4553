package linkage

import (
	"math"

	"rapport/internal/evidence"
)

// explain says why the naive figure and the honest one differ, what the slope means, and what it does not.
func explain(pr pair, f Finding, d Detail) []evidence.Sentence {
	var out []evidence.Sentence
	add := func(key string, params map[string]evidence.Param) {
		out = append(out, evidence.Sentence{Key: key, Params: params})
	}
	names := func(more map[string]evidence.Param) map[string]evidence.Param {
		m := map[string]evidence.Param{"x": evidence.Text(pr.x.Name), "y": evidence.Text(pr.y.Name)}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	if f.Naive.Has() && f.Within.Has() {
		add(contrast(*f.Naive.Value, *f.Within.Value), map[string]evidence.Param{"naive": evidence.Num(*f.Naive.Value, 2), "within": evidence.Num(*f.Within.Value, 2)})
	}
	if f.TWFE.Has() && f.TWFE.Lo != nil && f.TWFE.Hi != nil {
		shared := (f.Within.AboveZero() || f.Within.BelowZero()) && !f.TWFE.AboveZero() && !f.TWFE.BelowZero()
		slope := map[string]evidence.Param{"b": significant(*f.TWFE.Value), "lo": significant(*f.TWFE.Lo), "hi": significant(*f.TWFE.Hi), "after": evidence.After(pr.lag, string(pr.grain))}
		if shared {
			add("why.shared_shock", slope)
		}
		if f.CCE.Has() && f.CCE.Lo != nil && f.CCE.Hi != nil && (f.TWFE.AboveZero() || f.TWFE.BelowZero()) && !f.CCE.AboveZero() && !f.CCE.BelowZero() {
			add("why.unequal_shock", map[string]evidence.Param{"b": significant(*f.CCE.Value), "lo": significant(*f.CCE.Lo), "hi": significant(*f.CCE.Hi)})
		}
		add("meaning.slope", names(slope))
	}
	if f.Verdict == evidence.Supported || f.Verdict == evidence.Indicative {
		add("meaning.consistent", names(nil))
	}
	if f.TWFE.Has() && f.TWFE.Convention == conventionBootstrap && f.TWFE.P != nil {
		add("note.bootstrap", map[string]evidence.Param{"teams": evidence.Many(f.TWFE.Teams, "teams")})
	}
	if d.Breaks > 0 {
		add("note.breaks", map[string]evidence.Param{"count": evidence.Int(d.Breaks)})
	}
	return out
}

// contrast picks the sentence that fits what happened between the naive and the within-team correlation.
func contrast(naive, within float64) string {
	switch {
	case math.Abs(naive-within) < .1:
		return "why.same"
	case math.Abs(within) < .1:
		return "why.between_teams"
	case naive*within < 0 && math.Abs(naive) >= .1:
		return "why.opposite"
	case math.Abs(within) < math.Abs(naive):
		return "why.weaker"
	}
	return "why.stronger"
}

// significant shows three significant digits.
func significant(v float64) evidence.Param {
	digits := 2
	if a := math.Abs(v); a > 0 {
		digits = min(8, max(0, 2-int(math.Floor(math.Log10(a)))))
	}
	return evidence.Num(v, digits)
}

// headline says in two or three sentences what is true here: what holds, the most tempting figures that do not, and
// what is missing.
func headline(run Run, findings []Finding) []evidence.Sentence {
	count := map[evidence.Verdict]int{}
	for _, f := range findings {
		count[f.Verdict]++
	}
	name := func(id string) evidence.Param { return evidence.Text(metricOf(run, id).Name) }
	var out []evidence.Sentence
	switch {
	case len(findings) == 0:
		return []evidence.Sentence{{Key: "headline.empty"}}
	case count[evidence.Supported] > 0:
		best := strongest(findings, func(f Finding) bool { return f.Verdict == evidence.Supported && f.Within.Has() }, func(f Finding) float64 { return math.Abs(*f.Within.Value) })
		p := map[string]evidence.Param{"count": evidence.Int(count[evidence.Supported]), "total": evidence.Int(len(findings))}
		if best == nil {
			out = append(out, evidence.Sentence{Key: "headline.supported", Params: p})
			break
		}
		p["x"], p["y"], p["r"] = name(best.X), name(best.Y), evidence.Num(*best.Within.Value, 2)
		out = append(out, evidence.Sentence{Key: "headline.supported_best", Params: p})
	default:
		out = append(out, evidence.Sentence{Key: "headline.none", Params: map[string]evidence.Param{"count": evidence.Int(len(findings))}})
	}
	out = append(out, mirages(findings, name)...)
	if n := count[evidence.NotEnough] + count[evidence.Exploratory]; n > 0 && len(out) < mostSentences {
		out = append(out, evidence.Sentence{Key: "headline.missing", Params: map[string]evidence.Param{"count": evidence.Int(n)}})
	}
	return out
}

const mostSentences = 3

// mirages finds, of each kind, the figure that would mislead most: one that passes the usual panel check but not the one
// for unequal shocks; one that is strong within teams but only with the ups and downs all teams share; one that is there
// between teams only. The first two of them are told.
func mirages(findings []Finding, name func(string) evidence.Param) []evidence.Sentence {
	var out []evidence.Sentence
	says := func(key string, f *Finding, more map[string]evidence.Param) {
		p := map[string]evidence.Param{"x": name(f.X), "y": name(f.Y)}
		for k, v := range more {
			p[k] = v
		}
		out = append(out, evidence.Sentence{Key: key, Params: p})
	}
	sure := func(e evidence.Estimate) bool { return e.AboveZero() || e.BelowZero() }
	size := func(e evidence.Estimate) float64 {
		if e.Has() {
			return math.Abs(*e.Value)
		}
		return 0
	}
	if f := strongest(findings, func(f Finding) bool {
		return f.Verdict == evidence.Indicative && f.CCE.Has() && f.CCE.P != nil && *f.CCE.P > evidence.Level
	}, func(f Finding) float64 { return size(f.Within) }); f != nil {
		says("headline.unequal_shock", f, map[string]evidence.Param{"within": evidence.Num(*f.Within.Value, 2)})
	}
	if f := strongest(findings, func(f Finding) bool {
		return f.Verdict == evidence.NoLinkSeen && sure(f.Within) && size(f.Within) >= .2
	}, func(f Finding) float64 { return size(f.Within) }); f != nil {
		says("headline.shared_shock", f, map[string]evidence.Param{"within": evidence.Num(*f.Within.Value, 2)})
	}
	if f := strongest(findings, func(f Finding) bool {
		return f.Verdict == evidence.NoLinkSeen && sure(f.Naive) && !sure(f.Within) && f.Within.Has() && size(f.Naive) >= .1
	}, func(f Finding) float64 { return size(f.Naive) }); f != nil {
		says("headline.mirage", f, map[string]evidence.Param{"naive": evidence.Num(*f.Naive.Value, 2), "within": evidence.Num(*f.Within.Value, 2)})
	}
	return out[:min(len(out), mostSentences-1)]
}

func strongest(findings []Finding, ok func(Finding) bool, size func(Finding) float64) *Finding {
	var best *Finding
	for i := range findings {
		if f := &findings[i]; ok(*f) && (best == nil || size(*f) > size(*best)) {
			best = f
		}
	}
	return best
}
