package i18n_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/i18n"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Every key stands in all three languages with the same placeholders; plural forms may differ in number.
func TestCatalogsHoldTogether(t *testing.T) {
	stem := func(k string) string { s, _, _ := strings.Cut(k, "#"); return s }
	stems := func(loc string) []string {
		var out []string
		for _, k := range i18n.Keys(loc) {
			out = append(out, stem(k))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	en := stems("en")
	for _, loc := range []string{"he", "pl"} {
		require.Equal(t, en, stems(loc), loc)
		for _, k := range i18n.Keys(loc) {
			ref := i18n.Raw("en", k)
			if ref == "" {
				ref = i18n.Raw("en", stem(k)+"#other")
			}
			want := placeholder.FindAllString(ref, -1)
			got := placeholder.FindAllString(i18n.Raw(loc, k), -1)
			slices.Sort(want)
			slices.Sort(got)
			if strings.Contains(k, "#") { // a singular may say "one" in words
				continue
			}
			require.Equal(t, want, got, "%s %s", loc, k)
			require.NotEmpty(t, i18n.Raw(loc, k), "%s %s", loc, k)
		}
	}
}

func TestPluralFormsFollowTheLanguage(t *testing.T) {
	text := func(loc string, n int) string { return i18n.Text(loc, "missing.teams", map[string]any{"count": n}) }
	require.Equal(t, "1 more team", text("en", 1))
	require.Equal(t, "3 more teams", text("en", 3))
	require.Equal(t, "3 kolejne zespoły", text("pl", 3))
	require.Equal(t, "5 kolejnych zespołów", text("pl", 5))
	require.Equal(t, "צוות אחד נוסף", text("he", 1))
}

func TestMatchPicksTheLanguage(t *testing.T) {
	require.Equal(t, "he", i18n.Match("he-IL,he;q=0.9,en;q=0.8"))
	require.Equal(t, "pl", i18n.Match("pl"))
	require.Equal(t, "en", i18n.Match("fr"))
	require.Equal(t, "en", i18n.Match(""))
}

func TestALanguageInstalledIsFoundHoweverItIsWritten(t *testing.T) {
	texts := map[string]string{}
	for _, k := range i18n.Keys("en") {
		if strings.HasPrefix(k, "respond.") || strings.HasPrefix(k, "mail.pulse") || k == "mail.greeting" || k == "mail.footer" || k == "mail.link" {
			texts[k] = "x"
		}
	}
	require.NoError(t, i18n.Add(i18n.Added{Code: "pt-BR", Name: "Português", Texts: texts}))
	defer i18n.Remove("pt-BR")
	for _, written := range []string{"pt-BR", "pt-br", " PT_BR "} {
		code, ok := i18n.Installed(written)
		require.True(t, ok, written)
		require.Equal(t, "pt-BR", code)
	}
	for _, written := range []string{"HE", "he"} {
		code, ok := i18n.Installed(written)
		require.True(t, ok)
		require.Equal(t, "he", code)
	}
	for _, written := range []string{"pt", "fr", "", "no such language", "x"} {
		_, ok := i18n.Installed(written)
		require.False(t, ok, written)
	}
}
