package fact

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Service brings facts in and takes them back, for the features they belong to.
type Service struct {
	Store
	intake Batches
	org    Organisation
	now    func() time.Time

	additions map[intake.Kind]*additions
	finders   finders
	kept      map[intake.Kind]*kept
	keptMost  int
}

// Batches is what the service asks of the list of imports.
type Batches interface {
	Batches(ctx context.Context, page intake.Page) ([]intake.Batch, error)
	Batch(ctx context.Context, id string) (intake.Batch, error)
	Memory(ctx context.Context, signature string) (intake.Memory, error)
}

// Organisation is what the service asks about teams.
type Organisation interface {
	OrgVersion(ctx context.Context) (int64, error)
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// NewService makes a service. One store usually answers all three.
func NewService(store Store, in Batches, teams Organisation, now func() time.Time) *Service {
	return &Service{
		Store: store, intake: in, org: teams, now: now,
		additions: map[intake.Kind]*additions{intake.Feedback: {}, intake.Orders: {}},
		kept:      map[intake.Kind]*kept{intake.Feedback: {}, intake.Orders: {}}, keptMost: keptMost,
	}
}

// Input is a file of facts to bring in.
type Input struct {
	File     io.ReaderAt
	Size     int64
	Name     string // of the file
	Mapping  intake.Mapping
	DryRun   bool
	By       auth.Principal
	Progress func(done, total int64) // may be nil
}

// Feature knows what the rows of a kind of fact mean.
type Feature interface {
	// Kind of import.
	Kind() intake.Kind
	// Rows finds the mapping's columns in a file's headings. What a reader says of a row may not depend on other rows.
	Rows(columns []string, m intake.Mapping, now time.Time) (RowReader, error)
	// Enrich adds to a new body what is worked out once, when a record comes in. It is not part of what tells two versions of a
	// record apart: a record that says the same again is not worked out again.
	Enrich(body []byte) []byte
	// Readings says what a fact adds to the sums.
	Readings(at time.Time, body []byte, out []Reading) []Reading
}

// RowReader reads a row into a record, or says what is wrong with it. skip passes the row over as one that says nothing.
type RowReader interface {
	Read(row intake.Row, rec *Record) (skip bool, wrong []errs.Field)
}

// tries is how often an import starts again because somebody else changed facts or teams while it ran.
const tries = 5

// cutOff is how long a staging batch may be silent before it counts as dead.
const cutOff = 5 * time.Minute

// Import reads a file by its mapping and brings its records in: all of them or, if any row is rejected or anything goes
// wrong, none. Importing the same file again changes nothing. Rows of unknown teams are stored and wait (queued). A result
// with rejected rows comes with the error import_rejected, unless it was a dry run.
func (s *Service) Import(ctx context.Context, feature Feature, in Input) (intake.Result, error) {
	return s.ImportBy(ctx, feature, ByFile, in)
}

// ImportBy is Import for a file that came by a door of its own.
func (s *Service) ImportBy(ctx context.Context, feature Feature, door Door, in Input) (intake.Result, error) {
	if in.Progress == nil {
		in.Progress = func(int64, int64) {}
	}
	if !in.DryRun {
		if err := s.sweep(ctx); err != nil {
			return intake.Result{}, err
		}
	}
	for i := 1; ; i++ {
		res, err := s.importOnce(ctx, feature, door, in)
		if code := errs.CodeOf(err); (code == "facts_changed" || code == "org_changed") && i < tries {
			continue
		}
		return res, err
	}
}

// sweep deletes what dead and undone imports left behind; none of it is visible.
func (s *Service) sweep(ctx context.Context) error {
	list, err := s.intake.Batches(ctx, intake.Page{Limit: 50})
	if err != nil {
		return err
	}
	for _, b := range list {
		dead := b.State == intake.Staging && s.now().Sub(b.BeatAt) > cutOff
		gone := (b.State == intake.Undone || b.State == intake.Failed) && s.now().Sub(b.FinishedAt) > cutOff
		if b.Kind != intake.Feedback && b.Kind != intake.Orders || !dead && !gone {
			continue
		}
		for more := true; more; {
			if more, err = s.DropFacts(ctx, b.ID); err != nil {
				return err
			}
		}
		if dead {
			b.State, b.FinishedAt = intake.Failed, s.now()
			if err := s.StageFacts(ctx, b, 0, Staged{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Undo takes an import back: what stood before stands again. The teams it made stay; what else rests on them is not known
// here.
func (s *Service) Undo(ctx context.Context, by auth.Principal, id string) error {
	for i := 1; ; i++ {
		b, err := s.intake.Batch(ctx, id)
		if err != nil {
			return err
		}
		if !by.May(Need) {
			return errs.Forbidden("not_allowed").With("permission", string(Need))
		}
		if b.Kind != intake.Feedback && b.Kind != intake.Orders || b.State != intake.Done || !b.CanUndo {
			return errs.Conflict("import_not_undoable")
		}
		seen, err := s.FactEdition(ctx)
		if err != nil {
			return err
		}
		now := s.now()
		err = s.RetractFacts(ctx, Retraction{BatchID: id, Seen: seen, At: now, Audit: []audit.Entry{{
			At: now, Actor: by.ID, Action: "import.undo", Object: id,
			Detail: map[string]string{"source": b.Source, "kind": string(b.Kind)},
		}}})
		if errs.CodeOf(err) != "facts_changed" || i == tries {
			return err
		}
	}
}

// Need is the permission that bringing in facts about customers takes.
const Need = auth.ImportCX

// Remembered gives the mapping remembered for a file's columns; errs.NotFound("mapping_unknown").
func (s *Service) Remembered(ctx context.Context, kind intake.Kind, columns []string) (intake.Mapping, error) {
	mem, err := s.intake.Memory(ctx, intake.Signature(kind, columns))
	if err != nil {
		return intake.Mapping{}, err
	}
	return intake.ParseMapping(mem.Mapping)
}

// Teams gives the organisation as it stands now.
func (s *Service) Teams(ctx context.Context) (*org.Tree, error) {
	list, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return nil, err
	}
	return org.NewTree(list), nil
}

// EmptyOrganisation reports whether there is no team yet.
func (s *Service) EmptyOrganisation(ctx context.Context) (bool, error) {
	teams, err := s.org.Teams(ctx, org.Everything)
	return len(teams) == 0, err
}

func itoa(n int) string { return strconv.Itoa(n) }

func rawMapping(m intake.Mapping) json.RawMessage {
	b, _ := json.Marshal(m) // strings, numbers and booleans only: cannot fail
	return b
}

// Holds tells which of the teams named have facts that count; it implements series.Dependants.
func (s *Service) Holds(ctx context.Context, teams []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, kind := range []intake.Kind{intake.Feedback, intake.Orders} {
		pairs, err := s.Measured(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			if slices.Contains(teams, p.Team) {
				out[p.Team] = true
			}
		}
	}
	return out, nil
}
