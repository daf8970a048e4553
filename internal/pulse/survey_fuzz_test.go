package pulse

import (
	"bytes"
	"encoding/json"
	"testing"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Whatever a file of respondents holds: it is read to the end or refused with a classified error, every row is counted
// once, no answer leaves its scale, and nothing of a bad row but its place is reported.
func FuzzSurveyRows(f *testing.F) {
	for _, s := range []string{
		"team,proud,rec,why,pick,many,yes,odd\nNorth,4,9,fine,A,A;B,yes,3\nSouth,,,,,,,\n",
		"team,proud,rec,why,pick,many,yes,odd\nNorth,6,11,\x00,C,A|Z,perhaps,-9\n,1,1,,,,,\n",
		"team;proud;rec;why;pick;many;yes;odd\nNorth;4,0;9,5;;;;tak;\"3\n\"\n",
		"team,proud,rec,why,pick,many,yes,odd\nNorth,Strongly agree,1e300,\u202e,A,;;,כן,=1+1\nNorth,1\n",
		"\xff\xfet\x00e\x00a\x00m\x00\n\x00",
	} {
		f.Add([]byte(s))
	}
	m := intake.Mapping{Kind: intake.Survey, Team: "team", Survey: &intake.SurveyMapping{Title: "S", On: "2025-01-31", Questions: []intake.SurveyQuestion{
		{Column: "proud", Type: "scale5", Values: map[string]int{"Strongly agree": 5}},
		{Column: "rec", Type: "enps"},
		{Column: "why", Type: "comment"},
		{Column: "pick", Type: "single", Options: []string{"A", "B"}},
		{Column: "many", Type: "multiple", Options: []string{"A", "B"}},
		{Column: "yes", Type: "yes_no"},
		{Column: "odd", Type: "scale", Low: -3, High: 3, Reversed: true},
	}}}
	questions, _, err := checkSurvey(m)
	if err != nil {
		f.Fatal(err)
	}
	names := org.NewTree([]org.Team{{ID: "n", Name: "North"}, {ID: "s", Name: "South"}}).Names()
	f.Fuzz(func(t *testing.T, body []byte) {
		r := newSurveyReader(m, questions, names)
		err := r.file(SurveyInput{File: bytes.NewReader(body), Size: int64(len(body)), Name: "f.csv", Mapping: m}, func(int64) {}, func(row surveyRow) error {
			if len(row.wrong) == 0 {
				inScale(t, questions, row)
			}
			return r.check(row)
		})
		if err != nil {
			if errs.KindOf(err) == errs.KindInternal {
				t.Fatal(err)
			}
			return
		}
		if r.rows != len(r.people)+r.empty+r.rejected {
			t.Fatalf("%d rows: %d taken, %d empty, %d rejected", r.rows, len(r.people), r.empty, r.rejected)
		}
		for _, x := range r.found {
			if x.Value != "" {
				t.Fatalf("a report repeats what stands in the file: %+v", x)
			}
		}
	})
}

func inScale(t *testing.T, questions []Question, row surveyRow) {
	t.Helper()
	a := Answers{}
	for key, n := range row.numbers {
		a.Number(key, n)
	}
	for key, set := range row.sets {
		a.Choices(key, set...)
	}
	for _, text := range row.comments {
		if _, err := json.Marshal(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.check(questions, nil); err != nil {
		t.Fatalf("%+v: %v", row, err)
	}
	if row.person.Team != "n" && row.person.Team != "s" {
		t.Fatalf("team %q", row.person.Team)
	}
}
