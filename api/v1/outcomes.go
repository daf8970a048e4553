package v1

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
)

// ListOutcomes implements StrictServerInterface.
func (s *Server) ListOutcomes(ctx context.Context, r ListOutcomesRequestObject) (ListOutcomesResponseObject, error) {
	p, err := auth.Require(ctx, auth.MetricsRead)
	if err != nil {
		return nil, err
	}
	scope := p.Scope
	if id := value(r.Params.TeamId); id != "" {
		tree, err := s.Org.Tree(ctx)
		if err != nil {
			return nil, err
		}
		scope = scope.Within(tree.Subtree(id))
	}
	list, err := s.Linkage.Outcomes(ctx, scope)
	if err != nil {
		return nil, err
	}
	out := OutcomeList{Items: make([]Outcome, 0, len(list))}
	for _, o := range list {
		x := Outcome{Metric: catalogueMetric(o.Metric), Points: make([]OutcomePoint, 0, len(o.Line)), Covariates: append([]string{}, o.Covariates...)}
		if p.Scope.All() { // how many are held back elsewhere is nobody's business
			x.HeldBack = &o.HeldBack
		}
		for i, l := range o.Line {
			point := OutcomePoint{Period: l.Period.String(), On: openapi_types.Date{Time: l.Period.Start()}, Value: l.Value, Teams: l.Teams, OtherTeams: i > 0 && o.Line[i-1].Teams != l.Teams}
			if l.N > 0 {
				point.N = &l.N
			}
			x.Points = append(x.Points, point)
		}
		out.Items = append(out.Items, x)
	}
	return ListOutcomes200JSONResponse(out), nil
}

// DeclareCovariates implements StrictServerInterface.
func (s *Server) DeclareCovariates(ctx context.Context, r DeclareCovariatesRequestObject) (DeclareCovariatesResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return DeclareCovariates204Response{}, s.Linkage.DeclareCovariates(ctx, p, r.Id, r.Body.Covariates)
}
