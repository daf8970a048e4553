package customer

import (
	"slices"
	"strings"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// The headings by which columns are recognised, in English, Polish and Hebrew, the telling ones first.
var (
	idColumn = fact.Wanted{
		Field: "id", Words: []string{"order id", "order number", "order no", "transaction id", "invoice id", "invoice", "order", "transaction", "numer", "zamówieni", "zamowieni", "הזמנה", "id"},
		Not: []string{"customer", "date", "at", "status", "value", "klient", "לקוח"},
	}
	wanted = []fact.Wanted{
		{Field: "customer", Words: []string{"customer id", "customer", "client", "buyer", "user id", "account", "email", "klient", "nabywca", "לקוח"}, Not: []string{"segment", "name", "state", "city", "zip"}},
		{Field: "delivered_at", Words: []string{"delivered", "delivery", "received", "arrived", "dostarcz", "נמסר"}, Not: []string{"estimated", "promised", "expected", "carrier"}, Looks: []string{"date"}},
		{Field: "promised_at", Words: []string{"promised", "estimated", "expected", "due", "obiecan", "planowan", "הובטח", "צפוי"}, Looks: []string{"date"}},
		{
			Field: "purchased_at", Words: []string{"purchased", "purchase", "ordered", "order date", "bought", "created", "placed", "date", "time", "at", "data", "zakup", "תאריך"}, Not: []string{"shipped", "approved", "paid"},
			Looks: []string{"date"},
		},
		{
			Field: "value", Words: []string{"value", "amount", "total", "revenue", "price", "net", "gross", "kwota", "wartość", "wartosc", "cena", "סכום", "ערך"}, Not: []string{"discount", "tax", "vat", "shipping", "currency"},
			Looks: []string{"number"},
		},
		{Field: "currency", Words: []string{"currency", "waluta", "מטבע"}, Looks: []string{"text"}},
		{Field: "status", Words: []string{"status", "state of order", "stan", "סטטוס"}, Looks: []string{"text"}},
		{Field: "product", Words: []string{"product", "category", "produkt", "מוצר"}, Not: []string{"id"}, Looks: []string{"text"}},
		{Field: "came_by", Words: []string{"came by", "heard of us", "how did you hear", "referral", "referred", "acquisition", "źródło pozyskania", "zrodlo pozyskania", "skąd", "מקור הגעה", "איך שמעת"}, Looks: []string{"text"}},
		{Field: "channel", Words: []string{"channel", "kanał", "kanal", "ערוץ"}, Looks: []string{"text"}},
	}
	teamColumn = fact.Wanted{
		Field: "team", Words: []string{
			"team", "unit", "branch", "store", "shop", "site", "department", "dept", "office", "location", "seller state", "seller", "state", "region", "area", "agent",
			"zespół", "zespol", "oddział", "oddzial", "dział", "dzial", "sklep", "region", "צוות", "יחידה", "סניף", "מחלקה", "חנות", "אזור",
		}, Not: []string{"customer", "klient", "לקוח", "date", "at", "order"},
		Looks: []string{"text", "number"},
	}
	currencies = []string{"EUR", "USD", "PLN", "BRL", "ILS", "GBP", "CHF", "CZK", "SEK", "NOK", "DKK", "JPY", "CAD", "AUD"}
)

// Suggest proposes a mapping for a file of orders from the names of its columns and its cells.
func Suggest(p *intake.Preview, createTeams bool) intake.Mapping {
	m := intake.Mapping{Kind: intake.Orders, CreateTeams: createTeams, Sheet: p.Sheet}
	if p.Format == "csv" {
		m.Encoding, m.Delimiter = p.Encoding, p.Delimiter
	}
	guess := fact.Guess(p.Columns, append([]fact.Wanted{idColumn}, append(slices.Clone(wanted), teamColumn)...))
	own := guess["id"]
	m.Team = guess["team"]
	delete(guess, "id")
	delete(guess, "team")
	m.Columns = guess
	var sets [][]string
	if own != "" {
		sets = append(sets, []string{own}, []string{own, guess["customer"]}, []string{own, guess["product"]}, []string{own, guess["customer"], guess["product"]})
	} else {
		sets = append(sets, []string{guess["customer"], guess["purchased_at"]})
	}
	sets = slices.DeleteFunc(sets, func(s []string) bool { return slices.Contains(s, "") })
	m.SourceID = fact.FirstUnique(p, sets)
	m.Currency = currencyOf(p, guess["value"], guess["currency"])
	m.DateFormat = fact.DateFormat(p.Columns, guess["purchased_at"], guess["promised_at"], guess["delivered_at"])
	m.DecimalComma = fact.DecimalComma(p.Columns, guess["value"])
	for _, c := range p.Columns {
		used := c.Name == m.Team || slices.Contains(m.SourceID, c.Name)
		for _, g := range guess {
			used = used || g == c.Name
		}
		if !used {
			m.Ignore = append(m.Ignore, c.Name)
		}
	}
	return m
}

// currencyOf finds the currency in the heading of the values ("value_brl") or in the column of currencies, where that
// holds a single one. Otherwise a person says it.
func currencyOf(p *intake.Preview, value, currency string) string {
	for _, c := range currencies {
		if fact.HasWord(value, []string{strings.ToLower(c)}) {
			return c
		}
	}
	out := ""
	for _, c := range p.Columns {
		if c.Name != currency || currency == "" {
			continue
		}
		for _, v := range c.Values {
			switch v = strings.ToUpper(strings.TrimSpace(v)); {
			case v == "" || v == out:
			case out != "":
				return ""
			default:
				out = v
			}
		}
	}
	return out
}
