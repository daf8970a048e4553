package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/fact"
	"rapport/internal/intake"
)

// Orders that come in ask by themselves, by the rule of a question: those of its team, of late, each once, whichever door
// they come by; the address is in the letter and nowhere else.
func TestOrdersInviteByMail(t *testing.T) {
	_, address := mailServer(t)
	i, admin := administered(t, func(c *Config) { c.SMTP = address })
	link := deskLink(admin, object{"invite": object{"share": 1, "rest_days": 0, "delay_hours": 0, "expires_days": 7, "orders": "delivered"}})
	require.Equal(t, v1.InviteRuleOrders("delivered"), *link.Invite.Orders)
	require.NotNil(t, link.Team, "the question is about one team")
	ask[v1.Team](admin, "POST", "/teams", object{"name": "Elsewhere", "created_on": "2024-01-01"})
	shop := i.feeder(t, admin)
	now := time.Now().UTC()
	day := func(ago int) string { return now.AddDate(0, 0, -ago).Format(time.RFC3339) }
	order := func(id string, change object) object {
		x := object{
			"order_id": id, "customer": "c" + id, "team": *link.Team, "purchased_at": day(40), "delivered_at": day(1), "value_minor": 100, "currency": "EUR",
			"email": "buyer" + id + "@example.com", "locale": "pl",
		}
		for k, v := range change {
			if x[k] = v; v == nil {
				delete(x, k)
			}
		}
		return x
	}
	batch := object{"items": []object{
		order("1", nil),
		order("2", object{"delivered_at": nil}),
		order("3", object{"delivered_at": day(20)}),
		order("4", object{"team": "Elsewhere"}),
		order("5", object{"email": nil}),
		order("6", object{"status": "cancelled"}),
		order("7", object{"team": "Nobody"}),
	}}
	require.Equal(t, v1.AddResult{Rows: 7, Imported: 6, Queued: 1, Invited: 1}, ask[v1.AddResult](shop, "POST", "/orders/batch", batch))
	require.Equal(t, v1.AddResult{Rows: 7, Unchanged: 7}, ask[v1.AddResult](shop, "POST", "/orders/batch", batch), "nobody is asked twice")
	require.Equal(t, 1, ask[v1.AddResult](shop, "POST", "/orders", order("2", nil)).Invited, "it has been delivered since")
	status, answer := shop.do("POST", "/orders", order("8", object{"email": "no address"}))
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	require.Equal(t, "/email email_invalid", *(*problem(t, answer).Errors)[0].Pointer+" "+(*problem(t, answer).Errors)[0].Code)

	file := "order,team,who,at,came,value,mail\n"
	for k := range 3 {
		file += fmt.Sprintf("f%d,%s,d%d,%s,%s,5,reader%d@example.com\n", k, *link.Team, k, day(30)[:10], day(10 * k)[:10], k)
	}
	m := intake.Mapping{Kind: intake.Orders, SourceID: []string{"order"}, Team: "team", Currency: "EUR", Columns: map[string]string{"customer": "who", "purchased_at": "at", "delivered_at": "came", "value": "value", "email": "mail"}}
	bring := func(dry bool) intake.Result {
		res, err := i.Customers.Import(t.Context(), fact.Input{File: strings.NewReader(file), Size: int64(len(file)), Name: "o.csv", Mapping: m, By: auth.System("test"), DryRun: dry})
		require.NoError(t, err)
		return res
	}
	require.Zero(t, bring(true).Invited)
	require.Equal(t, 2, bring(false).Invited, "the third was delivered too long ago")
	require.Zero(t, bring(false).Invited)

	res, err := i.Customers.AddRows(t.Context(), auth.System("test"), fact.Origin{Source: "till", Door: fact.ByWebhook}, m, fact.Rows{
		Columns: []string{"order", "team", "who", "at", "came", "value", "mail"}, Cells: [][]string{{"w1", *link.Team, "w", day(3), day(2), "5", "w@example.com"}},
	})
	require.NoError(t, err)
	require.Equal(t, 1, res.Invited)
	require.EqualValues(t, 5, ask[v1.LinkList](admin, "GET", "/links", nil).Items[0].Sent)

	sent, err := i.Outbox.Deliver(t.Context())
	require.NoError(t, err)
	require.Equal(t, 5, sent)
	require.NoError(t, i.Customers.Each(t.Context(), auth.System("test").Scope, fact.Filter{}, func(o customer.Order) error {
		require.NotContains(t, fmt.Sprintf("%+v", o), "@")
		return nil
	}))
}
