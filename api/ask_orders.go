package main

import (
	"context"

	"rapport/internal/customer"
	"rapport/internal/feedback"
)

// askAbout hands orders over to the questions that are asked about them.
func askAbout(f *feedback.Service, url string) customer.Asker {
	return func(ctx context.Context, source string, orders []customer.Order) (int, error) {
		list := make([]feedback.Purchase, len(orders))
		for i, o := range orders {
			list[i] = feedback.Purchase{Source: source, Order: o.OrderID, Email: o.Email, Customer: o.Customer, Team: o.Team, Locale: o.Locale, Placed: o.At, Delivered: o.Delivered}
		}
		return f.AskAboutOrders(ctx, url, list)
	}
}
