package series

import (
	"context"
	"time"

	"rapport/internal/intake"
	"rapport/internal/org"
)

// Service answers for the catalogue and the figures, and holds the rules of writing them.
type Service struct {
	Reader
	store   Store
	intake  Batches
	org     Organisation
	now     func() time.Time
	slots   chan struct{} // imports under way
	others  []Dependants
	decided decided
}

// atOnce is how many imports of files one process works on; further ones wait their turn.
const atOnce = 2

// Batches is what the service asks of the list of imports.
type Batches interface {
	Batches(ctx context.Context, page intake.Page) ([]intake.Batch, error)
	Batch(ctx context.Context, id string) (intake.Batch, error)
	Memory(ctx context.Context, signature string) (intake.Memory, error)
}

// Organisation is what the service asks about teams.
type Organisation interface {
	OrgVersion(ctx context.Context) (int64, error)
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
	Stays(ctx context.Context, scope org.Scope, from, to time.Time) ([]org.Stay, error)
	Partners(ctx context.Context, scope org.Scope, page org.Page) ([]org.Partner, error)
}

// NewService makes a service. One store usually answers all three.
func NewService(store Store, in Batches, teams Organisation, now func() time.Time) *Service {
	return &Service{Reader: store, store: store, intake: in, org: teams, now: now, slots: make(chan struct{}, atOnce)}
}

// Dependants tells which of some teams the records of another feature stand on.
type Dependants interface {
	Holds(ctx context.Context, teams []string) (map[string]bool, error)
}

// Heed makes undoing an import leave the teams alone that another feature's records stand on. The composition root
// calls it once, before anything is undone.
func (s *Service) Heed(d Dependants) { s.others = append(s.others, d) }
