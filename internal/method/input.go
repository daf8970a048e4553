package method

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"rapport/internal/stats"
)

// reLagged reads a regressor with a lag of its own: ex@2 and ex_l2 are ex two calendar periods earlier.
var reLagged = regexp.MustCompile(`^(.+?)(?:@|_l)(\d+)$`)

// Panel reads -unit, -time (where given), -y and every -x as a long panel, the x lagged by -lag calendar periods. A
// regressor written ex@2 (or ex_l2, where the file has no such column) has a lag of its own on top.
func (in Input) Panel() (*stats.Panel, error) {
	p := &stats.Panel{}
	var err error
	if p.Unit, err = in.Table.Units(in.Unit); err != nil {
		return nil, err
	}
	if in.Time != "" {
		if p.Time, err = in.Table.Periods(in.Time); err != nil {
			return nil, err
		}
	}
	if p.Y, err = in.Table.Num(in.Y); err != nil {
		return nil, err
	}
	for _, name := range in.X {
		col, lag := name, in.Lag
		if m := reLagged.FindStringSubmatch(name); m != nil && !in.Table.Has(name) {
			k, _ := strconv.Atoi(m[2])
			col, lag = m[1], lag+k
			name = fmt.Sprintf("%s_l%d", m[1], k)
		}
		v, err := in.Table.Num(col)
		if err != nil {
			return nil, err
		}
		if lag != 0 {
			if p.Time == nil {
				return nil, timeNeeded()
			}
			if v, err = stats.Lagged(p.Unit, p.Time, v, lag); err != nil {
				return nil, err
			}
		}
		p.X, p.Name = append(p.X, v), append(p.Name, name)
	}
	return p, nil
}

// Columns reads -y and every -x of a plain table; rows with a missing cell in any of them are dropped, and rows lists
// those that stay.
func (in Input) Columns() (y []float64, x [][]float64, rows []int, err error) {
	p := &stats.Panel{Unit: make([]int, in.Table.Rows())}
	if p.Y, err = in.Table.Num(in.Y); err != nil {
		return nil, nil, nil, err
	}
	for _, name := range in.X {
		v, err := in.Table.numOrPower(name)
		if err != nil {
			return nil, nil, nil, err
		}
		p.X = append(p.X, v)
	}
	c, rows := p.Complete()
	return c.Y, c.X, rows, nil
}

// LagList is -lags, or -lag alone where none are given.
func (in Input) LagList() []int {
	if len(in.Lags) > 0 {
		return in.Lags
	}
	return []int{in.Lag}
}

// Param is a flag of the method's own by name.
func (in Input) Param(name string) float64 { return in.Params[name] }

// Coef appends the figures of one coefficient under the keys every method uses.
func (r *Result) Coef(c stats.Coefficient) {
	r.Add("b", c.B)
	r.Add("se", c.SE)
	r.Add("t", c.T)
	r.Add("p", c.P)
	r.Add("ci_lo", c.CI.Lo)
	r.Add("ci_hi", c.CI.Hi)
}

// rePower reads x^3, the third power of x.
var rePower = regexp.MustCompile(`^(.+)\^([2-9]|1[0-9])$`)

// numOrPower gives a column as numbers, or a whole power of one where the file has no column of that name.
func (t *Table) numOrPower(name string) ([]float64, error) {
	m := rePower.FindStringSubmatch(name)
	if m == nil || t.Has(name) {
		return t.Num(name)
	}
	v, err := t.Num(m[1])
	if err != nil {
		return nil, err
	}
	k, _ := strconv.Atoi(m[2])
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Pow(x, float64(k))
	}
	return out, nil
}
