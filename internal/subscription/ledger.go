package subscription

import (
	"context"
	"fmt"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/mail"
	"rapport/internal/returns"
)

// returns are the three returns of a subject with their intervals, or why one cannot be given.
func (s *Service) returns(ctx context.Context, who auth.Principal, quarter string, of returns.Subject) (view, error) {
	if !who.Scope.All() {
		return view{}, nil // statements speak of every team
	}
	list, err := s.from.Returns.Statements(ctx, quarter, returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative)
	if err != nil {
		return view{}, err
	}
	at := slices.IndexFunc(list, func(x returns.Statement) bool { return x.Subject == of })
	if at < 0 {
		at = slices.IndexFunc(list, func(x returns.Statement) bool { return x.Subject == returns.Organisation })
	}
	if at < 0 || list[at].Result == nil {
		return view{lines: []string{say(who.Locale, "subscription.returns_none")}}, nil
	}
	r, loc := list[at].Result, who.Locale
	t := mail.Table{Caption: list[at].Name, Columns: []string{say(loc, "subscription.return"), say(loc, "subscription.point"), say(loc, "subscription.between"), say(loc, "subscription.chance")}}
	if t.Caption == "" {
		t.Caption = say(loc, "pulse.organisation")
	}
	for _, x := range []struct {
		name string
		r    returns.Return
	}{{"ROI", r.ROI}, {"ROV", r.ROV}, {"ROX", r.ROX}} {
		row := []string{x.name, "–", "–", "–"}
		if why := x.r.NotEnough; why != nil {
			row[1] = i18n.Text(loc, "returns.missing."+why.Reason, nil)
		} else {
			row = []string{x.name, evidence.Percent(loc, x.r.Estimate), evidence.Percent(loc, x.r.P5) + " … " + evidence.Percent(loc, x.r.P95), evidence.Number(loc, 100*x.r.ProbPositive, 0) + "%"}
		}
		t.Rows = append(t.Rows, row)
	}
	return view{tables: []mail.Table{t}}, nil
}

// initiatives are the newest of the ledger with what the first declared metric shows, or the one that was chosen with every effect.
func (s *Service) initiatives(ctx context.Context, who auth.Principal, only string) (view, error) {
	if !who.Scope.All() {
		return view{}, nil
	}
	list, err := s.from.Ledger.List(ctx)
	if err != nil || len(list) == 0 {
		return view{}, err
	}
	loc := who.Locale
	t := mail.Table{Caption: say(loc, "subscription.title.initiatives"), Columns: []string{
		say(loc, "subscription.initiative"), say(loc, "subscription.figure"), say(loc, "subscription.effect"), say(loc, "subscription.between95"), say(loc, "subscription.grade"),
	}}
	for _, v := range list {
		if v.ID == only && v.Evaluation != nil {
			for _, e := range v.Evaluation.Effects {
				t.Rows = append(t.Rows, append([]string{v.Plan.Name}, effectOf(loc, e)...))
			}
		} else if (v.ID == only || only == "") && len(t.Rows) < mostRows {
			t.Rows = append(t.Rows, append([]string{v.Plan.Name}, effect(loc, v)...))
		}
	}
	if len(t.Rows) == 0 {
		return view{}, nil
	}
	if only == "" {
		t.Caption = first(loc, t.Caption, len(list))
	}
	return view{tables: []mail.Table{t}}, nil
}

// effect gives metric, point, interval and grade of an initiative's first effect; without one, why.
func effect(loc string, v initiative.View) []string {
	if v.Evaluation == nil || len(v.Evaluation.Effects) == 0 {
		return []string{"–", say(loc, "subscription.not_evaluated"), "–", "–"}
	}
	return effectOf(loc, v.Evaluation.Effects[0])
}

func effectOf(loc string, e initiative.Effect) []string {
	grade := e.Grade
	if grade == "" {
		grade = say(loc, "subscription.ungraded")
	}
	x := e.Estimate
	switch {
	case x.Value != nil && x.Lo != nil && x.Hi != nil:
		digits := evidence.Digits(*x.Hi - *x.Lo)
		return []string{e.Metric, evidence.Signed(loc, *x.Value, digits), evidence.Signed(loc, *x.Lo, digits) + " … " + evidence.Signed(loc, *x.Hi, digits), grade}
	case x.Gap != nil:
		return []string{e.Metric, x.Gap.In(loc), "–", grade}
	}
	return []string{e.Metric, say(loc, "subscription.no_figure"), "–", grade}
}

// hidden reports whether what was asked for is not there for this reader, or not yet.
func hidden(err error) bool {
	k := errs.KindOf(err)
	return err != nil && (k == errs.KindNotFound || k == errs.KindForbidden)
}

// between writes an interval.
func between(loc string, lo, hi float64, digits int) string {
	return fmt.Sprintf("%s … %s", evidence.Number(loc, lo, digits), evidence.Number(loc, hi, digits))
}
