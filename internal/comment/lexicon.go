package comment

import (
	"bufio"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed lexicon/*.txt
var files embed.FS

// Languages lists the languages there is a word list for.
var Languages = []string{"en", "he", "pl", "pt"}

var lists = func() map[string]*list {
	all := map[string]*list{}
	for _, lang := range Languages {
		text, err := files.ReadFile("lexicon/" + lang + ".txt")
		if err != nil {
			panic(err) // embedded: a missing list is a fault of the build
		}
		l, err := parse(string(text), lang)
		if err != nil {
			panic(err)
		}
		all[lang] = l
	}
	return all
}()

// Version is the version of a language's word list, 0 for a language without one.
func Version(lang string) int {
	if l, ok := lists[lang]; ok {
		return l.version
	}
	return 0
}

// Size is the number of terms in a language's list that carry a weight.
func Size(lang string) int {
	if l, ok := lists[lang]; ok {
		return l.words.size
	}
	return 0
}

type list struct {
	version                                     int
	words, negators, stronger, weaker, contrast terms
	emotions, topics                            map[string]terms
	alias                                       map[string]string // how people shorten and misspell: one word for one word
}

type entry struct {
	term     string
	weight   float64
	negation bool // the term holds a negation itself
}

// terms finds terms of up to longestTerm words; stems stand under their beginning.
type terms struct {
	whole, stems map[string]entry
	lead         map[string]int  // by first word, the words in the longest term that begins with it
	start        map[string]bool // the first two letters of the stems of one word
	length       int             // words in the longest term
	size         int
	hebrew       bool
}

func newTerms(lang string) terms {
	return terms{whole: map[string]entry{}, stems: map[string]entry{}, lead: map[string]int{}, start: map[string]bool{}, hebrew: lang == "he"}
}

func (t *terms) add(term string, weight float64) {
	key := fold(strings.TrimSuffix(term, "*"))
	into := t.whole
	if strings.HasSuffix(term, "*") {
		into = t.stems
	}
	into[key] = entry{term: term, weight: weight}
	if weight != 0 {
		t.size++
	}
	parts := strings.Fields(key)
	t.length = max(t.length, len(parts))
	if strings.HasSuffix(term, "*") && len(parts) == 1 {
		t.start[twoLetters(key)] = true
		return
	}
	if len(parts) > 0 {
		t.lead[parts[0]] = max(t.lead[parts[0]], len(parts))
	}
}

// twoLetters is how a word begins.
func twoLetters(word string) string {
	_, a := utf8.DecodeRuneInString(word)
	_, b := utf8.DecodeRuneInString(word[a:])
	return word[:a+b]
}

// reach is how many words the longest term that may begin with a word has; most words begin none, and that is quickly known.
func (t terms) reach(first string) int {
	n := t.lead[first]
	if n == 0 && t.start[twoLetters(first)] {
		n = 1
	}
	if !t.hebrew {
		return n
	}
	for _, bare := range withoutPrefixes(first) {
		n = max(n, t.lead[bare])
		if n == 0 && t.start[twoLetters(bare)] {
			n = 1
		}
	}
	return n
}

// longest finds the longest term that begins at the first word; n is its length in words, 0 when there is none.
func (t terms) longest(words []string) (n int, found entry) {
	if len(words) == 0 {
		return 0, entry{}
	}
	for n = min(t.reach(words[0]), len(words)); n > 0; n-- {
		joined := strings.Join(words[:n], " ")
		if strings.Contains(joined, stop) {
			continue
		}
		if e, ok := t.find(joined); ok {
			return n, e
		}
		if !t.hebrew {
			continue
		}
		for _, bare := range withoutPrefixes(joined) {
			if e, ok := t.find(bare); ok {
				return n, e
			}
		}
	}
	return 0, entry{}
}

func (t terms) find(joined string) (entry, bool) {
	if e, ok := t.whole[joined]; ok {
		return e, true
	}
	if len(t.stems) == 0 {
		return entry{}, false
	}
	letters := []rune(joined)
	for k := len(letters); k >= 2; k-- {
		if e, ok := t.stems[string(letters[:k])]; ok {
			// a star ends a word, it does not run on into the next one
			if !strings.Contains(string(letters[k:]), " ") {
				return e, true
			}
		}
	}
	return entry{}, false
}

// count counts the terms found that are kept (all when keep is nil).
func (t terms) count(words []string, keep func(i int, found entry) bool) int {
	total := 0
	for i := 0; i < len(words); {
		n, found := t.longest(words[i:])
		if n == 0 {
			i++
			continue
		}
		if keep == nil || keep(i, found) {
			total++
		}
		i += n
	}
	return total
}

// parse reads a word list: sections in brackets, a term and its weight per line in [words], a term per line elsewhere.
func parse(text, lang string) (*list, error) {
	l := &list{
		alias: map[string]string{}, emotions: map[string]terms{}, topics: map[string]terms{}, words: newTerms(lang), negators: newTerms(lang),
		stronger: newTerms(lang), weaker: newTerms(lang), contrast: newTerms(lang),
	}
	section, kind := "", ""
	lines := bufio.NewScanner(strings.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "["):
			kind, section, _ = strings.Cut(strings.Trim(line, "[]"), " ")
			continue
		case section == "" && kind == "":
			v, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "version")))
			if err != nil {
				return nil, fmt.Errorf("%s line %d: a version is wanted before the first section: %w", lang, number, err)
			}
			l.version = v
			continue
		}
		if err := l.put(kind, section, line, lang); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", lang, number, err)
		}
	}
	for _, m := range []map[string]entry{l.words.whole, l.words.stems} {
		for key, e := range m {
			for i := range strings.Fields(key) {
				if n, _ := l.negators.longest(strings.Fields(key)[i:]); n > 0 {
					e.negation = true
				}
			}
			m[key] = e
		}
	}
	return l, nil
}

func (l *list) put(kind, section, line, lang string) error {
	within := func(m map[string]terms) {
		t, ok := m[section]
		if !ok {
			t = newTerms(lang)
		}
		t.add(line, 1)
		m[section] = t
	}
	switch kind {
	case "words":
		cut := strings.LastIndexByte(line, ' ')
		if cut < 0 {
			return fmt.Errorf("%q has no weight", line)
		}
		w, err := strconv.ParseFloat(line[cut+1:], 64)
		if err != nil || w == 0 || w < -3 || w > 3 {
			return fmt.Errorf("%q: a weight from -3 to 3 is wanted, and not 0", line)
		}
		l.words.add(line[:cut], w)
	case "neutral":
		l.words.add(line, 0)
	case "alias":
		from, to, ok := strings.Cut(line, " ")
		if !ok {
			return fmt.Errorf("%q: the short form and the word it stands for are wanted", line)
		}
		l.alias[fold(from)] = fold(to)
	case "negators":
		l.negators.add(line, 1)
	case "stronger":
		l.stronger.add(line, 1)
	case "weaker":
		l.weaker.add(line, 1)
	case "contrast":
		l.contrast.add(line, 1)
	case "emotion":
		within(l.emotions)
	case "topic":
		within(l.topics)
	default:
		return fmt.Errorf("section %q is not known", kind)
	}
	return nil
}
