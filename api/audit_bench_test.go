package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkAuditOfTheDemoCompany is the audit that the works council starts, over ten waves and forty-two teams.
func BenchmarkAuditOfTheDemoCompany(b *testing.B) {
	i, _ := seeded(b)
	for b.Loop() {
		a, err := i.RunAuditAs(b.Context(), nil)
		require.NoError(b, err)
		require.Zero(b, a.Crawl.Found)
		b.ReportMetric(float64(a.Crawl.Requests), "requests/op")
		b.ReportMetric(float64(a.Crawl.Cells), "cells/op")
		b.ReportMetric(float64(a.Crawl.Figures), "figures/op")
	}
}
