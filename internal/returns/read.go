package returns

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// Read parses a case from JSON, strictly: unknown, repeated, missing and mistyped fields are refused, each with its
// path. Money is in whole minor units of the case's currency. What Read lets through still has to pass Case.Check.
func Read(r io.Reader) (Case, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return Case{}, fmt.Errorf("read the case: %w", err)
	}
	var f faults
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	tree, err := parse(dec, "", &f, 0)
	if err != nil {
		f.add("", CodeJSON, "offset", dec.InputOffset(), "why", err.Error())
		return Case{}, f.err()
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		f.add("", CodeLeftover, "offset", dec.InputOffset())
	}
	c := readCase(node{path: "", value: tree, f: &f})
	return c, f.err()
}

const maxDepth = 8

// parse reads one JSON value; objects become maps, and a repeated key is a fault.
func parse(dec *json.Decoder, path string, f *faults, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		out := make(map[string]any)
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ := key.(string)
			at := join(path, name)
			if _, twice := out[name]; twice {
				f.add(at, CodeDuplicateField)
			}
			if out[name], err = parse(dec, at, f, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for dec.More() {
			v, err := parse(dec, fmt.Sprintf("%s[%d]", path, len(out)), f, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		_, err = dec.Token()
		return out, err
	}
	return tok, nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// node is a value with its path; reading a wrong type notes a fault and gives the zero value.
type node struct {
	path  string
	value any
	f     *faults
}

func (n node) wrong(want string) { n.f.add(n.path, CodeWrongType, "want", want) }

// fields opens an object and refuses names it does not know.
func (n node) fields(known ...string) map[string]node {
	m, ok := n.value.(map[string]any)
	if !ok {
		n.wrong("object")
		return nil
	}
	out := make(map[string]node, len(m))
	for _, name := range known {
		if v, ok := m[name]; ok {
			out[name] = node{join(n.path, name), v, n.f}
			delete(m, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		n.f.add(join(n.path, name), CodeUnknownField)
	}
	return out
}

func (n node) list() []node {
	l, ok := n.value.([]any)
	if !ok {
		n.wrong("list")
	}
	out := make([]node, len(l))
	for i, v := range l {
		out[i] = node{fmt.Sprintf("%s[%d]", n.path, i), v, n.f}
	}
	return out
}

func (n node) text() string {
	s, ok := n.value.(string)
	if !ok {
		n.wrong("text")
	}
	return strings.TrimSpace(s)
}

func (n node) number() float64 {
	if num, ok := n.value.(json.Number); ok {
		if x, err := num.Float64(); err == nil {
			return x
		}
	}
	n.wrong("number")
	return 0
}

func (n node) yes() bool {
	b, ok := n.value.(bool)
	if !ok {
		n.wrong("true or false")
	}
	return b
}

// whole reads a whole number; 20160.0 is one.
func (n node) whole(code string) int64 {
	x := n.number()
	if x != math.Trunc(x) || math.Abs(x) > maxMoney {
		n.f.add(n.path, code, "value", x)
		return 0
	}
	return int64(x)
}

// need gives a field or notes that it is missing; ok is false then.
func need(m map[string]node, parent node, name string) (node, bool) {
	n, ok := m[name]
	if (!ok || n.value == nil) && m != nil {
		parent.f.add(join(parent.path, name), CodeRequired)
		ok = false
	}
	return n, ok
}

func needNumber(m map[string]node, parent node, name string) float64 {
	if n, ok := need(m, parent, name); ok {
		return n.number()
	}
	return 0
}

func needWhole(m map[string]node, parent node, name string) int {
	if n, ok := need(m, parent, name); ok {
		return int(n.whole(CodeOutOfRange))
	}
	return 0
}

func needMoney(m map[string]node, parent node, name string) int64 {
	if n, ok := need(m, parent, name); ok {
		return n.whole(CodeNotWhole)
	}
	return 0
}

func needText(m map[string]node, parent node, name string) string {
	if n, ok := need(m, parent, name); ok {
		return n.text()
	}
	return ""
}

// optional gives a field that is there and not null.
func optional(m map[string]node, name string) (node, bool) {
	n, ok := m[name]
	return n, ok && n.value != nil
}

func readCase(n node) Case {
	m := n.fields("currency", "lines", "costs", "tail", "chain", "reps", "seed", "window_months", "discount")
	c := Case{Currency: needText(m, n, "currency"), Reps: DefaultReps, Seed: 1, WindowMonths: defaultWindowMonths}
	if l, ok := need(m, n, "lines"); ok {
		for _, x := range l.list() {
			c.Lines = append(c.Lines, readLine(x, c.Currency))
		}
	}
	if l, ok := need(m, n, "costs"); ok {
		for _, x := range l.list() {
			c.Costs = append(c.Costs, readCost(x, c.Currency))
		}
	}
	if t, ok := optional(m, "tail"); ok {
		if _, several := t.value.([]any); several {
			for _, x := range t.list() {
				c.Tails = append(c.Tails, readTail(x))
			}
		} else {
			c.Tails = append(c.Tails, readTail(t))
		}
	}
	if x, ok := optional(m, "chain"); ok {
		c.Chain = readChain(x)
	}
	if x, ok := optional(m, "reps"); ok {
		c.Reps = int(x.whole(CodeOutOfRange))
	}
	if x, ok := optional(m, "seed"); ok {
		seed := x.whole(CodeOutOfRange)
		if seed < 0 {
			x.f.add(x.path, CodeOutOfRange, "value", seed)
		}
		c.Seed = uint64(seed)
	}
	if x, ok := optional(m, "window_months"); ok {
		c.WindowMonths = int(x.whole(CodeOutOfRange))
	}
	if x, ok := optional(m, "discount"); ok {
		rate := x.number()
		c.Discount = &rate
	}
	return c
}

// sameCurrency refuses a line in another currency than the case's: no rate is ever guessed.
func sameCurrency(m map[string]node, currency string) {
	if x, ok := optional(m, "currency"); ok {
		if own := x.text(); own != currency {
			x.f.add(x.path, CodeCurrencyMixed, "value", own, "want", currency)
		}
	}
}

func readLine(n node, currency string) Line {
	m := n.fields("name", "kind", "value", "se", "grade", "price_source", "draw_group", "scope", "currency")
	sameCurrency(m, currency)
	l := Line{
		Name: needText(m, n, "name"), Value: needMoney(m, n, "value"), SE: needNumber(m, n, "se"),
		Grade: Grade(strings.ToUpper(needText(m, n, "grade"))),
	}
	if said := needText(m, n, "kind"); said != "" {
		l.Kind = Kind(said)
		if k, ok := ParseKind(said); ok {
			l.Kind = k
		}
	}
	// A missing source is Check's to refuse, with its reason.
	l.PriceSource = optionalText(m, "price_source")
	l.DrawGroup = optionalText(m, "draw_group")
	l.Scope = optionalText(m, "scope")
	return l
}

func optionalText(m map[string]node, name string) string {
	if x, ok := optional(m, name); ok {
		return x.text()
	}
	return ""
}

func readCost(n node, currency string) Cost {
	m := n.fields("name", "amount", "month", "currency")
	sameCurrency(m, currency)
	k := Cost{Name: needText(m, n, "name"), Amount: needMoney(m, n, "amount")}
	if x, ok := optional(m, "month"); ok {
		k.Month = int(x.whole(CodeOutOfRange))
	}
	return k
}

func readTail(n node) Tail {
	m := n.fields("line", "margin", "retention", "discount", "horizon", "units")
	return Tail{
		Line: needText(m, n, "line"), Margin: needNumber(m, n, "margin"), Retention: needNumber(m, n, "retention"),
		Discount: needNumber(m, n, "discount"), Horizon: needWhole(m, n, "horizon"), Units: needNumber(m, n, "units"),
	}
}

func readChain(n node) *Chain {
	m := n.fields("d_ex", "d_ex_se", "b1", "b1_se", "b2_pct", "b2_se", "revenue", "margin_pct", "d_cx", "d_cx_se", "teams",
		"quarters", "net_of_service")
	c := &Chain{
		DEX: needNumber(m, n, "d_ex"), DEXSE: needNumber(m, n, "d_ex_se"), B1: needNumber(m, n, "b1"),
		B1SE: needNumber(m, n, "b1_se"), B2: needNumber(m, n, "b2_pct"), B2SE: needNumber(m, n, "b2_se"),
		Revenue: needNumber(m, n, "revenue"), MarginPct: needNumber(m, n, "margin_pct"), Teams: needWhole(m, n, "teams"),
		Quarters: needNumber(m, n, "quarters"),
	}
	if x, ok := optional(m, "d_cx"); ok {
		dcx := x.number()
		c.DCX = &dcx
	}
	if x, ok := optional(m, "d_cx_se"); ok {
		c.DCXSE = x.number()
	}
	if x, ok := optional(m, "net_of_service"); ok {
		c.NetOfService = x.yes()
	}
	return c
}
