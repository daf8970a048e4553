package feedback

import (
	"context"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Service brings feedback in and answers for its figures.
type Service struct{ facts *fact.Service }

// NewService makes a service.
func NewService(facts *fact.Service) *Service { return &Service{facts: facts} }

// Import reads a file by its mapping; see fact.Service.
func (s *Service) Import(ctx context.Context, in fact.Input) (intake.Result, error) {
	if err := checkMapping(in.Mapping); err != nil {
		return intake.Result{}, err
	}
	return s.facts.Import(ctx, kind{}, in)
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
