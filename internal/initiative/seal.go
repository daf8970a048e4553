package initiative

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"rapport/internal/org"
)

// Hash is the SHA-256 of the plan's canonical JSON: the same plan has the same hash wherever it is computed.
func (p Plan) Hash() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // a checked plan holds finite numbers and plain text only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// analysisFields are the fields the evaluation rests on (R9): whoever changes them after the start has seen figures.
var analysisFields = []string{"Treated", "Comparison", "Others", "Assignment", "Metric", "Lag", "Grain", "EndsOn", "Control", "Predictors", "Follow"}

func touchesAnalysis(fields []FieldChange) bool {
	return slices.ContainsFunc(fields, func(f FieldChange) bool {
		return slices.ContainsFunc(analysisFields, func(a string) bool { return fieldName(a) == f.Field })
	})
}

// difference lists the fields in which two plans differ.
func difference(a, b Plan) []FieldChange {
	out := []FieldChange{}
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for k := range va.NumField() {
		before, _ := json.Marshal(va.Field(k).Interface())
		after, _ := json.Marshal(vb.Field(k).Interface())
		if strings.Replace(string(before), "null", "[]", 1) != strings.Replace(string(after), "null", "[]", 1) { // no list is an empty list
			out = append(out, FieldChange{fieldName(va.Type().Field(k).Name), string(before), string(after)})
		}
	}
	return out
}

// fieldName is the name a field has in the contract: EndsOn is ends_on.
func fieldName(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// leaves gives the leaf teams below the teams named.
func leaves(tree *org.Tree, id string) []string {
	out := []string{}
	for _, t := range tree.Subtree(id) {
		if tree.Leaf(t) {
			out = append(out, t)
		}
	}
	return out
}

// entangled finds, per initiative, the others that reach some of its teams while its window is open.
func entangled(tree *org.Tree, all []Initiative) map[string][]Overlap {
	reach := make([]map[string]bool, len(all))
	for k, i := range all {
		reach[k] = map[string]bool{}
		for _, t := range i.Plan.Treated {
			for _, leaf := range leaves(tree, t.TeamID) {
				reach[k][leaf] = true
			}
		}
	}
	out := map[string][]Overlap{}
	for a := range all {
		for b := range all {
			if a == b || all[a].Plan.Start().After(all[b].Plan.EndsOn) || all[b].Plan.Start().After(all[a].Plan.EndsOn) {
				continue
			}
			shared := 0
			for t := range reach[a] {
				if reach[b][t] {
					shared++
				}
			}
			if shared > 0 {
				out[all[a].ID] = append(out[all[a].ID], Overlap{all[b].ID, all[b].Plan.Name, shared})
			}
		}
	}
	return out
}
