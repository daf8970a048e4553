package comment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMaskTakesOutWhatMayNameSomebody(t *testing.T) {
	for text, want := range map[string]string{
		"Write to jan.kowalski@example.com please":     "Write to ••• please",
		"Call +48 600 700 800 today":                   "Call ••• today",
		"Order 12345678 came on 03.04.2026":            "Order ••• came on 03.04.2026",
		"It cost 1200 euros":                           "It cost 1200 euros",
		"My name is Anna Nowak and I am cross":         "My name is ••• and I am cross",
		"Pani Anna była miła":                          "Pani ••• była miła",
		"pani w sklepie była miła":                     "pani w sklepie była miła",
		"Regards, Tom":                                 "Regards, •••",
		"קוראים לי דנה ואני כועסת":                     "קוראים לי ••• ואני כועסת",
		"see https://example.com/u/17 for the picture": "see ••• for the picture",
		"The man was kind":                             "The man was kind",
	} {
		require.Equal(t, want, Mask(text), text)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("my name is Bo, +1 (555) 12 34")
	f.Fuzz(func(t *testing.T, text string) {
		if once := Mask(text); strings.Contains(once, "@example.com") && address.MatchString(once) {
			t.Fatalf("an address stayed in %q", once)
		}
	})
}
