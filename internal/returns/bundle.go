package returns

import (
	"slices"
	"strings"

	"rapport/internal/initiative"
)

// bundle is a set of initiatives whose effects cannot be told apart, because each reaches teams of another one while
// that one's window is open.
type bundle struct {
	subject Subject
	name    string
	members []string // ids, oldest first
}

// bundles finds the sets of initiatives that are entangled with one another, directly or through others. What one of
// them brought in alone cannot be said; what all of them cost and brought in together can, with money and change that
// two of them count entering once. A bundle is named after its members and kept under the id of its oldest one.
func bundles(views []initiative.View) []bundle {
	at := map[string]int{}
	for k, v := range views {
		at[v.ID] = k
	}
	of := make([]int, len(views)) // the oldest member that is known of each
	for k := range of {
		of[k] = k
	}
	root := func(k int) int {
		for of[k] != k {
			k = of[k]
		}
		return k
	}
	for k, v := range views {
		for _, o := range v.Evaluation.Entangled {
			if j, ok := at[o.ID]; ok {
				a, b := root(k), root(j)
				of[max(a, b)] = min(a, b)
			}
		}
	}
	members := map[int][]int{}
	for k := range views {
		members[root(k)] = append(members[root(k)], k)
	}
	out := []bundle{}
	for k := range views {
		if len(members[k]) < 2 {
			continue
		}
		b := bundle{subject: OfBundle(views[k].ID)}
		names := make([]string, 0, len(members[k]))
		for _, m := range members[k] {
			b.members = append(b.members, views[m].ID)
			names = append(names, views[m].Plan.Name)
		}
		b.name = strings.Join(names, " + ")
		out = append(out, b)
	}
	return out
}

// has reports whether an initiative belongs to it.
func (b bundle) has(id string) bool { return slices.Contains(b.members, id) }

// BundleOf finds the newest statement over whole windows of the bundle an initiative belongs to. A bundle whose members
// are no longer entangled is not stated any more, so that what is older than the organisation's statement is not given.
func BundleOf(list []Statement, id string) (Statement, bool) {
	for _, s := range Current(list) {
		if s.Subject.Kind() == KindBundle && slices.Contains(s.Initiatives, id) {
			return s, true
		}
	}
	return Statement{}, false
}

// Current leaves out bundles that were stated before the organisation was stated last: their members are entangled no
// longer, or the bundle has got another oldest member.
func Current(list []Statement) []Statement {
	k := slices.IndexFunc(list, func(s Statement) bool { return s.Subject == Organisation })
	if k < 0 {
		return list
	}
	at := list[k].At
	return slices.DeleteFunc(slices.Clone(list), func(s Statement) bool { return s.Subject.Kind() == KindBundle && s.At.Before(at) })
}
