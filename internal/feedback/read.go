package feedback

import (
	"context"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Since gives the answers that count and whose id is greater, by id, each with the key of its record. Teams are as stored:
// a name no team has begins with fact.Unattributed.
func (s *Service) Since(ctx context.Context, after int64, fn func(Feedback, [16]byte) error) error {
	return s.facts.EachFact(ctx, org.Everything, fact.Filter{Kind: intake.Feedback, After: after}, func(x fact.Fact) error { return fn(Of(x), x.Key) })
}

// ByID finds one answer, whether it counts or was replaced since; errs.NotFound("answer_unknown").
func (s *Service) ByID(ctx context.Context, id int64) (Feedback, error) {
	list, err := s.facts.FactsByID(ctx, []int64{id})
	if err != nil {
		return Feedback{}, err
	}
	if len(list) == 0 {
		return Feedback{}, errs.NotFound("answer_unknown")
	}
	return Of(list[0]), nil
}
