package pulse

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMaskHidesNamesAddressesAndNumbers(t *testing.T) {
	m := newMasker([]string{"Anna Nowak-Wiśniewska", "Marek Kowalski", "May Will", "דנה לוי", "נועם כהן", "Grace O'Neill"})
	for text, gone := range map[string][]string{
		"Ask Anna about it, or anna.n@example.org.":             {"Anna", "example"},
		"Marek's shifts are unfair":                             {"Marek"},
		"Kowalskiego nie ma, rozmawiałam z Markiem i z Anną":    {"Kowalskiego", "Markiem", "Anną"},
		"Pani Zawadzka krzyczy":                                 {"Zawadzka"},
		"Proszę o telefon pod +48 601 234 567, ul. Długa 12/3.": {"601", "Długa"},
		"He lives at 14 Old Mill Lane":                          {"Old Mill"},
		"דיברתי עם דנה ולנועם אין זמן":                          {"דנה", "נועם"},
		"גר ברחוב הרצל 12, טלפון 052-1234567":                   {"הרצל", "1234567"},
		"see https://chat.example/x?u=7 and @grace_o":           {"chat", "grace_o"},
		"Mr Smith and O'Neill argue":                            {"Smith", "Neill"},
	} {
		out := m.hide(text)
		require.Contains(t, out, Masked, text)
		for _, w := range gone {
			require.NotContains(t, out, w, text)
		}
	}
	for _, text := range []string{
		"It may well be that we will manage with 3 of 10 people by 2026.", "Praca jest dobra, ale jest jej za dużo.", "העבודה טובה אבל יש הרבה עומס", "We need 40 hours, not 55.",
	} {
		require.Equal(t, text, m.hide(text), "what tells nobody's name stays")
	}
	require.Equal(t, "as it is", (*masker)(nil).hide("as it is"))
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"Anna 12345 a@b.cd", "ul. ", "\xff\xfe", "מר ", strings.Repeat("1 ", 500)} {
		f.Add(s)
	}
	m := newMasker([]string{"Anna", "דנה"})
	f.Fuzz(func(t *testing.T, s string) {
		once := m.hide(s)
		if strings.Contains(once, "12345") && !strings.Contains(s, "\xff") {
			t.Fatalf("%q leaves a number: %q", s, once)
		}
		m.hide(once)
	})
}
