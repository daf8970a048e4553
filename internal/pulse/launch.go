package pulse

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// teamFloor is the least number of invited people a team needs to be a group of its own; smaller ones are merged into
// their parent before the first question is asked.
const teamFloor = disclosure.FloorK

// Person is somebody to invite, as the organisation knows them at launch.
type Person struct {
	ID    string // employee or partner
	Team  string
	Value string // of the chosen attribute, empty for none
}

// Plan is what HR launches.
type Plan struct {
	ProgrammeID string
	Title       string
	Rehearsal   bool
	OpensAt     time.Time
	ClosesAt    time.Time
	K           int
	Attribute   string
	Population  Population // empty: staff
	Questions   []Question
	Subset      int
	Languages   []string
	Nodes       []Node
	People      []Person
	Mailings    []Invitation // letters to queue, without the wave
	PaperBy     string       // who keys in paper answers; respondents are told
	Help        string       // whom to turn to in need, shown beside comment questions
	Mask        bool         // hide names, addresses and numbers in comments
	NewStaff    int          // people let in although they joined within Tenure; goes to the audit log
	ApprovedBy  string       // the second person who let them in
	Cadence     Cadence      // its opening hours hold for every letter of the wave
	// MembersUntil is set where each person is invited on a day of their own: the last such day.
	MembersUntil time.Time
}

// validate refuses a plan that cannot keep its promises.
func (p Plan) validate() error {
	switch {
	case p.K < disclosure.FloorK:
		return errs.Invalid("k_below_floor").With("floor", disclosure.FloorK)
	case p.K > disclosure.FloorK && p.Attribute != "":
		return errs.Invalid("k_excludes_attribute").With("floor", disclosure.FloorK)
	case len(p.People) < p.K:
		return errs.Invalid("audience_too_small").With("invited", len(p.People)).With("k", p.K)
	case !p.ClosesAt.After(p.OpensAt):
		return errs.Invalid("wave_ends_before_start")
	case len(p.Questions) == 0 || len(p.Languages) == 0:
		return errs.Invalid("wave_without_questions")
	}
	seen := map[string]bool{}
	for _, q := range p.Questions {
		if seen[q.Key] {
			return errs.Invalid("question_twice").With("question", q.Key)
		}
		if q.If != nil && !seen[q.If.Question] {
			return errs.Invalid("question_condition_unknown").With("question", q.Key)
		}
		seen[q.Key] = true
		if err := q.validate(p.Languages); err != nil {
			return err
		}
	}
	people := map[string]bool{}
	for _, x := range p.People {
		if people[x.ID] {
			return errs.Invalid("person_twice")
		}
		people[x.ID] = true
	}
	return nil
}

// Launch freezes the plan as a wave: labels, key and all credentials come into being in one step. It returns the wave
// and its key, with which the caller's mailing derives the links (Key.Token of the person's id).
func (s *Service) Launch(ctx context.Context, p Plan, by string) (Wave, *Key, error) {
	if err := p.validate(); err != nil {
		return Wave{}, nil, err
	}
	labels, of := groups(p)
	w := Wave{
		ID: ident.New(), ProgrammeID: p.ProgrammeID, Title: p.Title, State: Open, Rehearsal: p.Rehearsal, OpensAt: p.OpensAt, ClosesAt: p.ClosesAt, K: p.K,
		Attribute: p.Attribute, Questions: p.Questions, Subset: p.Subset, Languages: p.Languages, Nodes: p.Nodes, Labels: labels, Invited: len(p.People), SealSize: sealSize(p.Questions), PaperBy: p.PaperBy, Help: p.Help, Mask: p.Mask, Participation: -1,
		Cadence: p.Cadence, MembersUntil: p.MembersUntil, Population: cmp.Or(p.Population, Staff),
	}
	key, err := s.keys.Create(w.ID)
	if err != nil {
		return Wave{}, nil, err
	}
	w.Fingerprint = key.Fingerprint
	credentials := make([]Credential, len(p.People))
	for i, x := range p.People {
		b, err := json.Marshal(of[i])
		if err != nil {
			return Wave{}, nil, err
		}
		label, err := key.Seal(b, labelSize, sealLabel)
		if err != nil {
			return Wave{}, nil, err
		}
		credentials[i] = Credential{ID: key.CredentialID(key.Token(x.ID)), Wave: w.ID, Label: label, Random: ident.New()}
	}
	slices.SortFunc(credentials, func(a, b Credential) int { return cmp.Compare(a.ID, b.ID) }) // the order of the list of people must not show
	for i := range p.Mailings {
		p.Mailings[i].Wave = w.ID
	}
	detail := launchDetail(w)
	if p.NewStaff > 0 {
		detail["new_staff"] = itoa(p.NewStaff)
		detail["approved_by"] = p.ApprovedBy
	}
	err = s.LaunchWave(ctx, w, credentials, p.Mailings, audit.Entry{At: s.now(), Actor: by, Action: "wave.launch", Object: w.ID, Detail: detail})
	if err != nil {
		return Wave{}, nil, errors.Join(err, s.keys.Destroy(w.ID)) // nobody has a link yet
	}
	return w, key, nil
}

// labelSize holds any label number, padded so that all sealed labels are of one size.
const labelSize = 16

// groups gives the labels of a plan and the label of each person. A team with fewer than teamFloor invited people is
// merged into its parent, again and again up the tree; an attribute value stays with the person.
func groups(p Plan) ([]Label, []int) {
	parent, top := map[string]string{}, ""
	for _, n := range p.Nodes {
		parent[n.ID] = n.Parent
		if n.Parent == "" {
			top = n.ID
		}
	}
	at, size := climbed(p, parent, "")
	if 0 < size[top] && size[top] < teamFloor && !slices.ContainsFunc(p.People, func(x Person) bool { return x.Team == top }) {
		// Who is left over at the top would follow by subtraction once all divisions are shown, so a whole division would
		// have to be hidden for their sake. They stay one level below, where a single team is (ADR 0090).
		at, _ = climbed(p, parent, top)
	}
	number := map[Label]int{}
	var labels []Label
	of := make([]int, len(p.People))
	for i, x := range p.People {
		key := Label{Node: at[i], Value: x.Value}
		n, ok := number[key]
		if !ok {
			n = len(labels)
			number[key] = n
			labels = append(labels, key)
		}
		labels[n].Invited++
		of[i] = n
	}
	return labels, of
}

// climbed gives the node of each person after small teams have joined the group above, and how many stand at each node. The
// node named closed takes nobody from below who has enough people beside them there.
func climbed(p Plan, parent map[string]string, closed string) (at []string, size map[string]int) {
	at, size = make([]string, len(p.People)), map[string]int{}
	for i, x := range p.People {
		at[i] = x.Team
		size[x.Team]++
	}
	below := map[string]int{} // node → people in it and below
	for _, x := range p.People {
		for n, depth := x.Team, 0; n != "" && depth <= len(p.Nodes); n, depth = parent[n], depth+1 {
			below[n]++
		}
	}
	for merged := true; merged; {
		merged = false
		for i := range at {
			from := at[i]
			if up := parent[from]; size[from] < teamFloor && up != "" && (up != closed || below[from] < teamFloor) {
				for j := range at {
					if at[j] == from {
						at[j] = up
					}
				}
				size[up] += size[from]
				size[from] = 0
				merged = true
			}
		}
	}
	return at, size
}

func launchDetail(w Wave) map[string]string {
	return map[string]string{"programme": w.ProgrammeID, "k": itoa(w.K), "attribute": w.Attribute, "invited": itoa(w.Invited), "groups": itoa(len(w.Labels))}
}
