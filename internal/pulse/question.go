package pulse

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"rapport/internal/errs"
)

// Type says what a question looks like and which answers it takes.
type Type string

// The types of questions. A scale's answers run from 1, a recommendation's (eNPS) from 0 to 10, a yes/no's are 1 and 0,
// choices are numbers of options from 0.
const (
	Scale5   Type = "scale5"
	Scale7   Type = "scale7"
	ENPS     Type = "enps"
	YesNo    Type = "yes_no"
	Single   Type = "single"
	Multiple Type = "multiple"
	Comment  Type = "comment"
	Scale    Type = "scale" // any other scale, with its ends declared; only in surveys from elsewhere
)

// CommentLength is the longest comment, in characters.
const CommentLength = 2000

// MaxOptions is the most options a choice may have.
const MaxOptions = 20

// Question is one question as it stands in a programme. Its texts are by language; a changed wording is a new version
// and starts a new trend line.
type Question struct {
	Key      string
	Version  int
	Driver   string // key of the driver, empty for none
	Type     Type
	Text     map[string]string
	Ends     map[string][]string // labels of the scale: all points, or its two ends
	Options  map[string][]string // for single and multiple
	Low      int                 // ends of a Scale
	High     int
	Required bool
	If       *Condition // shown only if an earlier question was answered so
}

// Condition shows a question only when the answer to an earlier one lies in a range.
type Condition struct {
	Question string
	AtLeast  int
	AtMost   int
}

// Range gives the lowest answer and the number of possible answers of a question that takes one number; ok is false
// for multiple choices and comments.
func (q Question) Range() (low, options int, ok bool) {
	switch q.Type {
	case Scale5:
		return 1, 5, true
	case Scale7:
		return 1, 7, true
	case ENPS:
		return 0, 11, true
	case YesNo:
		return 0, 2, true
	case Single:
		return 0, q.optionCount(), true
	case Scale:
		return q.Low, q.High - q.Low + 1, true
	}
	return 0, 0, false
}

// labelled reports whether a scale has labels in any language.
func (q Question) labelled() bool {
	for _, ends := range q.Ends {
		if len(ends) > 0 {
			return q.Type == Scale5 || q.Type == Scale7 || q.Type == ENPS
		}
	}
	return false
}

func (q Question) optionCount() int {
	for _, o := range q.Options {
		return len(o)
	}
	return 0
}

// Scored reports whether the question has a score on 0–100 (a scale or yes/no; a choice has none).
func (q Question) Scored() bool {
	return q.Type == Scale5 || q.Type == Scale7 || q.Type == ENPS || q.Type == YesNo || q.Type == Scale
}

// Favourable gives the lowest favourable and the highest unfavourable answer; ok is false where the question has none.
func (q Question) Favourable() (from, to int, ok bool) {
	switch q.Type {
	case Scale5:
		return 4, 2, true
	case Scale7:
		return 6, 3, true
	case ENPS:
		return 9, 6, true
	case YesNo:
		return 1, 0, true
	case Scale:
		top := 2 // the two highest answers, of very short scales the highest
		if q.High-q.Low < 3 {
			top = 1
		}
		return q.High - top + 1, q.Low + max(1, (q.High-q.Low+1)*2/5) - 1, true
	}
	return 0, 0, false
}

// validate refuses a question that cannot be asked, in all of the given languages.
func (q Question) validate(languages []string) error {
	bad := func(code string) error {
		return errs.Invalid("question_invalid").With("question", q.Key).At(errs.Field{Path: q.Key, Code: code})
	}
	if !slices.Contains([]Type{Scale5, Scale7, ENPS, YesNo, Single, Multiple, Comment}, q.Type) {
		return bad("question_type_unknown")
	}
	for _, l := range languages {
		if strings.TrimSpace(q.Text[l]) == "" {
			return bad("question_text_missing")
		}
		if q.labelled() {
			if _, points, _ := q.Range(); len(q.Ends[l]) != 2 && len(q.Ends[l]) != points {
				return bad("question_ends_invalid")
			}
		}
		if q.Type == Single || q.Type == Multiple {
			if n := len(q.Options[l]); n < 2 || n > MaxOptions || n != q.optionCount() {
				return bad("question_options_invalid")
			}
		}
	}
	return nil
}

// Answer is what one person answered to one question; exactly one of its fields is used, by the question's type.
// It is never stored in clear, carries no JSON tag and never leaves this package.
type answer struct {
	Number  int
	Set     []int
	Comment string
}

// Answers is a filled form: question key → answer. It leaves this package only inside a seal.
type Answers map[string]answer

// Number answers a question that takes one number.
func (a Answers) Number(key string, n int) Answers { a[key] = answer{Number: n}; return a }

// Choices answers a multiple choice.
func (a Answers) Choices(key string, set ...int) Answers { a[key] = answer{Set: set}; return a }

// Comment answers an open question.
func (a Answers) Comment(key, text string) Answers { a[key] = answer{Comment: text}; return a }

// check refuses answers that do not fit the questions: unknown question, outside the scale, missing though required.
// asked holds the keys this page showed (a rotating subset); empty means all.
func (a Answers) check(questions []Question, asked []string) error {
	byKey := map[string]Question{}
	for _, q := range questions {
		byKey[q.Key] = q
	}
	for key, x := range a {
		q, ok := byKey[key]
		if !ok {
			return errs.Invalid("answer_unknown_question").At(errs.Field{Path: "question", Code: "answer_unknown_question"})
		}
		if err := x.fits(q); err != nil {
			return err
		}
	}
	for _, q := range questions {
		if !q.Required || (len(asked) > 0 && !slices.Contains(asked, q.Key)) || !a.shows(q) {
			continue
		}
		if _, ok := a[q.Key]; !ok {
			return errs.Invalid("answer_missing").With("question", q.Key).At(errs.Field{Path: q.Key, Code: "answer_missing"})
		}
	}
	return nil
}

// shows reports whether a question's condition holds for these answers.
func (a Answers) shows(q Question) bool {
	if q.If == nil {
		return true
	}
	x, ok := a[q.If.Question]
	return ok && x.Number >= q.If.AtLeast && x.Number <= q.If.AtMost
}

// visible leaves out answers to questions whose condition does not hold, such as a form without a script may send: nobody
// was asked them. Questions stand in order, so what a hidden one would have opened stays hidden, too.
func (a Answers) visible(questions []Question) Answers {
	out := maps.Clone(a)
	for _, q := range questions {
		if !out.shows(q) {
			delete(out, q.Key)
		}
	}
	return out
}

func (x answer) fits(q Question) error {
	bad := errs.Invalid("answer_outside_scale").At(errs.Field{Path: q.Key, Code: "answer_outside_scale"})
	switch q.Type {
	case Comment:
		if utf8.RuneCountInString(x.Comment) > CommentLength || !utf8.ValidString(x.Comment) || x.Set != nil || x.Number != 0 {
			return errs.Invalid("comment_too_long").With("limit", CommentLength).At(errs.Field{Path: q.Key, Code: "comment_too_long"})
		}
	case Multiple:
		seen := map[int]bool{}
		for _, o := range x.Set {
			if o < 0 || o >= q.optionCount() || seen[o] {
				return bad
			}
			seen[o] = true
		}
	default:
		low, n, _ := q.Range()
		if x.Number < low || x.Number >= low+n || x.Comment != "" || x.Set != nil {
			return bad
		}
	}
	return nil
}

// sealSize is the one size of all envelopes of a wave: room for every question answered as fully as it may be.
func sealSize(questions []Question) int {
	size := 256
	for _, q := range questions {
		size += 64 + len(q.Key)
		switch q.Type {
		case Comment:
			size += 6 * CommentLength // JSON may write a character as \u0000
		case Multiple:
			size += 4 * q.optionCount()
		}
	}
	return size
}

// String names a question for messages.
func (q Question) String() string { return fmt.Sprintf("%s v%d", q.Key, q.Version) }
