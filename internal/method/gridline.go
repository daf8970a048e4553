package method

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"rapport/internal/errs"
	"rapport/internal/stats"
)

// lines reads the rows of one piece.
func (g *gridReader) lines(p *gridSpan, chunk []byte) error {
	m := len(g.metrics)
	row, line := p.first, p.line-1
	for len(chunk) > 0 {
		line++
		end := bytes.IndexByte(chunk, '\n')
		var text []byte
		if end < 0 {
			text, chunk = chunk, nil
		} else {
			text, chunk = chunk[:end], chunk[end+1:]
		}
		if n := len(text); n > 0 && text[n-1] == '\r' {
			text = text[:n-1]
		}
		if len(text) == 0 { // as the general reader does, blank lines are passed over
			continue
		}
		var out []float64
		var packed []int32
		if g.decimals == nil {
			out = g.out.Grid.Values[row*m : (row+1)*m]
		} else {
			packed = g.out.Grid.Packed[row*m : (row+1)*m]
		}
		if err := g.row(p, row, line, text, out, packed); err != nil {
			return err
		}
		row++
	}
	p.rows = row - p.first
	return nil
}

// row reads one line. Plain cells are read in place; a quoted cell is followed as long as it ends on its line and holds
// no doubled quote.
func (g *gridReader) row(p *gridSpan, row, line int, text []byte, out []float64, packed []int32) error {
	col, at := 0, 0
	for {
		if col == len(g.kind) {
			return wrongFields(line, len(g.kind))
		}
		kind := g.kind[col]
		// The common case in one pass: an unquoted decimal number.
		if kind >= 0 {
			mant, frac, next, ok := decimal(text, at)
			if ok {
				if packed == nil {
					out[kind] = float64(mant) / pow10[max(frac, 0)]
					if frac < 0 {
						out[kind] = math.NaN()
					}
				} else if packed[kind], ok = pack(mant, frac, g.decimals[kind]); !ok {
					return errNotPacked
				}
				col++
				if next == len(text) {
					break
				}
				at = next + 1 // after a comma at the end of the line one more, empty, cell follows
				continue
			}
		}
		cell, next, err := cellAt(text, at)
		if err != nil {
			return err
		}
		switch kind {
		case colSkip:
		case colUnit:
			if len(cell) == 0 || string(cell) == "NA" {
				return errs.Invalid("unit_missing").At(errs.Field{Line: line, Column: g.header[col], Code: "unit_missing"}).
					Because(fmt.Errorf("line %d, column %s: the row names no unit", line, g.header[col]))
			}
			g.out.Grid.Unit[row] = p.units.get(cell)
		case colTime:
			g.out.Grid.Time[row] = p.times.get(cell)
		default:
			v, ok := number(cell)
			if !ok {
				return errs.Invalid("not_a_number").At(errs.Field{Line: line, Column: g.header[col], Code: "not_a_number", Value: string(cell)}).
					Because(fmt.Errorf("line %d, column %s: %q is not a finite number", line, g.header[col], cell))
			}
			switch {
			case packed == nil:
				out[kind] = v
			case math.IsNaN(v):
				packed[kind] = stats.PackedMissing
			default:
				return errNotPacked
			}
		}
		col++
		if next == len(text) {
			break
		}
		at = next + 1
	}
	if col != len(g.kind) {
		return wrongFields(line, len(g.kind))
	}
	return nil
}

func wrongFields(line, want int) error {
	return errs.Invalid("csv_malformed").At(errs.Field{Line: line, Code: "csv_malformed"}).
		Because(fmt.Errorf("record on line %d: wrong number of fields (the first row names %d)", line, want))
}

// cellAt gives the cell that starts at a position, without quotes and outer spaces, and where it ends.
func cellAt(text []byte, at int) (cell []byte, next int, err error) {
	if at < len(text) && text[at] == '"' {
		end := bytes.IndexByte(text[at+1:], '"')
		if end < 0 {
			return nil, 0, errNotPlain
		}
		next = at + 1 + end + 1
		if next < len(text) && text[next] != ',' {
			return nil, 0, errNotPlain
		}
		return bytes.TrimSpace(text[at+1 : next-1]), next, nil
	}
	end := bytes.IndexByte(text[at:], ',')
	if end < 0 {
		next = len(text)
	} else {
		next = at + end
	}
	cell = text[at:next]
	if bytes.IndexByte(cell, '"') >= 0 {
		return nil, 0, errNotPlain
	}
	return bytes.TrimSpace(cell), next, nil
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

var whole10 = [...]int64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000}

// pack writes mant/10^frac with the column's number of decimals; frac −1 is a missing cell.
func pack(mant int64, frac, decimals int) (int32, bool) {
	if frac < 0 {
		return stats.PackedMissing, true
	}
	if frac > decimals || mant > 1<<31 || mant < -1<<31 {
		return 0, false
	}
	v := mant * whole10[decimals-frac]
	return int32(v), v > math.MinInt32 && v <= math.MaxInt32
}

// decimal reads an unquoted [-]digits[.digits] that ends at a comma or the end of the line, as a whole number over a
// power of ten; an empty cell has frac −1. mant/10^frac is exact: both are whole in a float64, so the one division
// rounds correctly (Clinger 1990). Anything else is left to number.
func decimal(text []byte, at int) (mant int64, frac, next int, ok bool) {
	i, n := at, len(text)
	if i == n || text[i] == ',' {
		return 0, -1, i, true
	}
	neg := text[i] == '-'
	if neg {
		i++
	}
	start := i
	for i < n {
		d := text[i] - '0'
		if d > 9 {
			break
		}
		mant = mant*10 + int64(d)
		i++
	}
	digits := i - start
	if i < n && text[i] == '.' {
		i++
		from := i
		for i < n {
			d := text[i] - '0'
			if d > 9 {
				break
			}
			mant = mant*10 + int64(d)
			i++
		}
		frac = i - from
		digits += frac
	}
	if digits == 0 || digits > 18 || mant >= 1<<53 || (i < n && text[i] != ',') {
		return 0, 0, 0, false
	}
	if neg {
		mant = -mant
	}
	return mant, frac, i, true
}

// number reads a cell by the rules of Table.Num.
func number(cell []byte) (float64, bool) {
	if len(cell) == 0 || string(cell) == "NA" {
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(string(cell), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
