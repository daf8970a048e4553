package main

import (
	"context"

	"rapport/internal/customer"
	"rapport/internal/initiative"
)

// terms hands what finance has set for the returns to whoever values customers.
func terms(ledger *initiative.Service) customer.Finance {
	return func(ctx context.Context) (customer.Terms, bool, error) {
		set, err := ledger.Settings(ctx)
		if err != nil || set.Discount == nil || set.Chain.MarginPct <= 0 {
			return customer.Terms{}, false, err
		}
		return customer.Terms{Margin: set.Chain.MarginPct / 100, Discount: *set.Discount}, true, nil
	}
}
