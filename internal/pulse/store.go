package pulse

import (
	"context"

	"rapport/internal/audit"
)

// Store is what pulse asks of an engine. Writing questions are durable when they return.
type Store interface {
	// LaunchWave stores a wave with all its credentials (in the order given, which tells nothing) at once, or nothing.
	// A repeated launch of the same wave is errs.Conflict("wave_exists").
	LaunchWave(ctx context.Context, w Wave, credentials []Credential, e ...audit.Entry) error
	// Wave finds one; errs.NotFound("wave_unknown").
	Wave(ctx context.Context, id string) (Wave, error)
	// Waves lists all, newest first.
	Waves(ctx context.Context) ([]Wave, error)

	// Credential finds one; errs.NotFound("code_unknown").
	Credential(ctx context.Context, wave, id string) (Credential, error)
	// EachCredential visits all credentials of a wave.
	EachCredential(ctx context.Context, wave string, visit func(Credential) error) error
	// Envelope gives the seal stored under an answer id, nil when there is none.
	Envelope(ctx context.Context, wave, answer string) ([]byte, error)
	// SubmitAnswer spends the credential and stores the seal, or replaces the seal Before, in one change that also
	// renews the credential's random. It refuses without effect: errs.Conflict("wave_closed") when the credential is
	// closed, errs.Conflict("already_recorded") when it is spent and Before is nil, errs.Conflict("answer_changed") when
	// the stored seal is not Before, errs.NotFound("code_unknown").
	SubmitAnswer(ctx context.Context, s Submission) error

	// BeginClose moves a wave from open or closing to closing under a new fence and closes all its credentials.
	// errs.Conflict("wave_closed") when it is released or purged.
	BeginClose(ctx context.Context, wave, fence string) error
	// EachEnvelope visits all seals of a wave, in the order of their ids.
	EachEnvelope(ctx context.Context, wave string, visit func(seal []byte) error) error
	// PublishRelease makes release, counts and the state released visible at once if the wave is closing under this
	// fence, else errs.Conflict("fenced").
	PublishRelease(ctx context.Context, wave, fence string, r Release, counts []Count, e ...audit.Entry) error
	// Purge deletes the seals and credentials of a released wave and marks it purged; repeating it is success.
	Purge(ctx context.Context, wave string, e ...audit.Entry) error

	// Release finds the release of a wave; errs.NotFound("not_released").
	Release(ctx context.Context, wave string) (Release, error)
}
