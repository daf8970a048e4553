package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"rapport/internal/org"
)

type employeeDoc struct {
	ID         string         `bson:"_id"`
	ExternalID string         `bson:"external_id"`
	Name       string         `bson:"name"`
	Email      string         `bson:"email"`
	TeamID     string         `bson:"team_id"`
	JoinedOn   string         `bson:"joined_on"`
	LeftOn     string         `bson:"left_on"`
	Locale     string         `bson:"locale"`
	Attributes []attributeDoc `bson:"attributes"` // pairs: what a person typed is a value, never a key
	Stays      []stayDoc      `bson:"stays"`
	Rev        int64          `bson:"rev"` // version of the organisation in which this was written
}

type attributeDoc struct {
	Name  string `bson:"name"`
	Value string `bson:"value"`
}

type stayDoc struct {
	TeamID string `bson:"team_id"`
	From   string `bson:"from"`
	To     string `bson:"to"`
	Left   bool   `bson:"left"`
}

func (d stayDoc) stay() org.Stay {
	return org.Stay{TeamID: d.TeamID, From: fromDate(d.From), To: fromDate(d.To), Left: d.Left}
}

func (d employeeDoc) employee() org.Employee {
	e := org.Employee{ID: d.ID, ExternalID: d.ExternalID, Name: d.Name, Email: d.Email, TeamID: d.TeamID, JoinedOn: fromDate(d.JoinedOn), LeftOn: fromDate(d.LeftOn), Locale: d.Locale}
	for _, a := range d.Attributes {
		if e.Attributes == nil {
			e.Attributes = map[string]string{}
		}
		e.Attributes[a.Name] = a.Value
	}
	for _, x := range d.Stays {
		e.Stays = append(e.Stays, x.stay())
	}
	return e
}

func docOfEmployee(e org.Employee, rev int64) employeeDoc {
	d := employeeDoc{
		ID: e.ID, ExternalID: e.ExternalID, Name: e.Name, Email: e.Email, TeamID: e.TeamID, JoinedOn: dateText(e.JoinedOn), LeftOn: dateText(e.LeftOn), Locale: e.Locale,
		Attributes: []attributeDoc{}, Stays: []stayDoc{}, Rev: rev,
	}
	for k, v := range e.Attributes {
		d.Attributes = append(d.Attributes, attributeDoc{k, v})
	}
	for _, x := range e.Stays {
		d.Stays = append(d.Stays, stayDoc{x.TeamID, dateText(x.From), dateText(x.To), x.Left})
	}
	return d
}

func after(page org.Page) bson.E {
	return bson.E{Key: "external_id", Value: bson.D{{Key: "$gt", Value: page.After}}}
}

func oneOf(ids []string) bson.D {
	return bson.D{{Key: "external_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}

// Employees implements org.Reader.
func (s *Store) Employees(ctx context.Context, scope org.Scope, page org.Page) ([]org.Employee, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return list(ctx, s, "employee", employeeDoc.employee, append(inScope(scope, "team_id"), after(page)), ascending("external_id", page.Limit))
}

// EmployeesByExternalID implements org.Store.
func (s *Store) EmployeesByExternalID(ctx context.Context, ids []string) ([]org.Employee, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return list(ctx, s, "employee", employeeDoc.employee, oneOf(ids), ascending("external_id", 0))
}

type partnerDoc struct {
	ID         string   `bson:"_id"`
	ExternalID string   `bson:"external_id"`
	Name       string   `bson:"name"`
	Email      string   `bson:"email"`
	Company    string   `bson:"company"`
	TeamIDs    []string `bson:"team_ids"`
	StartedOn  string   `bson:"started_on"`
	EndedOn    string   `bson:"ended_on"`
	Locale     string   `bson:"locale"`
	Rev        int64    `bson:"rev"`
}

func (d partnerDoc) partner() org.Partner {
	return org.Partner{ID: d.ID, ExternalID: d.ExternalID, Name: d.Name, Email: d.Email, Company: d.Company, TeamIDs: d.TeamIDs, StartedOn: fromDate(d.StartedOn), EndedOn: fromDate(d.EndedOn), Locale: d.Locale}
}

func docOfPartner(p org.Partner, rev int64) partnerDoc {
	return partnerDoc{p.ID, p.ExternalID, p.Name, p.Email, p.Company, append([]string{}, p.TeamIDs...), dateText(p.StartedOn), dateText(p.EndedOn), p.Locale, rev}
}

// Partners implements org.Reader.
func (s *Store) Partners(ctx context.Context, scope org.Scope, page org.Page) ([]org.Partner, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return list(ctx, s, "partner", partnerDoc.partner, append(inScope(scope, "team_ids"), after(page)), ascending("external_id", page.Limit))
}

// PartnersByExternalID implements org.Store.
func (s *Store) PartnersByExternalID(ctx context.Context, ids []string) ([]org.Partner, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return list(ctx, s, "partner", partnerDoc.partner, oneOf(ids), ascending("external_id", 0))
}
