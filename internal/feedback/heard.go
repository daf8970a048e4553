package feedback

import (
	"slices"
	"strconv"
	"strings"

	"rapport/internal/comment"
	"rapport/internal/fact"
)

// Heard is what was read in a comment when it came in, and with which version of the word list: a better list reads what comes in
// from then on, so that a line of figures never changes behind the reader's back.
type Heard struct {
	Version   int
	Language  string
	Sentiment float64
	Polarity  comment.Polarity
	Emotion   comment.Emotion
	Topics    []string
}

// Measures of the sums that words give, each with the relation behind it. The bucket is the side of the score (see sideOf) but for feelings.
const (
	measureSentiment = "sentiment"
	measureFeeling   = "feeling"  // bucket: place in comment.Emotions
	measureComments  = "comments" // counts every comment
	measureTopic     = "topic"    // with the topic between: topic.delivery.transactional
)

// pleasantHeard is how many of comment.Emotions are pleasant; the rest are not.
const pleasantHeard = 2

// counted are the measures that a page reads and that are no figure of a team by themselves.
func counted(measure string) bool {
	t, _, _ := strings.Cut(strings.TrimPrefix(measure, partnersPrefix), ".")
	return t == measureComments || t == measureTopic
}

// The sides of a score as buckets; noSide is a comment without a score on a known scale.
const (
	sideAgainst = iota
	sideBetween
	sideFor
	noSide
)

func sideOf(f *Feedback) int {
	side, ok := f.Type.Liking(f.Score)
	if !ok {
		return noSide
	}
	return side + 1
}

func (h *Heard) pack() string {
	if h == nil {
		return ""
	}
	return strings.Join([]string{strconv.Itoa(h.Version), h.Language, strconv.FormatFloat(h.Sentiment, 'f', 4, 64), string(h.Polarity), string(h.Emotion), strings.Join(h.Topics, ",")}, "|")
}

func heardOf(s string) *Heard {
	v := strings.Split(s, "|")
	if len(v) != 6 {
		return nil
	}
	h := &Heard{Language: v[1], Polarity: comment.Polarity(v[3]), Emotion: comment.Emotion(v[4])}
	h.Version, _ = strconv.Atoi(v[0])             // written by pack
	h.Sentiment, _ = strconv.ParseFloat(v[2], 64) // the same
	if v[5] != "" {
		h.Topics = strings.Split(v[5], ",")
	}
	return h
}

// Words are the title and the comment as they are read.
func (f *Feedback) Words() string {
	return strings.TrimPrefix(f.Title+". "+f.Comment, ". ")
}

// Enrich implements fact.Feature: words are read once, when they come in.
func (kind) Enrich(body []byte) []byte {
	f := Of(fact.Fact{Body: body})
	if f.Title == "" && f.Comment == "" || f.Heard != nil {
		return body
	}
	r := comment.Read(f.Words(), f.Language)
	f.Heard = &Heard{r.Version, r.Language, r.Sentiment, r.Polarity, r.Emotion, r.Topics}
	return f.pack()
}

// words adds what the words of an answer add to the sums.
func (f *Feedback) words(out []fact.Reading) []fact.Reading {
	h := f.Heard
	if h == nil {
		return out
	}
	side, relation := sideOf(f), string(f.Relation)
	add := func(measure string, bucket int, v float64) {
		out = append(out, fact.Reading{Measure: measure + "." + relation, At: f.At, Bucket: bucket, Value: v})
	}
	add(measureComments, side, 1)
	if h.Polarity != comment.Unclear {
		add(measureSentiment, side, h.Sentiment)
	}
	if i := slices.Index(comment.Emotions, h.Emotion); i >= 0 {
		add(measureFeeling, i, 1)
	}
	for _, t := range h.Topics {
		add(measureTopic+"."+t, side, 1)
	}
	return out
}
