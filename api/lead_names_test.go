package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
)

// openedOfEach is how many objects of each list are opened.
const openedOfEach = 3

// A lead reads no other team's name, whatever is read: every list, the objects in it, narrowed to the own team, to a foreign
// one and not at all. Names of the units above stand beside the own figures and are no other teams'.
func TestALeadReadsNoOtherTeamsName(t *testing.T) {
	i, _ := seeded(t)
	admin, lead := i.caller(t), i.caller(t)
	ask[v1.Session](admin, "POST", "/session/demo", object{"role": "admin"})
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	own := ask[v1.TeamList](lead, "GET", "/teams?closed=true", nil).Items
	every := ask[v1.TeamList](admin, "GET", "/teams?closed=true", nil).Items
	parents := map[string]bool{}
	for _, x := range every {
		if x.ParentId != nil {
			parents[*x.ParentId] = true
		}
	}
	touchpoints, _ := json.Marshal(ask[v1.TouchpointList](admin, "GET", "/touchpoints", nil))
	foreign := ""
	var names []string
	for _, x := range every {
		mine := slices.ContainsFunc(own, func(o v1.Team) bool { return o.Id == x.Id })
		if !mine && !parents[x.Id] && !strings.Contains(string(touchpoints), `"`+x.Name+`"`) {
			names, foreign = append(names, regexp.QuoteMeta(x.Name)), x.Id
		}
	}
	require.Greater(t, len(names), 20)
	other := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`)

	doc, err := openapi3.NewLoader().LoadFromData(contract)
	require.NoError(t, err)
	read := 0
	look := func(path string) string {
		status, answer := lead.do("GET", path, nil)
		require.Less(t, status, http.StatusInternalServerError, "%s: %s", path, answer)
		require.Empty(t, other.FindString(answer), path)
		if status == http.StatusOK {
			read++
		}
		return answer
	}
	paths := doc.Paths.InMatchingOrder()
	slices.Sort(paths)
	for _, path := range paths {
		op := doc.Paths.Value(path).Get
		if op == nil || strings.Contains(path, "{") {
			continue
		}
		answer := look(path)
		for _, p := range op.Parameters {
			if n := p.Value.Name; n == "team" || n == "team_id" {
				look(path + "?" + n + "=" + own[0].Id)
				look(path + "?" + n + "=" + foreign)
			}
		}
		var list struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		if json.Unmarshal([]byte(answer), &list) != nil {
			continue
		}
		for _, below := range paths {
			after, ok := strings.CutPrefix(below, path+"/{id}")
			if !ok || strings.Contains(after, "{") || doc.Paths.Value(below).Get == nil {
				continue
			}
			for _, x := range list.Items[:min(len(list.Items), openedOfEach)] {
				look(path + "/" + x.ID + after)
			}
		}
	}
	run := ask[v1.RunReport](lead, "GET", "/runs/latest", nil)
	for _, f := range run.Findings[:openedOfEach] {
		look("/runs/latest/findings/" + f.Id)
		look("/runs/latest/findings/" + f.Id + "/data")
	}
	require.Greater(t, read, 60, "answers that said something")
}
