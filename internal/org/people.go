package org

import (
	"cmp"
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
	"rapport/internal/i18n"
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
	Unread      int          // lines among them that made no row
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
		in := newTally(b)
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
			if in.bad[place(i, r.Line)] {
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
		c.Audit = []audit.Entry{s.entry(by, "employees.import", "", in.detail(len(teams.Made)))}
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
	bad       map[int]bool // rows by place
	errors    []errs.Field
	imported  int
	unchanged int
}

func newTally(b Batch) *tally {
	t := &tally{batch: b, bad: map[int]bool{}}
	for _, f := range b.Refused {
		t.bad[f.Line] = true
		t.note(f)
	}
	return t
}

// place names a row: its line in the file, else its number among the rows, counted down from -1.
func place(i, line int) int {
	if line > 0 {
		return line
	}
	return -1 - i
}

func (t *tally) note(f errs.Field) {
	if len(t.errors) < intake.MaxErrors {
		t.errors = append(t.errors, f)
	}
}

func (t *tally) refuse(i, line int, field, code, value string, more ...map[string]any) {
	t.bad[place(i, line)] = true
	f := errs.Field{Code: code, Value: value, Params: map[string]any{"value": value}}
	for _, m := range more {
		maps.Copy(f.Params, m)
	}
	if line > 0 {
		f.Line, f.Column = line, field
		if c := t.batch.Columns[field]; c != "" {
			f.Column = c
		}
	} else {
		f.Path = fmt.Sprintf("/items/%d/%s", i, field)
	}
	t.note(f)
}

// once refuses a second row for the same person and says where the first one stands.
func (t *tally) once(seen map[string]int, id string, i, line int) {
	if id == "" {
		return
	}
	if first, twice := seen[id]; twice {
		t.refuse(i, line, "external_id", "external_id_twice", id, map[string]any{"first": first})
		return
	}
	if seen[id] = line; line == 0 {
		seen[id] = i + 1
	}
}

func (t *tally) result(rows, teams int) intake.Result {
	r := intake.Result{DryRun: t.batch.DryRun, Rows: rows + t.batch.Unread, Imported: t.imported, Unchanged: t.unchanged, Rejected: len(t.bad), TeamsCreated: teams, Errors: t.errors}
	if r.Rejected > 0 {
		r.Imported, r.TeamsCreated = 0, 0
	}
	slices.SortStableFunc(r.Errors, func(a, b errs.Field) int { return cmp.Compare(a.Line, b.Line) })
	return r
}

func (t *tally) detail(teams int) map[string]string {
	return map[string]string{"source": t.batch.Source, "imported": strconv.Itoa(t.imported), "unchanged": strconv.Itoa(t.unchanged), "teams_created": strconv.Itoa(teams)}
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
	l, known := i18n.Installed(*v)
	if l != "" && !known {
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
