package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// stop stands between sentences, so that a negation does not reach into the next one.
const stop = "\x00"

// fold makes a text comparable: lower case, marks over and under letters taken off (people leave them out on phones),
// one kind of apostrophe.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case r == 'ł':
			b.WriteRune('l')
		case r == '’' || r == '׳' || r == '`':
			b.WriteRune('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tokens cuts a text into folded words, with a stop between sentences. English "n't" stands as a word of its own after the word it negates,
// beside the whole word.
func tokens(text string) []string {
	words := []string{}
	var b strings.Builder
	flush := func() {
		if b.Len() == 0 {
			return
		}
		w := strings.Trim(b.String(), "'-")
		b.Reset()
		if w != "" {
			words = append(words, w)
		}
	}
	for _, r := range fold(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '-':
			b.WriteRune(r)
		case r == '.' || r == '!' || r == '?' || r == ';':
			flush()
			if len(words) > 0 && words[len(words)-1] != stop {
				words = append(words, stop)
			}
		default:
			flush()
		}
	}
	flush()
	return words
}

// withoutPrefixes gives a Hebrew expression with the one-letter prefixes of its first word taken off, one and two letters deep.
func withoutPrefixes(joined string) []string {
	first, _, _ := strings.Cut(joined, " ")
	left := utf8.RuneCountInString(first)
	var out []string
	for cut := 1; cut <= 2 && left-cut >= 3; cut++ {
		letter, size := utf8.DecodeRuneInString(joined)
		if !strings.ContainsRune("והבלמשכ", letter) {
			break
		}
		joined = joined[size:]
		out = append(out, joined)
	}
	return out
}

// frequent holds each language's commonest words that are not another's.
var frequent = map[string]map[string]bool{
	"en": wordSet("the and is was are were to of it for with this that my have had but very they you we on at from as be not so i he she"),
	"pl": wordSet("i w na z sie nie jest to ze jak po od za dla przez jestem byl byla bylo ale juz tylko bardzo moje moja mam nadal pani pan byly sa lub oraz"),
	"pt": wordSet("o a os e de que nao um uma do da em para com foi produto muito ja meu minha antes dia mais chegou recebi entrega no na ainda esta por eu se bem loja veio prazo"),
}

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// language names the language of a comment: Hebrew by its script, Polish by letters only it has among ours, otherwise by the commonest words.
// A declared language is believed unless the script speaks against it.
func language(words []string, text, declared string) string {
	hebrew, latin := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Hebrew, r):
			hebrew++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	if hebrew > latin {
		return "he"
	}
	if latin == 0 {
		return ""
	}
	declared, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(declared, "_", "-")), "-")
	if declared != "he" && lists[declared] != nil {
		return declared
	}
	if declared != "" && declared != "he" {
		return "" // a language we have no list for
	}
	points := map[string]int{}
	if strings.ContainsAny(strings.ToLower(text), "ąęłńśźż") {
		points["pl"] += 3
	}
	if strings.ContainsAny(strings.ToLower(text), "ãõçâê") {
		points["pt"] += 3
	}
	for _, w := range words {
		for lang, set := range frequent {
			if set[w] {
				points[lang]++
			}
		}
	}
	for _, lang := range []string{"en", "pl", "pt"} {
		points[lang] += 2 * lists[lang].words.count(words, func(_ int, found entry) bool { return found.weight != 0 })
	}
	best, second, found := 0, 0, ""
	for _, lang := range []string{"en", "pl", "pt"} {
		if points[lang] > best {
			best, second, found = points[lang], best, lang
		} else if points[lang] > second {
			second = points[lang]
		}
	}
	if best == second {
		return ""
	}
	return found
}
