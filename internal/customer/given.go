package customer

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// MostGiven is how many orders one call may bring.
const MostGiven = 5000

// Add brings orders in: all of them or none, each once however often it is sent; OrderID names an order within the system
// source, Team is what that system calls the team. What is wrong is said with its place (/items/3/value).
func (s *Service) Add(ctx context.Context, by auth.Principal, from fact.Origin, source string, list []Order) (intake.Result, error) {
	if len(list) == 0 {
		return intake.Result{}, nil
	}
	now := s.now()
	records := make([]fact.Record, len(list))
	var wrong []errs.Field
	seen := make(map[string]int, len(list))
	for i := range list {
		o := &list[i]
		place := "/items/" + strconv.Itoa(i)
		wrong = o.check(wrong, place, list[0].Currency, now)
		records[i] = fact.Record{Key: fact.KeyOf(intake.Orders, source, o.OrderID), Team: o.Team, At: o.At, Customer: o.Customer, Body: o.pack()}
		if first, twice := seen[o.OrderID]; twice && records[first].Digest() != records[i].Digest() {
			wrong = append(wrong, errs.Field{Path: place + "/order_id", Code: "source_id_twice", Value: o.OrderID, Params: map[string]any{"first": first}})
		}
		seen[o.OrderID] = i
	}
	if len(wrong) > 0 {
		return intake.Result{}, errs.Invalid("records_rejected").With("count", len(wrong)).At(wrong[:min(len(wrong), intake.MaxErrors)]...)
	}
	if err := s.sameCurrency(ctx, list[0].Currency); err != nil {
		return intake.Result{}, err
	}
	res, err := s.facts.Add(ctx, kind{}, by, from, records)
	if err == nil {
		res.Invited, err = s.askAbout(ctx, source, list)
	}
	return res, err
}

// check adds what is wrong with an order.
func (o *Order) check(wrong []errs.Field, place, currency string, now time.Time) []errs.Field {
	add := func(field, code string, params map[string]any) {
		wrong = append(wrong, errs.Field{Path: place + "/" + field, Code: code, Params: params})
	}
	if !addressable(o.Email) {
		add("email", "email_invalid", nil)
	}
	if o.OrderID == "" {
		add("order_id", "source_id_missing", nil)
	}
	if o.Customer == "" {
		add("customer", "order_customer_missing", nil)
	}
	switch {
	case o.At.IsZero():
		add("purchased_at", "purchased_at_missing", nil)
	case o.At.After(now.AddDate(0, 0, 1)):
		add("purchased_at", "date_future", nil)
	case o.At.Year() < 1900:
		add("purchased_at", "date_impossible", nil)
	}
	if o.Delivered.After(now.AddDate(0, 0, 1)) {
		add("delivered_at", "date_future", nil)
	}
	switch {
	case !currencyForm.MatchString(o.Currency):
		add("currency", "mapping_currency", nil)
	case o.Currency != currency:
		add("currency", "currency_mixed", map[string]any{"currency": currency})
	}
	if o.Minor < 0 {
		add("value_minor", "value_negative", nil)
	} else if o.Minor > 1<<52 {
		add("value_minor", "number_out_of_range", nil)
	}
	for field, text := range map[string]string{"order_id": o.OrderID, "customer": o.Customer, "status": o.Status, "product": o.Product, "channel": o.Channel, "came_by": o.CameBy} {
		if len(text) > maxWord {
			add(field, "cell_too_long_here", map[string]any{"limit": maxWord})
		}
		if strings.ContainsRune(text, 0) {
			add(field, "text_holds_nul", nil)
		}
	}
	return wrong
}

// settled remembers the currency of the orders stored, which no later order changes. Undoing every order frees it, so
// that a refusal is always looked up.
type settled struct {
	mu       sync.Mutex
	currency string
}

func (s *Service) sameCurrency(ctx context.Context, currency string) error {
	s.settled.mu.Lock()
	known := s.settled.currency
	s.settled.mu.Unlock()
	if known == currency {
		return nil
	}
	other, err := s.currency(ctx)
	if err != nil {
		return err
	}
	if other != "" && other != currency {
		return errs.Invalid("currency_other").With("currency", other).With("value", currency).
			At(errs.Field{Path: "/currency", Code: "currency_other", Value: currency, Params: map[string]any{"currency": other}})
	}
	if other == currency {
		s.settled.mu.Lock()
		s.settled.currency = currency
		s.settled.mu.Unlock()
	}
	return nil
}
