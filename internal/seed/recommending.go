package seed

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/intake"
)

// recommending writes whether customers of the demo company would recommend it. It draws from a stream of its own, so that nothing
// else about the customers depends on it.
type recommending struct {
	rng  *rand.Rand
	body bytes.Buffer
	w    *csv.Writer
	n    int
}

func newRecommending() *recommending {
	r := &recommending{rng: rand.New(rand.NewPCG(theSeed, 910))}
	r.w = csv.NewWriter(&r.body)
	_ = r.w.Write([]string{"id", "customer", "team", "at", "score", "segment", "emotion"}) // a bytes.Buffer takes everything
	return r
}

// ask asks about half of the customers some days after their last order: what they met counts, and on top of it how it left them.
func (r *recommending) ask(who, segment, team string, bought, last time.Time, moods []float64) {
	at := bought.Add(time.Duration((3 + 17*r.rng.Float64()) * 24 * float64(time.Hour)))
	if len(moods) == 0 || r.rng.Float64() > .5 || at.After(last) {
		return
	}
	mean := 0.0
	for _, m := range moods {
		mean += m / float64(len(moods))
	}
	feel := mean + .8*r.rng.NormFloat64()
	r.n++
	_ = r.w.Write([]string{
		fmt.Sprintf("R-%05d", r.n), who, team, stamp(at), strconv.Itoa(clamp(7.6+1.1*mean+1.2*feel+1.1*r.rng.NormFloat64(), 0, 10)), segment,
		[]string{"angry", "frustrated", "disappointed", "indifferent", "relieved", "pleased", "delighted"}[clamp(3.6+1.6*feel, 0, 6)],
	})
}

func (r *recommending) bytes() []byte {
	r.w.Flush()
	return r.body.Bytes()
}

// customersRecommend brings those answers in: they are about the relationship.
func customersRecommend(ctx context.Context, f *feedback.Service, body []byte) error {
	m := intake.Mapping{
		Kind: intake.Feedback, Name: "recommend", Source: "recommend", Team: "team", SourceID: []string{"id"}, ScoreType: string(feedback.NPS), Relation: string(feedback.Relational),
		Columns: map[string]string{"answered_at": "at", "score": "score", "customer": "customer", "segment": "segment", "emotion": "emotion"},
	}
	if _, err := f.Import(ctx, fact.Input{File: bytes.NewReader(body), Size: int64(len(body)), Name: "recommend.csv", Mapping: m, By: actor}); err != nil {
		return fmt.Errorf("recommend: %w", err)
	}
	return nil
}
