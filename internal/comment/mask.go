package comment

import (
	"regexp"
	"strings"
)

// Masked stands in place of what is masked.
const Masked = "•••"

var (
	address = regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}`)
	link    = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`)
	// number finds what may name somebody: five digits and more in a row, with what people write between them in telephone, card and
	// order numbers. Dates and prices have fewer together.
	number = regexp.MustCompile(`\+?\d(?:[ ()/.-]{0,2}\d){4,}`)
	date   = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$`)
	// named finds the one or two words after what people say before a name.
	named = regexp.MustCompile(`(?i)(^|[^\p{L}])(my name is|name is|regards,?|sincerely,?|mr\.?|mrs\.?|ms\.?|dr\.?|mam na imię|nazywam się|pozdrawiam,?|pani|pan|meu nome é|meu nome e|me chamo|atenciosamente,?|sr\.?|sra\.?|קוראים לי|שמי|בברכה,?|מר|גברת|גב')\s+([\p{L}'’-]+)(\s+[\p{L}'’-]+)?`)
)

// Mask takes out of a comment what may name a person: mail addresses, links, numbers of five digits and more, and names after words
// that usually come before one ("my name is", "regards", "pani", "בברכה"). It is no anonymisation: a name that stands by itself, an
// address in words or a story only one person can tell stay.
func Mask(text string) string {
	text = address.ReplaceAllString(text, Masked)
	text = link.ReplaceAllString(text, Masked)
	text = number.ReplaceAllStringFunc(text, func(n string) string {
		if date.MatchString(n) {
			return n
		}
		return Masked
	})
	return named.ReplaceAllStringFunc(text, func(m string) string {
		p := named.FindStringSubmatch(m)
		capital := func(s string) bool { s = strings.TrimSpace(s); return s != "" && s != strings.ToLower(s) }
		caseless := func(s string) bool { s = strings.TrimSpace(s); return strings.ToLower(s) == strings.ToUpper(s) }
		first, second := p[3], p[4]
		if !capital(first) && !caseless(first) { // "pani w sklepie": no name follows
			return m
		}
		out := m[:len(m)-len(first)-len(second)] + Masked
		if !capital(second) { // in a script without capitals the second word may be anything
			out += second
		}
		return out
	})
}

// Fold makes a text comparable: lower case, without marks.
func Fold(s string) string { return fold(s) }
