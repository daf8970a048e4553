// Package i18n holds the texts for people in English, Hebrew and Polish. A text is found by its key and fills its
// {placeholders} from parameters; a counted text has one entry per plural form (key#one, key#few, key#many, key#other)
// chosen by the parameter "count". Files lie in en/, he/ and pl/, one per feature; a test holds the three together.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed en/*.json he/*.json pl/*.json
var files embed.FS

// Locales lists the languages, English first.
var Locales = []string{"en", "he", "pl"}

var catalogs = load()

func load() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, loc := range Locales {
		out[loc] = map[string]string{}
		names, err := fs.Glob(files, path.Join(loc, "*.json"))
		if err != nil {
			panic(err)
		}
		for _, n := range names {
			b, err := files.ReadFile(n)
			if err != nil {
				panic(err)
			}
			var m map[string]string
			if err := json.Unmarshal(b, &m); err != nil {
				panic(fmt.Sprintf("%s: %v", n, err))
			}
			for k, v := range m {
				if _, twice := out[loc][k]; twice {
					panic(fmt.Sprintf("%s: key %s stands in two files", n, k))
				}
				out[loc][k] = v
			}
		}
	}
	return out
}

// Match picks the best locale for an Accept-Language header or a locale name; English when nothing fits.
func Match(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return Locales[0]
	}
	_, i, c := matcher.Match(tags...)
	if c == language.No {
		return Locales[0]
	}
	return Locales[i]
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Hebrew, language.Polish})

// Text gives a text in a language with its placeholders filled. An unknown key gives the key itself, so that a missing
// text is seen, and never an empty page.
func Text(locale, key string, params map[string]any) string {
	if t, ok := added[locale].Texts[key]; ok {
		return fill(t, params)
	}
	cat, ok := catalogs[locale]
	if !ok {
		cat = catalogs[Locales[0]]
	}
	s, ok := cat[key]
	if !ok {
		s, ok = cat[key+"#"+form(locale, params["count"])]
	}
	if !ok {
		if s, ok = cat[key+"#other"]; !ok {
			return key
		}
	}
	return fill(s, params)
}

// Has reports whether a key (or its plural forms) exists.
func Has(key string) bool {
	_, one := catalogs["en"][key]
	_, many := catalogs["en"][key+"#other"]
	return one || many
}

// Keys lists every key of a language, sorted.
func Keys(locale string) []string {
	out := make([]string, 0, len(catalogs[locale]))
	for k := range catalogs[locale] {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Raw gives a text as it stands in the catalog, placeholders unfilled.
func Raw(locale, key string) string { return catalogs[locale][key] }

func fill(s string, params map[string]any) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		j := strings.IndexByte(s, '}')
		if i < 0 || j < i {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if v, ok := params[s[i+1:j]]; ok {
			fmt.Fprint(&b, v)
		} else {
			b.WriteString(s[i : j+1])
		}
		s = s[j+1:]
	}
}

func form(locale string, count any) string {
	n, ok := count.(int)
	if !ok {
		return "other"
	}
	if n < 0 {
		n = -n
	}
	switch plural.Cardinal.MatchPlural(language.Make(locale), n, 0, 0, 0, 0) {
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	default:
		return "other"
	}
}
