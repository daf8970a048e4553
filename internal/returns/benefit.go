package returns

import "math"

// Estimate is a figure with its standard error, from the design that measured it.
type Estimate struct{ Value, SE float64 }

// scaled is an effect times what it is worth; the price has no error of its own (R5b: a price is not evidence).
func (e Estimate) scaled(by float64) (value int64, se float64) {
	return minor(e.Value * by), e.SE * math.Abs(by)
}

// Retained is Δchurn × customers exposed × margin per customer × average share of the window they stay (½ if nothing
// better is known). churn is the change in the churn rate as a fraction; less churn is a benefit. margin is in minor
// units per customer and window. It also gives the customers kept, the units of a tail.
func Retained(churn Estimate, customers, margin, stay float64) (value int64, se, kept float64) {
	less := Estimate{-churn.Value, churn.SE}
	value, se = less.scaled(customers * margin * stay)
	return value, se, less.Value * customers
}

// DefaultStay is the average share of the window a retained customer stays, if nothing better is known.
const DefaultStay = 0.5

// MarginServed is Δ(margin per customer served in the window) × customers served; the change is in minor units.
func MarginServed(margin Estimate, customers float64) (value int64, se float64) {
	return margin.scaled(customers)
}

// Process is Δhours saved × loaded rate × declared share of the freed time that is used. rate is in minor units an hour.
func Process(hoursSaved Estimate, rate, used float64) (value int64, se float64) {
	return hoursSaved.scaled(rate * used)
}

// Contacts is Δcontacts (or handling minutes, or reopened cases) × unit cost in minor units; fewer is a benefit.
func Contacts(contacts Estimate, unitCost float64) (value int64, se float64) {
	return Estimate{-contacts.Value, contacts.SE}.scaled(unitCost)
}

// DefaultReplacementFactor is what replacing a leaver costs, as a share of the yearly salary: the median of Boushey &
// Glynn 2012, "There Are Significant Business Costs to Replacing Employees". A line priced with it names its price
// source "default: …".
const DefaultReplacementFactor = 0.21

// Leavers is Δleavers × salary × replacement factor. leavers is the change in the attrition rate as a fraction of
// employees, salary in minor units; fewer leavers are a benefit.
func Leavers(rate Estimate, employees, salary, factor float64) (value int64, se float64) {
	return Estimate{-rate.Value, rate.SE}.scaled(employees * salary * factor)
}

// AbsenceDays is Δdays per employee × employees × daily loaded cost in minor units; fewer days are a benefit.
func AbsenceDays(days Estimate, employees, dailyCost float64) (value int64, se float64) {
	return Estimate{-days.Value, days.SE}.scaled(employees * dailyCost)
}
