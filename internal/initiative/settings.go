package initiative

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/series"
)

// Settings are finance's: what all money is counted in, when the fiscal year begins, and the yearly discount rate.
type Settings struct {
	Version     int // 0: nobody has set them yet
	Currency    string
	FiscalStart int      // month in which the fiscal year begins, 1–12
	Discount    *float64 // a fraction; nil: finance has not said
	Chain       Chain
	Customers   CustomerTerms
	Rates       []Rate
	Prices      []Price
	Reason      string // why this version differs from the one before
	At          time.Time
	By          string
}

// Chain declares which figures make up the chain from employee experience to money, and what a point is counted with.
// Left empty, the figures are chosen by rule among the chains that the newest run supports.
type Chain struct {
	EX, CX, Loyalty string // metric ids; all three or none
	Revenue         Revenue
	MarginPct       float64 // contribution margin, per cent of revenue
	MarginSource    string
	NetOfService    bool // the margin is already net of service costs
}

// CustomerTerms say when a customer counts as lost, and what it costs to win one.
type CustomerTerms struct {
	ShortDays, LongDays int       // days without a purchase; 0: the usual horizons
	Since               time.Time // when the horizons were chosen; zero: never
	WinCost             int64     // minor units a customer
	WinCostSource       string
}

// Revenue is the revenue base. A metric that counts each team's revenue goes before a yearly amount of the whole
// organisation, which is taken as spread evenly over its teams.
type Revenue struct {
	Metric string // id of a money metric that may be summed, in units of the currency
	Yearly int64  // minor units
	Source string
}

// Rate is a loaded rate of an hour of work.
type Rate struct {
	Name   string
	Amount int64 // minor units an hour
	Source string
}

// Price is what a benefit is counted with where its plan names no price of its own. A line that uses it is flagged.
type Price struct {
	Kind   string // of benefit
	Amount int64  // minor units a unit
	Source string
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
	n.checkPrices(&f)
	n.Customers.check(&f)
	n.Customers.Since = now.Customers.Since
	if n.Customers.ShortDays != now.Customers.ShortDays || n.Customers.LongDays != now.Customers.LongDays {
		n.Customers.Since = s.now()
	}
	if err := s.checkChain(ctx, &f, n.Chain); err != nil {
		return now, err
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
	for _, c := range now.Differs(n) {
		detail[c.Field] = c.Before + " → " + c.After
	}
	entry := audit.Entry{At: n.At, Actor: by, Action: "settings.change", Object: "returns", Detail: detail}
	return n, s.store.SaveSettings(ctx, n, entry)
}

// History gives every version, newest first: who changed which price or rate when.
func (s *Service) History(ctx context.Context) ([]Settings, error) {
	return s.store.SettingsHistory(ctx)
}

// Differs lists what another version has otherwise, field by field, as JSON text.
func (x Settings) Differs(y Settings) []FieldChange {
	out := []FieldChange{}
	add := func(field string, a, b any) {
		before, _ := json.Marshal(a) // plain values always can be written
		after, _ := json.Marshal(b)
		if string(before) != string(after) {
			out = append(out, FieldChange{field, string(before), string(after)})
		}
	}
	add("currency", x.Currency, y.Currency)
	add("fiscal_start", x.FiscalStart, y.FiscalStart)
	add("discount", x.Discount, y.Discount)
	add("chain", x.Chain, y.Chain)
	add("customers", x.Customers, y.Customers)
	add("rates", append([]Rate{}, x.Rates...), append([]Rate{}, y.Rates...))
	add("prices", append([]Price{}, x.Prices...), append([]Price{}, y.Prices...))
	return out
}

// longestChurn is the longest horizon, in days: five years.
const longestChurn = 1825

func (c CustomerTerms) check(f *faults) {
	if c.ShortDays != 0 || c.LongDays != 0 {
		if c.ShortDays < 7 || c.ShortDays >= c.LongDays {
			f.add("customers.short_days", "churn_horizons", "limit", longestChurn)
		}
		if c.LongDays > longestChurn {
			f.add("customers.long_days", "churn_horizons", "limit", longestChurn)
		}
	}
	if c.WinCost < 0 || c.WinCost > maxMoney {
		f.add("customers.win_cost", "out_of_range", "value", c.WinCost)
	}
	if c.WinCost > 0 && strings.TrimSpace(c.WinCostSource) == "" {
		f.add("customers.win_cost_source", "price_without_source", "line", "customers")
	}
}

func (x Settings) checkPrices(f *faults) {
	if max(len(x.Rates), len(x.Prices)) > maxLines {
		f.add("prices", "too_many_lines", "limit", maxLines)
	}
	named := map[string]bool{}
	amount := func(path string, v int64, source string) {
		if v <= 0 || v > maxMoney {
			f.add(path+".amount", "out_of_range", "value", v)
		}
		if strings.TrimSpace(source) == "" {
			f.add(path+".source", "price_without_source", "line", path)
		}
	}
	for i, r := range x.Rates {
		path := fmt.Sprintf("rates[%d]", i)
		if strings.TrimSpace(r.Name) == "" {
			f.add(path+".name", "request_field_required")
		} else if named["rate "+r.Name] {
			f.add(path+".name", "line_twice", "line", r.Name)
		}
		named["rate "+r.Name] = true
		amount(path, r.Amount, r.Source)
	}
	for i, p := range x.Prices {
		path := fmt.Sprintf("prices[%d]", i)
		if !slices.Contains(benefitKinds, p.Kind) {
			f.add(path+".kind", "unknown_kind", "value", p.Kind)
		} else if named["price "+p.Kind] {
			f.add(path+".kind", "line_twice", "line", p.Kind)
		}
		named["price "+p.Kind] = true
		amount(path, p.Amount, p.Source)
	}
}

func (s *Service) checkChain(ctx context.Context, f *faults, c Chain) error {
	if !(c.MarginPct >= 0 && c.MarginPct <= 100) {
		f.add("chain.margin_pct", "out_of_range", "value", c.MarginPct)
	}
	if c.MarginPct > 0 && strings.TrimSpace(c.MarginSource) == "" {
		f.add("chain.margin_source", "price_without_source", "line", "margin")
	}
	if c.Revenue.Yearly < 0 || c.Revenue.Yearly > maxMoney {
		f.add("chain.revenue_yearly", "out_of_range", "value", c.Revenue.Yearly)
	}
	if c.Revenue.Yearly > 0 && strings.TrimSpace(c.Revenue.Source) == "" {
		f.add("chain.revenue_source", "price_without_source", "line", "revenue")
	}
	if c.EX == "" && c.CX == "" && c.Loyalty == "" && c.Revenue.Metric == "" {
		return nil
	}
	metrics, err := s.metricsOf(ctx)
	if err != nil {
		return err
	}
	all := c.EX != "" || c.CX != "" || c.Loyalty != ""
	for _, x := range []struct {
		path, id string
		needed   bool
		kinds    []series.Kind
	}{
		{"chain.ex", c.EX, all, []series.Kind{series.EX}},
		{"chain.cx", c.CX, all, []series.Kind{series.CX}},
		{"chain.loyalty", c.Loyalty, all, []series.Kind{series.Behaviour, series.Money}},
		{"chain.revenue_metric", c.Revenue.Metric, false, []series.Kind{series.Money}},
	} {
		m, known := metrics[x.id]
		switch {
		case x.id == "" && x.needed:
			f.add(x.path, "request_field_required")
		case x.id == "":
		case !known:
			f.add(x.path, "metric_unknown", "value", x.id)
		case !slices.Contains(x.kinds, m.Kind):
			f.add(x.path, "metric_of_wrong_kind", "value", m.Name)
		case x.path == "chain.revenue_metric" && m.Aggregation != series.Sum:
			f.add(x.path, "metric_not_a_sum", "value", m.Name)
		}
	}
	return nil
}
