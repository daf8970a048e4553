package audit

import "context"

// Store keeps the chain. Entries are written by the features' own changes; AppendAudit is for what changes nothing else.
type Store interface {
	// AuditEntries lists entries with a smaller sequence number than before, newest first; before 0 begins at the head.
	AuditEntries(ctx context.Context, before int64, limit int) ([]Entry, error)
	// AuditChain lists entries with a greater sequence number than after, oldest first.
	AuditChain(ctx context.Context, after int64, limit int) ([]Entry, error)
	// AppendAudit adds entries to the chain.
	AppendAudit(ctx context.Context, entries ...Entry) error
}

// Service reads the log; it embeds the store's questions.
type Service struct{ Store }

// NewService makes a service over a store.
func NewService(store Store) *Service { return &Service{store} }

// Verification says whether the chain is whole. Whoever keeps Head and Entries outside can later show that nothing was
// cut off the end.
type Verification struct {
	Whole    bool
	Entries  int64  // entries that follow one another without a break
	Head     string // hash of the last of them
	BrokenAt int64  // sequence number at which the chain breaks, when it does
}

// Verify walks the whole chain in pieces.
func (s *Service) Verify(ctx context.Context) (Verification, error) {
	const piece = 1000
	v := Verification{Whole: true}
	for {
		entries, err := s.AuditChain(ctx, v.Entries, piece)
		if err != nil {
			return v, err
		}
		for _, e := range entries {
			if !e.Follows(v.Entries, v.Head) {
				v.Whole, v.BrokenAt = false, v.Entries+1
				return v, nil
			}
			v.Entries, v.Head = e.Seq, e.Hash
		}
		if len(entries) < piece {
			return v, nil
		}
	}
}
