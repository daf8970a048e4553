package myteam

import (
	"fmt"
	"strings"

	"rapport/internal/evidence"
	"rapport/internal/linkage"
)

func said(key string, params map[string]evidence.Param) evidence.Sentence {
	return evidence.Sentence{Key: "myteam." + key, Params: params}
}

// named is how many names a sentence bears; the table has all of them.
const named = 6

func names(list []string) evidence.Param {
	more := ""
	if len(list) > named {
		more = fmt.Sprintf(" (+%d)", len(list)-named)
		list = list[:named]
	}
	return evidence.Text(strings.Join(list, ", ") + more)
}

// says is what the evidence says for this team: links that hold in the company together with how the team stands, and
// what initiatives changed that were compared with other teams.
func says(p Page, run linkage.Run) []evidence.Sentence {
	out := []evidence.Sentence{}
	var level []string
	for _, d := range p.Drivers {
		if d.Verdict != evidence.Supported {
			continue
		}
		if d.Side == 0 || d.Company == nil {
			level = append(level, d.Name+" ↔ "+d.With)
			continue
		}
		key := "says.ahead"
		if d.Side < 0 {
			key = "says.behind"
		}
		digits := 1
		if d.Lo != nil && d.Hi != nil {
			digits = evidence.Digits(*d.Hi - *d.Lo)
		}
		out = append(out, said(key, map[string]evidence.Param{
			"x": evidence.Text(d.Name), "y": evidence.Text(d.With), "here": evidence.Num(d.Here, digits), "company": evidence.Num(*d.Company, digits), "teams": evidence.Int(run.Teams),
		}))
	}
	if len(level) > 0 {
		out = append(out, said("says.level", map[string]evidence.Param{"list": names(level), "teams": evidence.Int(run.Teams)}))
	}
	for _, i := range p.Report.Content.Initiatives {
		if (i.Grade != "A" && i.Grade != "B") || !i.Effect.Has() || i.Effect.Lo == nil || i.Effect.Hi == nil {
			continue
		}
		digits := evidence.Digits(*i.Effect.Hi - *i.Effect.Lo)
		key := "says.effect"
		if !i.Effect.AboveZero() && !i.Effect.BelowZero() {
			key = "says.no_effect"
		}
		out = append(out, said(key, map[string]evidence.Param{
			"name": evidence.Text(i.Name), "metric": evidence.Text(i.Metric), "grade": evidence.Text(i.Grade),
			"effect": evidence.Change(*i.Effect.Value, digits), "lo": evidence.Change(*i.Effect.Lo, digits), "hi": evidence.Change(*i.Effect.Hi, digits),
		}))
	}
	if len(out) == 0 {
		out = append(out, said("says.nothing", nil))
	}
	return out
}

// cannot is what it does not say: it stands beside the rest with the same weight.
func cannot(p Page, run linkage.Run) []evidence.Sentence {
	out := []evidence.Sentence{}
	if run.Teams > 0 {
		out = append(out, said("cannot.alone", map[string]evidence.Param{"teams": evidence.Int(run.Teams)}))
	}
	var open []string
	for _, d := range p.Drivers {
		if d.Verdict != evidence.Supported {
			open = append(open, d.Name)
		}
	}
	if len(open) > 0 {
		out = append(out, said("cannot.open", map[string]evidence.Param{"list": names(open)}))
	}
	still := 0
	for _, m := range p.Report.Content.Measures {
		if !m.Change.AboveZero() && !m.Change.BelowZero() {
			still++
		}
	}
	if still > 0 {
		out = append(out, said("cannot.moved", map[string]evidence.Param{"count": evidence.Int(still), "total": evidence.Int(len(p.Report.Content.Measures))}))
	}
	return append(out, said("cannot.cause", nil))
}
