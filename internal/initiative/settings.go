package initiative

import (
	"context"
	"strconv"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
)

// Settings are finance's: what all money is counted in, when the fiscal year begins, and the yearly discount rate.
type Settings struct {
	Version     int // 0: nobody has set them yet
	Currency    string
	FiscalStart int      // month in which the fiscal year begins, 1–12
	Discount    *float64 // a fraction; nil: finance has not said
	At          time.Time
	By          string
}

// unset is what holds until somebody sets something.
var unset = Settings{Currency: "EUR", FiscalStart: 1}

// Settings gives what holds now.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	got, err := s.store.Settings(ctx)
	if errs.KindOf(err) == errs.KindNotFound && err != nil {
		return unset, nil
	}
	return got, err
}

// SetSettings replaces them. The currency cannot change while costs stand in it: no amount is ever converted by itself.
func (s *Service) SetSettings(ctx context.Context, by string, n Settings) (Settings, error) {
	now, err := s.Settings(ctx)
	if err != nil {
		return now, err
	}
	if n.Version != now.Version {
		return now, errs.Conflict("settings_changed")
	}
	var f faults
	if !currencyCode(n.Currency) {
		f.add("currency", "currency_invalid", "value", n.Currency)
	}
	if n.FiscalStart < 1 || n.FiscalStart > 12 {
		f.add("fiscal_start", "out_of_range", "value", n.FiscalStart)
	}
	if n.Discount != nil && !(*n.Discount >= 0 && *n.Discount <= 1) {
		f.add("discount", "out_of_range", "value", *n.Discount)
	}
	if err := f.err("settings_invalid"); err != nil {
		return now, err
	}
	if n.Currency != now.Currency {
		all, err := s.store.Initiatives(ctx)
		if err != nil {
			return now, err
		}
		if len(all) > 0 {
			return now, errs.Conflict("currency_in_use").With("currency", now.Currency)
		}
	}
	n.Version, n.At, n.By = now.Version+1, s.now(), by
	detail := map[string]string{"currency": n.Currency, "fiscal_start": strconv.Itoa(n.FiscalStart)}
	if n.Discount != nil {
		detail["discount"] = strconv.FormatFloat(*n.Discount, 'g', -1, 64)
	}
	entry := audit.Entry{At: n.At, Actor: by, Action: "settings.change", Object: "returns", Detail: detail}
	return n, s.store.SaveSettings(ctx, n, entry)
}
