package goal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/org"
)

// Status of a barrier.
type Status string

// The statuses. A barrier that is accepted is known and lived with.
const (
	Open     Status = "open"
	InWork   Status = "in_work"
	Removed  Status = "removed"
	Accepted Status = "accepted"
)

var statuses = []Status{Open, InWork, Removed, Accepted}

// Barrier is something that stands between what is and what is wanted: at a touchpoint, for a metric, at a team, or
// several of these.
type Barrier struct {
	ID         string
	Name       string // what stands in the way
	Touchpoint string // name; may be empty
	Metric     string // id; may be empty
	Team       string // id; empty: the whole organisation
	Status     Status
	Owner      string
	Notes      []Note // oldest first; never taken away
	Version    int
	CreatedAt  time.Time
	CreatedBy  string
	EditedAt   time.Time
}

// Note is something somebody wrote down about a barrier.
type Note struct {
	At   time.Time
	By   string
	Text string
}

// maxNotes of one barrier.
const maxNotes = 200

// PutBarrier enters a barrier (no ID), or changes one from the version it was read at. note, if there is any, is added
// to those that are there. Scope says at which teams the caller may.
func (s *Service) PutBarrier(ctx context.Context, scope org.Scope, by string, b Barrier, note string) (Barrier, error) {
	if err := scope.Check(); err != nil {
		return b, err
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	seen := b.Version
	next := Barrier{ID: ident.New(), CreatedAt: now, CreatedBy: by, Status: Open}
	if b.ID != "" {
		old, err := s.Barrier(ctx, scope, b.ID)
		if err != nil {
			return b, err
		}
		if old.Version != seen {
			return b, errs.Conflict("barrier_changed")
		}
		next = old
	} else {
		seen = 0
	}
	next.Name, next.Owner, next.Touchpoint, next.Metric, next.Team = strings.TrimSpace(b.Name), strings.TrimSpace(b.Owner), strings.TrimSpace(b.Touchpoint), b.Metric, b.Team
	if b.Status != "" {
		next.Status = b.Status
	}
	if note = strings.TrimSpace(note); note != "" {
		next.Notes = append(slices.Clip(next.Notes), Note{At: now, By: by, Text: note})
	}
	next.Version, next.EditedAt = seen+1, now
	if err := s.checkBarrier(ctx, next, note); err != nil {
		return b, err
	}
	if !may(scope, next.Team) {
		return b, errs.Invalid("team_out_of_scope").At(errs.Field{Path: "team_id", Code: "team_out_of_scope"})
	}
	action := "barrier.change"
	if seen == 0 {
		action = "barrier.add"
	}
	entry := audit.Entry{At: now, Actor: by, Action: action, Object: next.ID, Detail: map[string]string{"name": next.Name, "status": string(next.Status), "owner": next.Owner}}
	return next, s.store.SaveBarrier(ctx, next, seen, entry)
}

func (s *Service) checkBarrier(ctx context.Context, b Barrier, note string) error {
	var f []errs.Field
	add := func(at, code string, params map[string]any) {
		f = append(f, errs.Field{Path: at, Code: code, Params: params})
	}
	if b.Name == "" {
		add("name", "request_field_required", nil)
	}
	for at, x := range map[string]struct {
		text string
		most int
	}{"name": {b.Name, maxName}, "owner": {b.Owner, maxName}, "touchpoint": {b.Touchpoint, maxName}, "note": {note, maxText}} {
		if len([]rune(x.text)) > x.most {
			add(at, "text_too_long", map[string]any{"limit": x.most})
		}
	}
	if !slices.Contains(statuses, b.Status) {
		add("status", "barrier_status_unknown", nil)
	}
	if b.Touchpoint == "" && b.Metric == "" && b.Team == "" {
		add("touchpoint", "barrier_of_nothing", nil)
	}
	if len(b.Notes) > maxNotes {
		add("note", "too_many_lines", map[string]any{"limit": maxNotes})
	}
	if b.Metric != "" {
		metrics, err := s.Metrics(ctx)
		if err != nil {
			return err
		}
		known := false
		for _, m := range metrics {
			known = known || m.ID == b.Metric
		}
		if !known {
			add("metric", "metric_unknown", map[string]any{"value": b.Metric})
		}
	}
	if b.Team != "" {
		tree, err := s.tree(ctx)
		if err != nil {
			return err
		}
		if _, ok := tree.Get(b.Team); !ok {
			add("team", "team_unknown", map[string]any{"value": b.Team})
		}
	}
	if len(f) > 0 {
		slices.SortFunc(f, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
		return errs.Invalid("barrier_invalid").At(f...)
	}
	return nil
}

// Barrier finds one that the caller may see: those of teams in scope, and those of the whole organisation.
func (s *Service) Barrier(ctx context.Context, scope org.Scope, id string) (Barrier, error) {
	if err := scope.Check(); err != nil {
		return Barrier{}, err
	}
	b, err := s.store.Barrier(ctx, id)
	if err == nil && b.Team != "" && !scope.Has(b.Team) {
		return Barrier{}, errs.NotFound("barrier_unknown")
	}
	return b, err
}

// Barriers lists those that the caller may see, newest first. A touchpoint, metric or team narrows the list; empty means
// any.
func (s *Service) Barriers(ctx context.Context, scope org.Scope, only Barrier) ([]Barrier, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	all, err := s.store.Barriers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read barriers: %w", err)
	}
	fits := func(want, have string) bool { return want == "" || want == have }
	out := []Barrier{}
	for _, b := range all {
		if (b.Team == "" || scope.Has(b.Team)) && fits(only.Touchpoint, b.Touchpoint) && fits(only.Metric, b.Metric) && fits(only.Team, b.Team) && fits(string(only.Status), string(b.Status)) {
			out = append(out, b)
		}
	}
	return out, nil
}
