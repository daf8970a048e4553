package org

import (
	"context"
	"time"

	"rapport/internal/audit"
)

// Employee is a person on the pay-roll. Where they are and were lies in Stays; an employee holds no answer.
type Employee struct {
	ID         string
	ExternalID string // the number in the HR system, unique
	Name       string
	Email      string
	TeamID     string    // the team of the newest stay
	JoinedOn   time.Time // date, UTC midnight
	LeftOn     time.Time // zero while there; may lie ahead
	Locale     string    // empty when unknown
	Attributes map[string]string
	Stays      []Stay // oldest first, without gaps or overlaps
}

// Stay is one employee's time in one team: the days From ≤ d < To. Left says that it ended by leaving the organisation.
type Stay struct {
	TeamID string
	From   time.Time
	To     time.Time // zero while it lasts
	Left   bool
}

// Partner is a business partner: somebody outside the pay-roll who serves customers with our teams.
type Partner struct {
	ID         string
	ExternalID string
	Name       string
	Email      string
	Company    string
	TeamIDs    []string  // teams the partner serves, sorted
	StartedOn  time.Time // first day; where nobody said, the day the partner was brought in
	EndedOn    time.Time
	Locale     string
}

// Page asks for a part of a list that is sorted by external id: at most Limit after the one named.
type Page struct {
	After string
	Limit int
}

// Reader answers questions about the organisation. Each refuses the zero Scope.
type Reader interface {
	// Teams lists the teams in scope with their history, in no particular order.
	Teams(ctx context.Context, scope Scope) ([]Team, error)
	// Headcount counts, per team in scope, the employees whose stay there holds on the day.
	Headcount(ctx context.Context, scope Scope, on time.Time) (map[string]int, error)
	// Stays lists the stays in teams in scope that overlap from ≤ d < to; it names no person.
	Stays(ctx context.Context, scope Scope, from, to time.Time) ([]Stay, error)
	// Employees lists employees whose team is in scope.
	Employees(ctx context.Context, scope Scope, page Page) ([]Employee, error)
	// Partners lists partners who serve a team in scope.
	Partners(ctx context.Context, scope Scope, page Page) ([]Partner, error)
}

// Store keeps the organisation.
type Store interface {
	Reader
	// OrgVersion is the number of the last change; a change made from an older picture is refused.
	OrgVersion(ctx context.Context) (int64, error)
	// EmployeesByExternalID finds those that exist; at most 500 ids at a time.
	EmployeesByExternalID(ctx context.Context, ids []string) ([]Employee, error)
	// PartnersByExternalID finds those that exist; at most 500 ids at a time.
	PartnersByExternalID(ctx context.Context, ids []string) ([]Partner, error)
	// SaveOrg makes one change, whole or not at all: errs.Conflict("org_changed") when the version is no longer Seen.
	SaveOrg(ctx context.Context, c Change) error
}

// Change is one atomic change of the organisation: what is listed is inserted, or replaced by id.
type Change struct {
	Seen      int64
	Teams     []Team
	Employees []Employee
	Partners  []Partner
	Audit     []audit.Entry
}
