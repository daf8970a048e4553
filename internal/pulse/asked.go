package pulse

import (
	"context"
	"sync"
	"time"
)

// fresh is how long a read wave serves for answering. What is asked is frozen at launch; only the end of a wave may
// move, and whether an answer may still come in is decided by its credential, in the change that stores it.
const fresh = time.Second

// asked remembers the waves that people are answering, so that not every answer reads the whole wave.
type asked struct {
	mu   sync.Mutex
	seen map[string]remembered
}

type remembered struct {
	wave  Wave
	until time.Time
}

// Asked gives a wave as the answer form needs it, at most a second old. Nobody may change what it holds.
func (s *Service) Asked(ctx context.Context, id string) (Wave, error) {
	now := s.now()
	s.asked.mu.Lock()
	r, ok := s.asked.seen[id]
	s.asked.mu.Unlock()
	if ok && now.Before(r.until) {
		return r.wave, nil
	}
	w, err := s.Wave(ctx, id)
	if err != nil {
		return w, err
	}
	s.asked.mu.Lock()
	defer s.asked.mu.Unlock()
	if s.asked.seen == nil {
		s.asked.seen = map[string]remembered{}
	}
	if w.State == Open {
		s.asked.seen[id] = remembered{w, now.Add(fresh)}
	} else {
		delete(s.asked.seen, id)
	}
	return w, nil
}

func (a *asked) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.seen, id)
}
