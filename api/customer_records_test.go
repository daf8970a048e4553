package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

// A customer gets everything that is stored about them, and is then taken out of it: the words and the numbers of orders go, scores and
// amounts stay, and the same source cannot bring the customer back.
func TestACustomerIsGivenTheirRecordsAndErased(t *testing.T) {
	i, admin := administered(t, nil)
	ask[v1.Team](admin, "POST", "/teams", object{"name": "North", "created_on": "2024-01-01"})
	shop := i.feeder(t, admin)
	answer := object{"source_id": "1", "team": "North", "answered_at": "2025-01-02T10:00:00Z", "score_type": "nps", "score": 9, "comment": "call me on 555 0100", "customer": "c/1"}
	order := object{"order_id": "o1", "customer": "c/1", "team": "North", "purchased_at": "2025-01-02T10:00:00Z", "value_minor": 1250, "currency": "EUR"}
	ask[v1.AddResult](shop, "POST", "/feedback", answer)
	ask[v1.AddResult](shop, "POST", "/orders", order)

	records := ask[v1.CustomerRecords](admin, "GET", "/customer-records?customer=c%2F1", nil)
	require.Len(t, records.Orders, 1)
	require.Len(t, records.Answers, 1)
	require.Equal(t, "call me on 555 0100", *records.Answers[0].Comment)
	require.EqualValues(t, 1250, records.Orders[0].Value)

	require.Equal(t, 2, ask[v1.CustomerErased](admin, "POST", "/customer-erasures", object{"customer": "c/1", "reason": "asked for it"}).Records)
	status, body := admin.do("GET", "/customer-records?customer=c%2F1", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "customer_unknown", problem(t, body).Code)
	answer["score"] = 0
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/feedback", answer).Unchanged, "what was erased is not written again")
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/orders", order).Unchanged)
	status, _ = admin.do("GET", "/customer-records?customer=c%2F1", nil)
	require.Equal(t, http.StatusNotFound, status)
	status, _ = admin.do("POST", "/customer-erasures", object{"customer": "c/1", "reason": "again"})
	require.Equal(t, http.StatusNotFound, status)

	log := ask[v1.AuditList](admin, "GET", "/audit-entries", nil)
	require.Equal(t, "customer.erase", log.Items[0].Action)
	require.NotContains(t, *log.Items[0].Object, "c/1")
}
