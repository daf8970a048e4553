package subscription

import (
	"context"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/invest"
	"rapport/internal/mail"
)

// invest are the proposals by list and rank, or the one that was chosen with the reasons why it stands where it stands.
func (s *Service) invest(ctx context.Context, who auth.Principal, only string) (view, error) {
	page, err := s.from.Proposals.Page(ctx, who.Scope, who.ID)
	if err != nil {
		return view{}, err
	}
	list := slices.DeleteFunc(slices.Clone(page.Items), func(x invest.View) bool {
		return only != "" && x.ID != only || only == "" && x.State != invest.Estimating && x.State != invest.Estimated
	})
	loc := who.Locale
	if len(list) == 0 {
		return view{lines: []string{say(loc, "subscription.proposals_none")}}, nil
	}
	t := mail.Table{Caption: first(loc, say(loc, "subscription.title.invest"), len(list)), Columns: []string{
		say(loc, "subscription.proposal"), say(loc, "subscription.list"), say(loc, "subscription.ratio"), say(loc, "subscription.between"), say(loc, "subscription.pays"),
	}}
	var v view
	for _, x := range list[:min(len(list), mostRows)] {
		row := []string{x.Idea.Name, say(loc, "subscription.list.watch"), "–", "–", "–"}
		if st := x.Standing; st != nil {
			row[1] = say(loc, "subscription.list."+string(st.List))
			if r := st.Ratio; r != nil {
				row[2], row[3] = evidence.Number(loc, r.Value, 2), between(loc, r.P5, r.P95, 2)
				row[4] = evidence.Number(loc, 100*r.Pays, 0) + "%"
			}
			if only != "" {
				for _, why := range st.Reasons {
					v.lines = append(v.lines, why.In(loc))
				}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	v.tables = []mail.Table{t}
	return v, nil
}
