package invest

import (
	"math"
	"time"

	"rapport/internal/evidence"
	"rapport/internal/org"
	"rapport/internal/series"
)

// judge puts a standing on its list. Park: somebody put it aside, the gap is closed, enough figures were there and show
// no link, or the worth exceeds the cost in at most a tenth of the joint draws. Invest: nothing is missing and it does in
// at least nine tenths. Watch: everything else, with what is missing.
func (st *Standing) judge(p Proposal, m series.Metric, before Standing, now time.Time) {
	say := func(key string, params map[string]evidence.Param) {
		st.Reasons = append(st.Reasons, evidence.Sentence{Key: "invest.why." + key, Params: params})
	}
	park := func() {
		st.List = Park
		st.LookAgain = before.LookAgain
		if before.List != Park || !st.LookAgain.After(now) {
			st.LookAgain = org.Date(now).AddDate(0, lookAgain, 0)
		}
	}
	if p.Parked != nil && p.Parked.Until.After(now) {
		say("put_aside", map[string]evidence.Param{"reason": evidence.Text(p.Parked.Reason)})
		st.List, st.LookAgain = Park, p.Parked.Until
		return
	}
	if st.Gap != nil && (*st.Gap <= 0) == m.HigherIsBetter && *st.Gap != 0 || st.Gap != nil && *st.Gap == 0 {
		say("reached", nil)
		park()
		return
	}
	if st.Worth.NotEnough != nil && st.Worth.NotEnough.NoLink {
		say(st.Worth.NotEnough.Code, nil)
		st.Reasons = append(st.Reasons, st.Worth.NotEnough.Why...)
		park()
		return
	}
	st.List = Watch
	if st.Desired == nil {
		say("no_desired", nil)
	}
	if st.Actual == nil {
		say("no_actual", nil)
	}
	if p.State == Estimating {
		say("round_open", nil)
	} else if st.Combined == nil || st.Combined.N < EnoughEstimates {
		say("few_estimates", map[string]evidence.Param{"need": evidence.Int(EnoughEstimates)})
	}
	if st.Worth.NotEnough != nil {
		say(st.Worth.NotEnough.Code, nil)
		st.Reasons = append(st.Reasons, st.Worth.NotEnough.Why...)
	}
	if len(st.Reasons) > 0 || st.Ratio == nil {
		return
	}
	share := map[string]evidence.Param{"pays": evidence.Num(math.Round(100*st.Ratio.Pays), 0)}
	switch {
	case st.Ratio.Pays >= Sure:
		st.List = Invest
		say("pays", share)
	case st.Ratio.Pays <= Unlikely:
		say("seldom_pays", share)
		park()
	default:
		say("unsure", share)
	}
	if st.Worth.By == ByPrice {
		say("declared_price", map[string]evidence.Param{"source": evidence.Text(st.Worth.Source)})
	}
}
