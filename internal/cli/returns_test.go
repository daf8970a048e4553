package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const returnsExample = "../returns/testdata/example.json"

func TestReturnsJSON(t *testing.T) {
	code, out, errText := run(t, "returns", "-file", returnsExample, "-json")
	require.Equal(t, ExitOK, code, errText)
	var res struct {
		ROI, ROV, ROX struct {
			Estimate, P50, P5, P95, P10 float64
			ProbPositive                float64  `json:"prob_positive"`
			WithoutDefaultPrices        *float64 `json:"without_default_prices"`
		}
		Bridge []struct {
			Line   string
			Amount int64
			Points float64
		}
		MediatedShare struct{ Estimate, P5, P95 float64 } `json:"mediated_share"`
		Yield         float64
	}
	require.NoError(t, json.Unmarshal([]byte(out), &res))
	require.InDelta(t, 0.208, res.ROI.Estimate, 0.0005)
	require.InDelta(t, -0.191, *res.ROI.WithoutDefaultPrices, 0.0005)
	require.InDelta(t, 0.688, res.ROV.Estimate, 0.0005)
	require.InDelta(t, -0.064, res.ROX.Estimate, 0.0005)
	require.InDelta(t, 0.35, res.MediatedShare.Estimate, 0.005)
	require.InDelta(t, 86_280, res.Yield, 1)
	require.EqualValues(t, 6_916_525, res.Bridge[0].Amount)
}

func TestReturnsTable(t *testing.T) {
	code, out, _ := run(t, "returns", "-file", returnsExample)
	require.Equal(t, ExitOK, code)
	for _, want := range []string{"144 000.00 EUR", "+20.8 %", "-19.1 %", "+68.8 %", "-6.4 %", "+48.0 points", "not measured", "35 %", "862.80 EUR", "month 10", "default price"} {
		require.Contains(t, out, want)
	}
}

func TestReturnsRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lines.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"currency":"EUR","lines":[
		{"name":"a","kind":"attrition","value":5,"se":1,"grade":"A","price_source":"finance"},
		{"name":"b","kind":"attrition","value":5,"se":1,"grade":"A"}],
		"costs":[{"name":"c","amount":-4}]}`), 0o600))
	code, out, errText := run(t, "returns", "-file", file, "-json")
	require.Equal(t, ExitRefused, code)
	require.Empty(t, out)
	require.Contains(t, errText, "lines[1].kind “b” pays for the same money (attrition) as “a”")
	require.Contains(t, errText, "lines[1].price_source is missing: say where the price of “b” comes from")
	require.Contains(t, errText, "costs[0].amount is negative")
	require.NotContains(t, errText, "{")

	code, _, _ = run(t, "returns", "-file", filepath.Join(t.TempDir(), "absent"))
	require.Equal(t, ExitRefused, code)
	for _, args := range [][]string{{"returns"}, {"returns", "-file", file, "more"}, {"returns", "-nonsense"}} {
		code, _, _ = run(t, args...)
		require.Equal(t, ExitUsage, code)
	}
	code, _, help := run(t, "returns", "-h")
	require.Equal(t, ExitOK, code)
	require.Contains(t, help, "price_source")
}
