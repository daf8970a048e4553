package pulse

import (
	"context"
	"math/rand/v2"
	"strings"
)

// answerShare is the share of a rehearsal's people who answer.
const answerShare = .7

// rehearse answers a launched rehearsal with simulated people and closes it at once, so that HR and a works council see
// results and audit before the first real wave. Its release is marked and stays out of panel and ledger.
func (s *Service) rehearse(ctx context.Context, w Wave, key *Key, p Plan, by string) (Wave, error) {
	r := rand.New(rand.NewChaCha8(seed()))
	mood := map[string]float64{} // teams differ, or the heat map would be one colour
	for _, x := range p.People {
		if _, ok := mood[x.Team]; !ok {
			mood[x.Team] = r.NormFloat64() * .8
		}
		if r.Float64() > answerShare {
			continue
		}
		f := Form{Wave: w.ID, Token: key.Token(x.ID), Receipt: strings.Repeat("rehearsal", 4), Revision: 1, Answers: simulated(w.Questions, mood[x.Team], r)}
		if err := s.Submit(ctx, f); err != nil {
			return w, err
		}
	}
	if err := s.Close(ctx, w.ID, by); err != nil {
		return w, err
	}
	return s.Wave(ctx, w.ID)
}

func simulated(questions []Question, mood float64, r *rand.Rand) Answers {
	a := Answers{}
	for _, q := range questions {
		low, n, ok := q.Range()
		switch {
		case q.Type == Comment:
			if r.Float64() < .4 {
				a.Comment(q.Key, "(simulated comment)")
			}
		case q.Type == Multiple:
			a.Choices(q.Key, r.IntN(q.optionCount()))
		case q.Type == Single:
			a.Number(q.Key, r.IntN(q.optionCount()))
		case ok:
			at := (.62 + .1*mood + .22*r.NormFloat64()) * float64(n-1)
			a.Number(q.Key, low+min(max(int(at+.5), 0), n-1))
		}
	}
	return a
}
