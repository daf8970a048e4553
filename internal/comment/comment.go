// Package comment reads what a customer wrote: in which language, about what, and how they felt. The method is a word list a
// person can read and argue with (lexicon/*.txt), with rules for negation, emphasis and contrast; it runs offline and gives
// every figure with the words it rests on. It is for customers' comments only: it never sees an employee's text.
package comment

import (
	"math"
	"sort"
)

// Polarity is the side a comment takes.
type Polarity string

// The sides. Mixed is for a comment that says both in about equal measure; unclear for one without a word the list knows.
const (
	Favourable   Polarity = "favourable"
	Unfavourable Polarity = "unfavourable"
	Mixed        Polarity = "mixed"
	Unclear      Polarity = "unclear"
)

// Emotion is what the words speak of feeling.
type Emotion string

// The emotions; None when no word names one or two are named equally often.
const (
	Joy            Emotion = "joy"
	Trust          Emotion = "trust"
	Anger          Emotion = "anger"
	Disappointment Emotion = "disappointment"
	Worry          Emotion = "worry"
	None           Emotion = ""
)

// Emotions lists every emotion in the order in which it is shown.
var Emotions = []Emotion{Joy, Trust, Worry, Disappointment, Anger}

// Topics lists every topic in the order in which it is shown.
var Topics = []string{"delivery", "waiting", "product", "completeness", "packaging", "price", "staff", "contact", "returns", "billing", "online"}

// Hit is one term of the list found in a comment, with the weight it counted for.
type Hit struct {
	Term   string
	Weight float64
}

// Reading is what was found in one comment. Version names the word list, so that a reading of an older list can be told apart.
type Reading struct {
	Language  string // en, he, pl, pt, or empty when not recognised
	Sentiment float64
	Polarity  Polarity
	Emotion   Emotion
	Topics    []string // in the order of Topics
	Hits      []Hit
	Version   int
}

// decided is the sentiment from which on a comment takes a side; normal bends the sum of weights into (−1, 1), both as in
// Hutto & Gilbert (2014), VADER, ICWSM 8(1), doi:10.1609/icwsm.v8i1.14550.
const (
	decided = 0.05
	normal  = 15.0
)

// Read reads one comment. The declared language (BCP 47, may be empty) decides where a list for it exists and the script does not speak against it;
// otherwise the language is recognised by its script and its commonest words.
func Read(text, declared string) Reading {
	words := tokens(text)
	lang := language(words, text, declared)
	list, ok := lists[lang]
	if !ok {
		return Reading{Language: lang, Polarity: Unclear, Topics: []string{}, Hits: []Hit{}}
	}
	for i, w := range words {
		if full, ok := list.alias[w]; ok {
			words[i] = full
		}
	}
	r := Reading{Language: lang, Version: list.version, Topics: list.topicsOf(words)}
	r.Hits = list.weigh(words)
	sum := 0.0
	for _, h := range r.Hits {
		sum += h.Weight
	}
	r.Sentiment = sum / math.Sqrt(sum*sum+normal)
	switch {
	case len(r.Hits) == 0:
		r.Polarity = Unclear
	case r.Sentiment >= decided:
		r.Polarity = Favourable
	case r.Sentiment <= -decided:
		r.Polarity = Unfavourable
	default:
		r.Polarity = Mixed
	}
	r.Emotion = list.emotionOf(words)
	return r
}

const (
	reach      = 3   // how many words a negation reaches forward
	turned     = -.7 // what a negated word keeps of its weight, with the other sign
	stronger   = 1.3
	weaker     = .7
	afterwards = 1.5 // what follows a "but" weighs more, what came before less
	before     = .5
)

func (l *list) weigh(words []string) []Hit {
	hits := []Hit{}
	contrast := -1
	for i := 0; i < len(words); {
		if words[i] == stop {
			i++
			continue
		}
		if n, _ := l.contrast.longest(words[i:]); n > 0 {
			contrast = len(hits)
		}
		n, found := l.words.longest(words[i:])
		if n == 0 {
			i++
			continue
		}
		if found.weight == 0 {
			i += n
			continue
		}
		w := found.weight
		if l.negated(words, i, found) {
			w *= turned
		}
		if i > 0 {
			if m, _ := l.stronger.longest(words[i-1:]); m == 1 {
				w *= stronger
			} else if m, _ := l.weaker.longest(words[i-1:]); m == 1 {
				w *= weaker
			}
		}
		hits = append(hits, Hit{found.term, w})
		i += n
	}
	if contrast > 0 && contrast < len(hits) {
		for i := range hits {
			if i < contrast {
				hits[i].Weight *= before
			} else {
				hits[i].Weight *= afterwards
			}
		}
	}
	return hits
}

// negated looks back for a negation within reach and in the same sentence. A term that holds a negation of its own ("never again") is not turned.
func (l *list) negated(words []string, i int, found entry) bool {
	if found.negation {
		return false
	}
	for j := i - 1; j >= 0 && j >= i-reach; j-- {
		if words[j] == stop {
			return false
		}
		if n, _ := l.negators.longest(words[j:]); n > 0 {
			return true
		}
		if n, _ := l.contrast.longest(words[j:]); n > 0 {
			return false
		}
	}
	return false
}

func (l *list) topicsOf(words []string) []string {
	found := []string{}
	for _, t := range Topics {
		if set, ok := l.topics[t]; ok && set.count(words, nil) > 0 {
			found = append(found, t)
		}
	}
	return found
}

func (l *list) emotionOf(words []string) Emotion {
	type counted struct {
		emotion Emotion
		n       int
	}
	all := []counted{}
	for _, e := range Emotions {
		all = append(all, counted{e, l.emotions[string(e)].count(words, func(i int, found entry) bool { return !l.negated(words, i, found) })})
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].n > all[b].n })
	if all[0].n == 0 || all[0].n == all[1].n {
		return None
	}
	return all[0].emotion
}
