package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/auth"
)

func TestFeedbackGoesInByTheAPIAndOutAgain(t *testing.T) {
	b := newImportBench(t)
	c := b.as(auth.CX)
	const file = "review_id,answered_at,score,comment,team\n1,2026-01-02,5,good,North\n2,2026-01-03,1,slow,North\n3,2026-01-03,4,,South\n"
	id := c.upload("reviews.csv", []byte(file))
	code, p := c.json(http.MethodPost, "/uploads/"+id+"/preview", map[string]any{"kind": "feedback"})
	require.Equal(t, http.StatusOK, code, p)
	m := p["mapping"].(map[string]any)
	require.Equal(t, []any{"review_id"}, m["source_id"])
	require.Equal(t, "csat", m["score_type"])
	require.Equal(t, true, m["create_teams"])

	op := c.run(map[string]any{"upload_id": id, "mapping": m})
	require.Equal(t, "done", op["state"], op)
	res := op["import"].(map[string]any)
	require.EqualValues(t, 3, res["imported"])
	_, one := c.do(http.MethodGet, "/imports/"+res["import_id"].(string), "", nil)
	require.Equal(t, "feedback", one["kind"])
	code, undone := c.do(http.MethodDelete, "/imports/"+res["import_id"].(string), "", nil)
	require.Equal(t, http.StatusOK, code, undone)
	require.Equal(t, "undone", undone["state"])

	c.run(map[string]any{"upload_id": c.upload("a.csv", []byte(file)), "mapping": m})
	m["create_teams"] = false
	op = c.run(map[string]any{"upload_id": c.upload("b.csv", []byte("review_id,answered_at,score,comment,team\n7,2026-01-02,5,good,West\n")), "mapping": m})
	require.EqualValues(t, 1, op["import"].(map[string]any)["queued"], op)
	_, waiting := c.do(http.MethodGet, "/imports-waiting", "", nil)
	require.Equal(t, []any{map[string]any{"kind": "feedback", "name": "West", "count": 1.0}}, waiting["items"])

	hr := b.as(auth.HR)
	id = hr.upload("reviews.csv", []byte(file))
	code, _ = hr.json(http.MethodPost, "/imports", map[string]any{"upload_id": id, "mapping": m})
	require.Equal(t, http.StatusForbidden, code)
}
