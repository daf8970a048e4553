package feedback

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// ImportBy is Import for a file that came by a door of its own.
func (s *Service) ImportBy(ctx context.Context, door fact.Door, in fact.Input) (intake.Result, error) {
	if err := checkMapping(in.Mapping); err != nil {
		return intake.Result{}, err
	}
	return s.facts.ImportBy(ctx, kind{}, door, in)
}

// AddRows brings rows in that came without a file; see fact.Service.
func (s *Service) AddRows(ctx context.Context, by auth.Principal, from fact.Origin, m intake.Mapping, rows fact.Rows) (intake.Result, error) {
	return s.facts.AddRows(ctx, kind{}, by, from, m, rows)
}

// CheckMapping says what in a mapping cannot be meant, each with its place.
func (s *Service) CheckMapping(m intake.Mapping) error { return checkMapping(m) }
