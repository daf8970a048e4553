package feedback

import (
	"context"
	"time"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Service brings feedback in and answers for its figures.
type Service struct {
	facts *fact.Service
	store Store
	now   func() time.Time
}

// NewService makes a service.
func NewService(facts *fact.Service, store Store, now func() time.Time) *Service {
	return &Service{facts: facts, store: store, now: now}
}

// Import reads a file by its mapping; see fact.Service.
func (s *Service) Import(ctx context.Context, in fact.Input) (intake.Result, error) {
	return s.ImportBy(ctx, fact.ByFile, in)
}

// Suggest proposes a mapping for a file: the one remembered for these columns, else one made from headings and cells.
func (s *Service) Suggest(ctx context.Context, p *intake.Preview) (m intake.Mapping, remembered bool, err error) {
	empty, err := s.facts.EmptyOrganisation(ctx)
	if err != nil {
		return m, false, err
	}
	m, err = s.facts.Remembered(ctx, intake.Feedback, p.File.Columns)
	switch {
	case err == nil:
		m.CreateTeams = empty // what was right for an empty organisation is not right for ever
		return m, true, nil
	case errs.KindOf(err) != errs.KindNotFound:
		return m, false, err
	}
	return Suggest(p, empty), false, nil
}

// Each gives the answers of teams in scope, in the order they came in.
func (s *Service) Each(ctx context.Context, scope org.Scope, f fact.Filter, fn func(Feedback) error) error {
	f.Kind = intake.Feedback
	return s.facts.EachFact(ctx, scope, f, func(x fact.Fact) error { return fn(Of(x)) })
}

// Strip leaves of a packed answer what sums are made of: no words, no order.
func (s *Service) Strip(body []byte) []byte {
	f := Of(fact.Fact{Body: body})
	f.Title, f.Comment, f.Order = "", "", ""
	return f.pack()
}

// Liking is the side a score takes: 1 for a promoter, a 4 or 5 of CSAT, a 5 to 7 of CES; −1 for a detractor, a 1 or 2, a 1 to
// 3; 0 between. Free scores have no such ends: ok is false.
func (t ScoreType) Liking(score float64) (side int, ok bool) {
	bad, good := 0.0, 0.0
	switch t {
	case NPS:
		bad, good = 6, 9
	case CSAT:
		bad, good = 2, 4
	case CES:
		bad, good = 3, 5
	default:
		return 0, false
	}
	switch {
	case score >= good:
		return 1, true
	case score <= bad:
		return -1, true
	}
	return 0, true
}

// EachOpinion gives what customers who are known by an id said; see ScoreType.Liking. Free scores are left out.
func (s *Service) EachOpinion(ctx context.Context, fn func(customer string, at time.Time, liking int) error) error {
	return s.Each(ctx, org.Everything, fact.Filter{}, func(f Feedback) error {
		if f.Customer == "" || f.Population != Customers {
			return nil
		}
		liking, known := f.Type.Liking(f.Score)
		if !known {
			return nil
		}
		return fn(f.Customer, f.At, liking)
	})
}
