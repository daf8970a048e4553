package series_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/intake"
	"rapport/internal/series"
)

// realFile reads a file of ../shared/real. Where the folder is absent the test says so; on CI a folder without the file
// is a failure.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := ""
	for at, _ := os.Getwd(); at != filepath.Dir(at); at = filepath.Dir(at) {
		for _, d := range []string{filepath.Join(at, "shared", "real"), filepath.Join(at, "..", "shared", "real")} {
			if _, err := os.Stat(d); err == nil {
				dir = d
			}
		}
	}
	if dir == "" {
		t.Skip("real files left out: there is no ../shared/real")
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("real files left out: %v", err)
	}
	return b
}

func suggest(t *testing.T, b []byte, catalogue []series.Metric, empty bool) intake.Mapping {
	t.Helper()
	p, err := intake.Look(bytes.NewReader(b), int64(len(b)), "x.csv", intake.Options{})
	require.NoError(t, err)
	return series.Suggest(p, catalogue, empty)
}

func TestSuggestionForHospitalTrusts(t *testing.T) {
	m := suggest(t, realFile(t, "nhs-trusts-2012-2019.csv"), nil, true)
	require.Equal(t, intake.Mapping{
		Kind: intake.Series, Encoding: "utf-8", Delimiter: ",", Team: "trust_code", TeamName: "trust_name", CreateTeams: true, Period: "year", Grain: "year",
		Respondents: "staff_responses", Ignore: []string{"region", "clinical_share", "recommend_as_workplace_share", "recommend_for_care_share"},
		Metrics: []intake.MetricMapping{
			{Column: "engagement", Metric: "engagement", Name: "Engagement", Kind: "ex", Unit: "1–5", HigherIsBetter: true, Aggregation: "mean"},
			{Column: "recommend_as_workplace", Metric: "recommend_as_workplace", Name: "Recommend as workplace", Kind: "ex", Unit: "1–5", HigherIsBetter: true, Aggregation: "mean"},
			{Column: "recommend_for_care", Metric: "recommend_for_care", Name: "Recommend for care", Kind: "cx", Unit: "1–5", HigherIsBetter: true, Aggregation: "mean"},
			{Column: "work_stress_share", Metric: "work_stress_share", Name: "Work stress share", Kind: "ex", Unit: "share", HigherIsBetter: false, Aggregation: "mean"},
			{Column: "shmi", Metric: "shmi", Name: "SHMI", Kind: "outcome", HigherIsBetter: false, Aggregation: "mean"},
		},
	}, m)
}

func TestSuggestionForShopReviews(t *testing.T) {
	m := suggest(t, realFile(t, "olist-reviews.csv"), nil, true)
	require.Equal(t, "seller_state", m.Team)
	require.Equal(t, "answered_at", m.Period)
	require.Equal(t, "month", m.Grain)
	require.True(t, m.Aggregate)
	require.True(t, m.CountRows)
	require.Equal(t, []intake.MetricMapping{{Column: "score", Metric: "score", Name: "Score", Kind: "cx", Unit: "1–5", HigherIsBetter: true, Aggregation: "mean"}}, m.Metrics)
}

func TestSuggestionReadsPolishAndHebrewHeadings(t *testing.T) {
	m := suggest(t, []byte("Zespół;Miesiąc;Liczba odpowiedzi;Zaangażowanie;Czas oczekiwania (min);Przychód PLN\nA;2025-01;12;3,9;14,5;1200,5\nB;2025-01;9;4,1;11,0;900,0\nA;2025-02;12;4,0;13,5;1250,0\n"), nil, false)
	require.Equal(t, "Zespół", m.Team)
	require.Equal(t, "Miesiąc", m.Period)
	require.Equal(t, "month", m.Grain)
	require.Equal(t, "Liczba odpowiedzi", m.Respondents)
	require.NotNil(t, m.DecimalComma)
	require.False(t, m.CreateTeams)
	require.Equal(t, []intake.MetricMapping{
		{Column: "Zaangażowanie", Metric: "zaangażowanie", Name: "Zaangażowanie", Kind: "ex", Unit: "1–5", HigherIsBetter: true, Aggregation: "mean"},
		{Column: "Czas oczekiwania (min)", Metric: "czas_oczekiwania_min", Name: "Czas oczekiwania (min)", Kind: "cx", Unit: "min", HigherIsBetter: false, Aggregation: "mean"},
		{Column: "Przychód PLN", Metric: "przychód_pln", Name: "Przychód PLN", Kind: "money", Unit: "PLN", HigherIsBetter: true, Aggregation: "sum"},
	}, m.Metrics)
	m = suggest(t, []byte("צוות,רבעון,משיבים,מחוברות,תמותה\nא,2025-Q1,12,3.9,1.1\nב,2025-Q1,9,4.1,0.9\nא,2025-Q2,9,4.1,0.9\n"), nil, true)
	require.Equal(t, "צוות", m.Team)
	require.Equal(t, "quarter", m.Grain)
	require.Equal(t, "משיבים", m.Respondents)
	require.Len(t, m.Metrics, 2)
	require.Equal(t, "ex", m.Metrics[0].Kind)
	require.Equal(t, "outcome", m.Metrics[1].Kind)
	require.False(t, m.Metrics[1].HigherIsBetter)
}

func TestSuggestionRecognisesLongFilesAndTheCatalogue(t *testing.T) {
	m := suggest(t, []byte("team,date,metric,value,n\nA,2025-01-06,waiting,3,20\nA,2025-01-06,engagement,4,20\nA,2025-01-13,waiting,3,20\nB,2025-01-13,waiting,3,20\n"),
		[]series.Metric{{Key: "waiting", Name: "Waiting time", Kind: series.Outcome, Unit: "h", Aggregation: series.Last}}, true)
	require.Equal(t, &intake.LongMapping{Metric: "metric", Value: "value"}, m.Long)
	require.Equal(t, "week", m.Grain, "all dates are Mondays")
	require.False(t, m.Aggregate)
	require.Equal(t, intake.MetricMapping{Column: "waiting", Metric: "waiting", Name: "Waiting time", Kind: "outcome", Unit: "h", Aggregation: "last"}, m.Metrics[0])
	require.Equal(t, "ex", m.Metrics[1].Kind)
}

func TestSuggestionAsksAboutDatesItCannotTell(t *testing.T) {
	require.Equal(t, "DD/MM/YYYY", suggest(t, []byte("team,date,nps\nA,13/04/2026,3\nB,03/04/2026,4\n"), nil, true).DateFormat)
	require.Equal(t, "MM/DD/YYYY", suggest(t, []byte("team,date,nps\nA,04/13/2026,3\nB,03/04/2026,4\n"), nil, true).DateFormat)
	require.Empty(t, suggest(t, []byte("team,date,nps\nA,03/04/2026,3\nB,05/04/2026,4\n"), nil, true).DateFormat)
	require.Empty(t, suggest(t, []byte("team,date,nps\nA,13/04/2026,3\nB,04/13/2026,4\n"), nil, true).DateFormat)
}
