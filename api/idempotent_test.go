package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

func TestARequestSentTwiceHasOneEffect(t *testing.T) {
	_, c := administered(t, nil)
	c.header.Set("Idempotency-Key", "k1")
	first := ask[v1.Team](c, "POST", "/teams", object{"name": "North"})
	again := ask[v1.Team](c, "POST", "/teams", object{"name": "North"})
	require.Equal(t, first, again, "the same answer, not a second team or a refusal")
	status, answer := c.do("POST", "/teams", object{"name": "South"})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "idempotency_key_reused", problem(t, answer).Code)
	c.header.Set("Idempotency-Key", "k2")
	status, answer = c.do("POST", "/teams", object{"name": "North"})
	require.GreaterOrEqual(t, status, 400, "a new key is a new request, and the name is taken")
	second, same := c.do("POST", "/teams", object{"name": "North"})
	require.Equal(t, status, second)
	require.Equal(t, answer, same, "refusals are repeated, too")
	c.header.Del("Idempotency-Key")
	require.Len(t, ask[v1.TeamList](c, "GET", "/teams", nil).Items, 1)
}
