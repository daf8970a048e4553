package pulse

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Close closes a wave, publishes its release and destroys what could link an answer to a person. It may be called
// again after a crash at any step: closing starts from scratch, a released wave is only purged, a purged one is done.
func (s *Service) Close(ctx context.Context, wave, by string) error {
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return err
	}
	switch w.State {
	case Staging:
		return errs.Conflict("import_running")
	case Purged, Stopped:
		return s.keys.Destroy(wave)
	case Stopping:
		return s.stop(ctx, wave, by)
	case Released:
		return s.purge(ctx, wave, by)
	}
	return s.release(ctx, w, by)
}

// release publishes a wave whose answers are all in, and purges it.
func (s *Service) release(ctx context.Context, w Wave, by string) error {
	wave := w.ID
	if kept, ok, err := s.keys.Kept(wave); err != nil {
		return err
	} else if ok {
		return s.publishAgain(ctx, kept, by)
	}
	key, err := s.keys.Open(w.ID, w.Fingerprint)
	if err != nil {
		return err
	}
	fence := ident.New()
	if err := s.BeginClose(ctx, wave, fence); err != nil {
		return err
	}
	s.asked.forget(wave)
	t := newTally(w)
	if t.mask, err = s.maskerFor(ctx, w); err != nil {
		return err
	}
	err = s.EachEnvelope(ctx, wave, func(seal []byte) error {
		x, err := openAnswer(key, seal)
		if err != nil {
			return err
		}
		return t.add(x)
	})
	if err != nil {
		return err
	}
	release, counts, err := t.release(rand.New(rand.NewChaCha8(seed())))
	if err != nil {
		return errs.New(errs.KindInternal, "release_failed").Because(err) // nothing is lost: the wave stays closing
	}
	release.At = s.now().UTC().Truncate(24 * time.Hour)
	if w.Imported {
		release.At = w.ClosesAt.UTC().Truncate(24 * time.Hour)
	}
	err = s.PublishRelease(ctx, wave, fence, release, counts,
		audit.Entry{At: s.now(), Actor: by, Action: ReleaseAction, Object: wave, Detail: map[string]string{ReleaseDigest: release.Digest(), "invited": itoa(w.Invited), "k": itoa(w.K)}})
	if err != nil {
		return err
	}
	return s.purge(ctx, wave, by)
}

// purge destroys what a released wave no longer needs; the key goes last, once the release is kept apart from the database.
func (s *Service) purge(ctx context.Context, wave, by string) error {
	x, err := s.Release(ctx, wave)
	if err != nil {
		return err
	}
	if !x.Rehearsal {
		if err := s.keys.Keep(x); err != nil {
			return err
		}
	}
	if err := s.Purge(ctx, wave, audit.Entry{At: s.now(), Actor: by, Action: "wave.purge", Object: wave}); err != nil {
		return err
	}
	return s.keys.Destroy(wave)
}

// DropOldCounts drops the counts of releases older than their programme's retention and says how many it dropped.
func (s *Service) DropOldCounts(ctx context.Context, by string) (int, error) {
	programmes, err := s.Programmes(ctx)
	if err != nil {
		return 0, err
	}
	releases, err := s.Releases(ctx)
	if err != nil {
		return 0, err
	}
	days := map[string]int{}
	for _, p := range programmes {
		days[p.ID] = p.RetentionDays
	}
	n := 0
	for _, r := range releases {
		if s.now().Before(r.At.AddDate(0, 0, days[r.ProgrammeID]+1)) {
			continue
		}
		dropped, err := s.DropCounts(ctx, r.WaveID, audit.Entry{At: s.now(), Actor: by, Action: "wave.counts_dropped", Object: r.WaveID})
		if err != nil {
			return n, err
		}
		if dropped {
			n++
		}
	}
	return n, nil
}

// seed gives the shuffling of comments its secret: nobody can undo it, not even with the release in hand.
func seed() [32]byte {
	var b [32]byte
	_, _ = crand.Read(b[:])
	return b
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
