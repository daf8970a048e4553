package customer

import (
	"context"
	"slices"

	"rapport/internal/auth"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// ImportBy is Import for a file that came by a door of its own.
func (s *Service) ImportBy(ctx context.Context, door fact.Door, in fact.Input) (intake.Result, error) {
	if err := s.fits(ctx, in.Mapping); err != nil {
		return intake.Result{}, err
	}
	res, err := s.facts.ImportBy(ctx, kind{}, door, in)
	if err == nil && !in.DryRun {
		res.Invited, err = s.askFile(ctx, in)
	}
	return res, err
}

// AddRows brings rows in that came without a file; see fact.Service.
func (s *Service) AddRows(ctx context.Context, by auth.Principal, from fact.Origin, m intake.Mapping, rows fact.Rows) (intake.Result, error) {
	if err := s.fits(ctx, m); err != nil {
		return intake.Result{}, err
	}
	res, err := s.facts.AddRows(ctx, kind{}, by, from, m, rows)
	if err == nil {
		res.Invited, err = s.askRows(ctx, m, rows.Columns, slices.Values(rows.Cells))
	}
	return res, err
}

// CheckMapping says what in a mapping cannot be meant, each with its place.
func (s *Service) CheckMapping(m intake.Mapping) error { return checkMapping(m) }

// fits refuses a mapping that cannot be meant, or whose currency is another than that of the orders stored.
func (s *Service) fits(ctx context.Context, m intake.Mapping) error {
	if err := checkMapping(m); err != nil {
		return err
	}
	return s.sameCurrency(ctx, m.Currency)
}
