package journey

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/series"
)

// silence is how long a customer is not heard of before the next interaction begins a new way through a journey.
const silence = 30 * 24 * time.Hour

// mostValues of a trait can be filtered by; rarer ones count only without a filter.
const mostValues = 30

// visit is one interaction of a customer who is known.
type visit struct {
	at      int64 // ms
	cell    int32 // place in the list of cells
	point   int16 // place in the list of touchpoints; −1 where none of the catalogue was named
	channel int16
	wait    int8 // 1 longer than promised, −1 within the promise, 0 not known
	closure int8 // 1 open or reopened, −1 closed, 0 not known
	effort  int8 // 1 more than one contact, −1 one, 0 not known
	segment int16
	product int16
}

// counter is one pass over the facts.
type counter struct {
	points   []feedback.Touchpoint
	place    map[string]int16 // name key → place in points
	segments names
	products names
	channels names
	cells    []Cell
	at       map[cellKey]int32
	people   map[string][]visit
	prefers  map[string]int16 // customer → channel used most
	unsure   int
	newest   int
	loyal    map[feedback.Relation]map[string]*regard
	raised   bool // somebody raised a matter

	ordered   bool            // some answer names its order
	late      map[string]bool // by the id of the order
	delivered map[string]*Delivered
}

type cellKey struct {
	team                      string
	point                     string
	month                     int
	relational, partners      bool
	segment, product, channel int16
}

// names numbers texts; 0 is the empty one.
type names struct {
	of   map[string]int16
	list []string
	n    []int
}

func (x *names) number(s string) int16 {
	if x.of == nil {
		x.of, x.list, x.n = map[string]int16{"": 0}, []string{""}, []int{0}
	}
	i, ok := x.of[s]
	if !ok {
		if len(x.list) >= 1<<14 { // no trait has that many values; a column of ids was taken for one
			return 0
		}
		i = int16(len(x.list))
		s = strings.Clone(s)
		x.of[s], x.list, x.n = i, append(x.list, s), append(x.n, 0)
	}
	x.n[i]++
	return i
}

// often keeps the values that occur most; the others become empty.
func (x *names) often() (keep []bool, list []string) {
	keep = make([]bool, len(x.list))
	order := make([]int, 0, len(x.list))
	for i := 1; i < len(x.list); i++ {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(x.n[b]-x.n[a], strings.Compare(x.list[a], x.list[b])) })
	list = []string{}
	for _, i := range order[:min(len(order), mostValues)] {
		keep[i] = true
		list = append(list, x.list[i])
	}
	slices.Sort(list)
	return keep, list
}

// Refresh counts what was said up to a day (zero: today), unless nothing is new since the last time. It reads every fact
// once more when something is: the ways customers take and the channel they prefer are known only from all of a
// customer's interactions.
func (s *Service) Refresh(ctx context.Context, asOf time.Time, progress func(done, total int64)) error {
	if asOf.IsZero() {
		asOf = s.now()
	}
	asOf = day(asOf)
	closures := map[int64]Closure{}
	if s.from.Closures != nil {
		err := s.from.Closures.EachClosure(ctx, func(id int64, c Closure) error { closures[id] = c; return nil })
		if err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
	}
	points, err := s.from.Feedback.Touchpoints(ctx)
	if err != nil {
		return err
	}
	journeys, err := s.store.Journeys(ctx)
	if err != nil {
		return err
	}
	state, err := s.state(ctx, asOf, points, journeys, closures)
	if err != nil {
		return err
	}
	if old, err := s.Atlas(ctx); err == nil && old.State == state && old.Version == atlasVersion {
		return nil
	}
	a, err := s.count(ctx, asOf, counting{points, withNamed(journeys, points), closures, progress})
	if err != nil {
		return fmt.Errorf("count journeys: %w", err)
	}
	a.State = state
	packed, err := a.pack()
	if err != nil {
		return err
	}
	return s.store.SaveAtlas(ctx, s.now().UTC().Truncate(time.Millisecond), packed)
}

// state names everything that the counts follow from.
func (s *Service) state(ctx context.Context, asOf time.Time, points []feedback.Touchpoint, journeys []Journey, closures map[int64]Closure) (string, error) {
	edition, err := s.from.Facts.FactEdition(ctx)
	if err != nil {
		return "", err
	}
	b := []string{asOf.Format(time.DateOnly), strconv.FormatInt(edition, 10)}
	for _, kind := range []intake.Kind{intake.Feedback, intake.Orders} {
		last, err := s.from.Facts.LastAppended(ctx, kind)
		if err != nil {
			return "", err
		}
		b = append(b, strconv.FormatInt(last, 10))
	}
	teams, err := s.from.Facts.Teams(ctx)
	if err != nil {
		return "", err
	}
	aliases, err := s.from.Facts.Aliases(ctx)
	if err != nil {
		return "", err
	}
	b = append(b, strconv.Itoa(len(teams.All())), strconv.Itoa(len(aliases)))
	for _, p := range points {
		b = append(b, p.ID+"."+strconv.Itoa(p.Version))
	}
	for _, j := range journeys {
		b = append(b, j.ID+"."+strconv.Itoa(j.Version))
	}
	for _, id := range slices.Sorted(maps.Keys(closures)) {
		b = append(b, strconv.FormatInt(id, 36)+closures[id].State+strconv.FormatInt(int64(closures[id].Took), 36)+strconv.FormatBool(closures[id].Again))
	}
	h := sha256.Sum256([]byte(strings.Join(b, " ")))
	return hex.EncodeToString(h[:]), nil
}

type counting struct {
	points   []feedback.Touchpoint
	journeys []Journey
	closures map[int64]Closure
	progress func(done, total int64)
}

func (s *Service) count(ctx context.Context, asOf time.Time, in counting) (*Atlas, error) {
	c := &counter{points: in.points, place: map[string]int16{}, at: map[cellKey]int32{}, people: map[string][]visit{}, loyal: map[feedback.Relation]map[string]*regard{}, delivered: map[string]*Delivered{}}
	for i, p := range in.points {
		c.place[p.NameKey()] = int16(i)
	}
	home, err := s.from.Facts.Homes(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.preferred(ctx, s.from.Feedback, asOf); err != nil {
		return nil, err
	}
	var read int64
	end := asOf.AddDate(0, 0, 1)
	if c.ordered {
		if c.late, err = s.lateOrders(ctx, end); err != nil {
			return nil, err
		}
	}
	err = s.from.Feedback.Each(ctx, org.Everything, fact.Filter{}, func(f feedback.Feedback) error {
		if team := home(f.Team); team != "" && f.At.Before(end) {
			f.Team = team
			c.take(f, in.closures[f.ID])
			c.deliver(f)
		}
		if f.At.Before(end) {
			c.regard(f, in.closures[f.ID])
		}
		if read++; in.progress != nil && read%20000 == 0 {
			in.progress(read, 0)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keepS, segments := c.segments.often()
	keepP, products := c.products.often()
	keepC, channels := c.channels.often()
	a := &Atlas{Version: atlasVersion, AsOf: asOf, Newest: c.newest, Segments: segments, Products: products, Channels: channels, Unsure: c.unsure}
	traits := func(segment, product, channel int16) (t Traits) {
		if keepS[segment] {
			t.Segment = c.segments.list[segment]
		}
		if keepP[product] {
			t.Product = c.products.list[product]
		}
		if keepC[channel] {
			t.Channel = c.channels.list[channel]
		}
		return t
	}
	a.Routes = c.routes(in.journeys, asOf, traits)
	if a.Pains, err = s.pains(ctx, c, asOf); err != nil {
		return nil, err
	}
	if a.Loyalty, err = c.loyalties(ctx); err != nil {
		return nil, err
	}
	a.Cells = c.merged(traits)
	for _, team := range slices.Sorted(maps.Keys(c.delivered)) {
		a.Delivered = append(a.Delivered, *c.delivered[team])
	}
	return a, nil
}

// preferred finds the channel that every customer uses most; of two, the one used first.
func (c *counter) preferred(ctx context.Context, from *feedback.Service, asOf time.Time) error {
	type use struct{ n, first int }
	used := map[string]map[int16]use{}
	k := 0
	end := asOf.AddDate(0, 0, 1)
	err := from.Each(ctx, org.Everything, fact.Filter{}, func(f feedback.Feedback) error {
		if !f.At.Before(end) {
			return nil
		}
		c.recommends(f)
		c.ordered = c.ordered || f.Order != ""
		c.segments.number(f.Segment)
		c.products.number(f.Product)
		ch := c.channels.number(f.Channel)
		who := person(f)
		if who == "" || ch == 0 {
			return nil
		}
		of := used[who]
		if of == nil {
			of = map[int16]use{}
			used[who] = of
		}
		u, known := of[ch]
		if !known {
			u.first = k
		}
		k++
		u.n++
		of[ch] = u
		return nil
	})
	c.prefers = make(map[string]int16, len(used))
	for who, of := range used {
		best, of0 := int16(0), use{}
		for ch, u := range of {
			if best == 0 || u.n > of0.n || u.n == of0.n && u.first < of0.first {
				best, of0 = ch, u
			}
		}
		c.prefers[who] = best
	}
	c.segments.number("") // so that the lists are never empty
	c.products.number("")
	c.channels.number("")
	return err
}

// take counts one answer.
func (c *counter) take(f feedback.Feedback, closed Closure) {
	point, name := int16(-1), strings.TrimSpace(f.Touchpoint)
	promise := 0.0
	if i, ok := c.place[feedback.Touchpoint{Name: name}.NameKey()]; ok && name != "" {
		point, name, promise = i, c.points[i].Name, c.points[i].PromiseMinutes
	}
	k := cellKey{team: f.Team, point: name, month: series.PeriodOf(f.At, series.Month).Index, relational: f.Relation == feedback.Relational, partners: f.Population == feedback.Partners}
	c.newest = max(c.newest, k.month)
	own := c.channels.of[f.Channel]
	k.segment, k.product, k.channel = c.segments.of[f.Segment], c.products.of[f.Product], own
	who := person(f)
	if ch := c.prefers[who]; who != "" && ch != 0 {
		k.channel = ch
	}
	at, ok := c.at[k]
	if !ok {
		at = int32(len(c.cells))
		c.at[k] = at
		c.cells = append(c.cells, Cell{Team: k.team, Touchpoint: k.point, Month: k.month, Relational: k.relational, Partners: k.partners})
	}
	t := &c.cells[at].Tally
	v := visit{at: f.At.UnixMilli(), cell: at, point: point, channel: own, segment: k.segment, product: k.product}
	t.N++
	t.score(f)
	if f.Waiting >= 0 {
		count(&t.Wait, fact.Step(f.Waiting), 1)
		if promise > 0 {
			v.wait = -1
			if f.Waiting > promise {
				v.wait = 1
			}
			t.Due[(v.wait+1)/2]++
		}
	}
	if f.Contacts >= 0 {
		t.Contacts, t.Told = t.Contacts+int(min(f.Contacts, 1000)), t.Told+1
		v.effort = -1
		if f.Contacts > 1 {
			v.effort = 1
		}
	}
	state := f.Closure
	if closed.State != "" { // what Rapport's own case says is newer than what came with the answer
		state = closed.State
		if closed.Again {
			t.Again++
		}
		if closed.Took > 0 {
			count(&t.Took, fact.Step(closed.Took.Minutes()), 1)
		}
	}
	if i := slices.Index(closureStates, state); i >= 0 {
		t.Closure[i]++
		v.closure = 1
		if i == 1 {
			v.closure = -1
		}
	}
	if who == "" {
		c.unsure++
		return
	}
	if !k.relational {
		c.people[who] = append(c.people[who], v)
	}
}

// partnerMark begins the name of a partner among those who are followed, so that a customer with the same id is somebody else. No
// customer's name begins with it: NUL is refused wherever answers come in.
const partnerMark = "\x00partner:"

// person names who is followed through journeys; empty where nobody is named.
func person(f feedback.Feedback) string {
	if f.Customer != "" && f.Population == feedback.Partners {
		return partnerMark + f.Customer
	}
	return f.Customer
}

// closureStates are the places of Tally.Closure.
var closureStates = []string{"open", "closed", "reopened"}

func (t *Tally) score(f feedback.Feedback) {
	switch n := int(f.Score); {
	case f.Type == feedback.NPS && n >= 9:
		t.NPS[2]++
	case f.Type == feedback.NPS && n >= 7:
		t.NPS[1]++
	case f.Type == feedback.NPS:
		t.NPS[0]++
	case f.Type == feedback.CSAT && n >= 1 && n <= 5:
		t.CSAT[n-1]++
	case f.Type == feedback.CES && n >= 1 && n <= 7:
		t.CES[n-1]++
	}
	if i := slices.Index(feedback.Emotions, f.Emotion); i >= 0 {
		t.Emotion[i]++
	}
	if i := slices.Index(feedback.Expectations, f.Expected); i >= 0 {
		t.Expected[i]++
	}
}

// merged gives the cells with rare traits put together, in a fixed order.
func (c *counter) merged(traits func(s, p, ch int16) Traits) []Cell {
	type key struct {
		team, point          string
		month                int
		relational, partners bool
		Traits
	}
	out := []Cell{}
	at := map[key]int{}
	for k, i := range c.at {
		x := c.cells[i]
		x.Traits = traits(k.segment, k.product, k.channel)
		to := key{x.Team, x.Touchpoint, x.Month, x.Relational, x.Partners, x.Traits}
		if j, ok := at[to]; ok {
			out[j].add(&x.Tally)
			continue
		}
		at[to] = len(out)
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Cell) int {
		rel := func(x Cell) (n int) {
			if x.Relational {
				n++
			}
			if x.Partners {
				n += 2
			}
			return n
		}
		return cmp.Or(strings.Compare(a.Team, b.Team), strings.Compare(a.Touchpoint, b.Touchpoint), a.Month-b.Month, rel(a)-rel(b),
			strings.Compare(a.Segment, b.Segment), strings.Compare(a.Product, b.Product), strings.Compare(a.Channel, b.Channel))
	})
	return out
}
