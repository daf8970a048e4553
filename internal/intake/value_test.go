package intake_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/intake"
)

func TestNumbersAreReadOrAskedAbout(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		cell  string
		comma *bool
		want  float64
		code  string
	}{
		{"3.5", nil, 3.5, ""},
		{" -3.5e2 ", nil, -350, ""},
		{"1.0000000000000001E-2", nil, 0.01, ""},
		{"−4", nil, -4, ""},
		{"45 %", nil, 45, ""},
		{".5", nil, .5, ""},
		{"1,234,567.8", nil, 1234567.8, ""},
		{"1,234,567", nil, 1234567, ""},
		{"1 234,5", &yes, 1234.5, ""},
		{"1 234.5", nil, 1234.5, ""},
		{"1'234", nil, 1234, ""},
		{"3,14", nil, 0, "decimal_comma"},
		{"1.234,5", nil, 0, "decimal_comma"},
		{"1,234", nil, 0, "number_ambiguous"},
		{"1,234", &no, 1234, ""},
		{"1,234", &yes, 1.234, ""},
		{"1.234,5", &yes, 1234.5, ""},
		{"3,14", &yes, 3.14, ""},
		{"12,34", &no, 0, "not_a_number"},
		{"NaN", nil, 0, "not_finite"},
		{"-Inf", nil, 0, "not_finite"},
		{"Infinity", nil, 0, "not_finite"},
		{"1e309", nil, 0, "number_out_of_range"},
		{"5 – very good", nil, 0, "not_a_number"},
		{"abc", nil, 0, "not_a_number"},
		{"0x1p-2", nil, 0, "not_a_number"},
		{"1_000", nil, 0, "not_a_number"},
		{"", nil, 0, "not_a_number"},
		{"--3", nil, 0, "not_a_number"},
		{"1.2.3", nil, 0, "not_a_number"},
		{"=A1+B1", nil, 0, "not_a_number"},
		{"£3", nil, 0, "not_a_number"},
	} {
		v, code := intake.ParseNumber(c.cell, c.comma)
		require.Equal(t, c.code, code, c.cell)
		require.Equal(t, c.want, v, c.cell)
	}
	n, code := intake.ParseCount("12", nil)
	require.Equal(t, 12, n)
	require.Empty(t, code)
	for _, bad := range []string{"-1", "2.5", "1e12"} {
		_, code = intake.ParseCount(bad, nil)
		require.Equal(t, "not_a_count", code, bad)
	}
}

func TestDatesAreReadOrAskedAbout(t *testing.T) {
	for _, c := range []struct{ cell, format, want, code string }{
		{"2018-08-15 04:10:37", "", "2018-08-15", ""},
		{"2018-08-15T23:30:00-03:00", "", "2018-08-15", ""},
		{"2018/8/5", "", "2018-08-05", ""},
		{"2018-08-15", "MM/DD/YYYY", "2018-08-15", ""},
		{"03/04/2026", "", "", "date_ambiguous"},
		{"13/04/2026", "", "", "date_format_needed"},
		{"3.4.2026", "", "", "date_ambiguous"},
		{"03/04/2026", "DD/MM/YYYY", "2026-04-03", ""},
		{"03/04/2026", "MM/DD/YYYY", "2026-03-04", ""},
		{"3.4.26", "D.M.YY", "2026-04-03", ""},
		{"03/04/2026 9:15 PM", "DD/MM/YYYY", "2026-04-03", ""},
		{"13/04/2026", "MM/DD/YYYY", "", "date_impossible"},
		{"2026-02-30", "", "", "date_impossible"},
		{"0000-01-01", "", "", "date_impossible"},
		{"spring", "", "", "date_unreadable"},
		{"2026-13", "", "", "date_unreadable"},
		{"", "", "", "date_unreadable"},
		{"1/2/3/4", "", "", "date_unreadable"},
	} {
		d, code := intake.ParseDay(c.cell, c.format)
		require.Equal(t, c.code, code, c.cell)
		if c.code == "" {
			require.Equal(t, c.want, d.Format("2006-01-02"), c.cell)
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "1,234.5", "1.234,5", "NaN", "1e309", "−4", "45 %", "1 234", ",", ".", "-", "'"} {
		f.Add(s, int8(0))
	}
	f.Fuzz(func(t *testing.T, s string, mode int8) {
		var comma *bool
		if mode != 0 {
			b := mode > 0
			comma = &b
		}
		if v, code := intake.ParseNumber(s, comma); math.IsNaN(v) || math.IsInf(v, 0) || code != "" && v != 0 {
			t.Fatalf("%q gave %v %s", s, v, code)
		}
	})
}

func FuzzDay(f *testing.F) {
	for _, s := range []string{"2018-08-15 04:10:37", "03/04/2026", "3.4.26", "0000-00-00", "T", " 1:"} {
		f.Add(s, "DD/MM/YYYY")
	}
	f.Fuzz(func(t *testing.T, s, format string) {
		if d, code := intake.ParseDay(s, format); code == "" && (d.Year() < 1900 || d.Year() > 2200) {
			t.Fatalf("%q gave %v", s, d)
		}
	})
}
