package pulse

import (
	"context"
	"unicode/utf8"

	"rapport/internal/audit"
	"rapport/internal/errs"
)

// StopAction is the name of stopping a wave in the audit log.
const StopAction = "wave.stop"

// reasonLength is the longest reason for a stop, in characters.
const reasonLength = 500

// Stop ends a wave without a release: nothing that was answered is ever opened, counted or published. The key is
// destroyed as soon as no closing can publish any more, which makes every copy of the answers unreadable, then seals,
// credentials and letters go. It is also the only way out for a wave whose key is lost. It may be repeated after a crash
// at any step. Errors: wave_closed (released already), stop_reason_missing, stop_reason_long.
func (s *Service) Stop(ctx context.Context, wave, reason, by string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.Invalid("stop_reason_missing").At(errs.Field{Path: "/stop", Code: "stop_reason_missing"})
	case n > reasonLength:
		return errs.Invalid("stop_reason_long").With("limit", reasonLength).At(errs.Field{Path: "/stop", Code: "stop_reason_long"})
	}
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return err
	}
	switch w.State {
	case Staging:
		return errs.Conflict("import_running")
	case Stopped:
		return s.keys.Destroy(wave)
	}
	return s.stop(ctx, wave, by, audit.Entry{
		At: s.now(), Actor: by, Action: StopAction, Object: wave,
		Detail: map[string]string{"reason": reason, "programme": w.ProgrammeID, "invited": itoa(w.Invited)},
	})
}

func (s *Service) stop(ctx context.Context, wave, by string, e ...audit.Entry) error {
	defer s.asked.forget(wave)
	if err := s.BeginStop(ctx, wave, e...); err != nil {
		return err
	}
	if err := s.keys.Destroy(wave); err != nil {
		return err
	}
	return s.FinishStop(ctx, wave, s.now(), audit.Entry{At: s.now(), Actor: by, Action: "wave.purge", Object: wave})
}
