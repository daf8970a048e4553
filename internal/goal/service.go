package goal

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Service holds the rules of setting levels and answers for them.
type Service struct {
	store   Store
	teams   Teams
	sources []panel.Source
	ops     *operation.Service
	now     func() time.Time
}

// NewService makes a service over the sources of figures; the first source that owns a metric speaks for it.
func NewService(store Store, teams Teams, sources []panel.Source, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store: store, teams: teams, sources: sources, ops: ops, now: now}
}

// Metrics is the catalogue of all sources.
func (s *Service) Metrics(ctx context.Context) ([]series.Metric, error) {
	var out []series.Metric
	seen := map[string]bool{}
	for _, src := range s.sources {
		list, err := src.Metrics(ctx)
		if err != nil {
			return nil, fmt.Errorf("read metrics: %w", err)
		}
		for _, m := range list {
			if !seen[m.ID] {
				seen[m.ID] = true
				out = append(out, m)
			}
		}
	}
	return out, nil
}

func (s *Service) tree(ctx context.Context) (*org.Tree, error) {
	teams, err := s.teams.Teams(ctx, org.Everything)
	if err != nil {
		return nil, fmt.Errorf("read teams: %w", err)
	}
	return org.NewTree(teams), nil
}

// Book reads every level, for many questions: Book.At(goal.Desired, metric, team, day).
func (s *Service) Book(ctx context.Context) (Book, error) {
	tree, err := s.tree(ctx)
	if err != nil {
		return Book{}, err
	}
	return s.book(ctx, tree)
}

func (s *Service) book(ctx context.Context, tree *org.Tree) (Book, error) {
	metrics, err := s.Metrics(ctx)
	if err != nil {
		return Book{}, err
	}
	levels, err := s.store.Levels(ctx)
	if err != nil {
		return Book{}, fmt.Errorf("read levels: %w", err)
	}
	return NewBook(levels, tree, metrics), nil
}

// Desired is the desired level of a metric at a team on a day, inherited from above where the team has none of its own;
// ok is false where nobody has set one. For many questions, read the Book once.
func (s *Service) Desired(ctx context.Context, metric, team string, on time.Time) (value float64, ok bool, err error) {
	b, err := s.Book(ctx)
	if err != nil {
		return 0, false, err
	}
	l, ok := b.At(Desired, metric, team, on)
	return l.Value, ok, nil
}

// Limits of texts.
const (
	maxText = 2000
	maxName = 200
	// most levels in one request.
	maxLevels = 500
)

// Set enters levels. A level that begins on the same day as an older one of the same metric and team corrects it; both
// stay in the history. Scope says at which teams the caller may set any.
func (s *Service) Set(ctx context.Context, scope org.Scope, by string, list ...Level) ([]Level, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	tree, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := s.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) > maxLevels {
		return nil, errs.Invalid("level_invalid").At(errs.Field{Code: "too_many_lines", Params: map[string]any{"limit": maxLevels}})
	}
	var f []errs.Field
	entries := make([]audit.Entry, 0, len(list))
	out := slices.Clone(list)
	for k := range out {
		l := &out[k]
		path := ""
		if len(list) > 1 {
			path = fmt.Sprintf("[%d].", k)
		}
		f = append(f, l.faults(path, tree, metrics)...)
		if !may(scope, l.Team) {
			return nil, errs.Invalid("team_out_of_scope").At(errs.Field{Path: "team_id", Code: "team_out_of_scope"})
		}
		l.ID, l.At, l.By = ident.New(), s.now().UTC().Truncate(time.Millisecond), by
		l.Owner, l.Reason, l.Source = strings.TrimSpace(l.Owner), strings.TrimSpace(l.Reason), strings.TrimSpace(l.Source)
		entries = append(entries, audit.Entry{At: l.At, Actor: by, Action: "goal.set", Object: l.Metric, Detail: map[string]string{
			"team": l.Team, "kind": string(l.Kind), "from": l.From.Format(time.DateOnly), "value": fmt.Sprint(l.Value), "ends": fmt.Sprint(l.Ends), "owner": l.Owner,
		}})
	}
	if len(f) > 0 {
		return nil, errs.Invalid("level_invalid").At(f...)
	}
	return out, s.store.AddLevels(ctx, out, entries...)
}

// may reports whether a scope holds a team; the whole organisation belongs to those who see all of it.
func may(scope org.Scope, team string) bool {
	if team == "" {
		return scope.All()
	}
	return scope.Has(team)
}

// faults says what is wrong with a level, all of it at once.
func (l *Level) faults(path string, tree *org.Tree, metrics []series.Metric) []errs.Field {
	var f []errs.Field
	add := func(at, code string, params map[string]any) {
		f = append(f, errs.Field{Path: path + at, Code: code, Params: params})
	}
	long := func(at, text string, most int) {
		if len([]rune(text)) > most {
			add(at, "text_too_long", map[string]any{"limit": most})
		}
	}
	if !slices.ContainsFunc(metrics, func(m series.Metric) bool { return m.ID == l.Metric }) {
		add("metric", "metric_unknown", map[string]any{"value": l.Metric})
	}
	if _, ok := tree.Get(l.Team); l.Team != "" && !ok {
		add("team", "team_unknown", map[string]any{"value": l.Team})
	}
	if l.From.IsZero() || l.From.Year() < 1990 || l.From.Year() > 2100 {
		add("from", "date_impossible", map[string]any{"value": l.From.Format(time.DateOnly)})
	}
	if math.IsNaN(l.Value) || math.IsInf(l.Value, 0) {
		add("value", "not_finite", nil)
	}
	switch l.Kind {
	case Desired:
		if strings.TrimSpace(l.Owner) == "" && !l.Ends {
			add("owner", "request_field_required", nil)
		}
		if strings.TrimSpace(l.Reason) == "" {
			add("reason", "request_field_required", nil)
		}
	case Market:
		if strings.TrimSpace(l.Source) == "" && !l.Ends {
			add("source", "market_without_source", nil)
		}
	default:
		add("kind", "level_kind_unknown", nil)
	}
	long("owner", l.Owner, maxName)
	long("reason", l.Reason, maxText)
	long("source", l.Source, maxText)
	return f
}
