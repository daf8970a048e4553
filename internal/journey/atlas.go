package journey

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"rapport/internal/feedback"
)

// atlasVersion changes with the form of what is packed; what was packed in another form is counted anew.
const atlasVersion = 4

// Atlas is everything counted about touchpoints, journeys and pains.
type Atlas struct {
	Version int       `json:"version"`
	State   string    `json:"state"` // names what was counted: as long as it stays, there is nothing new
	AsOf    time.Time `json:"as_of"` // day
	At      time.Time `json:"-"`
	Newest  int       `json:"newest"` // month (series.Period index) of the newest interaction

	Segments []string `json:"segments"` // that pages may filter by
	Products []string `json:"products"`
	Channels []string `json:"channels"`

	Cells   []Cell    `json:"cells"`
	Routes  []Route   `json:"routes"`
	Pains   []Pain    `json:"pains"`
	Loyalty []Loyalty `json:"loyalty"`

	Delivered []Delivered `json:"delivered"`

	Unsure int `json:"unsure"` // interactions of customers whose name is not known: on no way
}

// Traits are what views filter by. Channel is the one that the customer uses most.
type Traits struct {
	Segment string `json:"s,omitempty"`
	Product string `json:"p,omitempty"`
	Channel string `json:"c,omitempty"`
}

// Cell is what is counted of one team at one touchpoint in one month, for customers with the same traits.
type Cell struct {
	Team       string `json:"t"`
	Touchpoint string `json:"h,omitempty"` // name; empty where none was given
	Month      int    `json:"m"`           // index of the series.Period
	Relational bool   `json:"r,omitempty"` // answers about the relationship; never added to those after an event
	Partners   bool   `json:"b,omitempty"` // answers of business partners; never added to those of customers
	Traits
	Tally
}

// Tally is counts.
type Tally struct {
	N        int         `json:"n"`
	NPS      [3]int      `json:"nps"` // detractors, passives, promoters
	CSAT     [5]int      `json:"csat"`
	CES      [7]int      `json:"ces"`
	Emotion  [7]int      `json:"emo"` // as feedback.Emotions
	Expected [5]int      `json:"exp"` // as feedback.Expectations
	Wait     map[int]int `json:"w,omitempty"`
	Due      [2]int      `json:"due"`             // waited no longer than the touchpoint promises, longer
	Contacts int         `json:"con"`             // said with the answers
	Told     int         `json:"told"`            // answers that said how many contacts there were
	Trips    int         `json:"trips"`           // that ended here and consist of two interactions or more
	Switches int         `json:"sw"`              // of these: how often the channel changed from one interaction to the next
	Closure  [3]int      `json:"clo"`             // open, closed, reopened
	Again    int         `json:"again,omitempty"` // of the closed: were opened again before
	Took     map[int]int `json:"took,omitempty"`  // fact.Step of the minutes from opening a case to closing it
}

// add adds another tally.
func (t *Tally) add(o *Tally) {
	t.N += o.N
	addAll(t.NPS[:], o.NPS[:])
	addAll(t.CSAT[:], o.CSAT[:])
	addAll(t.CES[:], o.CES[:])
	addAll(t.Emotion[:], o.Emotion[:])
	addAll(t.Expected[:], o.Expected[:])
	addAll(t.Due[:], o.Due[:])
	addAll(t.Closure[:], o.Closure[:])
	t.Contacts, t.Told, t.Trips, t.Switches, t.Again = t.Contacts+o.Contacts, t.Told+o.Told, t.Trips+o.Trips, t.Switches+o.Switches, t.Again+o.Again
	for step, n := range o.Wait {
		count(&t.Wait, step, n)
	}
	for step, n := range o.Took {
		count(&t.Took, step, n)
	}
}

func addAll(a, b []int) {
	for i := range a {
		a[i] += b[i]
	}
}

func count(m *map[int]int, step, n int) {
	if *m == nil {
		*m = map[int]int{}
	}
	(*m)[step] += n
}

func total(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// Route is a way that customers (or partners) took through a journey.
type Route struct {
	Journey string   `json:"j"`
	Steps   []string `json:"steps"` // touchpoints in order of time, the same one twice in a row once
	N       int      `json:"n"`
	Whole   bool     `json:"whole"` // reached the last stage

	Partners bool `json:"b,omitempty"`
	Traits
}

// kept is the atlas last unpacked.
type kept struct {
	mu    sync.Mutex
	atlas *Atlas
}

// Atlas gives the newest counts; errs.NotFound("journey_map_none").
func (s *Service) Atlas(ctx context.Context) (*Atlas, error) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	var known time.Time
	if s.kept.atlas != nil {
		known = s.kept.atlas.At
	}
	at, packed, err := s.store.NewestAtlas(ctx, known)
	if err != nil {
		return nil, err
	}
	if packed == nil {
		return s.kept.atlas, nil
	}
	a, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	a.At = at
	s.kept.atlas = a
	return a, nil
}

func (a *Atlas) pack() ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := json.NewEncoder(w).Encode(a); err != nil {
		return nil, fmt.Errorf("pack journeys: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack journeys: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) (*Atlas, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack journeys: %w", err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack journeys: %w", err)
	}
	a := &Atlas{}
	if err := json.Unmarshal(raw, a); err != nil {
		return nil, fmt.Errorf("unpack journeys: %w", err)
	}
	return a, nil
}

// pleasantEmotions is how many of feedback.Emotions are pleasant, and as many at the end are unpleasant.
const pleasantEmotions = 3

func init() {
	if len(feedback.Emotions) != len(Tally{}.Emotion) || len(feedback.Expectations) != len(Tally{}.Expected) {
		panic("journey: the lists of feelings have changed")
	}
}
