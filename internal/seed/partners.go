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

// partnerCompanies and partnerContacts are how many businesses work with the demo company, and how many people of each are asked.
const (
	partnerCompanies = 8
	partnerContacts  = 4
)

// partnersSay brings in what business partners say of working with the teams: after each job they share, and twice a year of the
// relationship as a whole.
func partnersSay(ctx context.Context, f *feedback.Service, last time.Time) error {
	jobs, relation := partnerVoices(last)
	for _, x := range []struct {
		name     string
		body     []byte
		score    feedback.ScoreType
		relation feedback.Relation
	}{{"partners-jobs", jobs, feedback.CSAT, feedback.Transactional}, {"partners-relationship", relation, feedback.NPS, feedback.Relational}} {
		m := intake.Mapping{
			Kind: intake.Feedback, Name: x.name, Source: x.name, Team: "team", SourceID: []string{"id"}, ScoreType: string(x.score), Relation: string(x.relation), Population: feedback.Partners.String(),
			Columns: map[string]string{
				"answered_at": "at", "score": "score", "customer": "partner", "touchpoint": "touchpoint", "comment": "comment", "language": "language", "channel": "channel", "emotion": "emotion",
			},
		}
		if _, err := f.Import(ctx, fact.Input{File: bytes.NewReader(x.body), Size: int64(len(x.body)), Name: x.name + ".csv", Mapping: m, By: actor}); err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
	}
	return nil
}

// partnerVoices makes up what partners say. It depends on nothing but the seed and the last day.
func partnerVoices(last time.Time) (jobs, relation []byte) {
	r := rand.New(rand.NewPCG(theSeed, 8))
	var jb, rb bytes.Buffer
	jw, rw := csv.NewWriter(&jb), csv.NewWriter(&rb)
	head := []string{"id", "partner", "team", "at", "score", "touchpoint", "comment", "language", "channel", "emotion"}
	_ = jw.Write(head) // a bytes.Buffer takes everything
	_ = rw.Write(head)
	for i := range partnerCompanies * partnerContacts {
		who := fmt.Sprintf("S%02d-%d", i/partnerContacts+1, i%partnerContacts+1)
		region := []string{"field-east", "field-north", "field-west"}[r.IntN(3)]
		liking := .5 * r.NormFloat64()
		answer := func(w *csv.Writer, id, place string, at time.Time, top float64, lo, hi int) {
			mood := liking + .7*r.NormFloat64()
			comment := ""
			if r.Float64() < .2 {
				comment = partnerRemark(r, mood)
			}
			feel := []string{"angry", "frustrated", "disappointed", "indifferent", "relieved", "pleased", "delighted"}[clamp(3.8+1.4*mood, 0, 6)]
			score := clamp(top+mood*float64(hi-lo)/5, lo, hi)
			_ = w.Write([]string{id, who, fmt.Sprintf("%s-%d", region, 1+r.IntN(7)), stamp(at), strconv.Itoa(score), place, comment, "en", "portal", feel})
		}
		for k, day := 0, r.Float64()*30; day < customerDays; k, day = k+1, day+20+r.ExpFloat64()*20 {
			answer(jw, fmt.Sprintf("PJ-%02d-%03d", i, k), "Home visit", last.Add(-time.Duration((customerDays-day)*24*float64(time.Hour))), 3.9, 1, 5)
		}
		for k := range 4 {
			answer(rw, fmt.Sprintf("PR-%02d-%d", i, k), "", last.AddDate(0, -6*k, -r.IntN(20)), 7.6, 0, 10)
		}
	}
	jw.Flush()
	rw.Flush()
	return jb.Bytes(), rb.Bytes()
}

// partnerRemark is what a partner of the demo company writes.
func partnerRemark(r *rand.Rand, mood float64) string {
	list := []string{"Good to work with, everything was ready when we came.", "Clear orders and quick answers.", "The team knows its work and is friendly."}
	switch {
	case mood < -.6:
		list = []string{"We waited two hours for access and nobody answered the phone.", "The order was wrong again, and the invoice is still open.", "Parts were missing, so our people came for nothing."}
	case mood < .2:
		list = []string{"Fine, but the schedule changed twice.", "We would like to know the dates earlier."}
	}
	return list[r.IntN(len(list))]
}
