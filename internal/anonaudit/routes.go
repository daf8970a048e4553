package anonaudit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"rapport/internal/auth"
	"rapport/internal/org"
)

// route is a read route of the contract.
type route struct {
	path    string // with {names}
	params  []string
	parent  string              // the path whose answer lists what the last name may be
	queries []map[string]string // the forms it can be asked in: none, and each value of each enumerated parameter
	pulses  bool                // answers about waves: no cap on how many
	byTeam  string              // the parameter that asks for another document of one team's; empty: there is none
}

// perTeam are the routes that have a document for each team, which nothing but a team's id opens: elsewhere such a
// parameter only narrows what is asked for without it. A document's files are made of what its JSON holds, cell by cell.
var perTeam = regexp.MustCompile(`^/(my-team|reports|reports/\{quarter\})$`)

// prefix is where the contract's paths live.
const prefix = "/api/v1"

// discover lists the read routes of the contract, those without names first: their answers name what the others ask for.
func discover(contract []byte) ([]route, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, err
	}
	var out []route
	for path, item := range doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		r := route{path: path, queries: []map[string]string{nil}, pulses: strings.HasPrefix(path, "/waves") || strings.HasPrefix(path, "/programmes")}
		for _, part := range strings.Split(path, "/") {
			if strings.HasPrefix(part, "{") {
				r.params = append(r.params, strings.Trim(part, "{}"))
			}
		}
		for _, p := range append(slices.Clone(item.Parameters), item.Get.Parameters...) {
			if p.Value == nil || p.Value.In != "query" || p.Value.Schema == nil || p.Value.Schema.Value == nil {
				continue
			}
			if p.Value.Name == "team" && perTeam.MatchString(path) {
				r.byTeam = p.Value.Name
			}
			schema := p.Value.Schema.Value
			values := schema.Enum
			if schema.Type.Is("boolean") {
				values = []any{"true"}
			}
			for _, v := range values {
				if s, ok := v.(string); ok {
					r.queries = append(r.queries, map[string]string{p.Value.Name: s})
				}
			}
		}
		r.pulses = r.pulses && len(r.params) < 2 // what lies below a wave repeats its table, group by group
		out = append(out, r)
	}
	for i := range out {
		out[i].parent = parentOf(out[i].path, out)
	}
	slices.SortFunc(out, func(a, b route) int {
		if len(a.params) != len(b.params) {
			return len(a.params) - len(b.params)
		}
		return strings.Compare(a.path, b.path)
	})
	return out, nil
}

// parentOf is the nearest route above the last name of a path: the list whose items carry it.
func parentOf(path string, routes []route) string {
	n := strings.LastIndex(path, "{")
	if n < 0 {
		return ""
	}
	for up := strings.TrimSuffix(path[:n], "/"); up != ""; up = up[:strings.LastIndex(up, "/")] {
		if slices.ContainsFunc(routes, func(r route) bool { return r.path == up }) {
			return up
		}
	}
	return ""
}

var everything = org.Everything

func teams(own map[string]bool) org.Scope {
	ids := []string{}
	for id := range own {
		ids = append(ids, id)
	}
	return org.Teams(ids...)
}

// principal is somebody made up for the audit; what they do stands in the audit log under this name.
func principal(r auth.Role, s org.Scope) *auth.Principal {
	return &auth.Principal{ID: "anonaudit:" + string(r), Name: "anonaudit", Role: r, Scope: s, Locale: "en"}
}
