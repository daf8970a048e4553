// Package journey puts what customers say into the order in which they meet the organisation: journeys with their stages,
// the touchpoints on them, the ways customers take, and the three pains – waiting, effort, loops left open. A job reads the
// facts and keeps counts; a page adds counts up and never reads a fact. It says what goes with what, never why.
package journey

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/goal"
	"rapport/internal/ident"
	"rapport/internal/operation"
	"rapport/internal/org"
)

// Journey is a way that customers go, in stages, from the first to the last. Touchpoints name it by its name.
type Journey struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Stages    []string  `json:"stages"` // in the order in which customers come to them
	Closed    bool      `json:"closed,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	Version   int       `json:"version"`
}

// Store keeps journeys and the newest counts.
type Store interface {
	// Journeys lists them, the oldest first.
	Journeys(ctx context.Context) ([]Journey, error)
	// SaveJourney stores version 1 of a new journey or the next version of the one that was seen; errs.Conflict("journey_changed").
	SaveJourney(ctx context.Context, j Journey, seen int, entry audit.Entry) error
	// SaveAtlas puts new counts, packed, in the place of the old ones.
	SaveAtlas(ctx context.Context, at time.Time, packed []byte) error
	// NewestAtlas gives the counts; packed is nil where they are still those of the time known. errs.NotFound("journey_map_none").
	NewestAtlas(ctx context.Context, known time.Time) (at time.Time, packed []byte, err error)
}

// Closure is how a matter that a customer raised stands.
type Closure struct {
	State string        // open, closed or reopened
	Took  time.Duration // from opening to the last closing; 0 while it is open
	Again bool          // closed now, and was opened again before
}

// Closures says how Rapport's own cases stand, by the fact that they were opened for.
type Closures interface {
	EachClosure(ctx context.Context, fn func(fact int64, c Closure) error) error
}

// From is what the service reads.
type From struct {
	Facts     *fact.Service
	Feedback  *feedback.Service
	Customers *customer.Service
	Closures  Closures // may be nil

	goals   *goal.Service
	finance customer.Finance // may be nil
}

// Service answers for journeys, touchpoints and pains.
type Service struct {
	store Store
	from  From
	ops   *operation.Service
	now   func() time.Time
	kept  kept
}

// NewService makes a service.
func NewService(store Store, from From, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, from: from, ops: ops, now: now}
}

// Wants says whom to ask what is wanted, what stands in the way, and what finance has set (may be nil). Goals look at what
// journeys give, so that they are there only later.
func (s *Service) Wants(goals *goal.Service, finance customer.Finance) {
	s.from.goals, s.from.finance = goals, finance
}

// Longest names, in bytes, and the most stages.
const (
	maxName   = 200
	maxStages = 24
)

// Journeys lists them: those with an order of stages, the oldest first, then those that only touchpoints name.
func (s *Service) Journeys(ctx context.Context) ([]Journey, error) {
	list, err := s.store.Journeys(ctx)
	if err != nil {
		return nil, err
	}
	points, err := s.from.Feedback.Touchpoints(ctx)
	if err != nil {
		return nil, err
	}
	return withNamed(list, points), nil
}

// withNamed adds the journeys and stages that touchpoints stand on and that nobody has put into an order.
func withNamed(list []Journey, points []feedback.Touchpoint) []Journey {
	out := slices.Clone(list)
	for i := range out {
		out[i].Stages = slices.Clone(out[i].Stages)
	}
	for _, p := range points {
		if p.Journey == "" || p.Closed {
			continue
		}
		i := slices.IndexFunc(out, func(j Journey) bool { return strings.EqualFold(j.Name, p.Journey) })
		if i < 0 {
			i = len(out)
			out = append(out, Journey{Name: p.Journey, Stages: []string{}})
		}
		if p.Stage != "" && !slices.Contains(out[i].Stages, p.Stage) {
			out[i].Stages = append(out[i].Stages, p.Stage)
		}
	}
	return out
}

// PutJourney enters a journey (no ID) or changes the version that the caller has seen. Errors: journey_invalid with its
// places, journey_taken, journey_changed.
func (s *Service) PutJourney(ctx context.Context, by auth.Principal, j Journey) (Journey, error) {
	if !by.May(fact.Need) {
		return j, errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	seen := j.Version
	list, err := s.store.Journeys(ctx)
	if err != nil {
		return j, err
	}
	action := "journey.change"
	if j.ID == "" {
		j.ID, j.CreatedAt, seen, action = ident.New(), s.now().UTC().Truncate(time.Millisecond), 0, "journey.create"
	} else if i := slices.IndexFunc(list, func(x Journey) bool { return x.ID == j.ID }); i >= 0 {
		j.CreatedAt = list[i].CreatedAt
	} else {
		return j, errs.NotFound("journey_unknown")
	}
	j.Version, j.Name = seen+1, strings.TrimSpace(j.Name)
	var wrong []errs.Field
	if j.Name == "" {
		wrong = append(wrong, errs.Field{Path: "/name", Code: "name_missing"})
	}
	if len(j.Name) > maxName {
		wrong = append(wrong, errs.Field{Path: "/name", Code: "name_too_long", Params: map[string]any{"limit": maxName}})
	}
	if len(j.Stages) == 0 || len(j.Stages) > maxStages {
		wrong = append(wrong, errs.Field{Path: "/stages", Code: "journey_stages", Params: map[string]any{"limit": maxStages}})
	}
	stages := make([]string, len(j.Stages))
	for i, x := range j.Stages {
		stages[i] = strings.TrimSpace(x)
		if stages[i] == "" || len(x) > maxName || slices.Contains(stages[:i], stages[i]) {
			wrong = append(wrong, errs.Field{Path: "/stages/" + strconv.Itoa(i), Code: "journey_stage", Value: x})
		}
	}
	j.Stages = stages
	if len(wrong) > 0 {
		return j, errs.Invalid("journey_invalid").At(wrong...)
	}
	if slices.ContainsFunc(list, func(x Journey) bool { return x.ID != j.ID && strings.EqualFold(x.Name, j.Name) }) {
		return j, errs.Conflict("journey_taken").With("name", j.Name)
	}
	return j, s.store.SaveJourney(ctx, j, seen, audit.Entry{At: s.now(), Actor: by.ID, Action: action, Object: j.ID, Detail: map[string]string{"name": j.Name}})
}

// StartRefresh counts anew in the background.
func (s *Service) StartRefresh(ctx context.Context, by string) (operation.Operation, error) {
	return s.ops.Start(ctx, "journeys", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return "", nil, s.Refresh(ctx, time.Time{}, progress)
	})
}

// day is the day of a time, UTC midnight.
func day(t time.Time) time.Time { return org.Date(t) }
