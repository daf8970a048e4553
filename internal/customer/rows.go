package customer

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// fields are what a mapping's columns may name.
var fields = []string{"customer", "purchased_at", "value", "currency", "status", "promised_at", "delivered_at", "product", "channel", "came_by", "email", "language"}

// Fields lists what a mapping's columns may name.
func Fields() []string { return slices.Clone(fields) }

const maxWord = 300

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// checkMapping says what in a mapping cannot be meant, each with its place.
func checkMapping(m intake.Mapping) error {
	var wrong []errs.Field
	add := func(path, code, value string) {
		wrong = append(wrong, errs.Field{Path: path, Code: code, Value: value})
	}
	if m.Kind != intake.Orders {
		add("/kind", "mapping_kind", string(m.Kind))
	}
	if len(m.SourceID) == 0 {
		add("/source_id", "mapping_source_id_missing", "")
	}
	for f := range m.Columns {
		if !slices.Contains(fields, f) {
			add("/columns/"+f, "mapping_field_unknown", f)
		}
	}
	for _, f := range []string{"customer", "purchased_at", "value"} {
		if m.Columns[f] == "" {
			add("/columns/"+f, "mapping_"+f+"_missing", "")
		}
	}
	if !currencyForm.MatchString(m.Currency) {
		add("/currency", "mapping_currency", m.Currency)
	}
	if m.DateFormat != "" && !intake.ValidDateFormat(m.DateFormat) {
		add("/date_format", "mapping_date_format", m.DateFormat)
	}
	if m.HeaderRows < 0 || m.HeaderRows > 10 {
		add("/header_rows", "mapping_header_rows", "")
	}
	if len(wrong) > 0 {
		return errs.Invalid("mapping_invalid").At(wrong...)
	}
	return nil
}

// Rows implements fact.Feature.
func (kind) Rows(columns []string, m intake.Mapping, now time.Time) (fact.RowReader, error) {
	if err := checkMapping(m); err != nil {
		return nil, err
	}
	c, err := fact.NewCells(columns, m, now, fields...)
	if err != nil {
		return nil, err
	}
	return &rows{Cells: c, minor: MinorUnits(m.Currency)}, nil
}

type rows struct {
	*fact.Cells
	minor float64
}

// Read implements fact.RowReader.
func (r *rows) Read(row intake.Row, rec *fact.Record) (skip bool, wrong []errs.Field) {
	r.Start(row)
	id := r.ID()
	o := Order{
		OrderID: strings.Join(id, " "), Customer: r.Word("customer", maxWord), Currency: r.Mapping.Currency, Status: r.Word("status", maxWord), Product: r.Word("product", maxWord),
		Channel: r.Word("channel", maxWord), CameBy: r.Word("came_by", maxWord), At: r.Moment("purchased_at", false), Promised: r.Moment("promised_at", true), Delivered: r.Moment("delivered_at", false),
	}
	if !addressable(r.Word("email", 254)) {
		r.Refuse("email", "email_invalid", nil)
	}
	if r.Text("customer") == "" {
		r.Refuse("customer", "order_customer_missing", nil)
	}
	if r.Text("purchased_at") == "" {
		r.Refuse("purchased_at", "purchased_at_missing", nil)
	}
	r.value(&o)
	*rec = fact.Record{Key: fact.KeyOf(intake.Orders, r.Mapping.Source, id...), At: o.At, Customer: o.Customer, Body: o.pack()}
	return false, r.Wrong()
}

// value reads what the order was worth. One currency is declared; another one in the file is a mistake, for sums of two
// currencies mean nothing.
func (r *rows) value(o *Order) {
	if c := strings.ToUpper(r.Text("currency")); c != "" && c != o.Currency {
		r.Refuse("currency", "currency_mixed", map[string]any{"currency": o.Currency})
	}
	if intake.Missing(r.Text("value")) {
		r.Refuse("value", "value_missing", nil)
		return
	}
	v, ok := r.Number("value")
	switch {
	case !ok:
		return
	case v < 0:
		r.Refuse("value", "value_negative", nil)
		return
	case v*r.minor > 1<<52:
		r.Refuse("value", "number_out_of_range", nil)
		return
	}
	o.Minor = int64(math.Round(v * r.minor))
}
