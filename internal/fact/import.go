package fact

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Sizes of what is compared and staged at once: small enough that nobody waits long for the writer.
const (
	chunkKeys  = 400
	chunkFacts = 1024
	chunkIndex = 2048
)

// entry is what is remembered of a row between the two readings of a file.
type entry struct {
	key    Key
	digest uint64
	line   uint32
	queued bool
}

// run is one attempt at an import.
type run struct {
	s       *Service
	ctx     context.Context // of the one import this value lives for
	feature Feature
	in      Input
	door    Door
	batch   intake.Batch
	no      int64

	tree  *org.Tree
	teams *teams

	entries  []entry
	rejected map[uint32]bool
	res      intake.Result
	take     lineSet          // lines that bring something new
	replaces map[uint32]int64 // line → the fact it takes the place of
	begun    bool
	newest   time.Time
}

func (s *Service) importOnce(ctx context.Context, feature Feature, door Door, in Input) (intake.Result, error) {
	none := intake.Result{}
	seen, err := s.FactEdition(ctx)
	if err != nil {
		return none, err
	}
	appended, err := s.LastAppended(ctx, feature.Kind())
	if err != nil {
		return none, err
	}
	orgSeen, err := s.org.OrgVersion(ctx)
	if err != nil {
		return none, err
	}
	list, err := s.org.Teams(ctx, org.Everything)
	if err != nil {
		return none, err
	}
	if !in.By.May(Need) {
		return none, errs.Forbidden("not_allowed").With("permission", string(Need))
	}
	if in.Mapping.CreateTeams && len(list) > 0 && !in.By.May(auth.TeamsWrite) {
		return none, errs.Forbidden("teams_not_allowed").At(errs.Field{Path: "/create_teams", Code: "teams_not_allowed"})
	}
	r := &run{
		s: s, ctx: ctx, feature: feature, in: in, door: door, tree: org.NewTree(list), rejected: map[uint32]bool{}, replaces: map[uint32]int64{},
		batch: intake.Batch{ID: ident.New(), Kind: feature.Kind(), Source: in.Name, State: intake.Staging, By: in.By.ID, StartedAt: s.now(), BeatAt: s.now(), Mapping: rawMapping(in.Mapping)},
	}
	r.res.DryRun = in.DryRun
	find, err := s.finderOf(ctx, r.tree)
	if err != nil {
		return none, err
	}
	r.teams = newTeams(find, in.By.Scope, in.Mapping.CreateTeams)
	f, err := r.survey()
	if err != nil {
		return none, err
	}
	if r.res.Rejected > 0 {
		if in.DryRun {
			return r.res, nil
		}
		return r.res, errs.Invalid("import_rejected").With("count", r.res.Rejected).At(r.res.Errors...)
	}
	if err := r.compare(); err != nil {
		return none, err
	}
	if in.DryRun || r.res.Imported+r.res.Queued == 0 {
		r.res.TeamsCreated = min(len(r.teams.order), r.res.Imported)
		return r.res, nil
	}
	if err := r.stage(); err != nil {
		r.abandon(context.WithoutCancel(ctx))
		return none, err
	}
	// Most of what was appended meanwhile is looked through before the writer is taken.
	overtaken, appended, err := s.Overtaken(ctx, r.no, feature.Kind(), appended)
	if err == nil && overtaken {
		err = errs.Conflict("facts_changed")
	}
	if err != nil {
		r.abandon(context.WithoutCancel(ctx))
		return none, err
	}
	newTeams := r.teams.made()
	r.res.TeamsCreated = len(newTeams)
	p := Publication{No: r.no, Seen: seen, Appended: appended, Arrival: r.arrival(), Memory: &intake.Memory{Signature: intake.Signature(feature.Kind(), f.Columns), Mapping: rawMapping(in.Mapping), At: s.now(), By: in.By.ID}}
	if len(newTeams) > 0 {
		p.Org = &org.Change{Seen: orgSeen, Teams: newTeams}
		for _, t := range newTeams {
			r.batch.Made.Teams = append(r.batch.Made.Teams, t.ID)
		}
		p.Audit = append(p.Audit, audit.Entry{At: s.now(), Actor: in.By.ID, Action: "team.create", Object: r.batch.ID, Detail: map[string]string{"teams": itoa(len(newTeams))}})
	}
	r.res.ImportID = r.batch.ID
	r.batch.State, r.batch.CanUndo, r.batch.FinishedAt, r.batch.BeatAt = intake.Done, true, s.now(), s.now()
	if r.batch.Result, err = json.Marshal(r.res); err != nil {
		return none, err
	}
	p.Audit = append(p.Audit, audit.Entry{At: s.now(), Actor: in.By.ID, Action: "import.publish", Object: r.batch.ID, Detail: map[string]string{
		"kind": string(r.batch.Kind), "source": in.Name,
		"rows": itoa(r.res.Rows), "imported": itoa(r.res.Imported), "queued": itoa(r.res.Queued),
	}})
	p.Batch = r.batch
	if err := s.PublishFacts(ctx, p); err != nil {
		r.abandon(context.WithoutCancel(ctx))
		return none, err
	}
	in.Progress(2*in.Size, 2*in.Size)
	return r.res, nil
}

// open opens the file and finds the mapping's columns.
func (r *run) open() (*intake.File, RowReader, int, error) {
	f, err := intake.Open(r.in.File, r.in.Size, r.in.Name, r.in.Mapping.Options())
	if err != nil {
		return nil, nil, 0, err
	}
	if !f.EncodingSure {
		return nil, nil, 0, errs.Invalid("encoding_unsure").With("guess", f.Encoding).At(errs.Field{Path: "/encoding", Code: "encoding_unsure", Value: f.Encoding, Params: map[string]any{"guess": f.Encoding}})
	}
	rows, err := r.feature.Rows(f.Columns, r.in.Mapping, r.s.now())
	if err != nil {
		return nil, nil, 0, err
	}
	team := -1
	if r.in.Mapping.Team != "" {
		if team, err = f.Index(r.in.Mapping.Team); err != nil {
			return nil, nil, 0, err
		}
	}
	return f, rows, team, nil
}

// survey reads the file once: every mistake is found, and of each row only its key and digest are kept.
func (r *run) survey() (*intake.File, error) {
	f, rows, team, err := r.open()
	if err != nil {
		return nil, err
	}
	var rec Record
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errs.CodeOf(err) == "row_ragged" {
			var e *errs.Error
			errors.As(err, &e)
			r.res.Rows++
			r.reject(e.Fields...)
			continue
		}
		if err != nil {
			return nil, err
		}
		r.res.Rows++
		if r.res.Rows%4096 == 0 {
			if r.ctx.Err() != nil {
				return nil, r.ctx.Err()
			}
			r.in.Progress(f.Offset(), 2*r.in.Size)
		}
		rec = Record{Body: rec.Body[:0]}
		skip, wrong := rows.Read(row, &rec)
		if skip && len(wrong) == 0 {
			r.res.Unchanged++
			continue
		}
		known := false
		if team >= 0 {
			rec.Team = strings.TrimSpace(row.Cells[team])
			var code string
			if _, known, code = r.teams.find(rec.Team); code != "" {
				wrong = append(wrong, errs.Field{Line: row.Line, Column: f.Columns[team], Code: code, Value: rec.Team})
			}
		}
		if len(wrong) > 0 {
			r.reject(wrong...)
			continue
		}
		r.entries = append(r.entries, entry{key: rec.Key, digest: rec.Digest(), line: uint32(row.Line), queued: !known})
	}
	r.twice()
	slices.SortFunc(r.res.Errors, func(a, b errs.Field) int { return a.Line - b.Line })
	return f, nil
}

func (r *run) reject(fields ...errs.Field) {
	for _, f := range fields {
		if line := uint32(f.Line); !r.rejected[line] {
			if len(r.rejected) < 1<<20 {
				r.rejected[line] = true
			}
			r.res.Rejected++
		}
		if len(r.res.Errors) < intake.MaxErrors {
			if len(f.Value) > 80 {
				f.Value = strings.ToValidUTF8(f.Value[:80], "") + "…"
			}
			f.Value = strings.Clone(f.Value)
			r.res.Errors = append(r.res.Errors, f)
		}
	}
}

// twice sorts the records by key and looks for ids that stand in the file more than once: the same record twice counts as
// unchanged, two different ones under one id are a mistake that names both rows.
func (r *run) twice() {
	slices.SortFunc(r.entries, func(a, b entry) int {
		if c := bytes.Compare(a.key[:], b.key[:]); c != 0 {
			return c
		}
		return int(a.line) - int(b.line)
	})
	out := r.entries[:0]
	for _, e := range r.entries {
		if n := len(out); n > 0 && out[n-1].key == e.key {
			if out[n-1].digest == e.digest {
				r.res.Unchanged++
			} else {
				r.reject(errs.Field{Line: int(e.line), Column: strings.Join(r.in.Mapping.SourceID, " + "), Code: "source_id_twice", Params: map[string]any{"first": int(out[n-1].line)}})
			}
			continue
		}
		out = append(out, e)
	}
	r.entries = out
}

// compare lays the records beside what stands; only those that differ are kept.
func (r *run) compare() error {
	out := r.entries[:0]
	keys := make([]Key, 0, chunkKeys)
	standing := map[Key]Standing{}
	for from := 0; from < len(r.entries); from += chunkKeys {
		part := r.entries[from:min(from+chunkKeys, len(r.entries))]
		keys = keys[:0]
		for _, e := range part {
			keys = append(keys, e.key)
		}
		list, err := r.s.StandingFacts(r.ctx, keys)
		if err != nil {
			return err
		}
		clear(standing)
		for _, x := range list {
			standing[x.Key] = x
		}
		for _, e := range part {
			x, ok := standing[e.key]
			if ok && x.Says(e.digest) {
				r.res.Unchanged++
				continue
			}
			if ok {
				r.replaces[e.line] = x.ID
			}
			if e.queued {
				r.res.Queued++
			} else {
				r.res.Imported++
			}
			r.take.add(e.line)
			out = append(out, e)
		}
	}
	r.entries = out
	return nil
}

// stage reads the file again and stores what is new: the facts in the order of the file, then their keys in the order of
// the keys and the sums in their own, so that every table is written from front to back.
func (r *run) stage() error {
	var err error
	if r.no, err = r.s.BeginFacts(r.ctx, r.batch); err != nil {
		return err
	}
	r.begun = true
	f, rows, team, err := r.open()
	if err != nil {
		return err
	}
	sums := newSums(r.feature)
	var facts []Fact
	flush := func() error {
		if len(facts) == 0 {
			return nil
		}
		err := r.put(Staged{Facts: facts})
		facts = facts[:0]
		r.in.Progress(r.in.Size+f.Offset(), 2*r.in.Size)
		return err
	}
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !r.take.has(uint32(row.Line)) {
			continue
		}
		var rec Record
		rows.Read(row, &rec) // it was in order a moment ago
		x := Fact{ID: r.no<<32 | int64(row.Line), Kind: r.feature.Kind(), Key: rec.Key, Team: Unattributed, At: rec.At, Customer: rec.Customer, Body: r.feature.Enrich(rec.Body)}
		if team >= 0 {
			x.Team, _, _ = r.teams.find(strings.TrimSpace(row.Cells[team]))
			r.teams.since(x.Team, rec.At)
		}
		if x.At.After(r.newest) {
			r.newest = x.At
		}
		sums.add(x, 1)
		if facts = append(facts, x); len(facts) == chunkFacts {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := r.stageKeys(); err != nil {
		return err
	}
	if err := r.stageReplaced(sums); err != nil {
		return err
	}
	list := sums.sorted()
	for from := 0; from < len(list); from += chunkIndex {
		if err := r.put(Staged{Sums: list[from:min(from+chunkIndex, len(list))]}); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) stageKeys() error {
	keys := make([]Standing, 0, chunkIndex)
	for i, e := range r.entries {
		keys = append(keys, Standing{Key: e.key, ID: r.no<<32 | int64(e.line), Digest: e.digest})
		if len(keys) == chunkIndex || i == len(r.entries)-1 {
			if err := r.put(Staged{Keys: keys}); err != nil {
				return err
			}
			keys = keys[:0]
		}
	}
	return nil
}

// stageReplaced takes what is replaced out of the sums.
func (r *run) stageReplaced(sums *sums) error {
	old := make([]int64, 0, len(r.replaces))
	for _, id := range r.replaces {
		old = append(old, id)
	}
	slices.Sort(old)
	for from := 0; from < len(old); from += chunkKeys {
		ids := old[from:min(from+chunkKeys, len(old))]
		facts, err := r.s.FactsByID(r.ctx, ids)
		if err != nil {
			return err
		}
		for _, f := range facts {
			sums.add(f, -1)
		}
		if err := r.put(Staged{Replaced: ids}); err != nil {
			return err
		}
	}
	return nil
}

// arrival says where the records came from. Files change their names from day to day, so that the name of the mapping or of
// the system comes first.
func (r *run) arrival() Arrival {
	m := r.in.Mapping
	return Arrival{
		Kind: r.feature.Kind(), Source: cmp.Or(m.Name, m.Source, r.in.Name), Door: r.door, At: r.s.now(), Newest: r.newest,
		Records: int64(r.res.Imported + r.res.Queued), Queued: int64(r.res.Queued),
	}
}

func (r *run) put(x Staged) error {
	r.batch.BeatAt = r.s.now()
	return r.s.StageFacts(r.ctx, r.batch, r.no, x)
}

// abandon forgets what was staged; what it cannot delete now stays invisible and goes with a later import.
func (r *run) abandon(ctx context.Context) {
	if !r.begun {
		return
	}
	r.batch.State, r.batch.CanUndo, r.batch.FinishedAt = intake.Failed, false, r.s.now()
	if r.s.StageFacts(ctx, r.batch, r.no, Staged{}) != nil {
		return
	}
	for more := true; more; {
		var err error
		if more, err = r.s.DropFacts(ctx, r.batch.ID); err != nil {
			return
		}
	}
}
