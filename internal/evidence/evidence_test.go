package evidence_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/evidence"
)

func num(v float64) *float64 { return &v }

func link(q, p float64, cce evidence.Estimate) evidence.Link {
	return evidence.Link{
		X: "Engagement", Y: "Satisfaction", Grain: "week", Teams: 50, Periods: 30, Pairs: 12, CCE: cce,
		TWFE: evidence.Estimate{Value: num(.4), Lo: num(.3), Hi: num(.5), P: &p, Q: &q},
	}
}

func cce(v, p float64) evidence.Estimate {
	return evidence.Estimate{Value: &v, P: &p, T: num(3)}
}

func TestVerdicts(t *testing.T) {
	short := evidence.Without("cce", evidence.Short(0, 3, "week"))
	for name, c := range map[string]struct {
		link    evidence.Link
		verdict evidence.Verdict
		reason  string
	}{
		"both agree":                {link(.01, .001, cce(.3, .04)), evidence.Supported, "reason.survives_shocks"},
		"cce cannot be made":        {link(.01, .001, short), evidence.Indicative, "reason.shock_not_ruled_out"},
		"cce does not confirm":      {link(.01, .001, cce(.1, .4)), evidence.Indicative, "reason.shock_may_explain"},
		"cce says the opposite":     {link(.01, .001, cce(-.3, .01)), evidence.Exploratory, "reason.methods_disagree"},
		"nothing seen":              {link(.6, .5, cce(.3, .01)), evidence.NoLinkSeen, "reason.not_seen"},
		"only before multiplicity":  {link(.08, .03, cce(.3, .01)), evidence.NoLinkSeen, "reason.not_after_multiplicity"},
		"cce exactly at the level":  {link(.05, .01, cce(.3, .05)), evidence.Supported, "reason.survives_shocks"},
		"cce not there, other sign": {link(.05, .01, cce(-.3, .2)), evidence.Indicative, "reason.shock_may_explain"},
	} {
		j := evidence.Judge(c.link)
		require.Equal(t, c.verdict, j.Verdict, name)
		keys := []string{}
		for _, r := range j.Reasons {
			keys = append(keys, r.Key)
		}
		require.Contains(t, keys, c.reason, name)
	}
	l := link(.01, .001, cce(.3, .04))
	l.Teams = 19
	require.Equal(t, evidence.Exploratory, evidence.Judge(l).Verdict)
	l.Teams = 9
	require.Equal(t, evidence.NotEnough, evidence.Judge(l).Verdict)
}

func TestGates(t *testing.T) {
	for _, c := range []struct {
		teams, periods int
		reach          evidence.Reach
		missing        string
	}{
		{0, 0, evidence.Nothing, "10 more teams and 2 more quarters"},
		{9, 50, evidence.Nothing, "1 more team"},
		{10, 50, evidence.Interval, "10 more teams"},
		{19, 3, evidence.Interval, "1 more team and 1 more quarter"},
		{20, 3, evidence.Interval, "1 more quarter"},
		{20, 4, evidence.Model, ""},
	} {
		reach, gap := evidence.Gate(c.teams, c.periods, "quarter")
		require.Equal(t, c.reach, reach, "%d × %d", c.teams, c.periods)
		if c.missing == "" {
			require.Nil(t, gap)
			continue
		}
		require.Equal(t, c.missing, gap.MissingIn("en"))
	}
	require.Equal(t, 4, evidence.ShockGate(25, 4, "week").Missing[0].Count)
	require.Equal(t, "4 kolejne tygodnie", evidence.ShockGate(25, 4, "week").MissingIn("pl"))
	require.Equal(t, "3 more teams, or 2 more quarters", (&evidence.Gap{Grain: "quarter", Either: true, Missing: []evidence.Missing{{"teams", 3}, {"periods", 2}}}).MissingIn("en"))
}

func TestSentencesSurviveStorageAndSpeakThreeLanguages(t *testing.T) {
	s := evidence.Sentence{Key: "meaning.slope", Params: map[string]evidence.Param{
		"x": evidence.Text("Engagement"), "y": evidence.Text("שביעות רצון"), "b": evidence.Num(-0.25, 2), "lo": evidence.Num(-.3, 2), "hi": evidence.Num(-.2, 2), "after": evidence.After(2, "week"),
	}}
	b, err := json.Marshal(s)
	require.NoError(t, err)
	var got evidence.Sentence
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, "One unit more of Engagement goes with −0.25 of \u2067שביעות רצון\u2069 2 weeks later (95% interval −0.30 to −0.20).", got.In("en"))
	require.Contains(t, got.In("pl"), "−0,25")
	require.Contains(t, got.In("pl"), "2 tygodnie później")
	require.Contains(t, got.In("he"), "\u2066−0.25\u2069")
	require.Contains(t, got.In("he"), "שבועיים מאוחר יותר")
	few := evidence.Sentence{Key: "headline.missing", Params: map[string]evidence.Param{"count": evidence.Int(3)}}
	require.Contains(t, few.In("pl"), "3 pary potrzebują")
	require.Equal(t, "on the same day", i18nLag(0, "day"))
}

func i18nLag(n int, grain string) string {
	s := evidence.Sentence{Key: "missing.or", Params: map[string]evidence.Param{"a": evidence.After(n, grain), "b": evidence.Text("")}}
	text := s.In("en")
	return text[:len(text)-len(", or ")]
}

func TestASmallPValueIsNotZero(t *testing.T) {
	s := evidence.Sentence{Key: "reason.shock_may_explain", Params: map[string]evidence.Param{"p": evidence.P(1e-12)}}
	require.Contains(t, s.In("en"), "(p < 0.001)")
	s.Params["p"] = evidence.P(.0234)
	require.Contains(t, s.In("en"), "(p = 0.023)")
}
