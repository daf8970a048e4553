package series

import "time"

// Service answers for the catalogue and the figures, and holds the rules of writing them.
type Service struct {
	Reader
	store Store
	now   func() time.Time
}

// NewService makes a service.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{Reader: store, store: store, now: now}
}
