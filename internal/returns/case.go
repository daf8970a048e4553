package returns

// Case is one investment with everything its returns are computed from.
type Case struct {
	Currency string // ISO 4217; all money is in its minor units
	Lines    []Line
	Costs    []Cost
	Tails    []Tail
	Chain    *Chain
	NoChain  *NotEnough // why there is no chain, where the general reason would say too little
	// WindowMonths is the length of the window, 12 if not given; Discount the yearly rate for the net present value.
	WindowMonths int
	Discount     *float64
	Reps         int
	Seed         uint64
	ledger       bool // made from the ledger, where an initiative without a benefit line may still move the chain
}

// Line is one benefit over the window.
type Line struct {
	Name        string
	Kind        Kind
	Value       int64 // minor units
	SE          float64
	Grade       Grade
	PriceSource string
	// DrawGroup names the data a line shares with others: lines of one group are drawn together.
	DrawGroup string
	// Scope names the part of the organisation, where lines of one kind cover different people or customers.
	Scope string
	// From and To bound the months of the window over which the line is paid, evenly; To 0: to the end.
	From, To int
}

// Cost is one line of the investment, fully loaded, paid in a month of the window (0 = at the start).
type Cost struct {
	Name   string
	Amount int64
	Month  int
}

// Tail is the margin of customers retained or won, after the window. It moves with its line's own draw.
type Tail struct {
	Line      string
	Margin    float64 // minor units per customer and year
	Retention float64 // yearly
	Discount  float64 // yearly
	Horizon   int     // years
	Units     float64 // customers kept or won
}

// PerUnit is the tail of one customer: Σ_{t=1..H} m·r^t/(1+i)^t, in minor units at the end of the window.
func (t Tail) PerUnit() float64 {
	sum, f := 0.0, 1.0
	for range t.Horizon {
		f *= t.Retention / (1 + t.Discount)
		sum += t.Margin * f
	}
	return sum
}

// Chain is the path from employee experience to margin: b₁ CX points per EX point, b₂ per cent of revenue per CX point.
type Chain struct {
	DEX, DEXSE float64
	B1, B1SE   float64
	B2, B2SE   float64 // per cent of revenue per CX point
	Revenue    float64 // of the treated teams in the window, minor units
	MarginPct  float64
	// DCX is the change in CX the design measured; nil if it was not measured.
	DCX      *float64
	DCXSE    float64
	Teams    int
	Quarters float64
	// NetOfService: b₂'s margin is already net of service costs, so that service-side savings are left out (R7).
	NetOfService bool
}

// throughPeople is M_EX, straight is M_CX.
func (c *Chain) throughPeople(dEX, b1, b2 float64) float64 {
	return dEX * b1 * b2 / 100 * c.Revenue * c.MarginPct / 100
}

func (c *Chain) straight(dCX, dEX, b1, b2 float64) float64 {
	return (dCX - dEX*b1) * b2 / 100 * c.Revenue * c.MarginPct / 100
}

// Limits of the joint draw.
const (
	MinReps     = 10_000
	MaxReps     = 4_000_000
	DefaultReps = 100_000
)
