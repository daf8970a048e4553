package v1

import (
	"context"
	"time"

	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/org"
)

// overall gives who asks, if they see the whole organisation: a customer belongs to no team's scope.
func overall(ctx context.Context) (auth.Principal, error) {
	p, err := auth.From(ctx)
	if err == nil && !p.Scope.All() {
		err = errs.Forbidden("not_allowed").With("permission", string(auth.ImportCX))
	}
	return p, err
}

// GetCustomerRecords implements StrictServerInterface.
func (s *Server) GetCustomerRecords(ctx context.Context, r GetCustomerRecordsRequestObject) (GetCustomerRecordsResponseObject, error) {
	if _, err := overall(ctx); err != nil {
		return nil, err
	}
	out := CustomerRecords{Customer: r.Params.Customer, Orders: []CustomerOrder{}, Answers: []CustomerAnswer{}}
	only := fact.Filter{Customer: r.Params.Customer}
	if err := s.Customers.Each(ctx, org.Everything, only, func(o customer.Order) error {
		out.Orders = append(out.Orders, CustomerOrder{
			Order: o.OrderID, Team: o.Team, At: o.At, Value: o.Minor, Currency: o.Currency, Status: said(o.Status), PromisedAt: known(o.Promised), DeliveredAt: known(o.Delivered),
			Product: said(o.Product), Channel: said(o.Channel), CameBy: said(o.CameBy),
		})
		return nil
	}); err != nil {
		return nil, err
	}
	if err := s.Feedback.Each(ctx, org.Everything, only, func(f feedback.Feedback) error {
		a := CustomerAnswer{
			Team: f.Team, At: f.At, Type: said(string(f.Type)), Relation: string(f.Relation), Population: Population(f.Population.String()), Metric: said(f.Metric), Touchpoint: said(f.Touchpoint), Order: said(f.Order), Title: said(f.Title),
			Comment: said(f.Comment), Language: said(f.Language), Segment: said(f.Segment), Product: said(f.Product), Channel: said(f.Channel), Emotion: said(f.Emotion), Expected: said(f.Expected),
		}
		if f.Type != "" {
			a.Score = &f.Score
		}
		out.Answers = append(out.Answers, a)
		return nil
	}); err != nil {
		return nil, err
	}
	if len(out.Orders)+len(out.Answers) == 0 {
		return nil, errs.NotFound("customer_unknown")
	}
	return GetCustomerRecords200JSONResponse(out), nil
}

// EraseCustomer implements StrictServerInterface.
func (s *Server) EraseCustomer(ctx context.Context, r EraseCustomerRequestObject) (EraseCustomerResponseObject, error) {
	p, err := overall(ctx)
	if err != nil {
		return nil, err
	}
	n, err := s.Customers.Erase(ctx, p, r.Body.Customer, r.Body.Reason)
	return EraseCustomer200JSONResponse{Records: n}, err
}

func said(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
