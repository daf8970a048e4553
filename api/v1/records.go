package v1

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
)

// fromAPI says where records handed in come from: the system named, else whoever sent them.
func fromAPI(source string, p auth.Principal) fact.Origin {
	return fact.Origin{Source: cmp.Or(source, p.Name), Door: fact.ByAPI}
}

func addBody(r intake.Result) AddResult {
	return AddResult{Rows: r.Rows, Imported: r.Imported, Unchanged: r.Unchanged, Queued: r.Queued, Invited: r.Invited}
}

// single turns the places of a batch of one into those of the one record.
func single(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	fields := make([]errs.Field, len(e.Fields))
	for i, f := range e.Fields {
		f.Path = strings.TrimPrefix(f.Path, "/items/0")
		fields[i] = f
	}
	return e.At(fields...)
}

// population reads who answered; the contract lets no other word through.
func population(name *Population) feedback.Population {
	p, _ := feedback.PopulationOf(string(value(name)))
	return p
}

func given(b *FeedbackRecord) feedback.Given {
	g := feedback.Given{SourceID: b.SourceId, Feedback: feedback.Feedback{
		Team: value(b.Team), At: b.AnsweredAt.UTC(), Customer: value(b.Customer), Relation: feedback.Relation(value(b.Relation)), Metric: value(b.Metric),
		Touchpoint: value(b.Touchpoint), Order: value(b.Order), Title: value(b.CommentTitle), Comment: value(b.Comment), Language: value(b.Language),
		Segment: value(b.Segment), Product: value(b.Product), Channel: value(b.Channel), Waiting: -1, Contacts: -1, Closure: string(value(b.Closure)),
		Emotion: string(value(b.Emotion)), Expected: string(value(b.Expected)), Population: population(b.Population),
	}}
	if b.Score != nil { // a type without a score says nothing
		g.Type, g.Score = feedback.ScoreType(value(b.ScoreType)), *b.Score
		if g.Type == "" {
			g.Type = "undeclared"
		}
	}
	if b.WaitingMinutes != nil {
		g.Waiting = *b.WaitingMinutes
	}
	if b.Contacts != nil {
		g.Contacts = float64(*b.Contacts)
	}
	return g
}

func ordered(b *OrderRecord) customer.Order {
	o := customer.Order{
		OrderID: b.OrderId, Team: value(b.Team), Customer: b.Customer, At: b.PurchasedAt.UTC(), Minor: b.ValueMinor, Currency: b.Currency, Status: value(b.Status),
		Product: value(b.Product), Channel: value(b.Channel), CameBy: value(b.CameBy), Email: value(b.Email), Locale: string(value(b.Locale)),
	}
	if b.PromisedAt != nil {
		o.Promised = b.PromisedAt.UTC()
	}
	if b.DeliveredAt != nil {
		o.Delivered = b.DeliveredAt.UTC()
	}
	return o
}

// AddFeedback implements StrictServerInterface.
func (s *Server) AddFeedback(ctx context.Context, r AddFeedbackRequestObject) (AddFeedbackResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	res, err := s.Feedback.Add(ctx, p, fromAPI(value(r.Body.Source), p), value(r.Body.Source), []feedback.Given{given(r.Body)})
	return AddFeedback200JSONResponse(addBody(res)), single(err)
}

// AddFeedbackBatch implements StrictServerInterface.
func (s *Server) AddFeedbackBatch(ctx context.Context, r AddFeedbackBatchRequestObject) (AddFeedbackBatchResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]feedback.Given, len(r.Body.Items))
	for i := range r.Body.Items {
		list[i] = given(&r.Body.Items[i])
	}
	if err := oneSource(len(list), func(i int) *string { return r.Body.Items[i].Source }); err != nil {
		return nil, err
	}
	res, err := s.Feedback.Add(ctx, p, fromAPI(value(r.Body.Source), p), value(r.Body.Source), list)
	return AddFeedbackBatch200JSONResponse(addBody(res)), err
}

// oneSource refuses records of a batch that name a source of their own: the batch has one.
func oneSource(n int, source func(i int) *string) error {
	for i := range n {
		if source(i) != nil {
			return errs.Invalid("batch_source").At(errs.Field{Path: "/items/" + strconv.Itoa(i) + "/source", Code: "batch_source"})
		}
	}
	return nil
}

// AddOrder implements StrictServerInterface.
func (s *Server) AddOrder(ctx context.Context, r AddOrderRequestObject) (AddOrderResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	res, err := s.Customers.Add(ctx, p, fromAPI(value(r.Body.Source), p), value(r.Body.Source), []customer.Order{ordered(r.Body)})
	return AddOrder200JSONResponse(addBody(res)), single(err)
}

// AddOrderBatch implements StrictServerInterface.
func (s *Server) AddOrderBatch(ctx context.Context, r AddOrderBatchRequestObject) (AddOrderBatchResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]customer.Order, len(r.Body.Items))
	for i := range r.Body.Items {
		list[i] = ordered(&r.Body.Items[i])
	}
	if err := oneSource(len(list), func(i int) *string { return r.Body.Items[i].Source }); err != nil {
		return nil, err
	}
	res, err := s.Customers.Add(ctx, p, fromAPI(value(r.Body.Source), p), value(r.Body.Source), list)
	return AddOrderBatch200JSONResponse(addBody(res)), err
}

// MapTeamName implements StrictServerInterface.
func (s *Server) MapTeamName(ctx context.Context, r MapTeamNameRequestObject) (MapTeamNameResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return MapTeamName204Response{}, s.Facts.MapName(ctx, p, r.Body.Name, r.Body.TeamId)
}
