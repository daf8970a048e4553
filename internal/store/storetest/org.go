package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/store"
)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func team(id, parent string) org.Team {
	on := date("2020-01-01")
	return org.Team{ID: id, ExternalID: "x" + id, Name: "Team " + id, ParentID: parent, CreatedOn: on, History: []org.TeamEvent{{On: on, Kind: org.Created}}}
}

func employee(id, team string, more ...org.Stay) org.Employee {
	e := org.Employee{
		ID: "id-" + id, ExternalID: id, Name: "Name " + id, Email: id + "@example.com", TeamID: team, JoinedOn: date("1970-01-01"), Locale: "he",
		Attributes: map[string]string{"site": "Haifa"}, Stays: []org.Stay{{TeamID: team, From: date("1970-01-01")}},
	}
	if len(more) > 0 {
		e.Stays = more
	}
	return e
}

func saveOrg(t *testing.T, s store.Store, c org.Change) {
	t.Helper()
	v, err := s.OrgVersion(context.Background())
	require.NoError(t, err)
	c.Seen = v
	require.NoError(t, s.SaveOrg(context.Background(), c))
}

func init() {
	add("org: the zero scope is an error", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		var none org.Scope
		for name, ask := range map[string]func() error{
			"Teams":     func() error { _, err := s.Teams(ctx, none); return err },
			"Headcount": func() error { _, err := s.Headcount(ctx, none, date("2025-01-01")); return err },
			"Stays":     func() error { _, err := s.Stays(ctx, none, date("2025-01-01"), date("2026-01-01")); return err },
			"Employees": func() error { _, err := s.Employees(ctx, none, org.Page{Limit: 1}); return err },
			"Partners":  func() error { _, err := s.Partners(ctx, none, org.Page{Limit: 1}); return err },
		} {
			require.Equal(t, "scope_missing", errs.CodeOf(ask()), name)
		}
	})

	add("org: teams are kept whole and filtered by scope", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		a, b := team("a", ""), team("b", "a")
		b.ClosedOn, b.MergedInto = date("2024-06-30"), "a"
		b.History = append(b.History, org.TeamEvent{On: date("2024-06-30"), Kind: org.Merged, To: "Team a"})
		saveOrg(t, s, org.Change{Teams: []org.Team{a, b}})
		got, err := s.Teams(ctx, org.Everything)
		require.NoError(t, err)
		require.ElementsMatch(t, []org.Team{a, b}, got)
		got, err = s.Teams(ctx, org.Teams("b"))
		require.NoError(t, err)
		require.Equal(t, []org.Team{b}, got)
		got, err = s.Teams(ctx, org.Teams())
		require.NoError(t, err)
		require.Equal(t, []org.Team{}, got, "an empty scope sees nothing, and lists are never nil")
		b.Name = "Renamed"
		saveOrg(t, s, org.Change{Teams: []org.Team{b}})
		got, err = s.Teams(ctx, org.Teams("b"))
		require.NoError(t, err)
		require.Equal(t, []org.Team{b}, got)
	})

	add("org: a change from an older picture is refused, and its audit entry with it", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		saveOrg(t, s, org.Change{Teams: []org.Team{team("a", "")}, Audit: []audit.Entry{{At: date("2025-01-01"), Actor: "u", Action: "team.create", Object: "a"}}})
		err := s.SaveOrg(ctx, org.Change{Seen: 0, Teams: []org.Team{team("b", "")}, Audit: []audit.Entry{{At: date("2025-01-01"), Actor: "u", Action: "team.create", Object: "b"}}})
		require.Equal(t, "org_changed", errs.CodeOf(err))
		entries, err := s.AuditEntries(ctx, 0, 10)
		require.NoError(t, err)
		require.Len(t, entries, 1)
		got, err := s.Teams(ctx, org.Everything)
		require.NoError(t, err)
		require.Len(t, got, 1)
	})

	add("org: a change is whole or not at all", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		twin := employee("1", "a")
		twin.ID = "another"
		err := s.SaveOrg(ctx, org.Change{
			Teams: []org.Team{team("a", "")}, Employees: []org.Employee{employee("1", "a"), twin},
			Audit: []audit.Entry{{At: date("2025-01-01"), Actor: "u", Action: "employees.import"}},
		})
		require.Error(t, err, "two employees with one external id")
		teams, err := s.Teams(ctx, org.Everything)
		require.NoError(t, err)
		require.Empty(t, teams)
		entries, err := s.AuditEntries(ctx, 0, 10)
		require.NoError(t, err)
		require.Empty(t, entries)
		v, err := s.OrgVersion(ctx)
		require.NoError(t, err)
		require.Zero(t, v)
	})

	add("org: employees are kept, replaced, listed by external id and filtered by scope", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		moved := employee("2", "b", org.Stay{TeamID: "a", From: date("2020-01-01"), To: date("2023-05-01")},
			org.Stay{TeamID: "b", From: date("2023-05-01"), To: date("2025-01-01"), Left: true})
		moved.LeftOn, moved.Attributes = date("2024-12-31"), nil
		e1, e3 := employee("1", "a"), employee("3", "a")
		saveOrg(t, s, org.Change{Teams: []org.Team{team("a", ""), team("b", "")}, Employees: []org.Employee{e3, moved, e1}})
		got, err := s.Employees(ctx, org.Everything, org.Page{Limit: 2})
		require.NoError(t, err)
		require.Equal(t, []org.Employee{e1, moved}, got)
		got, err = s.Employees(ctx, org.Everything, org.Page{After: "2", Limit: 2})
		require.NoError(t, err)
		require.Equal(t, []org.Employee{e3}, got)
		got, err = s.Employees(ctx, org.Teams("b"), org.Page{Limit: 5})
		require.NoError(t, err)
		require.Equal(t, []org.Employee{moved}, got)
		e1.Stays, e1.Name = []org.Stay{{TeamID: "a", From: date("1970-01-01"), To: date("2024-02-01")}, {TeamID: "b", From: date("2024-02-01")}}, "New"
		e1.TeamID = "b"
		saveOrg(t, s, org.Change{Employees: []org.Employee{e1}})
		got, err = s.EmployeesByExternalID(ctx, []string{"3", "1", "none"})
		require.NoError(t, err)
		require.ElementsMatch(t, []org.Employee{e1, e3}, got)
	})

	add("org: headcount and stays by day and scope", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		saveOrg(t, s, org.Change{Teams: []org.Team{team("a", ""), team("b", "")}, Employees: []org.Employee{
			employee("1", "a", org.Stay{TeamID: "a", From: date("2024-01-01")}),
			employee("2", "b", org.Stay{TeamID: "a", From: date("2024-01-01"), To: date("2024-03-01")}, org.Stay{TeamID: "b", From: date("2024-03-01")}),
			employee("3", "a", org.Stay{TeamID: "a", From: date("2024-01-01"), To: date("2024-02-01"), Left: true}),
		}})
		n, err := s.Headcount(ctx, org.Everything, date("2024-01-15"))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"a": 3}, n)
		n, err = s.Headcount(ctx, org.Everything, date("2024-03-01"))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"a": 1, "b": 1}, n)
		n, err = s.Headcount(ctx, org.Teams("b"), date("2024-03-01"))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"b": 1}, n)
		stays, err := s.Stays(ctx, org.Teams("a"), date("2024-02-01"), date("2024-04-01"))
		require.NoError(t, err)
		require.ElementsMatch(t, []org.Stay{{TeamID: "a", From: date("2024-01-01")}, {TeamID: "a", From: date("2024-01-01"), To: date("2024-03-01")}}, stays)
		stays, err = s.Stays(ctx, org.Everything, date("2024-01-01"), date("2024-02-01"))
		require.NoError(t, err)
		require.Len(t, stays, 3)
	})

	add("org: partners are kept with their teams and filtered by scope", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		p := org.Partner{ID: "p1", ExternalID: "P-1", Name: "Dana", Email: "d@example.com", Company: "Acme", TeamIDs: []string{"a", "b"}, StartedOn: date("2025-03-01"), EndedOn: date("2026-01-01"), Locale: "pl"}
		q := org.Partner{ID: "p2", ExternalID: "P-2", Name: "Avi", TeamIDs: []string{"b"}}
		saveOrg(t, s, org.Change{Teams: []org.Team{team("a", ""), team("b", "")}, Partners: []org.Partner{q, p}})
		got, err := s.Partners(ctx, org.Everything, org.Page{Limit: 5})
		require.NoError(t, err)
		require.Equal(t, []org.Partner{p, q}, got)
		got, err = s.Partners(ctx, org.Teams("a"), org.Page{Limit: 5})
		require.NoError(t, err)
		require.Equal(t, []org.Partner{p}, got)
		p.TeamIDs = []string{"b"}
		saveOrg(t, s, org.Change{Partners: []org.Partner{p}})
		got, err = s.PartnersByExternalID(ctx, []string{"P-1"})
		require.NoError(t, err)
		require.Equal(t, []org.Partner{p}, got)
	})

	add("org: a change of very many people is whole or not at all", func(t *testing.T, s store.Store) {
		ctx := context.Background()
		const many = 6000
		c := org.Change{Teams: []org.Team{team("a", "")}, Audit: []audit.Entry{{At: date("2025-01-01"), Actor: "u", Action: "employees.import"}}}
		for i := range many {
			c.Employees = append(c.Employees, employee(fmt.Sprintf("%05d", i), "a"))
		}
		twins := c
		twins.Employees = append(slices.Clone(c.Employees), employee("00007", "a"))
		twins.Employees[many].ID = "another"
		require.Error(t, s.SaveOrg(ctx, twins))
		late := c
		late.Seen = 7
		require.Equal(t, "org_changed", errs.CodeOf(s.SaveOrg(ctx, late)))
		n, err := s.Headcount(ctx, org.Everything, date("2025-01-01"))
		require.NoError(t, err)
		require.Empty(t, n)
		require.Zero(t, auditLen(t, s))

		saveOrg(t, s, c)
		n, err = s.Headcount(ctx, org.Everything, date("2025-01-01"))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"a": many}, n)
		got, err := s.Employees(ctx, org.Teams("a"), org.Page{After: "05998", Limit: 10})
		require.NoError(t, err)
		require.Equal(t, c.Employees[5999:], got)
		for i := range c.Employees {
			c.Employees[i].Name = "New"
		}
		c.Teams = nil
		saveOrg(t, s, c)
		got, err = s.EmployeesByExternalID(ctx, []string{"00000", "05999"})
		require.NoError(t, err)
		require.Equal(t, []org.Employee{c.Employees[0], c.Employees[5999]}, got)
		require.Equal(t, 2, auditLen(t, s))
	})
}
