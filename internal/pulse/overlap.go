package pulse

import (
	"context"
	"time"

	"rapport/internal/org"
)

// Overlap is another wave that asks some of the same people while this one would be open.
type Overlap struct {
	Title  string
	Own    bool      // a wave of the same programme
	Open   bool      // open now; else planned
	At     time.Time // until when it is open, or when it opens
	People int       // at most so many are asked by both
}

// overlaps lists the waves that are open now, or planned to open, while a wave would be open, and how many people of the
// snapshot they would ask as well. Who was invited to a wave is not kept, so audiences are compared as they stand now.
func (s *Service) overlaps(ctx context.Context, p Programme, when period, snap Snapshot) ([]Overlap, error) {
	programmes, err := s.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	waves, err := s.Waves(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := s.directory.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	tree := org.NewTree(teams)
	asked := map[string]bool{}
	for _, x := range snap.People {
		asked[x.ID] = true
	}
	var out []Overlap
	for _, other := range programmes {
		var found []Overlap
		for _, w := range waves {
			if w.ProgrammeID == other.ID && !w.Rehearsal && !w.Imported && w.State == Open && w.ClosesAt.After(when.opens) {
				found = append(found, Overlap{Title: w.Title, Own: other.ID == p.ID, Open: true, At: w.ClosesAt})
			}
		}
		if next, ok := other.Cadence.NextAfter(when.opens); ok && other.ID != p.ID && next.Before(when.closes) {
			found = append(found, Overlap{Title: other.Name, At: next})
		}
		if len(found) == 0 {
			continue
		}
		both := 0
		if err := s.candidates(ctx, other, tree, func(c candidate) {
			if asked[c.ID] {
				both++
			}
		}); err != nil {
			return nil, err
		}
		for _, o := range found {
			if o.People = both; both > 0 {
				out = append(out, o)
			}
		}
	}
	return out, nil
}
