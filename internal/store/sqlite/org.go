package sqlite

import (
	"context"
	"database/sql"
	"time"

	"rapport/internal/errs"
	"rapport/internal/org"
)

// dateText and fromDate keep days as text; no day is empty text.
func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func fromDate(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// inScope gives the condition "column is a team in scope" with its argument.
func inScope(scope org.Scope, column string) (string, []any) {
	if scope.All() {
		return "1", nil
	}
	return column + " IN (SELECT value FROM json_each(?))", []any{jsonText(scope.IDs())}
}

// list runs a question and reads every row.
func list[T any](ctx context.Context, s *Store, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, classify(err, s.path)
	}
	defer func() { _ = rows.Close() }()
	out := []T{}
	for rows.Next() {
		x, err := scan(rows)
		if err != nil {
			return nil, classify(err, s.path)
		}
		out = append(out, x)
	}
	return out, classify(rows.Err(), s.path)
}

// Teams implements org.Reader.
func (s *Store) Teams(ctx context.Context, scope org.Scope) ([]org.Team, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, args := inScope(scope, "id")
	return list(ctx, s, scanTeam, `SELECT id, external_id, name, parent_id, created_on, closed_on, merged_into, history FROM team WHERE `+where, args...)
}

func scanTeam(rows *sql.Rows) (org.Team, error) {
	var t org.Team
	var created, closed, history string
	if err := rows.Scan(&t.ID, &t.ExternalID, &t.Name, &t.ParentID, &created, &closed, &t.MergedInto, &history); err != nil {
		return t, err
	}
	t.CreatedOn, t.ClosedOn = fromDate(created), fromDate(closed)
	return t, fromJSON(history, &t.History)
}

// Headcount implements org.Reader.
func (s *Store) Headcount(ctx context.Context, scope org.Scope, on time.Time) (map[string]int, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	type row struct {
		team string
		n    int
	}
	where, args := inScope(scope, "team_id")
	d := dateText(on)
	rows, err := list(ctx, s, func(r *sql.Rows) (x row, err error) { err = r.Scan(&x.team, &x.n); return }, `SELECT team_id, count(*) FROM employee_stay
		WHERE `+where+` AND from_on <= ? AND (to_on = '' OR to_on > ?) GROUP BY team_id`, append(args, d, d)...)
	out := make(map[string]int, len(rows))
	for _, x := range rows {
		out[x.team] = x.n
	}
	return out, err
}

// Stays implements org.Reader.
func (s *Store) Stays(ctx context.Context, scope org.Scope, from, to time.Time) ([]org.Stay, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, args := inScope(scope, "team_id")
	return list(ctx, s, func(r *sql.Rows) (org.Stay, error) { _, x, err := scanStay(r, false); return x, err },
		`SELECT team_id, from_on, to_on, by_leaving FROM employee_stay WHERE `+where+` AND from_on < ? AND (to_on = '' OR to_on > ?)`,
		append(args, dateText(to), dateText(from))...)
}

func scanStay(r *sql.Rows, withOwner bool) (owner string, x org.Stay, err error) {
	var from, to string
	dst := []any{&x.TeamID, &from, &to, &x.Left}
	if withOwner {
		dst = append([]any{&owner}, dst...)
	}
	err = r.Scan(dst...)
	x.From, x.To = fromDate(from), fromDate(to)
	return owner, x, err
}

// OrgVersion implements org.Store.
func (s *Store) OrgVersion(ctx context.Context) (v int64, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT version FROM org_version`).Scan(&v)
	return v, classify(err, s.path)
}

// SaveOrg implements org.Store.
func (s *Store) SaveOrg(ctx context.Context, c org.Change) error {
	return s.write(ctx, func(tx *sql.Tx) error { return saveOrg(ctx, tx, c) })
}

func saveOrg(ctx context.Context, tx *sql.Tx, c org.Change) error {
	if err := nextOrgVersion(ctx, tx, c.Seen); err != nil {
		return err
	}
	if err := saveTeams(ctx, tx, c.Teams); err != nil {
		return err
	}
	if err := saveEmployees(ctx, tx, c.Employees); err != nil {
		return err
	}
	if err := savePartners(ctx, tx, c.Partners); err != nil {
		return err
	}
	return appendAudit(ctx, tx, c.Audit...)
}

// nextOrgVersion counts one change of the organisation, if nobody else made one since the version seen.
func nextOrgVersion(ctx context.Context, tx *sql.Tx, seen int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE org_version SET version = version + 1 WHERE version = ?`, seen)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err == nil {
			err = errs.Conflict("org_changed")
		}
		return err
	}
	return nil
}

func saveTeams(ctx context.Context, tx *sql.Tx, teams []org.Team) error {
	for _, t := range teams {
		_, err := tx.ExecContext(ctx, `INSERT INTO team (id, external_id, name, parent_id, created_on, closed_on, merged_into, history) VALUES (?,?,?,?,?,?,?,?)
			ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, name = excluded.name, parent_id = excluded.parent_id, created_on = excluded.created_on,
			closed_on = excluded.closed_on, merged_into = excluded.merged_into, history = excluded.history`,
			t.ID, t.ExternalID, t.Name, t.ParentID, dateText(t.CreatedOn), dateText(t.ClosedOn), t.MergedInto, jsonText(t.History))
		if err != nil {
			return err
		}
	}
	return nil
}
