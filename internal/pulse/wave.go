package pulse

import (
	"time"

	"rapport/internal/disclosure"
)

// State is where a wave stands. The states are fenced: they only go forward, and closing may be repeated from scratch
// until released.
type State string

// The states of a wave.
const (
	Staging  State = "staging" // a survey from elsewhere whose rows are still coming in, sealed
	Open     State = "open"
	Closing  State = "closing"
	Released State = "released"
	Purged   State = "purged"

	Stopping State = "stopping" // ended without a release: what came in is being destroyed unread
	Stopped  State = "stopped"  // nothing is left of the answers, and nothing was ever published
)

// Wave is one dated run of a programme. Everything that decides what may be published is frozen in it at launch.
type Wave struct {
	ID          string
	ProgrammeID string
	Title       string
	State       State
	Rehearsal   bool // marked simulated answers; outside panel and ledger
	Imported    bool // a finished survey from elsewhere: nobody was invited from here
	StagedAt    time.Time
	OpensAt     time.Time
	ClosesAt    time.Time
	K           int        // at least disclosure.FloorK
	Population  Population // empty in waves from before populations were kept apart
	Attribute   string     // name of the one attribute, empty for none
	Questions   []Question // as asked
	Subset      int        // questions drawn by the page at random for each person; 0: all
	Languages   []string
	Nodes       []Node  // the hierarchy at launch
	Labels      []Label // the finest groups at launch
	Invited     int
	PaperBy     string // who keys in paper answers, empty for nobody
	Help        string // whom to turn to in need, shown beside comment questions, empty for nobody
	Mask        bool   // names, addresses and numbers in comments are masked at close
	Fingerprint string // of the wave's key
	SealSize    int
	Fence       string // of the closing under way
	// Participation is the share that has answered, in per cent in steps of ten, as it stood when letters were last sent;
	// −1 before, and for fewer than ten invited. It is never live: polling it would show everybody after the fifth answer.
	Participation int
	ReleasedAt    time.Time
	Cadence       Cadence // its opening hours and working days hold for every letter
	// MembersUntil is set where each person is invited on a day of their own: the last such day. Of such a wave no
	// participation is shown while it is open, because few are invited at first.
	MembersUntil time.Time
}

// ClosesOn is when the wave closes, in the time zone of its programme: the day that letters name.
func (w Wave) ClosesOn() time.Time { return w.ClosesAt.In(w.Cadence.zone()) }

// Node is one place of the hierarchy as it was at launch.
type Node struct {
	ID     string
	Parent string
	Name   string
}

// Label is the finest group a wave distinguishes: a team crossed with a value of the attribute.
type Label struct {
	Node    string
	Value   string
	Invited int
}

// Credential is the right to answer once. Nothing in it names a person: its id is keyed, its label sealed, and its
// random changes with every submit, so that closing and submitting cannot pass each other.
type Credential struct {
	ID     string
	Wave   string
	Label  []byte // sealed number of the label
	Spent  bool
	Closed bool
	Random string
}

// Envelope is a sealed answer under its random or keyed id.
type Envelope struct {
	ID   string
	Seal []byte
}

// Submission is one submit or edit, ready to store. It carries no time and no person.
type Submission struct {
	Wave       string
	Credential string
	Answer     string // id of the envelope
	Seal       []byte
	Before     []byte // the seal this one replaces; nil: none may exist
	Random     string
}

// Release is what a closed wave publishes; it is appended to the ledger once and never rewritten.
type Release struct {
	WaveID      string
	ProgrammeID string
	Title       string
	Rehearsal   bool
	Imported    bool
	At          time.Time // day of the close; of an imported survey the day it closed elsewhere
	K           int
	Population  Population // empty in waves from before populations were kept apart
	Attribute   string
	Nodes       []Node
	Invited     int
	Answered    disclosure.Band
	Questions   []ReleasedQuestion
	Response    []NodeResponse
	Comments    []ReleasedComment
	Reliability []Reliability
	Proof       Proof
}

// ReleasedQuestion is one question with its released cells.
type ReleasedQuestion struct {
	Question Question
	disclosure.Release
}

// NodeResponse is the response rate of a group of at least ten invited, in steps.
type NodeResponse struct {
	Node    string
	Percent int
}

// ReleasedComment is one comment at the one node where it is listed.
type ReleasedComment struct {
	Node     string
	Question string
	Text     string
}

// Count is how often an option was chosen in a group; all that is kept of the answers besides the release, until the
// end of the retention.
type Count struct {
	Group    string
	Question string
	Options  []int
}
