package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/errs"
)

// ListLateDeliveries implements StrictServerInterface. It speaks of all customers, so that only those who see the whole organisation
// may read it.
func (s *Server) ListLateDeliveries(ctx context.Context, _ ListLateDeliveriesRequestObject) (ListLateDeliveriesResponseObject, error) {
	items, err := s.lateDeliveries(ctx)
	return ListLateDeliveries200JSONResponse{Items: items}, err
}

func (s *Server) lateDeliveries(ctx context.Context) ([]LateDelivery, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if !p.May(auth.LedgerRead) || !p.Scope.All() {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.LedgerRead))
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Journeys.Deliveries(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]LateDelivery, 0, len(list))
	for _, d := range list {
		b := LateDelivery{
			Late: CxScore{Type: CxScoreType(d.Type), N: d.Late.N, Figure: cxFigure(d.Late.Figure)}, InTime: CxScore{Type: CxScoreType(d.Type), N: d.InTime.N, Figure: cxFigure(d.InTime.Figure)},
			Difference: cxFigure(d.Difference),
		}
		if t, ok := teams.Get(d.Team); ok {
			b.TeamId, b.Team = &t.ID, &t.Name
		}
		out = append(out, b)
	}
	return out, nil
}

// deliveryTable is the same as a table to take away.
func deliveryTable(out resultTable, list []LateDelivery, t func(string) string) resultTable {
	out.head = []string{t("team"), t("score_type"), t("late"), t("from"), t("to"), t("n"), t("in_time"), t("from"), t("to"), t("n"), t("difference"), t("from"), t("to")}
	for _, d := range list {
		row := []any{t("all_teams"), string(d.Late.Type), nil, nil, nil, d.Late.N, nil, nil, nil, d.InTime.N, nil, nil, nil}
		if d.Team != nil {
			row[0] = *d.Team
		}
		for at, f := range map[int]*CxFigure{2: d.Late.Figure, 6: d.InTime.Figure, 10: d.Difference} {
			if f != nil {
				row[at], row[at+1], row[at+2] = tenth(f.Value), tenth(f.Lo), tenth(f.Hi)
			}
		}
		out.rows = append(out.rows, row)
	}
	return out
}
