package feedback

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rapport/internal/comment"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
	"rapport/internal/stats"
)

// level of the intervals on the page of comments.
const level = 0.95

// About says which comments a question is about: of teams in scope, of one relation and population, of months from From to To
// (zero: no end).
type About struct {
	Scope      org.Scope
	Relation   Relation
	Population Population
	From, To   time.Time
}

// Side is what is known of customers who scored on one side: how many scored, and how many of these wrote.
type Side struct {
	Scores, Comments int
}

// Topic is how often a topic comes up. Plain is its share of the comments. Weighted gives each side of the score the weight it has
// among all who scored: whoever is cross writes more often, and without that topics of complaint look bigger than they are. It is nil
// when a side has fewer than two comments.
type Topic struct {
	Name     string
	Comments int
	Plain    float64
	Weighted *stats.PostStratified
	Against  int // of the comments that name it and come with a score, those with an unfavourable one
	Scored   int // comments that name it and come with a score
}

// Tone is the mean sentiment of a month's comments that hold a word the list knows.
type Tone struct {
	Month series.Period
	Mean  float64
	N     int
}

// Words is what customers' comments say together.
type Words struct {
	Comments int
	Read     int     // of these, those with a word the list knows
	Sides    [3]Side // against, between, for
	Topics   []Topic // by weighted share where there is one, else by plain share, the largest first
	Emotions map[comment.Emotion]int
	Tones    []Tone
}

// Comments says what customers' comments say together, from sums alone.
func (s *Service) Comments(ctx context.Context, a About) (Words, error) {
	out := Words{Emotions: map[comment.Emotion]int{}, Topics: []Topic{}, Tones: []Tone{}}
	topics := map[string]*[4]int{}
	tones := map[series.Period]fact.Figure{}
	err := s.facts.EachFigure(ctx, a.Scope, intake.Feedback, func(f fact.Figure) error {
		measure, said := ofPopulation(f.Measure, a.Population)
		measure, ours := strings.CutSuffix(measure, "."+string(a.Relation))
		if !said || !ours || f.Period.Grain != series.Month || f.N() <= 0 || !a.From.IsZero() && f.Period.Start().Before(a.From) || !a.To.IsZero() && f.Period.Start().After(a.To) {
			return nil
		}
		name, rest, _ := strings.Cut(measure, ".")
		for _, b := range f.Buckets {
			switch name {
			case measureComments:
				out.Comments += int(b.N)
				if b.Bucket < noSide {
					out.Sides[b.Bucket].Comments += int(b.N)
				}
			case measureTopic:
				if topics[rest] == nil {
					topics[rest] = &[4]int{}
				}
				topics[rest][b.Bucket] += int(b.N)
			case measureFeeling:
				out.Emotions[comment.Emotions[b.Bucket]] += int(b.N)
			case measureSentiment:
				out.Read += int(b.N)
			default:
				if side, ok := ScoreType(name).Liking(float64(b.Bucket)); ok {
					out.Sides[side+1].Scores += int(b.N)
				}
			}
		}
		if name == measureSentiment {
			sum := tones[f.Period]
			sum.Buckets = append(sum.Buckets, f.Buckets...)
			tones[f.Period] = sum
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for name, n := range topics {
		t, err := out.topic(name, *n)
		if err != nil {
			return out, err
		}
		out.Topics = append(out.Topics, t)
	}
	slices.SortFunc(out.Topics, func(a, b Topic) int {
		if d := b.size() - a.size(); d != 0 {
			return map[bool]int{true: 1, false: -1}[d > 0]
		}
		return strings.Compare(a.Name, b.Name)
	})
	for p, f := range tones {
		out.Tones = append(out.Tones, Tone{p, f.Sum() / float64(f.N()), int(f.N())})
	}
	slices.SortFunc(out.Tones, func(a, b Tone) int { return a.Month.Index - b.Month.Index })
	return out, nil
}

func (t *Topic) size() float64 {
	if t.Weighted != nil {
		return t.Weighted.Mean
	}
	return t.Plain
}

// topic weighs one topic; n counts the comments that name it by side.
func (w *Words) topic(name string, n [4]int) (Topic, error) {
	t := Topic{Name: name, Comments: n[0] + n[1] + n[2] + n[3], Against: n[sideAgainst], Scored: n[0] + n[1] + n[2]}
	t.Plain = float64(t.Comments) / float64(w.Comments)
	strata := []stats.Stratum{}
	for i, side := range w.Sides {
		x := stats.Stratum{Population: side.Scores, N: side.Comments}
		if side.Comments > 1 {
			c := float64(side.Comments)
			x.Mean = float64(n[i]) / c
			x.Var = x.Mean * (1 - x.Mean) * c / (c - 1)
		}
		strata = append(strata, x)
	}
	weighted, err := stats.PostStratify(strata, level)
	var refused *stats.Refusal
	if errors.As(err, &refused) {
		return t, nil
	}
	t.Weighted = weighted
	return t, err
}

// Search selects comments. Text is looked for word by word, in any order, case and marks aside.
type Search struct {
	About
	Text     string
	Topic    string
	Emotion  comment.Emotion
	Polarity comment.Polarity
	After    int64 // id of the last one seen
	Limit    int
}

// mostSearched is how many answers one call looks through, so that a rare word does not hold it for long; the next call goes on.
const mostSearched = 200_000

// errEnough ends a walk.
var errEnough = errors.New("enough")

// FindComments gives comments, what came in last first. more is the id to go on after, 0 at the end: it may be set though fewer than
// Limit were found, when so many answers have been looked through.
func (s *Service) FindComments(ctx context.Context, q Search) (found []Feedback, more int64, err error) {
	words := strings.Fields(comment.Fold(q.Text))
	seen := 0
	last := int64(0)
	err = s.Each(ctx, q.Scope, fact.Filter{After: q.After, Newest: true}, func(f Feedback) error {
		if seen == mostSearched || len(found) == q.Limit {
			more = last
			return errEnough
		}
		seen, last = seen+1, f.ID
		if f.Title == "" && f.Comment == "" || f.Relation != q.Relation || f.Population != q.Population || !q.From.IsZero() && f.At.Before(q.From) || !q.To.IsZero() && !f.At.Before(q.To.AddDate(0, 1, 0)) {
			return nil
		}
		if h := f.Heard; q.Topic != "" && (h == nil || !slices.Contains(h.Topics, q.Topic)) || q.Emotion != "" && (h == nil || h.Emotion != q.Emotion) || q.Polarity != "" && (h == nil || h.Polarity != q.Polarity) {
			return nil
		}
		text := ""
		if len(words) > 0 { // folding costs more than all the rest
			text = comment.Fold(f.Words())
		}
		for _, w := range words {
			if !strings.Contains(text, w) {
				return nil
			}
		}
		found = append(found, f)
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return found, more, err
}
