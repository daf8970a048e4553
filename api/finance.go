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
		if err != nil {
			return customer.Terms{}, false, err
		}
		c := set.Customers
		t := customer.Terms{Short: c.ShortDays, Long: c.LongDays, Chosen: c.Since, Currency: set.Currency, WinCost: float64(c.WinCost) / customer.MinorUnits(set.Currency)}
		if set.Discount == nil || set.Chain.MarginPct <= 0 {
			return t, false, nil
		}
		t.Margin, t.Discount = set.Chain.MarginPct/100, *set.Discount
		return t, true, nil
	}
}
