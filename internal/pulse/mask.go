package pulse

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapport/internal/org"
)

// Masked stands where a name, an address or a number stood. It is no word, so that it reads the same in every language.
const Masked = "▮▮▮"

// masker hides names, addresses and numbers in comments, offline and by rules: names of people the organisation knows (with
// the endings of Polish and the prefixes of Hebrew), what stands behind a form of address, e-mail and web addresses,
// streets with their numbers, and numbers of five figures and more. It misses nicknames, names of people from outside,
// misspelt ones, and everything that tells who somebody is without naming them.
type masker struct{ names map[string]bool }

var (
	mailOrWeb = regexp.MustCompile(`(?i)[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}|https?://\S+|www\.\S+|@[\p{L}\p{N}_.]{2,}`)
	number    = regexp.MustCompile(`\+?[\p{Nd}](?:[\s().\-/]?[\p{Nd}]){4,}`)
	streets   = []*regexp.Regexp{
		regexp.MustCompile(`\b\d{1,5}[a-zA-Z]?\s+(?:\p{Lu}[\p{L}'.-]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Court|Close|Way)\b\.?`),
		regexp.MustCompile(`(?i)(?:^|\b)(?:ul|al|pl|os)\.\s*[\p{L}][\p{L} .-]{1,40}?\s+\d+[a-z]?(?:\s*/\s*\d+)?`),
		regexp.MustCompile(`(?i)\b(?:ulic[aąęy]|alej[aiąę]|plac|osiedl[eau])\s+[\p{L}][\p{L} .-]{1,40}?\s+\d+[a-z]?(?:\s*/\s*\d+)?`),
		regexp.MustCompile(`(?:ב|ל|מ)?(?:רחוב|רח'|שדרות|שד'|דרך|כיכר)\s+\p{Hebrew}[\p{Hebrew}"'׳״ -]{1,30}?\s+\d+`),
	}
	addressed = regexp.MustCompile(`\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?|\b(?:[Pp]ani[ąe]?|[Pp]an(?:a|u|em|ie)?)\s+\p{Lu}[\p{L}-]+(?:\s+\p{Lu}[\p{L}-]+)?|(?:מר|גברת|גב'|ד"ר|פרופ')\s+\p{Hebrew}{2,}(?:\s+\p{Hebrew}{2,})?`)
	word      = regexp.MustCompile(`[\p{L}\p{M}]+(?:['’׳-][\p{L}\p{M}]+)*`)
)

// nameLength is the shortest part of a name that is looked for; shorter ones are words far too often.
const nameLength = 3

func newMasker(names []string) *masker {
	m := &masker{names: map[string]bool{}}
	for _, n := range names {
		for _, part := range word.FindAllString(n, -1) {
			for _, p := range append(strings.FieldsFunc(part, func(r rune) bool { return r == '-' }), part) {
				if utf8.RuneCountInString(p) >= nameLength {
					m.names[fold(p)] = true
				}
			}
		}
	}
	return m
}

// hide masks one comment. A nil masker leaves it as it is.
func (m *masker) hide(text string) string {
	if m == nil {
		return text
	}
	text = mailOrWeb.ReplaceAllString(text, Masked)
	for _, s := range streets {
		text = s.ReplaceAllString(text, Masked)
	}
	text = number.ReplaceAllString(text, Masked)
	text = addressed.ReplaceAllString(text, Masked)
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if m.isName(w) {
			return Masked
		}
		return w
	})
}

// polish are the endings that a Polish name takes in the cases of a sentence.
var polish = []string{
	"", "a", "ą", "ę", "e", "y", "i", "o", "u", "om", "ie", "em", "ów", "owi", "iem", "ego", "emu", "im", "ym", "ej", "ami", "ach", "owie", "owa", "owej", "ze", "rze", "ce", "dze", "ową", "'s", "’s", "s'",
}

func (m *masker) isName(w string) bool {
	first, _ := utf8.DecodeRuneInString(w)
	f := fold(w)
	if unicode.Is(unicode.Hebrew, first) {
		for range 3 { // up to two of the letters that are written together with a word
			if m.names[f] {
				return true
			}
			r, size := utf8.DecodeRuneInString(f)
			if !strings.ContainsRune("ובלמשהכ", r) || utf8.RuneCountInString(f) <= nameLength {
				return false
			}
			f = f[size:]
		}
		return false
	}
	if !unicode.IsUpper(first) {
		return false // "may" and "will" are words more often than names
	}
	for _, part := range strings.Split(f, "-") {
		if m.names[part] {
			return true
		}
		for _, end := range polish {
			stem, ok := strings.CutSuffix(part, end)
			if !ok || end == "" || utf8.RuneCountInString(stem) < nameLength {
				continue
			}
			last, size := utf8.DecodeLastRuneInString(stem)
			if m.names[stem[:len(stem)-size]+"e"+string(last)] { // Marek, Markiem
				return true
			}
			if m.names[stem] || m.names[stem+"a"] || m.names[stem+"ek"] || m.names[stem+"i"] || m.names[stem+"y"] {
				return true
			}
		}
	}
	return m.names[f]
}

// maskerFor knows the names of everybody in the organisation and its partners; nil when the wave masks nothing.
func (s *Service) maskerFor(ctx context.Context, w Wave) (*masker, error) {
	if !w.Mask || !slices.ContainsFunc(w.Questions, func(q Question) bool { return q.Type == Comment }) {
		return nil, nil
	}
	var names []string
	err := pages(func(page org.Page) ([]org.Employee, error) { return s.directory.Employees(ctx, org.Everything, page) }, func(e org.Employee) string {
		names = append(names, e.Name)
		return e.ExternalID
	})
	if err == nil {
		err = pages(func(page org.Page) ([]org.Partner, error) { return s.directory.Partners(ctx, org.Everything, page) }, func(p org.Partner) string {
			names = append(names, p.Name)
			return p.ExternalID
		})
	}
	return newMasker(names), err
}
