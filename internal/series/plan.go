package series

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Need is the permission that bringing in figures of a kind takes: HR answers for EX, CX managers for CX and behaviour.
func Need(k Kind) auth.Permission {
	switch k {
	case EX:
		return auth.ImportEX
	case CX, Behaviour:
		return auth.ImportCX
	default:
		return auth.ImportOther
	}
}

// Valid reports whether k is a kind of metric.
func (k Kind) Valid() bool {
	return slices.Contains([]Kind{EX, CX, Behaviour, Money, Outcome, Confounder}, k)
}

// Valid reports whether a is an aggregation.
func (a Aggregation) Valid() bool { return a == Mean || a == Sum || a == Last }

// maxLag is the longest lag that may be declared, in periods.
const maxLag = 52

var keyForm = regexp.MustCompile(`^[\p{L}\p{N}_.-]{1,80}$`)

// checkMapping says what in a mapping cannot be meant, each with its place.
func checkMapping(m intake.Mapping) error {
	var wrong []errs.Field
	add := func(path, code, value string) {
		wrong = append(wrong, errs.Field{Path: path, Code: code, Value: value})
	}
	if m.Kind != intake.Series {
		add("/kind", "mapping_kind", string(m.Kind))
	}
	if m.Team == "" {
		add("/team", "mapping_team_missing", "")
	}
	if m.Period == "" {
		add("/period", "mapping_period_missing", "")
	}
	if m.Grain != "" && !Grain(m.Grain).Valid() {
		add("/grain", "mapping_grain_unknown", m.Grain)
	}
	if m.Aggregate && m.Grain == "" {
		add("/grain", "mapping_grain_missing", "")
	}
	if m.CountRows && !m.Aggregate {
		add("/count_rows", "mapping_count_rows", "")
	}
	if m.DateFormat != "" && !intake.ValidDateFormat(m.DateFormat) {
		add("/date_format", "mapping_date_format", m.DateFormat)
	}
	if m.HeaderRows < 0 || m.HeaderRows > 10 {
		add("/header_rows", "mapping_header_rows", "")
	}
	if m.Long != nil && (m.Long.Metric == "" || m.Long.Value == "") {
		add("/long", "mapping_long", "")
	}
	if len(m.Metrics) == 0 {
		add("/metrics", "mapping_metrics_missing", "")
	}
	if len(m.Metrics) > 1000 {
		return errs.Invalid("mapping_invalid").At(errs.Field{Path: "/metrics", Code: "mapping_metrics_too_many"})
	}
	keys, columns := map[string]bool{}, map[string]bool{}
	for i, x := range m.Metrics {
		at := "/metrics/" + itoa(i)
		switch {
		case !keyForm.MatchString(x.Metric):
			add(at+"/metric", "metric_key_form", x.Metric)
		case keys[x.Metric]:
			add(at+"/metric", "mapping_metric_twice", x.Metric)
		}
		if columns[strings.TrimSpace(x.Column)] {
			add(at+"/column", "mapping_column_twice", x.Column)
		}
		keys[x.Metric], columns[strings.TrimSpace(x.Column)] = true, true
		if !Kind(x.Kind).Valid() {
			add(at+"/kind", "metric_kind_unknown", x.Kind)
		}
		if !Aggregation(x.Aggregation).Valid() {
			add(at+"/aggregation", "metric_aggregation_unknown", x.Aggregation)
		}
		if x.DefaultLag < 0 || x.DefaultLag > maxLag {
			add(at+"/default_lag", "metric_lag_range", "")
		}
		if x.Scale != nil && (!scaleOf(x).valid() || !x.AboutPeople && Kind(x.Kind) != EX || Aggregation(x.Aggregation) == Sum) {
			add(at+"/scale", "metric_scale_invalid", "")
		}
	}
	if len(wrong) > 0 {
		return errs.Invalid("mapping_invalid").At(wrong...)
	}
	return nil
}

// scaleOf is the scale that a mapping declares, the zero one where it declares none.
func scaleOf(x intake.MetricMapping) Scale {
	if x.Scale == nil {
		return Scale{}
	}
	return Scale{Low: x.Scale.Low, High: x.Scale.High, Steps: x.Scale.Steps}
}

// plannedMetric is a metric of an import: one of the catalogue, or one that the import brings.
type plannedMetric struct {
	Metric
	isNew bool
	used  bool
}

// planMetrics finds the mapping's metrics in the catalogue. Where one exists already, the mapping may not say otherwise.
func (s *Service) planMetrics(ctx context.Context, p auth.Principal, m intake.Mapping) ([]plannedMetric, error) {
	list, err := s.store.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]plannedMetric, len(m.Metrics))
	var wrong []errs.Field
	for i, x := range m.Metrics {
		at := slices.IndexFunc(list, func(c Metric) bool { return c.Key == x.Metric })
		if at < 0 {
			name := x.Name
			if name == "" {
				name = readable(x.Metric)
			}
			out[i] = plannedMetric{isNew: true, Metric: Metric{
				ID: ident.New(), Key: x.Metric, Name: name, Kind: Kind(x.Kind), Unit: x.Unit, HigherIsBetter: x.HigherIsBetter,
				Aggregation: Aggregation(x.Aggregation), DefaultLag: x.DefaultLag, AboutPeople: x.AboutPeople || Kind(x.Kind) == EX, Scale: scaleOf(x), Version: 1, CreatedAt: s.now(),
			}}
		} else {
			c := list[at]
			if string(c.Kind) != x.Kind || c.HigherIsBetter != x.HigherIsBetter || string(c.Aggregation) != x.Aggregation || x.Unit != "" && x.Unit != c.Unit {
				wrong = append(wrong, errs.Field{Path: "/metrics/" + itoa(i), Column: x.Column, Code: "metric_differs", Value: x.Metric, Params: map[string]any{
					"kind": string(c.Kind), "unit": c.Unit, "aggregation": string(c.Aggregation), "higher_is_better": c.HigherIsBetter,
				}})
			}
			if x.Scale != nil && scaleOf(x) != c.Scale {
				wrong = append(wrong, errs.Field{Path: "/metrics/" + itoa(i) + "/scale", Column: x.Column, Code: "metric_scale_differs", Value: x.Metric})
			}
			out[i] = plannedMetric{Metric: c}
		}
		if need := Need(out[i].Kind); !p.May(need) {
			return nil, errs.Forbidden("import_not_allowed").With("kind", string(out[i].Kind)).With("permission", string(need)).
				At(errs.Field{Path: "/metrics/" + itoa(i), Column: x.Column, Code: "import_not_allowed", Params: map[string]any{"kind": string(out[i].Kind)}})
		}
	}
	if len(wrong) > 0 {
		return nil, errs.Invalid("mapping_invalid").At(wrong...)
	}
	return out, nil
}

// plannedTeam is a team of an import: one that exists, or one that the import makes.
type plannedTeam struct {
	id     string
	isNew  bool
	used   bool
	code   string // what the file calls it
	name   string
	parent string    // what the file calls the parent
	from   time.Time // start of its first period
}

// teamFinder turns what a file calls teams into positions in its list of teams.
type teamFinder struct {
	names  *org.Names
	scope  org.Scope
	create bool
	seen   map[string]found
	byID   map[string]uint32
	teams  []plannedTeam
	made   int // of them new
}

// maxNewTeams is how many teams one import may make; more of them mean that the wrong column was taken for the team.
const maxNewTeams = 20_000

func newTeamFinder(names *org.Names, scope org.Scope, create bool) *teamFinder {
	return &teamFinder{names: names, scope: scope, create: create, seen: map[string]found{}, byID: map[string]uint32{}}
}

type found struct {
	at   uint32
	code string // why there is none
}

// find gives the position of the team meant by a cell, or the code of what is wrong.
func (f *teamFinder) find(cell string) (uint32, string) {
	if x, ok := f.seen[cell]; ok {
		return x.at, x.code
	}
	x := f.look(strings.TrimSpace(cell))
	if len(cell) <= 400 && len(f.seen) < 200_000 {
		f.seen[strings.Clone(cell)] = x
	}
	return x.at, x.code
}

func (f *teamFinder) look(s string) found {
	if s == "" {
		return found{code: "team_missing"}
	}
	t, err := f.names.Find(s)
	switch code := errs.CodeOf(err); {
	case err == nil && !f.scope.Has(t.ID):
		return found{code: "team_unknown"}
	case err == nil:
		if i, ok := f.byID[t.ID]; ok { // another name of a team met before
			return found{at: i}
		}
		f.byID[t.ID] = uint32(len(f.teams))
		f.teams = append(f.teams, plannedTeam{id: t.ID})
	case code == "team_unknown" && f.create:
		if len(s) > 200 {
			return found{code: "team_name_too_long"}
		}
		if f.made >= maxNewTeams {
			return found{code: "teams_too_many"}
		}
		f.made++
		f.teams = append(f.teams, plannedTeam{id: ident.New(), isNew: true, code: strings.Clone(s)})
	default:
		return found{code: code}
	}
	return found{at: uint32(len(f.teams) - 1)}
}

// planTeams makes the teams that an import brings, parents first. Two teams under one parent cannot share a name: the
// second carries its code.
func (s *Service) planTeams(tree *org.Tree, names *org.Names, planned []plannedTeam) []org.Team {
	taken := map[string]bool{}
	for _, t := range tree.All() {
		if t.ClosedOn.IsZero() {
			taken[t.ParentID+"\x00"+strings.ToLower(t.Name)] = true
		}
	}
	var out []org.Team
	add := func(t org.Team) {
		if key := t.ParentID + "\x00" + strings.ToLower(t.Name); taken[key] && t.ExternalID != t.Name {
			t.Name += " (" + t.ExternalID + ")"
		}
		taken[t.ParentID+"\x00"+strings.ToLower(t.Name)] = true
		t.History = []org.TeamEvent{{On: t.CreatedOn, Kind: org.Created}}
		names.Grow(t)
		out = append(out, t)
	}
	made := map[string]string{} // what the file calls a team → id of a new one
	for _, p := range planned {
		if p.isNew && p.used {
			made[p.code] = p.id
		}
	}
	for _, p := range planned {
		if !p.isNew || !p.used || p.parent == "" || made[p.parent] != "" {
			continue
		}
		if t, err := names.Find(p.parent); err == nil {
			made[p.parent] = t.ID
			continue
		}
		id := ident.New()
		made[p.parent] = id
		add(org.Team{ID: id, ExternalID: p.parent, Name: p.parent, CreatedOn: p.from})
	}
	for _, p := range planned {
		if !p.isNew || !p.used {
			continue
		}
		name := p.name
		if name == "" {
			name = p.code
		}
		parent := made[p.parent]
		if parent == p.id {
			parent = ""
		}
		add(org.Team{ID: p.id, ExternalID: p.code, Name: name, ParentID: parent, CreatedOn: p.from})
	}
	return out
}
