package feedback

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// Given is an answer as another system hands it in: Team is what that system calls the team.
type Given struct {
	SourceID string
	Feedback
}

// MostGiven is how many answers one call may bring.
const MostGiven = 5000

// Add brings answers in: all of them or none, each once however often it is sent. source is the system that the ids come
// from. What is wrong is said with its place (/items/3/score); the error is records_rejected.
func (s *Service) Add(ctx context.Context, by auth.Principal, from fact.Origin, source string, list []Given) (intake.Result, error) {
	now := s.now()
	records := make([]fact.Record, len(list))
	var wrong []errs.Field
	seen := make(map[string]int, len(list))
	for i := range list {
		g := &list[i]
		place := "/items/" + strconv.Itoa(i)
		wrong = g.check(wrong, place, now)
		records[i] = fact.Record{Key: fact.KeyOf(intake.Feedback, source, g.SourceID), Team: g.Team, At: g.At, Customer: g.Customer, Body: g.pack()}
		if first, twice := seen[g.SourceID]; twice && records[first].Digest() != records[i].Digest() {
			wrong = append(wrong, errs.Field{Path: place + "/source_id", Code: "source_id_twice", Value: g.SourceID, Params: map[string]any{"first": first}})
		}
		seen[g.SourceID] = i
	}
	if len(wrong) > 0 {
		return intake.Result{}, errs.Invalid("records_rejected").With("count", len(wrong)).At(wrong[:min(len(wrong), intake.MaxErrors)]...)
	}
	return s.facts.Add(ctx, kind{}, by, from, records)
}

// check adds what is wrong with an answer, and fills in what follows from the rest.
func (g *Given) check(wrong []errs.Field, place string, now time.Time) []errs.Field {
	add := func(field, code string, params map[string]any) {
		wrong = append(wrong, errs.Field{Path: place + "/" + field, Code: code, Params: params})
	}
	if g.SourceID == "" {
		add("source_id", "source_id_missing", nil)
	}
	if g.At.IsZero() {
		add("answered_at", "answered_at_missing", nil)
	} else if g.At.After(now.AddDate(0, 0, 1)) {
		add("answered_at", "date_future", nil)
	} else if g.At.Year() < 1900 {
		add("answered_at", "date_impossible", nil)
	}
	if g.Relation == "" {
		g.Relation = Transactional
	}
	if g.Relation != Transactional && g.Relation != Relational {
		add("relation", "mapping_relation", nil)
	}
	if g.Population != Customers && g.Population != Partners {
		add("population", "mapping_population", nil)
	}
	wrong = g.checkScore(wrong, place)
	if g.Type == "" && g.Comment == "" && g.Title == "" && g.Emotion == "" && g.Expected == "" {
		add("score", "score_missing", nil)
	}
	if g.Waiting < 0 && g.Waiting != unknown || math.IsNaN(g.Waiting) || math.IsInf(g.Waiting, 0) {
		add("waiting_minutes", "waiting_negative", nil)
	}
	if g.Contacts < 0 && g.Contacts != unknown || g.Contacts != math.Trunc(g.Contacts) {
		add("contacts", "not_a_count", nil)
	}
	if g.Closure != "" && !slices.Contains(closures, g.Closure) {
		add("closure", "request_field_choice", nil)
	}
	if g.Emotion != "" && !slices.Contains(Emotions, g.Emotion) {
		add("emotion", "emotion_unknown", nil)
	}
	if g.Expected != "" && !slices.Contains(Expectations, g.Expected) {
		add("expected", "expected_unknown", nil)
	}
	for _, x := range []struct {
		field, text string
		limit       int
	}{
		{"source_id", g.SourceID, maxWord},
		{"customer", g.Customer, maxWord},
		{"touchpoint", g.Touchpoint, maxWord},
		{"order", g.Order, maxWord},
		{"segment", g.Segment, maxWord},
		{"product", g.Product, maxWord},
		{"channel", g.Channel, maxWord},
		{"language", g.Language, 35},
		{"comment_title", g.Title, maxComment},
		{"comment", g.Comment, maxComment},
	} {
		if len(x.text) > x.limit {
			add(x.field, "cell_too_long_here", map[string]any{"limit": x.limit})
		}
		if strings.ContainsRune(x.text, 0) {
			add(x.field, "text_holds_nul", nil)
		}
	}
	return wrong
}

// unknown is how a figure of an interaction says that it is not known.
const unknown = -1

func (g *Given) checkScore(wrong []errs.Field, place string) []errs.Field {
	add := func(field, code string, params map[string]any) {
		wrong = append(wrong, errs.Field{Path: place + "/" + field, Code: code, Params: params})
	}
	lo, hi, fixed := g.Type.Scale()
	switch {
	case g.Type == "":
		return wrong
	case g.Type == Free && !metricKey.MatchString(g.Metric):
		add("metric", "mapping_free_metric", nil)
	case g.Type == Free && (math.IsNaN(g.Score) || math.IsInf(g.Score, 0)):
		add("score", "not_finite", nil)
	case g.Type == Free:
	case !fixed:
		add("score_type", "mapping_score_type", nil)
	case g.Score < lo || g.Score > hi:
		add("score", "score_out_of_scale", map[string]any{"type": string(g.Type), "lo": lo, "hi": hi})
	case g.Score != math.Trunc(g.Score):
		add("score", "score_not_whole", map[string]any{"type": string(g.Type)})
	}
	if g.Type != Free {
		g.Metric = ""
	}
	return wrong
}
