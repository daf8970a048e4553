package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/initiative"
)

// GetReturnsSettings gives finance's settings.
func (s *Server) GetReturnsSettings(ctx context.Context, _ GetReturnsSettingsRequestObject) (GetReturnsSettingsResponseObject, error) {
	set, err := s.Initiatives.Settings(ctx)
	return GetReturnsSettings200JSONResponse(settingsBody(set)), err
}

// UpdateReturnsSettings changes them. A part that is left out stays as it is.
func (s *Server) UpdateReturnsSettings(ctx context.Context, r UpdateReturnsSettingsRequestObject) (UpdateReturnsSettingsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	next, err := s.Initiatives.Settings(ctx)
	if err != nil {
		return nil, err
	}
	b := r.Body
	next.Version, next.Currency, next.FiscalStart, next.Discount, next.Reason = b.Version, b.Currency, b.FiscalStart, b.Discount, value(b.Reason)
	if c := b.Chain; c != nil {
		next.Chain = initiative.Chain{
			EX: value(c.Ex), CX: value(c.Cx), Loyalty: value(c.Loyalty), MarginPct: value(c.MarginPct), MarginSource: value(c.MarginSource), NetOfService: value(c.NetOfService),
			Revenue: initiative.Revenue{Metric: value(c.RevenueMetric), Yearly: value(c.RevenueYearly), Source: value(c.RevenueSource)},
		}
	}
	if c := b.Customers; c != nil {
		next.Customers = initiative.CustomerTerms{ShortDays: value(c.ShortDays), LongDays: value(c.LongDays), WinCost: value(c.WinCost), WinCostSource: value(c.WinCostSource)}
	}
	if b.Rates != nil {
		next.Rates = []initiative.Rate{}
		for _, x := range *b.Rates {
			next.Rates = append(next.Rates, initiative.Rate{Name: x.Name, Amount: x.Amount, Source: x.Source})
		}
	}
	if b.Prices != nil {
		next.Prices = []initiative.Price{}
		for _, x := range *b.Prices {
			next.Prices = append(next.Prices, initiative.Price{Kind: x.Kind, Amount: x.Amount, Source: x.Source})
		}
	}
	set, err := s.Initiatives.SetSettings(ctx, who.ID, next)
	if err != nil {
		return nil, err
	}
	return UpdateReturnsSettings200JSONResponse(settingsBody(set)), nil
}

// ListReturnsSettings lists every version with what differs from the one before.
func (s *Server) ListReturnsSettings(ctx context.Context, _ ListReturnsSettingsRequestObject) (ListReturnsSettingsResponseObject, error) {
	all, err := s.Initiatives.History(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for after := ""; ; {
		users, err := s.Auth.Users(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			names[u.ID], after = u.Name, u.ID
		}
		if len(users) < 500 {
			break
		}
	}
	out := ListReturnsSettings200JSONResponse{Items: []ReturnsSettingsVersion{}}
	for k, x := range all {
		v := ReturnsSettingsVersion{Settings: settingsBody(x), Changed: []InitiativeFieldChange{}}
		if name, ok := names[x.By]; ok {
			v.Settings.By = &name
		}
		if k+1 < len(all) {
			for _, c := range all[k+1].Differs(x) {
				v.Changed = append(v.Changed, InitiativeFieldChange{Field: c.Field, Before: c.Before, After: c.After})
			}
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

func settingsBody(x initiative.Settings) ReturnsSettings {
	c := x.Chain
	out := ReturnsSettings{
		Version: x.Version, Currency: x.Currency, FiscalStart: x.FiscalStart, Discount: x.Discount, Reason: text(x.Reason), By: text(x.By), Rates: &[]ReturnsRate{}, Prices: &[]ReturnsPrice{},
		Chain: &ReturnsChainSettings{
			Ex: text(c.EX), Cx: text(c.CX), Loyalty: text(c.Loyalty), MarginSource: text(c.MarginSource), RevenueMetric: text(c.Revenue.Metric), RevenueSource: text(c.Revenue.Source),
		},
	}
	if c.MarginPct > 0 {
		out.Chain.MarginPct = &c.MarginPct
	}
	if c.Revenue.Yearly > 0 {
		out.Chain.RevenueYearly = &c.Revenue.Yearly
	}
	if c.NetOfService {
		out.Chain.NetOfService = &c.NetOfService
	}
	out.Customers = customerTermsBody(x.Customers)
	if !x.At.IsZero() {
		out.At = &x.At
	}
	for _, r := range x.Rates {
		*out.Rates = append(*out.Rates, ReturnsRate{Name: r.Name, Amount: r.Amount, Source: r.Source})
	}
	for _, p := range x.Prices {
		*out.Prices = append(*out.Prices, ReturnsPrice{Kind: p.Kind, Amount: p.Amount, Source: p.Source})
	}
	return out
}

func customerTermsBody(c initiative.CustomerTerms) *ReturnsCustomerSettings {
	out := &ReturnsCustomerSettings{WinCostSource: text(c.WinCostSource)}
	if c.ShortDays > 0 {
		out.ShortDays, out.LongDays = &c.ShortDays, &c.LongDays
	}
	if !c.Since.IsZero() {
		out.Since = &c.Since
	}
	if c.WinCost > 0 {
		out.WinCost = &c.WinCost
	}
	return out
}
