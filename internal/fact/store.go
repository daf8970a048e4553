package fact

import (
	"context"
	"time"

	"rapport/internal/audit"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Standing is the version of a record that counts now.
type Standing struct {
	Key    Key
	ID     int64
	Digest uint64
}

// Erased stands in place of the digest of a record whose customer was erased: whatever a source says of it later, it stays as it is.
const Erased = 0

// Says reports whether the standing version says what the digest stands for, or may no longer be changed.
func (s Standing) Says(digest uint64) bool { return s.Digest == digest || s.Digest == Erased }

// Erasure takes a customer out of everything stored about them. As takes their place; Strip leaves of a body what sums are made of.
type Erasure struct {
	Customer, As string
	Strip        func(kind intake.Kind, body []byte) []byte
	Audit        []audit.Entry
}

// Staged is a part of a batch that is not visible yet.
type Staged struct {
	Facts    []Fact
	Keys     []Standing // sorted by key
	Replaced []int64    // facts that this batch takes the place of
	Sums     []Sum      // what the batch adds to the sums, replaced facts taken away
	Arrivals []Arrival  // only when appending
}

// Publication makes a staged batch visible, with the teams it brings, in one change.
type Publication struct {
	Batch  intake.Batch
	No     int64
	Seen   int64 // the edition the batch was compared with
	Org    *org.Change
	Memory *intake.Memory
	Audit  []audit.Entry

	Appended int64 // the last appended fact that the batch was compared with
	Arrival  Arrival
}

// Retraction is the undoing of a batch.
type Retraction struct {
	BatchID string
	Seen    int64
	At      time.Time
	Audit   []audit.Entry
}

// Measured is a measure that a team has sums of.
type Measured struct {
	Team    string // an id, or Unattributed and the name used by the source
	Measure string
}

// Filter selects facts. After is the id of the last fact seen; a zero Limit is no limit. Newest turns the order round: what came
// in last comes first.
type Filter struct {
	Kind     intake.Kind
	Customer string
	After    int64
	Limit    int
	Newest   bool
}

// Store keeps facts and their sums. Scopes name teams by id; names that begin with Unattributed stand for facts whose team
// is not known.
type Store interface {
	// FactEdition counts publications and undoings.
	FactEdition(ctx context.Context) (int64, error)
	// BeginFacts stores a new, invisible batch and gives it a number.
	BeginFacts(ctx context.Context, b intake.Batch) (no int64, err error)
	// StageFacts adds to an invisible batch, durably, with the batch's sign of life.
	StageFacts(ctx context.Context, b intake.Batch, no int64, s Staged) error
	// StandingFacts gives the versions that count of the records named (500 at most); records that do not exist are left out.
	StandingFacts(ctx context.Context, keys []Key) ([]Standing, error)
	// FactsByID reads facts (500 at most), sorted by id.
	FactsByID(ctx context.Context, ids []int64) ([]Fact, error)
	// DropFacts deletes facts of one batch that is not published, some at a time, and says whether there are more.
	DropFacts(ctx context.Context, batch string) (more bool, err error)
	// PublishFacts makes a batch visible: errs.Conflict facts_changed when the edition is no longer Seen or a record of the
	// batch was appended after Appended, org_changed when the organisation is not the one seen.
	PublishFacts(ctx context.Context, p Publication) error
	// RetractFacts hides a published batch again: errs.Conflict import_not_undoable when it is not published,
	// import_superseded when a later one has taken the place of some of its facts, facts_changed when the edition moved.
	RetractFacts(ctx context.Context, r Retraction) error
	// AppendFacts adds facts to those that count, in one change: it shows what stands for the records named, and stores what
	// decide makes of it – facts and keys, what they replace, and sums and arrivals, which are added to those that stand.
	// decide may be asked more than once.
	AppendFacts(ctx context.Context, kind intake.Kind, keys []Key, decide func(Appending) (Staged, error)) error
	// LastAppended gives the id of the fact of a kind that was appended last; 0 when there is none.
	LastAppended(ctx context.Context, kind intake.Kind) (int64, error)
	// Overtaken says whether facts appended after the one named are versions of records of an invisible batch, and which
	// was appended last.
	Overtaken(ctx context.Context, no int64, kind intake.Kind, after int64) (overtaken bool, last int64, err error)
	// Arrivals lists the sources that records came from, the newest arrival first.
	Arrivals(ctx context.Context) ([]Arrival, error)
	// Aliases lists what names mean.
	Aliases(ctx context.Context) ([]Alias, error)
	// SaveAlias stores what a name means, in the place of what it meant before.
	SaveAlias(ctx context.Context, a Alias, entry audit.Entry) error
	// EraseCustomer strips every fact of the customer, whether it counts or not, marks its record as erased, and gives how many there were.
	EraseCustomer(ctx context.Context, e Erasure) (facts int, err error)
	// Measured lists which teams have sums of which measures of a kind, sorted by team and measure. It costs what there is to
	// list, not what there is to sum.
	Measured(ctx context.Context, kind intake.Kind) ([]Measured, error)
	// EachSum gives the sums of a kind's facts for the teams in scope, sorted by team, measure, grain, period and bucket.
	EachSum(ctx context.Context, scope org.Scope, kind intake.Kind, fn func(Sum) error) error
	// EachFact gives the facts that count, of teams in scope, by id. What fn returns ends the walk and is returned.
	EachFact(ctx context.Context, scope org.Scope, f Filter, fn func(Fact) error) error
}
