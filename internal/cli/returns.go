package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"rapport/internal/errs"
	"rapport/internal/returns"
)

func init() {
	commands["returns"] = command{"compute ROI, ROV and ROX from a file of benefit lines, costs and the chain", runReturns}
}

const returnsHelp = `usage: rapport returns -file lines.json [-json]

Computes the three returns of an investment, each as a fraction of it: ROI (did the money come back in the window?),
ROV (what value was created that has not reached the books yet?) and ROX (how much ran through experience?).

The file is one JSON object; money is in whole minor units (cents) of one currency:
  {"currency": "EUR",
   "lines": [{"name", "kind", "value", "se", "grade", "price_source", "draw_group"}],
   "costs": [{"name", "amount"}],
   "tail":  {"line", "margin", "retention", "discount", "horizon", "units"},
   "chain": {"d_ex", "d_ex_se", "b1", "b1_se", "b2_pct", "b2_se", "revenue", "margin_pct", "d_cx", "teams", "quarters"},
   "reps": 1000000, "seed": 1}
tail, chain, reps and seed may be left out. kind is one of retained_margin, margin_per_customer, referred_margin,
won_margin, cost_to_serve, process_time, attrition, absence, quality, other, long_run. grade is A to E: A and B enter
ROI, C is indicative, D and E enter ROV only. A price_source that begins with "default" marks a default price. Lines of
one draw_group are drawn together. Also understood: scope and currency of a line, month of a cost, d_cx_se and
net_of_service of the chain, window_months and discount of the whole.

An example: internal/returns/testdata/example.json. Use - to read from standard input.

`

func runReturns(_ context.Context, env Env, args []string) int {
	fs := flag.NewFlagSet("returns", flag.ContinueOnError)
	fs.SetOutput(env.Stderr)
	file := fs.String("file", "", "the `FILE` of lines, costs and chain, or -")
	asJSON := fs.Bool("json", false, "print JSON")
	fs.Usage = func() {
		_, _ = fmt.Fprint(fs.Output(), returnsHelp)
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return ExitOK
		}
		return ExitUsage
	}
	if *file == "" || fs.NArg() > 0 {
		fs.Usage()
		return ExitUsage
	}
	in := env.Stdin
	if *file != "-" {
		f, err := os.Open(*file)
		if err != nil {
			_, _ = fmt.Fprintf(env.Stderr, "cannot read the lines: %v\n", err)
			return ExitRefused
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	c, err := returns.Read(in)
	if err != nil {
		return refuseReturns(env.Stderr, *file, err)
	}
	res, err := returns.Compute(c)
	if err != nil {
		return refuseReturns(env.Stderr, *file, err)
	}
	if *asJSON {
		enc := json.NewEncoder(env.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(res); err != nil {
			_, _ = fmt.Fprintf(env.Stderr, "write: %v\n", err)
			return ExitFailed
		}
		return ExitOK
	}
	printReturns(env.Stdout, res)
	return ExitOK
}

// returnsFaults says in words what each code means; {name} stands for a parameter of the fault.
var returnsFaults = map[string]string{
	returns.CodeRequired:       "is missing",
	returns.CodeUnknownField:   "is not a field this file may have",
	returns.CodeDuplicateField: "is there twice",
	returns.CodeWrongType:      "should be a {want}",
	returns.CodeNotWhole:       "is {value}; money is a whole number of minor units",
	returns.CodeOutOfRange:     "is outside what is possible",
	returns.CodeUnknownKind:    "is no kind of benefit line; see -h for the kinds",
	returns.CodeUnknownGrade:   "is no evidence grade; A to E are",
	returns.CodePriceSource:    "is missing: say where the price of “{line}” comes from (“default: …” if it is a default)",
	returns.CodeNegativeCost:   "is negative; a cost cannot be. Savings are benefit lines",
	returns.CodeNoInvestment:   "add up to nothing; a return needs an investment to be a return on",
	returns.CodeCurrency:       "is no currency code such as EUR",
	returns.CodeCurrencyMixed:  "is {value} in a file in {want}; convert it first, no rate is guessed",
	returns.CodeLineTwice:      "“{line}” is already there as {first}; counted twice, the return would be too high",
	returns.CodeCountedTwice:   "“{line}” pays for the same money ({kind}) as “{first}”; join them, or give each a scope of its own",
	returns.CodeTailNotAllowed: "“{line}” is {kind} of grade {grade}; a tail follows only customers retained or won, and no indicative line",
	returns.CodeTailTwice:      "“{line}” has a tail already; the years after the window count once",
	returns.CodeUnknownLine:    "names “{line}”, and there is no such line",
	returns.CodeJSON:           "is not valid JSON near byte {offset}: {why}",
	returns.CodeLeftover:       "has more text after the object, at byte {offset}",
}

func refuseReturns(w io.Writer, file string, err error) int {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		_, _ = fmt.Fprintf(w, "%s: %v\n", file, err)
		return ExitFailed
	}
	_, _ = fmt.Fprintf(w, "%s was refused:\n", file)
	for _, f := range e.Fields {
		text, ok := returnsFaults[f.Code]
		if !ok {
			text = f.Code
		}
		for name, value := range f.Params {
			text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
		}
		path := f.Path
		if path == "" {
			path = "the file"
		}
		_, _ = fmt.Fprintf(w, "  %s %s\n", path, text)
	}
	return ExitRefused
}

func printReturns(out io.Writer, r returns.Result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")+"\t") }
	_, _ = fmt.Fprintf(out, "Investment: %s\n\n", amount(r.Investment, r.Currency))
	row("", "estimate", "P5", "P50", "P95", "P10", "P(>0)", "BCR", "without default prices")
	for _, x := range []struct {
		name string
		r    *returns.Return
	}{{"ROI", &r.ROI}, {"ROV", &r.ROV}, {"ROX", &r.ROX}, {"ROX, long view", r.ROX.LongView}} {
		if x.r == nil || x.r.NotEnough != nil {
			continue
		}
		bare := "same"
		if x.r.WithoutDefaultPrices != nil {
			bare = percent(*x.r.WithoutDefaultPrices)
		} else if x.r == r.ROX.LongView {
			bare = ""
		}
		row(x.name, percent(x.r.Estimate), percent(x.r.P5), percent(x.r.P50), percent(x.r.P95), percent(x.r.P10),
			fmt.Sprintf("%.1f %%", 100*x.r.ProbPositive), fmt.Sprintf("%.2f", x.r.BCR), bare)
	}
	_ = w.Flush()
	for _, x := range []struct {
		name string
		why  *returns.NotEnough
	}{{"ROI", r.ROI.NotEnough}, {"ROV", r.ROV.NotEnough}, {"ROX", r.ROX.NotEnough}} {
		if x.why != nil {
			_, _ = fmt.Fprintf(out, "%s: not enough evidence. Missing: %s.\n", x.name, x.why.Missing)
		}
	}
	printLines(out, r)
	printBridge(out, r)
	printChain(out, r)
	printCash(out, r)
	_, _ = fmt.Fprintf(out, "\n%d joint draws, seed %d, definition %s. 0 %% is break-even.\n", r.Reps, r.Seed, r.Definition)
}

func printLines(out io.Writer, r returns.Result) {
	_, _ = fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "line\tgrade\tvalue\t90 % interval\tcounts in\tread as")
	for _, l := range r.Lines {
		read := "measured, not clear of nought"
		switch {
		case l.Realised:
			read = "realised"
		case l.CountsIn == returns.Indicative:
			read = "indicative only"
		case l.CountsIn == returns.InROV:
			read = "model or long run"
		}
		if l.DefaultPrice {
			read += ", default price"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s … %s\t%s\t%s\n", l.Name, l.Grade, amount(l.Value, r.Currency),
			amount(l.Low, ""), amount(l.High, ""), strings.ToUpper(string(l.CountsIn)), read)
	}
	_ = w.Flush()
}

func printBridge(out io.Writer, r returns.Result) {
	if len(r.Bridge) == 0 {
		return
	}
	_, _ = fmt.Fprintln(out, "\nFrom ROI to ROV:")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, b := range r.Bridge {
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%+.1f points\n", b.Line, amount(b.Amount, r.Currency), b.Points)
	}
	_ = w.Flush()
}

func printChain(out io.Writer, r returns.Result) {
	p := r.Parts
	if p == nil {
		return
	}
	_, _ = fmt.Fprintf(out, "\nThrough experience (consistent with the chain, not proof of a cause):\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "  through the people\t%s\t(%s … %s)\n", amount(p.MEX, r.Currency), amount(p.MEXP5, ""), amount(p.MEXP95, ""))
	straight := "not measured"
	if p.MCX != nil {
		straight = amount(*p.MCX, r.Currency)
	}
	_, _ = fmt.Fprintf(w, "  straight to the customer\t%s\t\n", straight)
	_, _ = fmt.Fprintf(w, "  employee-side savings\t%s\t\n  service-side savings\t%s\t\n", amount(p.SEX, r.Currency), amount(p.SCX, r.Currency))
	if m := r.MediatedShare; m.NotEnough == nil {
		verdict := map[string]string{
			returns.VerdictNotDetermined: "not determined",
			returns.VerdictNotExplained:  "the chain does not explain the effect",
		}[m.Verdict]
		_, _ = fmt.Fprintf(w, "  mediated share\t%.0f %%\t(%.0f … %.0f) %s\n", 100*m.Estimate, 100*m.P5, 100*m.P95, verdict)
	}
	if r.Yield != nil {
		_, _ = fmt.Fprintf(w, "  yield\t%s\tper point, team and quarter; %.2f per unit spent\n", amount(int64(*r.Yield), r.Currency), *r.YieldPerCost)
	}
	_ = w.Flush()
}

func printCash(out io.Writer, r returns.Result) {
	c := r.Cash
	_, _ = fmt.Fprintln(out)
	switch {
	case c.PaidBackInside:
		_, _ = fmt.Fprintf(out, "Paid back in month %d", *c.PaybackMonth)
	case c.PaybackMonth != nil:
		_, _ = fmt.Fprintf(out, "Not paid back in the window; with the tail in month %d", *c.PaybackMonth)
	default:
		_, _ = fmt.Fprint(out, "Not paid back")
	}
	if c.NPV != nil {
		_, _ = fmt.Fprintf(out, "; net present value %s at %.1f %% a year", amount(*c.NPV, r.Currency), 100**c.DiscountPerYear)
	}
	if c.NPVWithTail != nil {
		_, _ = fmt.Fprintf(out, ", %s with the tail", amount(*c.NPVWithTail, r.Currency))
	}
	_, _ = fmt.Fprint(out, "\nNet so far:")
	for _, p := range c.Curve {
		_, _ = fmt.Fprintf(out, "  month %d %s", p.Month, amount(p.Cumulative, ""))
	}
	_, _ = fmt.Fprintln(out)
}

func percent(x float64) string { return fmt.Sprintf("%+.1f %%", 100*x) }

// amount writes minor units in hundredths with thousands apart; the file's minor units are taken to be hundredths.
func amount(v int64, currency string) string {
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	whole := fmt.Sprint(v / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + " " + whole[i:]
	}
	return strings.TrimSpace(fmt.Sprintf("%s%s.%02d %s", sign, whole, v%100, currency))
}
