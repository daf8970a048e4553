package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/report"
	"rapport/internal/returns"
)

// TestAssumedMoneyIsWrittenAsMoney: amounts are kept in minor units; a revenue of 5.7 million was printed as 570 million.
func TestAssumedMoneyIsWrittenAsMoney(t *testing.T) {
	r := report.Report{Content: report.Content{Currency: "EUR", Statement: &returns.Statement{Assumptions: []returns.Assumption{
		{Line: "Engagement", What: "revenue", Value: 573_170_700, Source: "annual report"},
		{Line: "Engagement", What: "margin", Value: 34, Source: "finance"},
	}}}}
	for _, s := range r.In("en").Sections {
		if s.ID != "assumptions" {
			continue
		}
		require.Equal(t, "5,731,707\u00a0EUR", s.Tables[0].Rows[0].Cells[2].Text)
		require.Equal(t, "34", s.Tables[0].Rows[1].Cells[2].Text)
		return
	}
	require.Fail(t, "no section of assumptions")
}
