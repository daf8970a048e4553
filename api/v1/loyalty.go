package v1

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/journey"
	"rapport/internal/method"
)

// GetLoyalty implements StrictServerInterface. It speaks of all customers, so that only those who see the whole organisation may
// read it.
func (s *Server) GetLoyalty(ctx context.Context, _ GetLoyaltyRequestObject) (GetLoyaltyResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if !p.Scope.All() {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.LedgerRead))
	}
	asOf, list, err := s.Journeys.Loyalty(ctx)
	if err != nil {
		return nil, err
	}
	out := LoyaltyList{Items: make([]Loyalty, 0, len(list)), Methods: cards(ctx, "driver-groups")}
	if !asOf.IsZero() {
		out.AsOf = &openapi_types.Date{Time: asOf}
	}
	for _, l := range list {
		b := Loyalty{
			Relation: LoyaltyRelation(l.Relation), Answered: l.Answered, Customers: l.Customers, Explained: cxFigure(l.Explained), Sides: loyaltyParts(l.Sides), Parts: loyaltyParts(l.Parts),
			Seldom: make([]LoyaltySeldom, 0, len(l.Seldom)),
		}
		for _, name := range l.Seldom {
			b.Seldom = append(b.Seldom, LoyaltySeldom(name))
		}
		if l.Gap != "" {
			gap := LoyaltyGap(l.Gap)
			b.Gap, b.Need, b.Have = &gap, &l.Need, &l.Have
		}
		out.Items = append(out.Items, b)
	}
	return GetLoyalty200JSONResponse(out), nil
}

func loyaltyParts(list []journey.Part) []LoyaltyPart {
	out := make([]LoyaltyPart, 0, len(list))
	for _, p := range list {
		out = append(out, LoyaltyPart{Name: LoyaltyPartName(p.Name), Side: LoyaltyPartSide(p.Side), Share: *cxFigure(&p.Share), Alone: p.Alone})
	}
	return out
}

// cards are the method cards of some methods, in the caller's language.
func cards(ctx context.Context, names ...string) []MethodCard {
	out := make([]MethodCard, 0, len(names))
	for _, name := range names {
		if m, ok := method.Lookup(name); ok {
			out = append(out, methodCard(m, locale(ctx)))
		}
	}
	return out
}
