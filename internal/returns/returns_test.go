package returns

import (
	"encoding/json"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

func example(t testing.TB) Case {
	t.Helper()
	f, err := os.Open("testdata/example.json")
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	c, err := Read(f)
	require.NoError(t, err)
	return c
}

// The worked example of the definition, figure by figure; simulated ones within 0.3 points at a million draws.
func TestWorkedExample(t *testing.T) {
	res, err := Compute(example(t))
	require.NoError(t, err)
	points := func(want, got, within float64, what string) {
		t.Helper()
		require.InDelta(t, want, 100*got, within, what)
	}
	require.EqualValues(t, 14_400_000, res.Investment)

	points(20.8, res.ROI.Estimate, 0.05, "ROI")
	points(-26.1, res.ROI.P5, 0.3, "ROI P5")
	points(67.6, res.ROI.P95, 0.3, "ROI P95")
	points(76.7, res.ROI.ProbPositive, 0.3, "P(ROI > 0)")
	points(-15.8, res.ROI.P10, 0.3, "ROI P10")
	points(-19.1, *res.ROI.WithoutDefaultPrices, 0.05, "ROI without default prices")
	points(120.8, res.ROI.BCR, 0.05, "BCR")

	points(68.8, res.ROV.Estimate, 0.05, "ROV")
	points(11, res.ROV.P5, 0.5, "ROV P5")    // the text gives whole points here
	points(126, res.ROV.P95, 0.6, "ROV P95") //
	points(24.1, res.ROV.P10, 0.3, "ROV P10")
	points(97.6, res.ROV.ProbPositive, 0.3, "P(ROV > 0)")

	require.Len(t, res.Bridge, 1)
	require.EqualValues(t, 6_916_525, res.Bridge[0].Amount) // 69,165
	require.InDelta(t, 48.0, res.Bridge[0].Points, 0.05)

	points(-6.4, res.ROX.Estimate, 0.05, "ROX")
	points(-6.7, res.ROX.P50, 0.3, "ROX P50")
	points(-46.4, res.ROX.P5, 0.3, "ROX P5")
	points(34.6, res.ROX.P95, 0.3, "ROX P95")
	points(39, res.ROX.ProbPositive, 0.5, "P(ROX > 0)")
	require.EqualValues(t, 2_100_000, res.Parts.MEX)
	require.InDelta(t, 352_000, res.Parts.MEXP5, 0.003*14_400_000)
	require.InDelta(t, 4_747_000, res.Parts.MEXP95, 0.003*14_400_000)
	require.Nil(t, res.Parts.MCX)
	require.False(t, res.Parts.CXChecked)

	points(35, res.MediatedShare.Estimate, 0.5, "mediated share")
	points(5, res.MediatedShare.P5, 0.8, "mediated share P5")
	points(125, res.MediatedShare.P95, 1.5, "mediated share P95")
	require.Equal(t, VerdictDetermined, res.MediatedShare.Verdict)
	require.InDelta(t, 86_280, *res.Yield, 1) // 863 a point, team and quarter

	realised := map[string]bool{}
	for _, l := range res.Lines {
		require.Equal(t, InROI, l.CountsIn)
		realised[l.Name] = l.Realised
	}
	require.Equal(t, map[string]bool{"churn": true, "margin per customer": true, "contacts": true, "attrition": true, "absence": true}, realised)
	require.Equal(t, 10, *res.Cash.PaybackMonth)
}

func TestPerUnitTail(t *testing.T) {
	tail := Tail{Margin: 420, Retention: 0.82, Discount: 0.1, Horizon: 3}
	require.InDelta(t, 720.47, tail.PerUnit(), 0.005)
}

// ROV − ROI is the bridge, to the cent, whatever the amounts.
func TestBridgeToTheCent(t *testing.T) {
	c := example(t)
	c.Reps = MinReps
	c.Lines = append(c.Lines, Line{Name: "brand", Kind: LongRun, Value: 1_234_567, SE: 1, Grade: GradeD, PriceSource: "finance"},
		Line{Name: "ideas", Kind: Other, Value: -76_543, SE: 1, Grade: GradeE, PriceSource: "finance"})
	for units := 1.0; units < 40; units += 1.37 {
		c.Tails[0].Units = units
		res, err := Compute(c)
		require.NoError(t, err)
		sum := int64(0)
		for _, b := range res.Bridge {
			sum += b.Amount
		}
		gap := (res.ROV.Estimate - res.ROI.Estimate) * float64(res.Investment)
		require.InDelta(t, float64(sum), gap, 1e-5)
		require.Len(t, res.Bridge, 3)
	}
}

// D and E never enter ROI, C enters nothing, A and B enter whatever their sign.
func TestEvidenceDecidesWhereALineCounts(t *testing.T) {
	base := example(t)
	base.Reps, base.Chain, base.Tails = MinReps, nil, nil
	before, err := Compute(base)
	require.NoError(t, err)
	for grade, want := range map[Grade][2]float64{"A": {-0.5, -0.5}, "B": {-0.5, -0.5}, "C": {0, 0}, "D": {0, -0.5}, "E": {0, -0.5}} {
		c := base
		c.Lines = append([]Line{}, base.Lines...)
		c.Lines = append(c.Lines, Line{Name: "delay", Kind: ProcessTime, Value: -7_200_000, SE: 100, Grade: grade, PriceSource: "finance"})
		after, err := Compute(c)
		require.NoError(t, err)
		require.InDelta(t, want[0], after.ROI.Estimate-before.ROI.Estimate, 1e-9, grade)
		require.InDelta(t, want[1], after.ROV.Estimate-before.ROV.Estimate, 1e-9, grade)
		require.False(t, after.Lines[5].Realised, "a loss is not called realised")
	}
	c := base
	c.Lines = []Line{{Name: "hope", Kind: Attrition, Value: 9, SE: 1, Grade: GradeE, PriceSource: "finance"}}
	res, err := Compute(c)
	require.NoError(t, err)
	require.Equal(t, ReasonNoMeasuredLine, res.ROI.NotEnough.Reason)
	require.Equal(t, ReasonNoChain, res.ROX.NotEnough.Reason)
	raw, err := json.Marshal(res)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"roi":{"not_enough":{"reason":"no_measured_line"`)
}

// The same seed gives the same figures on any number of cores; another seed does not.
func TestDeterministicRegardlessOfCores(t *testing.T) {
	c := example(t)
	c.Reps = 50_000
	first, err := Compute(c)
	require.NoError(t, err)
	before := runtime.GOMAXPROCS(1)
	second, err := Compute(c)
	runtime.GOMAXPROCS(before)
	require.NoError(t, err)
	require.Equal(t, first, second)
	c.Seed++
	third, err := Compute(c)
	require.NoError(t, err)
	require.NotEqual(t, first.ROI.P5, third.ROI.P5)
	require.Equal(t, first.ROI.Estimate, third.ROI.Estimate)
}

// Lines of one draw group move together: their standard errors add up instead of their variances.
func TestDrawGroups(t *testing.T) {
	c := Case{Currency: "PLN", Costs: []Cost{{Name: "c", Amount: 1000}}, WindowMonths: 12, Reps: 200_000, Seed: 3}
	for _, group := range []string{"", "panel"} {
		c.Lines = []Line{
			{Name: "a", Kind: ProcessTime, Value: 1000, SE: 300, Grade: GradeA, PriceSource: "finance", DrawGroup: group},
			{Name: "b", Kind: Other, Value: 1000, SE: 400, Grade: GradeA, PriceSource: "finance", DrawGroup: group},
		}
		res, err := Compute(c)
		require.NoError(t, err)
		want := 0.5 // √(0.3² + 0.4²)
		if group != "" {
			want = 0.7
		}
		require.InDelta(t, 2*z90*want, res.ROI.P95-res.ROI.P5, 0.02)
	}
}

func TestMeasuredCXAndServiceSavings(t *testing.T) {
	c := example(t)
	c.Reps = MinReps
	dcx := 3.3
	c.Chain.DCX = &dcx
	res, err := Compute(c)
	require.NoError(t, err)
	// (3.3 − 5 × 0.26) × 0.3846 % × 12 m × 35 % = 32,307.69
	require.EqualValues(t, 3_230_769, *res.Parts.MCX)
	with := res.ROX.Estimate
	c.Chain.NetOfService = true
	res, err = Compute(c)
	require.NoError(t, err)
	require.Zero(t, res.Parts.SCX)
	require.InDelta(t, 31_200.0/144_000, with-res.ROX.Estimate, 1e-9)
}

func TestMediatedShareVerdicts(t *testing.T) {
	verdict := func(change func(c *Case)) string {
		c := example(t)
		c.Reps = MinReps
		change(&c)
		res, err := Compute(c)
		require.NoError(t, err)
		if res.MediatedShare.NotEnough != nil {
			return res.MediatedShare.NotEnough.Reason
		}
		return res.MediatedShare.Verdict
	}
	require.Equal(t, VerdictNotDetermined, verdict(func(c *Case) { c.Chain.B1SE = 1 }))
	require.Equal(t, VerdictNotDetermined, verdict(func(c *Case) { c.Lines[1].SE = 9e6 }))
	require.Equal(t, VerdictNotExplained, verdict(func(c *Case) { c.Chain.B1, c.Chain.B1SE = -0.26, 0.01 }))
	require.Equal(t, ReasonNoCustomerMargin, verdict(func(c *Case) { c.Lines, c.Tails = c.Lines[2:], nil }))
}

func TestCashFlows(t *testing.T) {
	rate := 0.1
	c := Case{
		Currency: "EUR", WindowMonths: 12, Discount: &rate, Reps: MinReps, Seed: 1,
		Lines: []Line{{Name: "a", Kind: ProcessTime, Value: 1200, Grade: GradeA, PriceSource: "finance"}},
		Costs: []Cost{{Name: "start", Amount: 500}, {Name: "later", Amount: 400, Month: 6}},
	}
	res, err := Compute(c)
	require.NoError(t, err)
	require.Equal(t, []Point{
		{Month: 0, Cumulative: -500},
		{Month: 3, Cumulative: -200},
		{Month: 6, Cumulative: -300},
		{Month: 9, Cumulative: 0},
		{Month: 12, Cumulative: 300},
	}, res.Cash.Curve)
	require.Equal(t, 9, *res.Cash.PaybackMonth, "paid back in month 5 does not last")
	npv := -500 - 400/math.Pow(1.1, 0.5)
	for m := 1; m <= 12; m++ {
		npv += 100 / math.Pow(1.1, float64(m)/12)
	}
	require.InDelta(t, npv, *res.Cash.NPV, 0.5)

	c.Discount = nil
	res, err = Compute(c)
	require.NoError(t, err)
	require.Equal(t, ReasonNoDiscount, res.Cash.NPVNotEnough.Reason)
	require.Nil(t, res.Cash.NPV)
}

func fieldCodes(t *testing.T, err error) map[string]string {
	t.Helper()
	var e *errs.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, CodeInvalid, e.Code)
	out := make(map[string]string)
	for _, f := range e.Fields {
		out[f.Path] = f.Code
	}
	return out
}

func TestGuardRefuses(t *testing.T) {
	for path, c := range map[string]struct {
		code   string
		change func(c *Case)
	}{
		"lines[5].name":         {CodeLineTwice, func(c *Case) { c.Lines = append(c.Lines, c.Lines[3]) }},
		"lines[5].kind":         {CodeCountedTwice, func(c *Case) { l := c.Lines[0]; l.Name = "retention"; c.Lines = append(c.Lines, l) }},
		"lines[0].price_source": {CodePriceSource, func(c *Case) { c.Lines[0].PriceSource = "" }},
		"lines[1].kind":         {CodeUnknownKind, func(c *Case) { c.Lines[1].Kind = "mood" }},
		"lines[1].grade":        {CodeUnknownGrade, func(c *Case) { c.Lines[1].Grade = "F" }},
		"lines[2].se":           {CodeOutOfRange, func(c *Case) { c.Lines[2].SE = -1 }},
		"lines[2].value":        {CodeOutOfRange, func(c *Case) { c.Lines[2].Value = math.MinInt64 }},
		"costs[1].amount":       {CodeNegativeCost, func(c *Case) { c.Costs[1].Amount = -5 }},
		"costs":                 {CodeNoInvestment, func(c *Case) { c.Costs = nil }},
		"lines":                 {CodeRequired, func(c *Case) { c.Lines, c.Tails = nil, nil }},
		"currency":              {CodeCurrency, func(c *Case) { c.Currency = "euro" }},
		"tail.line":             {CodeTailNotAllowed, func(c *Case) { c.Tails[0].Line = "contacts" }},
		"tail[1].line":          {CodeTailTwice, func(c *Case) { c.Tails = append(c.Tails, c.Tails[0]) }},
		"tail.horizon":          {CodeOutOfRange, func(c *Case) { c.Tails[0].Horizon = 0 }},
		"chain.teams":           {CodeOutOfRange, func(c *Case) { c.Chain.Teams = 0 }},
		"chain.margin_pct":      {CodeOutOfRange, func(c *Case) { c.Chain.MarginPct = 101 }},
		"reps":                  {CodeOutOfRange, func(c *Case) { c.Reps = 9_999 }},
		"window_months":         {CodeOutOfRange, func(c *Case) { c.WindowMonths = 0 }},
	} {
		x := example(t)
		c.change(&x)
		_, err := Compute(x)
		require.Equal(t, c.code, fieldCodes(t, err)[path], path)
	}
	x := example(t)
	x.Tails[0].Line = "nobody"
	require.Equal(t, CodeUnknownLine, fieldCodes(t, x.Check())["tail.line"])
	x = example(t)
	l := x.Lines[3]
	l.Name, l.Scope = "attrition north", "north"
	x.Lines = append(x.Lines, l)
	require.NoError(t, x.Check(), "another scope is other people")
}

func TestReadNamesThePath(t *testing.T) {
	const good = `{"currency":"EUR","lines":[{"name":"a","kind":"other","value":5,"se":1,"grade":"A","price_source":"x"}],"costs":[{"name":"c","amount":4}]}`
	_, err := Read(strings.NewReader(good))
	require.NoError(t, err)
	for _, c := range []struct{ from, to, path, code string }{
		{`"value":5`, `"value":5.5`, "lines[0].value", CodeNotWhole},
		{`"value":5`, `"value":"5"`, "lines[0].value", CodeWrongType},
		{`"value":5`, `"value":null`, "lines[0].value", CodeRequired},
		{`"value":5,`, ``, "lines[0].value", CodeRequired},
		{`"se":1`, `"se":1,"colour":"red"`, "lines[0].colour", CodeUnknownField},
		{`"se":1`, `"se":1,"se":2`, "lines[0].se", CodeDuplicateField},
		{`"se":1`, `"se":1,"currency":"PLN"`, "lines[0].currency", CodeCurrencyMixed},
		{`"amount":4`, `"amount":4,"currency":"USD"`, "costs[0].currency", CodeCurrencyMixed},
		{`[{"name":"c"`, `[7,{"name":"c"`, "costs[0]", CodeWrongType},
		{`"costs":[`, `"chain":{"d_ex":1},"costs":[`, "chain.b1", CodeRequired},
		{`"costs":[`, `"tail":{"line":"a","horizon":2.5},"costs":[`, "tail.horizon", CodeOutOfRange},
		{`"costs":[`, `"seed":-1,"costs":[`, "seed", CodeOutOfRange},
		{good, `[]`, "", CodeWrongType},
		{good, good + `{}`, "", CodeLeftover},
		{good, `{"currency":`, "", CodeJSON},
		{good, strings.Repeat("[", 100), "", CodeJSON},
		{good, ``, "", CodeJSON},
	} {
		_, err := Read(strings.NewReader(strings.Replace(good, c.from, c.to, 1)))
		require.Error(t, err, c.to)
		require.Equal(t, c.code, fieldCodes(t, err)[c.path], c.to)
	}
}

func FuzzRead(f *testing.F) {
	raw, err := os.ReadFile("testdata/example.json")
	require.NoError(f, err)
	f.Add(raw)
	f.Add([]byte(`{"currency":"EUR","lines":[],"costs":[{"amount":1e400}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := Read(strings.NewReader(string(raw)))
		if err != nil {
			return
		}
		c.Reps = MinReps
		res, err := Compute(c)
		if err != nil {
			return
		}
		out, err := json.Marshal(res)
		require.NoError(t, err, "a result must always be writable")
		require.NotEmpty(t, out)
	})
}

func BenchmarkMillionDraws(b *testing.B) {
	c := example(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compute(c); err != nil {
			b.Fatal(err)
		}
	}
}
