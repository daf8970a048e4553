package org

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
)

// MaxPeople is how many rows of people one file or request may hold: the change is stored in one piece.
const MaxPeople = 200_000

// EmployeeRow is one employee as a file or another system says it. A nil pointer leaves what is known; a pointer to the
// zero value clears it.
type EmployeeRow struct {
	Line       int // in the file, from 1; 0 for the API
	ExternalID string
	Team       string // id, external id, path or unique name
	Parent     string // where a team that must be created belongs
	Name       *string
	Email      *string
	Locale     *string
	JoinedOn   *time.Time
	LeftOn     *time.Time // last day
	Attributes map[string]string
}

// Batch says how rows are taken in. Columns maps a field to the file's column, for error messages.
type Batch struct {
	CreateTeams bool
	DryRun      bool
	Source      string // file name or "api"
	Columns     map[string]string
	Refused     []errs.Field // what the reader of the file refused already
}

// PutEmployees creates or changes employees by external id, all or none; sending the same rows again changes nothing.
func (s *Service) PutEmployees(ctx context.Context, by string, rows []EmployeeRow, b Batch) (intake.Result, error) {
	ids := make([]string, len(rows))
	for i := range rows {
		rows[i].ExternalID = strings.TrimSpace(rows[i].ExternalID)
		ids[i] = rows[i].ExternalID
	}
	if len(rows) > MaxPeople {
		return intake.Result{}, errs.New(errs.KindTooLarge, "people_too_many").With("limit", MaxPeople)
	}
	return s.take(ctx, b, len(rows), func(t *Tree) (Change, *tally, error) {
		in := newTally(b, len(rows))
		known, err := lookUp(ctx, ids, s.store.EmployeesByExternalID, func(e Employee) string { return e.ExternalID })
		if err != nil {
			return Change{}, nil, err
		}
		teams := NewTeamPlan(t, b.CreateTeams, s.now())
		lines := map[string]int{}
		var c Change
		for i, r := range rows {
			e, was := known[r.ExternalID]
			next := s.employee(e, was, r, teams, func(field, code, value string) { in.refuse(i, r.Line, field, code, value) })
			in.once(lines, r.ExternalID, i, r.Line)
			if in.bad[i] {
				continue
			}
			if was && reflect.DeepEqual(e, next) {
				in.unchanged++
				continue
			}
			c.Employees = append(c.Employees, next)
		}
		c.Teams = teams.Made
		in.imported = len(c.Employees)
		c.Audit = []audit.Entry{s.entry(by, "employees.import", "", in.detail(b, len(teams.Made)))}
		return c, in, nil
	})
}

// employee works out what an employee is after a row; refusals are reported by field.
func (s *Service) employee(e Employee, was bool, r EmployeeRow, teams *TeamPlan, refuse func(field, code, value string)) Employee {
	if !was {
		e = Employee{ID: ident.New(), ExternalID: r.ExternalID, JoinedOn: Date(s.now())}
	}
	if r.ExternalID == "" {
		refuse("external_id", "external_id_missing", "")
	}
	setText(&e.Name, r.Name)
	setEmail(&e.Email, r.Email, refuse)
	setLocale(&e.Locale, r.Locale, refuse)
	joined, left := e.JoinedOn, e.LeftOn
	setDate(&joined, r.JoinedOn, "joined_on", refuse)
	setDate(&left, r.LeftOn, "left_on", refuse)
	if joined.IsZero() {
		refuse("joined_on", "joined_on_missing", "")
	}
	if !left.IsZero() && left.Before(joined) {
		refuse("left_on", "left_before_joined", left.Format(time.DateOnly))
	}
	if r.Attributes != nil {
		e.Attributes = maps.Clone(e.Attributes)
		for k, v := range r.Attributes {
			if e.Attributes == nil {
				e.Attributes = map[string]string{}
			}
			if e.Attributes[k] = v; v == "" {
				delete(e.Attributes, k)
			}
		}
	}
	team, err := teams.Find(Wanted{Key: r.Team, Parent: r.Parent, From: joined})
	switch {
	case err != nil:
		refuse("team", errs.CodeOf(err), r.Team)
	case !team.ClosedOn.IsZero() && (left.IsZero() || left.After(team.ClosedOn)):
		refuse("team", "team_closed", r.Team)
	default:
		e.employ(team.ID, joined, left, Date(s.now()))
	}
	return e
}

// take plans a batch against the organisation as it is and stores it, unless it is a dry run or a row was refused.
func (s *Service) take(ctx context.Context, b Batch, rows int, plan func(t *Tree) (Change, *tally, error)) (intake.Result, error) {
	var res intake.Result
	err := s.edit(ctx, func(t *Tree) (Change, error) {
		c, in, err := plan(t)
		if err != nil {
			return Change{}, err
		}
		res = in.result(rows, len(c.Teams))
		if b.DryRun || res.Rejected > 0 {
			return Change{}, nil
		}
		return c, nil
	})
	return res, err
}

// lookUp reads what is stored for external ids, 500 at a time.
func lookUp[T any](ctx context.Context, ids []string, read func(context.Context, []string) ([]T, error), key func(T) string) (map[string]T, error) {
	out := make(map[string]T, len(ids))
	for part := range slices.Chunk(ids, 500) {
		xs, err := read(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, x := range xs {
			out[key(x)] = x
		}
	}
	return out, nil
}

// tally gathers what becomes of the rows of one batch.
type tally struct {
	batch     Batch
	bad       map[int]bool
	errors    []errs.Field
	lines     map[int]bool // lines refused by the reader that made no row
	imported  int
	unchanged int
}

func newTally(b Batch, rows int) *tally {
	in := &tally{batch: b, bad: make(map[int]bool), lines: map[int]bool{}, errors: make([]errs.Field, 0, min(rows, 16))}
	for _, f := range b.Refused {
		in.lines[f.Line] = true
		in.note(f)
	}
	return in
}

func (in *tally) note(f errs.Field) {
	if len(in.errors) < intake.MaxErrors {
		in.errors = append(in.errors, f)
	}
}

func (in *tally) refuse(i, line int, field, code, value string) {
	in.bad[i] = true
	delete(in.lines, line)
	f := errs.Field{Code: code, Value: value, Params: map[string]any{"value": value}}
	if line > 0 {
		f.Line, f.Column = line, field
		if c := in.batch.Columns[field]; c != "" {
			f.Column = c
		}
	} else {
		f.Path = fmt.Sprintf("/items/%d/%s", i, field)
	}
	in.note(f)
}

// once refuses a second row for the same person and says where the first one stands.
func (in *tally) once(seen map[string]int, id string, i, line int) {
	if id == "" {
		return
	}
	first, twice := seen[id]
	if !twice {
		seen[id] = max(line, i+1)
		return
	}
	in.refuse(i, line, "external_id", "external_id_twice", id)
	if n := len(in.errors); n > 0 {
		in.errors[n-1].Params["first"] = first
	}
}

func (in *tally) result(rows, teams int) intake.Result {
	r := intake.Result{DryRun: in.batch.DryRun, Rows: rows, Imported: in.imported, Unchanged: in.unchanged, TeamsCreated: teams, Errors: in.errors}
	for _, f := range in.batch.Refused {
		if in.lines[f.Line] {
			r.Rejected++
			delete(in.lines, f.Line)
		}
	}
	if r.Rejected += len(in.bad); r.Rejected > 0 {
		r.Imported, r.TeamsCreated = 0, 0
	}
	return r
}

func (in *tally) detail(b Batch, teams int) map[string]string {
	return map[string]string{"source": b.Source, "imported": strconv.Itoa(in.imported), "unchanged": strconv.Itoa(in.unchanged), "teams_created": strconv.Itoa(teams)}
}

func setText(dst *string, v *string) {
	if v != nil {
		*dst = strings.TrimSpace(*v)
	}
}

func setEmail(dst *string, v *string, refuse func(field, code, value string)) {
	if v == nil {
		return
	}
	e := strings.TrimSpace(*v)
	if a, err := mail.ParseAddress(e); e != "" && (err != nil || a.Address != e || len(e) > 254) {
		refuse("email", "email_invalid", e)
		return
	}
	*dst = e
}

func setLocale(dst *string, v *string, refuse func(field, code, value string)) {
	if v == nil {
		return
	}
	l := strings.ToLower(strings.TrimSpace(*v))
	if l != "" && l != "en" && l != "he" && l != "pl" {
		refuse("locale", "locale_unknown", *v)
		return
	}
	*dst = l
}

func setDate(dst *time.Time, v *time.Time, field string, refuse func(field, code, value string)) {
	if v == nil {
		return
	}
	if d := Date(*v); v.IsZero() {
		*dst = time.Time{}
	} else if !possible(d) {
		refuse(field, "date_impossible", d.Format(time.DateOnly))
	} else {
		*dst = d
	}
}
