package pulse

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"rapport/internal/audit"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/ident"
)

// Programme is a recurring pulse: what is asked, of whom, how often, and what was promised to them. A wave freezes it.
type Programme struct {
	ID                string
	Name              string
	Questions         []Question
	Languages         []string
	Subset            int
	K                 int
	Attribute         string
	RetentionDays     int
	Cadence           Cadence
	Audience          Audience
	Reminders         []int // days after opening
	FatigueDays       int
	LeadsSeeAfterDays int
	MaskComments      bool     // hide names, addresses and numbers in comments
	Help              string   // whom to turn to in need, shown beside comment questions; empty for nobody
	Channels          []string // rooms that are told
	Version           int
	CreatedAt         time.Time
}

// DefaultReminders are sent to those who have not answered.
var DefaultReminders = []int{3, 5}

// validate refuses a programme that could never be launched.
func (p *Programme) validate() error {
	if p.K < disclosure.FloorK {
		return errs.Invalid("k_below_floor").With("floor", disclosure.FloorK)
	}
	if p.K > disclosure.FloorK && p.Attribute != "" {
		return errs.Invalid("k_excludes_attribute").With("floor", disclosure.FloorK)
	}
	if err := p.Cadence.validate(); err != nil {
		return err
	}
	if err := p.Audience.validate(p.Cadence); err != nil {
		return err
	}
	if p.Audience.Population == Partners && p.Attribute != "" {
		return errs.Invalid("partners_without_attributes").At(errs.Field{Path: "/attribute", Code: "partners_without_attributes"})
	}
	if days := p.Cadence.days(); days > 0 && p.FatigueDays >= days {
		return errs.Invalid("fatigue_exceeds_cadence").With("days", days-1).At(errs.Field{Path: "/fatigue_days", Code: "fatigue_exceeds_cadence"})
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
	return nil
}

// version gives each question its version: the old one where nothing that a respondent reads has changed.
func (p *Programme) version(old Programme) {
	before := map[string]Question{}
	for _, q := range old.Questions {
		before[q.Key] = q
	}
	for i, q := range p.Questions {
		was, ok := before[q.Key]
		switch {
		case !ok:
			p.Questions[i].Version = 1
		case sameQuestion(was, q):
			p.Questions[i].Version = was.Version
		default:
			p.Questions[i].Version = was.Version + 1
		}
	}
}

// sameQuestion compares what a respondent reads, in the languages both have: adding a language changes nothing.
func sameQuestion(a, b Question) bool {
	same := func(x, y map[string][]string) bool {
		for l := range x {
			if v, ok := y[l]; ok && !slices.Equal(x[l], v) {
				return false
			}
		}
		return len(x) == 0 == (len(y) == 0)
	}
	for l, t := range a.Text {
		if u, ok := b.Text[l]; ok && t != u {
			return false
		}
	}
	return a.Type == b.Type && reflect.DeepEqual(a.If, b.If) && same(a.Ends, b.Ends) && same(a.Options, b.Options)
}

// SaveProgramme creates a programme (no id) or changes one (Version must be the stored one, else
// errs.Conflict("programme_changed")).
func (s *Service) SaveProgramme(ctx context.Context, p Programme, by string) (Programme, error) {
	if len(p.Reminders) == 0 {
		p.Reminders = slices.Clone(DefaultReminders)
	}
	p.Audience.Population = cmp.Or(p.Audience.Population, Staff)
	if err := p.validate(); err != nil {
		return p, err
	}
	action := "programme.change"
	var old Programme
	if p.ID == "" {
		p.ID, p.CreatedAt, p.Version, action = ident.New(), s.now(), 0, "programme.create"
	} else {
		var err error
		if old, err = s.Programme(ctx, p.ID); err != nil {
			return p, err
		}
		if p.Version != old.Version {
			return p, errs.Conflict("programme_changed")
		}
		p.CreatedAt, p.Audience.Pooled = old.CreatedAt, old.Audience.Pooled
		if err := s.samePopulation(ctx, p, old); err != nil {
			return p, err
		}
	}
	p.version(old)
	p.Version++
	return p, s.PutProgramme(ctx, p, audit.Entry{
		At: s.now(), Actor: by, Action: action, Object: p.ID,
		Detail: map[string]string{"name": p.Name, "k": itoa(p.K), "attribute": p.Attribute, "questions": itoa(len(p.Questions)), "population": string(p.Audience.Population)},
	})
}

// samePopulation refuses to turn a programme that has asked one population to the other: its line would go on with other people.
func (s *Service) samePopulation(ctx context.Context, p, old Programme) error {
	if p.Audience.Population == cmp.Or(old.Audience.Population, Staff) {
		return nil
	}
	waves, err := s.Waves(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(waves, func(w Wave) bool { return w.ProgrammeID == p.ID && !w.Rehearsal }) {
		return errs.Invalid("population_fixed").At(errs.Field{Path: "/audience/population", Code: "population_fixed"})
	}
	return nil
}

// Minutes estimates how long answering takes: 8 seconds a scale, 12 a choice, 40 an open comment.
func (p Programme) Minutes() float64 {
	seconds, scales := 20.0, 0
	for _, q := range p.Questions {
		switch q.Type {
		case Comment:
			seconds += 40
		case Single, Multiple:
			seconds += 12
		default:
			scales++
		}
	}
	if p.Subset > 0 {
		scales = min(scales, p.Subset)
	}
	return (seconds + 8*float64(scales)) / 60
}

// Texts picks a language of a text, English or any other where it is missing.
func Texts(m map[string]string, lang string) string {
	if t, ok := m[lang]; ok {
		return t
	}
	if t, ok := m["en"]; ok {
		return t
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		return m[k]
	}
	return ""
}
