package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"rapport/internal/method"
	"rapport/internal/stats"
)

// writeStatJSON prints an object whose keys keep the order of the figures.
func writeStatJSON(w io.Writer, r *method.Result) error {
	var o object
	for _, v := range append(append([]method.Value(nil), r.Values...), r.Variants...) {
		o.add(v.Name, v.V)
	}
	if r.Columns != nil {
		rows := make([]json.RawMessage, len(r.Rows))
		for i, row := range r.Rows {
			var ro object
			for j, c := range r.Columns {
				ro.add(c, row[j])
			}
			rows[i] = ro.bytes()
		}
		o.add("rows", rows)
	}
	if r.Convention != "" {
		o.add("convention", r.Convention)
	}
	if r.Reference != "" {
		o.add("reference", r.Reference)
	}
	if len(r.Notes) > 0 {
		o.add("notes", r.Notes)
	}
	_, err := fmt.Fprintln(w, string(o.bytes()))
	return err
}

// writeStatRefusal prints the reason, and null for every figure there would have been.
func writeStatRefusal(w io.Writer, m method.Method, r *stats.Refusal) error {
	var o object
	for _, f := range m.Figures {
		o.add(f, nil)
	}
	o.add("undefined", string(r.Reason))
	if r.Need > 0 {
		o.add("need", r.Need)
		o.add("have", r.Have)
	}
	if r.Detail != "" {
		o.add("detail", r.Detail)
	}
	_, err := fmt.Fprintln(w, string(o.bytes()))
	return err
}

// object builds a JSON object in the order its keys are added.
type object struct{ buf bytes.Buffer }

func (o *object) add(name string, v any) {
	if o.buf.Len() > 0 {
		o.buf.WriteByte(',')
	}
	o.buf.Write(plainJSON(name))
	o.buf.WriteByte(':')
	if f, ok := v.(float64); ok {
		if math.IsNaN(f) || math.IsInf(f, 0) { // undefined, or an end that is not bounded
			o.buf.WriteString("null")
			return
		}
		o.buf.Write(strconv.AppendFloat(nil, f, 'g', -1, 64))
		return
	}
	o.buf.Write(plainJSON(v))
}

// plainJSON leaves & and < as they are: this is for terminals, not for pages.
func plainJSON(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

func (o *object) bytes() []byte { return []byte("{" + o.buf.String() + "}") }

// writeStatTable prints figures for people.
func writeStatTable(w io.Writer, m method.Method, r *method.Result) error {
	var buf bytes.Buffer
	_, _ = fmt.Fprintf(&buf, "%s\n\n", m.Title.En)
	if len(r.Values) > 0 {
		tw := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', 0)
		for _, v := range r.Values {
			_, _ = fmt.Fprintf(tw, "%s\t%s\n", v.Name, cellText(v.V))
		}
		_ = tw.Flush()
	}
	if r.Columns != nil {
		if len(r.Values) > 0 {
			buf.WriteByte('\n')
		}
		tw := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(tw, strings.Join(r.Columns, "\t"))
		for _, row := range r.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = cellText(c)
			}
			_, _ = fmt.Fprintln(tw, strings.Join(cells, "\t"))
		}
		_ = tw.Flush()
	}
	buf.WriteByte('\n')
	for _, n := range r.Notes {
		_, _ = fmt.Fprintf(&buf, "%s\n", n)
	}
	if r.Convention != "" {
		_, _ = fmt.Fprintf(&buf, "convention: %s\n", r.Convention)
	}
	if r.Reference != "" {
		_, _ = fmt.Fprintf(&buf, "reference:  %s\n", r.Reference)
	}
	_, err := w.Write(buf.Bytes())
	return err
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case float64:
		if math.IsNaN(v) {
			return "undefined"
		}
		return strconv.FormatFloat(v, 'g', 7, 64)
	case []float64:
		parts := make([]string, len(v))
		for i, f := range v {
			parts[i] = cellText(f)
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(v)
}

// statHelp prints what a method answers and a line that runs.
func statHelp(w io.Writer, m method.Method) {
	_, _ = fmt.Fprintf(w, "%s: %s\n\n%s\n\n", m.Name, m.Title.En, m.Summary.En)
	if m.Assumes.En != "" {
		_, _ = fmt.Fprintf(w, "Holds if:   %s\n", m.Assumes.En)
	}
	if m.Formula != "" {
		_, _ = fmt.Fprintf(w, "Formula:    %s\n", m.Formula)
	}
	if m.Convention != "" {
		_, _ = fmt.Fprintf(w, "Convention: %s\n", m.Convention)
	}
	_, _ = fmt.Fprintf(w, "Reference:  %s\n\nExample:\n  %s\n\n", m.Reference, m.Example)
	if len(m.Needs) > 0 {
		_, _ = fmt.Fprintf(w, "Needed: -%s\n", strings.Join(m.Needs, " -"))
	}
	for _, p := range m.Params {
		def := ""
		if !math.IsNaN(p.Default) {
			def = " (default " + strconv.FormatFloat(p.Default, 'g', -1, 64) + ")"
		}
		_, _ = fmt.Fprintf(w, "  -%-12s %s%s\n", p.Name, p.Help, def)
	}
	_, _ = fmt.Fprint(w, `
Flags of every method (-weights and -cluster are refused where they are not read, others ignored):
  -data FILE      CSV, first row = names; an empty cell or NA is missing, NaN or Inf is an error
  -y COL          what is explained         -x A,B   what explains it (A@2: two periods earlier)
  -unit COL       team, subject             -time COL calendar period: 2025, 2025-Q1, 2025-03, 2025-W14, 2025-03-31, or a count
  -treat COL      treated 0/1               -cohort COL first treated period (empty: never)
  -cluster COL    errors may depend within  -weights COL   -by A,B   groups or controls
  -lag K          x at t-K against y at t, calendar periods      -lags 0-12 or 0,1,4
  -level .95      of intervals              -reps N, -seed N  of random draws
  -convention C   where packages differ     -out FILE   -json
`)
}
