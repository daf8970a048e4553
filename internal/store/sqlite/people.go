package sqlite

import (
	"context"
	"database/sql"

	"rapport/internal/org"
)

const employeeColumns = `id, external_id, name, email, team_id, joined_on, left_on, locale, attributes`

// Employees implements org.Reader.
func (s *Store) Employees(ctx context.Context, scope org.Scope, page org.Page) ([]org.Employee, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, args := inScope(scope, "team_id")
	out, err := list(ctx, s, scanEmployee, `SELECT `+employeeColumns+` FROM employee WHERE `+where+` AND external_id > ? ORDER BY external_id LIMIT ?`,
		append(args, page.After, page.Limit)...)
	return s.withStays(ctx, out, err)
}

// EmployeesByExternalID implements org.Store.
func (s *Store) EmployeesByExternalID(ctx context.Context, ids []string) ([]org.Employee, error) {
	out, err := list(ctx, s, scanEmployee, `SELECT `+employeeColumns+` FROM employee WHERE external_id IN (SELECT value FROM json_each(?)) ORDER BY external_id`, jsonText(ids))
	return s.withStays(ctx, out, err)
}

func scanEmployee(r *sql.Rows) (org.Employee, error) {
	var e org.Employee
	var joined, left, attributes string
	if err := r.Scan(&e.ID, &e.ExternalID, &e.Name, &e.Email, &e.TeamID, &joined, &left, &e.Locale, &attributes); err != nil {
		return e, err
	}
	e.JoinedOn, e.LeftOn = fromDate(joined), fromDate(left)
	return e, fromJSON(attributes, &e.Attributes)
}

// withStays adds the stays to employees read.
func (s *Store) withStays(ctx context.Context, es []org.Employee, err error) ([]org.Employee, error) {
	if err != nil || len(es) == 0 {
		return es, err
	}
	ids := make([]string, len(es))
	at := make(map[string]int, len(es))
	for i, e := range es {
		ids[i], at[e.ID] = e.ID, i
	}
	type owned struct {
		owner string
		stay  org.Stay
	}
	stays, err := list(ctx, s, func(r *sql.Rows) (x owned, err error) { x.owner, x.stay, err = scanStay(r, true); return },
		`SELECT employee_id, team_id, from_on, to_on, by_leaving FROM employee_stay WHERE employee_id IN (SELECT value FROM json_each(?)) ORDER BY employee_id, from_on`, jsonText(ids))
	for _, x := range stays {
		i := at[x.owner]
		es[i].Stays = append(es[i].Stays, x.stay)
	}
	return es, err
}

func saveEmployees(ctx context.Context, tx *sql.Tx, es []org.Employee) error {
	if len(es) == 0 {
		return nil
	}
	put, err := tx.PrepareContext(ctx, `INSERT INTO employee (`+employeeColumns+`) VALUES (?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, name = excluded.name, email = excluded.email, team_id = excluded.team_id,
		joined_on = excluded.joined_on, left_on = excluded.left_on, locale = excluded.locale, attributes = excluded.attributes`)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	drop, err := tx.PrepareContext(ctx, `DELETE FROM employee_stay WHERE employee_id = ?`)
	if err != nil {
		return err
	}
	defer func() { _ = drop.Close() }()
	stay, err := tx.PrepareContext(ctx, `INSERT INTO employee_stay (employee_id, from_on, to_on, team_id, by_leaving) VALUES (?,?,?,?,?)`)
	if err != nil {
		return err
	}
	defer func() { _ = stay.Close() }()
	for _, e := range es {
		attributes := ""
		if len(e.Attributes) > 0 {
			attributes = jsonText(e.Attributes)
		}
		if _, err := put.ExecContext(ctx, e.ID, e.ExternalID, e.Name, e.Email, e.TeamID, dateText(e.JoinedOn), dateText(e.LeftOn), e.Locale, attributes); err != nil {
			return err
		}
		if _, err := drop.ExecContext(ctx, e.ID); err != nil {
			return err
		}
		for _, x := range e.Stays {
			if _, err := stay.ExecContext(ctx, e.ID, dateText(x.From), dateText(x.To), x.TeamID, x.Left); err != nil {
				return err
			}
		}
	}
	return nil
}

const partnerColumns = `id, external_id, name, email, company, started_on, ended_on, locale, (SELECT json_group_array(team_id) FROM
	(SELECT team_id FROM partner_team WHERE partner_id = partner.id ORDER BY team_id))`

// Partners implements org.Reader.
func (s *Store) Partners(ctx context.Context, scope org.Scope, page org.Page) ([]org.Partner, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	where, args := inScope(scope, "team_id")
	return list(ctx, s, scanPartner, `SELECT `+partnerColumns+` FROM partner WHERE id IN (SELECT partner_id FROM partner_team WHERE `+where+`)
		AND external_id > ? ORDER BY external_id LIMIT ?`, append(args, page.After, page.Limit)...)
}

// PartnersByExternalID implements org.Store.
func (s *Store) PartnersByExternalID(ctx context.Context, ids []string) ([]org.Partner, error) {
	return list(ctx, s, scanPartner, `SELECT `+partnerColumns+` FROM partner WHERE external_id IN (SELECT value FROM json_each(?)) ORDER BY external_id`, jsonText(ids))
}

func scanPartner(r *sql.Rows) (org.Partner, error) {
	var p org.Partner
	var started, ended, teams string
	if err := r.Scan(&p.ID, &p.ExternalID, &p.Name, &p.Email, &p.Company, &started, &ended, &p.Locale, &teams); err != nil {
		return p, err
	}
	p.StartedOn, p.EndedOn = fromDate(started), fromDate(ended)
	return p, fromJSON(teams, &p.TeamIDs)
}

func savePartners(ctx context.Context, tx *sql.Tx, ps []org.Partner) error {
	for _, p := range ps {
		_, err := tx.ExecContext(ctx, `INSERT INTO partner (id, external_id, name, email, company, started_on, ended_on, locale) VALUES (?,?,?,?,?,?,?,?)
			ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, name = excluded.name, email = excluded.email, company = excluded.company,
			started_on = excluded.started_on, ended_on = excluded.ended_on, locale = excluded.locale`, p.ID, p.ExternalID, p.Name, p.Email, p.Company, dateText(p.StartedOn), dateText(p.EndedOn), p.Locale)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM partner_team WHERE partner_id = ?`, p.ID); err != nil {
			return err
		}
		for _, id := range p.TeamIDs {
			if _, err := tx.ExecContext(ctx, `INSERT INTO partner_team (partner_id, team_id) VALUES (?,?)`, p.ID, id); err != nil {
				return err
			}
		}
	}
	return nil
}
