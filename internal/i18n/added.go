package i18n

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Added is a further language for those who answer, read from a file at start. The program's own pages stay in Locales.
type Added struct {
	Code  string
	Name  string // in the language itself
	RTL   bool
	Texts map[string]string // every text of the answer page and of the letters
}

var added = map[string]Added{}

// spoken says which texts a further language must have: what respondents read.
func spoken(key string) bool {
	return strings.HasPrefix(key, "respond.") || strings.HasPrefix(key, "mail.pulse") || key == "mail.greeting" || key == "mail.footer" || key == "mail.link"
}

// Add takes a language in. It is called at start, before anybody is served; the missing or unknown keys are an error.
func Add(a Added) error {
	tag, err := language.Parse(a.Code)
	if err != nil || tag.String() != a.Code || slices.Contains(Locales, a.Code) || a.Name == "" {
		return fmt.Errorf("%q is no code of a further language, or its name is missing", a.Code)
	}
	for _, k := range Keys(Locales[0]) {
		if spoken(k) && strings.TrimSpace(a.Texts[k]) == "" {
			return fmt.Errorf("the text %q is missing", k)
		}
	}
	for k := range a.Texts {
		if _, ok := catalogs[Locales[0]][k]; !ok || !spoken(k) {
			return fmt.Errorf("there is no text %q for respondents", k)
		}
	}
	added[a.Code] = a
	return nil
}

// Remove forgets an added language.
func Remove(code string) { delete(added, code) }

// Name is a language's name in itself, its code where it is not known.
func Name(code string) string {
	if a, ok := added[code]; ok {
		return a.Name
	}
	if n, ok := map[string]string{"en": "English", "he": "עברית", "pl": "Polski"}[code]; ok {
		return n
	}
	return code
}

// Known reports whether people may be written to in a language.
func Known(code string) bool {
	_, ok := added[code]
	return ok || slices.Contains(Locales, code)
}

// Installed gives the code of a language as people write it (pt-br, PT_BR), and whether people may be written to in it.
func Installed(written string) (code string, ok bool) {
	written = strings.ReplaceAll(strings.TrimSpace(written), "_", "-")
	if tag, err := language.Parse(written); err == nil && Known(tag.String()) {
		return tag.String(), true
	}
	return strings.ToLower(written), Known(strings.ToLower(written))
}

// Direction is the writing direction of a language, "ltr" or "rtl".
func Direction(code string) string {
	if code == "he" || added[code].RTL {
		return "rtl"
	}
	return "ltr"
}

// Best picks from the languages on offer the one that fits an Accept-Language header; ok is false when none does.
func Best(accept string, offer []string) (code string, ok bool) {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 || len(offer) == 0 {
		return "", false
	}
	tags := make([]language.Tag, len(offer))
	for i, o := range offer {
		tags[i] = language.Make(o)
	}
	_, i, c := language.NewMatcher(tags).Match(wanted...)
	return offer[i], c != language.No
}
