package pulse

import (
	"context"
	"time"

	"rapport/internal/audit"
)

// Store is what pulse asks of an engine. Writing questions are durable when they return.
type Store interface {
	// PutProgramme inserts a programme of version 1 or replaces the one of the version before;
	// errs.Conflict("programme_changed") when that is not the stored one.
	PutProgramme(ctx context.Context, p Programme, e ...audit.Entry) error
	// Programme finds one; errs.NotFound("programme_unknown").
	Programme(ctx context.Context, id string) (Programme, error)
	// Programmes lists all by name.
	Programmes(ctx context.Context) ([]Programme, error)

	// PutLaunchApproval stores a request for a second person, or its decision when the stored one still is in the state before;
	// errs.Conflict("approval_decided") when it is not. An empty before inserts.
	PutLaunchApproval(ctx context.Context, a Approval, before ApprovalState, e ...audit.Entry) error
	// Approval finds one; errs.NotFound("approval_unknown").
	LaunchApproval(ctx context.Context, id string) (Approval, error)
	// Approvals lists those of a programme, newest first.
	LaunchApprovals(ctx context.Context, programme string) ([]Approval, error)

	// PulseChannels lists the rooms by name.
	PulseChannels(ctx context.Context) ([]Channel, error)
	// SavePulseChannel inserts or replaces one; what NotePulseChannel noted stays.
	SavePulseChannel(ctx context.Context, c Channel, e ...audit.Entry) error
	// DropPulseChannel deletes one; errs.NotFound("channel_unknown").
	DropPulseChannel(ctx context.Context, id string, e ...audit.Entry) error
	// NotePulseChannel notes when one was last written to and how it went; one that is gone is left alone.
	NotePulseChannel(ctx context.Context, id string, at time.Time, code string) error

	// LaunchWave stores a wave with all its credentials (in the order given, which tells nothing) and letters at once, or
	// nothing.
	// A repeated launch of the same wave is errs.Conflict("wave_exists").
	LaunchWave(ctx context.Context, w Wave, credentials []Credential, letters []Invitation, e ...audit.Entry) error
	// Wave finds one; errs.NotFound("wave_unknown").
	Wave(ctx context.Context, id string) (Wave, error)
	// Waves lists all, newest first.
	Waves(ctx context.Context) ([]Wave, error)

	// ExtendWave moves the end of an open wave; errs.Conflict("wave_closed") when it is not open.
	ExtendWave(ctx context.Context, wave string, closesAt time.Time, e ...audit.Entry) error

	// KeepParticipation keeps the coarse participation of an open wave.
	KeepParticipation(ctx context.Context, wave string, percent int) error

	// ClaimInvitations takes letters that are due and makes them due again at until, for the case that the claimer dies.
	ClaimInvitations(ctx context.Context, now, until time.Time, limit int) ([]Invitation, error)
	// SettleInvitation erases a letter, or makes it due again (with one more try) when again is not zero.
	SettleInvitation(ctx context.Context, i Invitation, again time.Time) error
	// OnPaperInvitations lists who of a wave gets a printed code.
	OnPaperInvitations(ctx context.Context, wave string) ([]Invitation, error)
	// InvitedSince lists who was invited to a wave (no rehearsal) that opened since.
	InvitedSince(ctx context.Context, since time.Time) ([]string, error)

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

	// StageEnvelopes stores seals of a wave that is staging, durably; errs.Conflict("import_cut_off") when it is not.
	StageEnvelopes(ctx context.Context, wave string, envelopes []Envelope) error
	// DropSurvey deletes a wave that is staging with its seals; any other is left alone.
	DropSurvey(ctx context.Context, wave string) error

	// BeginClose moves a wave from staging, open or closing to closing under a new fence and closes all its credentials.
	// errs.Conflict("wave_closed") when it is released or purged.
	BeginClose(ctx context.Context, wave, fence string) error
	// BeginStop moves a wave that is open or closing to stopping, and closes all its credentials, so that no closing under
	// way can publish it any more. One that is stopping already only has its credentials closed again; e is then left out.
	// errs.Conflict("wave_closed") for every other.
	BeginStop(ctx context.Context, wave string, e ...audit.Entry) error
	// FinishStop deletes the seals, credentials and letters of a stopping wave and marks it stopped, ended at at;
	// repeating it is success.
	FinishStop(ctx context.Context, wave string, at time.Time, e ...audit.Entry) error

	// EachEnvelope visits all seals of a wave, in the order of their ids.
	EachEnvelope(ctx context.Context, wave string, visit func(seal []byte) error) error
	// PublishRelease makes release, counts and the state released visible at once if the wave is closing under this
	// fence, else errs.Conflict("fenced").
	PublishRelease(ctx context.Context, wave, fence string, r Release, counts []Count, e ...audit.Entry) error
	// Purge deletes the seals and credentials of a released wave and marks it purged; repeating it is success.
	Purge(ctx context.Context, wave string, e ...audit.Entry) error

	// Release finds the release of a wave; errs.NotFound("not_released").
	Release(ctx context.Context, wave string) (Release, error)
	// Releases lists the ledger, oldest first. Releases are shared: nobody may change what they hold.
	Releases(ctx context.Context) ([]Release, error)

	// DropCounts deletes the kept counts of a wave and says whether there were any.
	DropCounts(ctx context.Context, wave string, e ...audit.Entry) (bool, error)

	// PutBenchmarks inserts or replaces benchmarks by id.
	PutBenchmarks(ctx context.Context, list []Benchmark, e ...audit.Entry) error
	// DropBenchmark deletes one; errs.NotFound("benchmark_unknown").
	DropBenchmark(ctx context.Context, id string, e ...audit.Entry) error
	// Benchmarks lists all.
	Benchmarks(ctx context.Context) ([]Benchmark, error)

	// KeepAudit keeps the newest anonymity audit.
	KeepAudit(ctx context.Context, a AnonymityAudit, e ...audit.Entry) error
	// LastAudit gives it; errs.NotFound("audit_never_run").
	LastAudit(ctx context.Context) (AnonymityAudit, error)
}
