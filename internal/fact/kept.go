package fact

import (
	"context"
	"errors"
	"slices"
	"sync"

	"rapport/internal/intake"
	"rapport/internal/org"
)

// keptMost bounds how many sums of a kind are kept in memory (40 bytes each). Where there are more, every question reads
// them from the store.
const keptMost = 1 << 20

// kept is the sums of a kind as they were at one version. Every page with a figure about customers reads all of them, some
// several times, and they change only when facts come in or are taken back.
type kept struct {
	mu      sync.Mutex
	version version
	state   keptState
	pairs   []Measured // sorted; shared: nobody may change it
	sums    []keptSum  // sorted as EachSum gives them; shared
}

// keptState is what is known at the version.
type keptState int

const (
	keptNothing keptState = iota
	keptPairs             // the sums are too many to be kept
	keptAll
)

// version names a state of the sums of a kind: publications and undoings count the edition on, and whatever is appended
// has a higher id than what was appended before.
type version struct{ edition, appended int64 }

// keptSum is a sum; pair says whose and of what.
type keptSum struct {
	pair, period, bucket int32
	grain                int8
	n                    int64
	sum, squares         float64
}

// version asks for it before the sums are read: what is read is then that state or a newer one, never an older one under
// a newer name.
func (s *Service) version(ctx context.Context, kind intake.Kind) (v version, err error) {
	if v.edition, err = s.FactEdition(ctx); err != nil {
		return v, err
	}
	v.appended, err = s.LastAppended(ctx, kind)
	return v, err
}

// EachSum is Store.EachSum, from memory where the sums have not changed since they were read last.
func (s *Service) EachSum(ctx context.Context, scope org.Scope, kind intake.Kind, fn func(Sum) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	pairs, sums, ok, err := s.keep(ctx, kind)
	if err != nil {
		return err
	}
	if !ok {
		return s.Store.EachSum(ctx, scope, kind, fn)
	}
	for i := 0; i < len(sums); {
		pair := sums[i].pair
		team, measure := pairs[pair].Team, pairs[pair].Measure
		in := scope.Has(team)
		for ; i < len(sums) && sums[i].pair == pair; i++ {
			if !in {
				continue
			}
			x := &sums[i]
			if err := fn(Sum{Team: team, Measure: measure, Grain: Grains[x.grain], Period: int(x.period), Bucket: int(x.bucket), N: x.n, Sum: x.sum, Squares: x.squares}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Measured is Store.Measured, from memory where the sums have not changed since. Nobody may change the list.
func (s *Service) Measured(ctx context.Context, kind intake.Kind) ([]Measured, error) {
	pairs, _, _, err := s.keep(ctx, kind)
	return pairs, err
}

// Measures lists what a kind has sums of, sorted.
func (s *Service) Measures(ctx context.Context, kind intake.Kind) ([]string, error) {
	pairs, err := s.Measured(ctx, kind)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, p := range pairs {
		if at, known := slices.BinarySearch(out, p.Measure); !known {
			out = slices.Insert(out, at, p.Measure)
		}
	}
	return out, nil
}

// keep gives what is kept, read anew when the version moved; ok says whether the sums are among it. Those who ask at the
// same time wait for one reading.
func (s *Service) keep(ctx context.Context, kind intake.Kind) (pairs []Measured, sums []keptSum, ok bool, err error) {
	v, err := s.version(ctx, kind)
	if err != nil {
		return nil, nil, false, err
	}
	k := s.kept[kind]
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state != keptNothing && k.version == v {
		return k.pairs, k.sums, k.state == keptAll, nil
	}
	many := k.state == keptPairs && k.version.edition == v.edition // appending does not make them fewer
	k.state, k.pairs, k.sums = keptNothing, nil, nil
	if !many {
		if pairs, sums, ok, err = s.readSums(ctx, kind); err != nil {
			return nil, nil, false, err
		}
	}
	if ok {
		k.state = keptAll
	} else {
		if pairs, err = s.Store.Measured(ctx, kind); err != nil {
			return nil, nil, false, err
		}
		k.state = keptPairs
	}
	k.version, k.pairs, k.sums = v, pairs, sums
	return pairs, sums, ok, nil
}

// errTooMany ends a reading of more sums than are kept.
type errTooMany struct{}

func (errTooMany) Error() string { return "more sums than are kept" }

// readSums reads all sums of a kind; ok is false where there are too many.
func (s *Service) readSums(ctx context.Context, kind intake.Kind) (pairs []Measured, sums []keptSum, ok bool, err error) {
	pairs = []Measured{}
	err = s.Store.EachSum(ctx, org.Everything, kind, func(x Sum) error {
		if len(sums) == s.keptMost {
			return errTooMany{}
		}
		if p := (Measured{x.Team, x.Measure}); len(pairs) == 0 || pairs[len(pairs)-1] != p {
			pairs = append(pairs, p)
		}
		sums = append(sums, keptSum{int32(len(pairs) - 1), int32(x.Period), int32(x.Bucket), int8(slices.Index(Grains, x.Grain)), x.N, x.Sum, x.Squares})
		return nil
	})
	if _, many := errors.AsType[errTooMany](err); many {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, err
	}
	return pairs, slices.Clip(sums), true, nil
}
