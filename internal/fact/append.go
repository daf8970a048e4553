package fact

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
)

// Appending is what an engine shows of the facts that stand while records are appended.
type Appending struct {
	Standing []Standing                        // of the records asked for
	Next     int64                             // id of the first new fact; those after it follow one by one
	Facts    func(ids []int64) ([]Fact, error) // reads facts that stand
}

// Arrival says that records of a source came in.
type Arrival struct {
	Kind    intake.Kind
	Source  string // what people call it
	Door    Door
	At      time.Time // when the last ones came in
	Newest  time.Time // when the newest thing happened that they tell of
	Records int64     // that brought something new, all together
	Queued  int64     // of these, those of teams that did not exist then
}

// Door is a way in.
type Door string

// The doors.
const (
	ByFile    Door = "file"
	ByAPI     Door = "api"
	ByLink    Door = "link"
	ByWebhook Door = "webhook"
	ByFetch   Door = "fetch"
)

// Origin says where records come from.
type Origin struct {
	Source string
	Door   Door
}

// addition is the records of one caller.
type addition struct {
	facts   []Fact // without ids
	digests []uint64
	from    Origin
	res     intake.Result
	err     error
	done    chan struct{}
}

// additions gathers what comes in at the same time and stores it with one commit: a commit waits for the disk, and
// hundreds of answers can wait together. Nothing is acknowledged before its commit is durable.
type additions struct {
	mu      sync.Mutex
	waiting []*addition
	running bool
}

// The most that goes into one commit, so that whoever waits for the writer does not wait long.
const (
	mostRecords = 4096
	mostCallers = 512
)

// Add brings records in: all of them or none, at once and durably. Records that stand already are unchanged, those that
// say something new take the place of the old ones. Records of unknown teams are stored and wait (queued).
func (s *Service) Add(ctx context.Context, feature Feature, by auth.Principal, from Origin, records []Record) (intake.Result, error) {
	none := intake.Result{}
	if !by.May(Need) && !by.May(auth.FeedWrite) {
		return none, errs.Forbidden("not_allowed").With("permission", string(auth.FeedWrite))
	}
	if len(records) == 0 {
		return none, nil
	}
	find, err := s.finder(ctx)
	if err != nil {
		return none, err
	}
	teams := newTeams(find, by.Scope, false)
	one := &addition{from: from, done: make(chan struct{}), facts: make([]Fact, len(records)), digests: make([]uint64, len(records))}
	one.res.Rows = len(records)
	var wrong []errs.Field
	for i, r := range records {
		team, _, code := teams.find(strings.TrimSpace(r.Team))
		if code != "" {
			wrong = append(wrong, errs.Field{Path: "/items/" + itoa(i) + "/team", Code: code, Value: r.Team})
		}
		one.facts[i] = Fact{Kind: feature.Kind(), Key: r.Key, Team: team, At: r.At, Customer: r.Customer, Body: feature.Enrich(r.Body)}
		one.digests[i] = r.Digest()
	}
	if len(wrong) > 0 {
		return none, errs.Invalid("records_rejected").With("count", len(wrong)).At(wrong...)
	}
	q := s.additions[feature.Kind()]
	q.mu.Lock()
	q.waiting = append(q.waiting, one)
	if !q.running {
		q.running = true
		go s.drain(feature, q) //nolint:contextcheck // a group belongs to no single caller
	}
	q.mu.Unlock()
	select {
	case <-one.done:
		return one.res, one.err
	case <-ctx.Done(): // not acknowledged; it may be stored all the same, and sending it again changes nothing
		return none, ctx.Err()
	}
}

// drain stores what waits, group after group.
func (s *Service) drain(feature Feature, q *additions) {
	for {
		q.mu.Lock()
		n, records := 0, 0
		for n < len(q.waiting) && n < mostCallers && (n == 0 || records+len(q.waiting[n].facts) <= mostRecords) {
			records += len(q.waiting[n].facts)
			n++
		}
		group := q.waiting[:n:n]
		q.waiting = q.waiting[n:]
		if n == 0 {
			q.waiting, q.running = nil, false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		err := s.together(context.Background(), feature, group)
		for _, one := range group {
			one.err = err
			close(one.done)
		}
	}
}

// together stores a group in one change.
func (s *Service) together(ctx context.Context, feature Feature, group []*addition) error {
	var keys []Key
	for _, one := range group {
		for i := range one.facts {
			keys = append(keys, one.facts[i].Key)
		}
	}
	slices.SortFunc(keys, func(a, b Key) int { return bytes.Compare(a[:], b[:]) })
	keys = slices.Compact(keys)
	return s.AppendFacts(ctx, feature.Kind(), keys, func(now Appending) (Staged, error) {
		return s.decide(feature, group, now)
	})
}

// decide says what a group changes. An engine may ask more than once.
func (s *Service) decide(feature Feature, group []*addition, now Appending) (Staged, error) {
	standing := make(map[Key]Standing, len(now.Standing))
	for _, x := range now.Standing {
		standing[x.Key] = x
	}
	out := Staged{}
	sums := newSums(feature)
	fresh := map[int64]int{} // id → place in out.Facts
	var old []int64
	next := now.Next
	for _, one := range group {
		one.res = intake.Result{Rows: len(one.facts)}
		newest := time.Time{}
		for i, f := range one.facts {
			x, known := standing[f.Key]
			if known && x.Says(one.digests[i]) {
				one.res.Unchanged++
				continue
			}
			if known {
				out.Replaced = append(out.Replaced, x.ID)
				if at, ours := fresh[x.ID]; ours {
					sums.add(out.Facts[at], -1)
				} else {
					old = append(old, x.ID)
				}
			}
			f.ID = next
			next++
			fresh[f.ID] = len(out.Facts)
			out.Facts = append(out.Facts, f)
			sums.add(f, 1)
			x = Standing{Key: f.Key, ID: f.ID, Digest: one.digests[i]}
			standing[f.Key] = x
			out.Keys = append(out.Keys, x)
			if strings.HasPrefix(f.Team, Unattributed) {
				one.res.Queued++
			} else {
				one.res.Imported++
			}
			if f.At.After(newest) {
				newest = f.At
			}
		}
		if n := one.res.Imported + one.res.Queued; n > 0 {
			out.Arrivals = arrived(out.Arrivals, Arrival{
				Kind: feature.Kind(), Source: one.from.Source, Door: one.from.Door, At: s.now(), Newest: newest, Records: int64(n), Queued: int64(one.res.Queued),
			})
		}
	}
	for from := 0; from < len(old); from += chunkKeys {
		facts, err := now.Facts(old[from:min(from+chunkKeys, len(old))])
		if err != nil {
			return out, err
		}
		for _, f := range facts {
			sums.add(f, -1)
		}
	}
	slices.SortFunc(out.Keys, func(a, b Standing) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	out.Sums = sums.sorted()
	return out, nil
}

// arrived adds an arrival to those of the same source.
func arrived(list []Arrival, a Arrival) []Arrival {
	for i := range list {
		if x := &list[i]; x.Kind == a.Kind && x.Source == a.Source && x.Door == a.Door {
			x.Records, x.Queued, x.At = x.Records+a.Records, x.Queued+a.Queued, a.At
			if a.Newest.After(x.Newest) {
				x.Newest = a.Newest
			}
			return list
		}
	}
	return append(list, a)
}

// Rows are records that came without a file, as cells under columns.
type Rows struct {
	Columns []string
	Cells   [][]string
}

// AddRows brings rows in by a mapping: all of them or none. What is wrong is said with the number of the row, counted from
// 1, as its line; the error is records_rejected.
func (s *Service) AddRows(ctx context.Context, feature Feature, by auth.Principal, from Origin, m intake.Mapping, rows Rows) (intake.Result, error) {
	reader, err := feature.Rows(rows.Columns, m, s.now())
	if err != nil {
		return intake.Result{}, err
	}
	team := -1
	if m.Team != "" {
		if team, err = intake.Index(rows.Columns, m.Team); err != nil {
			return intake.Result{}, err
		}
	}
	var records []Record
	var wrong []errs.Field
	skipped := 0
	for i, cells := range rows.Cells {
		var rec Record
		skip, bad := reader.Read(intake.Row{Line: i + 1, Cells: cells}, &rec)
		if len(bad) > 0 {
			wrong = append(wrong, bad...)
			continue
		}
		if skip {
			skipped++
			continue
		}
		if team >= 0 {
			rec.Team = cells[team]
		}
		records = append(records, rec)
	}
	if len(wrong) > 0 {
		return intake.Result{Rows: len(rows.Cells), Rejected: len(wrong), Errors: wrong}, errs.Invalid("records_rejected").With("count", len(wrong)).At(wrong[:min(len(wrong), intake.MaxErrors)]...)
	}
	res, err := s.Add(ctx, feature, by, from, records)
	res.Rows, res.Unchanged = res.Rows+skipped, res.Unchanged+skipped
	return res, err
}
