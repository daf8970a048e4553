package seed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"rapport/internal/pulse"
	"rapport/internal/series"
)

// Waves of the demo company: how often they come, and how many have been released.
const (
	quarterlyWaves = 4
	monthlyWaves   = 6
	rewordedFrom   = 2 // wave from which the question on tools reads as it does today
)

// senders is how many simulated people answer at the same time; the store commits what arrives together together.
const senders = 32

// asked is a programme of the demo company and the waves of it that are over.
type asked struct {
	programme pulse.Programme
	under     string // the part of the company it asks
	waves     int
	title     func(opened time.Time) string
}

// buildWaves runs the pulses of the last quarters by the real way: launched, answered by simulated people, closed and
// released, each at its time. What people say follows the weekly figures of their team. Titles say that it is simulated.
func (c *company) buildWaves(ctx context.Context, s Services, ids map[string]string) error {
	if s.PulseAt == nil {
		return nil
	}
	lib, err := pulse.LoadLibrary()
	if err != nil {
		return err
	}
	for i, a := range pulses(lib, s.Now()) {
		if err := c.runProgramme(ctx, s, ids, a, rand.New(rand.NewPCG(c.seed, uint64(600+i)))); err != nil {
			return fmt.Errorf("%s: %w", a.programme.Name, err)
		}
	}
	return nil
}

func pulses(lib pulse.Library, now time.Time) []asked {
	pick := func(keys ...string) []pulse.Question {
		var out []pulse.Question
		for _, q := range lib.Questions {
			if slices.ContainsFunc(keys, func(k string) bool { return q.Key == k || strings.HasSuffix(k, ".") && strings.HasPrefix(q.Key, k) }) {
				out = append(out, q)
			}
		}
		return out
	}
	// The newest wave closed a few days ago and the next one lies ahead, whenever the company is made.
	first := func(daysAgo, months int) time.Time {
		newest := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -daysAgo)
		if newest.Day() > 28 {
			newest = newest.AddDate(0, 0, 28-newest.Day()) // there in every month
		}
		return newest.AddDate(0, -months, 0)
	}
	quarterly := pulse.Programme{
		Name: "Quarterly pulse", Languages: lib.Languages, K: 5, Attribute: contract, RetentionDays: 730, FatigueDays: 14, LeadsSeeAfterDays: 3, MaskComments: true,
		Questions: pick("engagement.", "care.person", "care.help", "customer_care.first", "customer_care.time", "involvement.asked", "involvement.ideas", "growth.path", "growth.learning",
			"tools.work", "tools.fixed", "recognition.seen", "recognition.recent", "manager.trust", "manager.feedback", "workload.amount", "workload.rest", "safety.mistake", "safety.question",
			"teamwork.rely", "teamwork.others", "enps", "comment.better", "comment.customers"),
		Cadence: pulse.Cadence{Rule: pulse.Quarterly, FirstOn: first(24, 3*(quarterlyWaves-1)), Hour: 9, TimeZone: "Europe/Warsaw", OpenDays: 10},
	}
	monthly := pulse.Programme{
		Name: "Field check-in", Languages: lib.Languages, K: 5, RetentionDays: 365, FatigueDays: 0, MaskComments: true,
		Questions: pick("tools.", "workload.", "care.help", "teamwork.rely", "comment.better"),
		Cadence:   pulse.Cadence{Rule: pulse.Monthly, FirstOn: first(15, monthlyWaves-1), Hour: 8, TimeZone: "Europe/Warsaw", OpenDays: 5},
	}
	return []asked{
		{quarterly, rootID, quarterlyWaves, func(t time.Time) string { return series.PeriodOf(t, series.Quarter).String() + " · simulated" }},
		{monthly, "field", monthlyWaves, func(t time.Time) string { return t.Format("2006-01") + " · simulated" }},
	}
}

func (c *company) runProgramme(ctx context.Context, s Services, ids map[string]string, a asked, rng *rand.Rand) error {
	p := a.programme
	if a.under != rootID {
		p.Audience.TeamIDs = []string{ids[a.under]}
	}
	today := slices.Clone(p.Questions)
	p.Questions = reworded(today)
	var err error
	for n := range a.waves {
		opens := p.Cadence.Occurrence(n)
		at := s.PulseAt(opens)
		if n == 0 || n == rewordedFrom {
			if n > 0 {
				p.Questions = today
			}
			if p, err = at.SaveProgramme(ctx, p, actor.ID); err != nil {
				return err
			}
		}
		plan := pulse.Plan{
			ProgrammeID: p.ID, Title: a.title(opens), OpensAt: opens, ClosesAt: opens.AddDate(0, 0, p.Cadence.OpenDays), K: p.K, Attribute: p.Attribute, Questions: p.Questions,
			Languages: p.Languages, Nodes: c.nodes(ids, opens), Mask: p.MaskComments,
		}
		people := c.staffAt(ids, opens, a.under)
		for _, x := range people {
			plan.People = append(plan.People, x.Person)
		}
		if err := c.runWave(ctx, s, at, plan, people, rng); err != nil {
			return fmt.Errorf("%s: %w", plan.Title, err)
		}
	}
	return nil
}

// reworded gives the questions as they read before one of them was put better: the trend breaks there.
func reworded(questions []pulse.Question) []pulse.Question {
	out := slices.Clone(questions)
	for i, q := range out {
		if q.Key == "tools.work" {
			out[i].Text = map[string]string{"en": "Our systems are good.", "he": "המערכות שלנו טובות.", "pl": "Nasze systemy są dobre."}
		}
	}
	return out
}

func (c *company) runWave(ctx context.Context, s Services, at *pulse.Service, plan pulse.Plan, people []invited, rng *rand.Rand) error {
	wave, key, err := at.Launch(ctx, plan, actor.ID)
	if err != nil {
		return err
	}
	var forms []pulse.Form
	for _, x := range people {
		if rng.Float64() > c.willing(x.leaf) {
			continue
		}
		forms = append(forms, pulse.Form{
			Wave: wave.ID, Token: key.Token(x.ID), Receipt: fmt.Sprintf("%032x%032x", rng.Uint64(), rng.Uint64()), Revision: 1,
			Answers: c.answers(plan.Questions, x.leaf, plan.OpensAt, rng),
		})
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(senders)
	for _, f := range forms {
		g.Go(func() error { return at.Submit(gctx, f) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return s.PulseAt(plan.ClosesAt).Close(ctx, wave.ID, actor.ID)
}

// invited is somebody asked, with the number of the leaf team whose figures their answers follow.
type invited struct {
	pulse.Person
	leaf int
}

// staffAt lists who worked in a part of the company on a day, long enough to be asked.
func (c *company) staffAt(ids map[string]string, day time.Time, under string) []invited {
	leaf, part := map[string]int{}, map[string]bool{}
	above := c.above(day)
	for i, t := range c.teams {
		leaf[t.key] = i
		for k := t.key; k != ""; k = above[k] {
			part[t.key] = part[t.key] || k == under
		}
	}
	merged := !day.Before(c.week(mergeWeek).Start())
	var out []invited
	for _, r := range c.staff {
		team := r.Team
		if team == mergedTeam && merged {
			team = mergedInto
		}
		gone := r.LeftOn != nil && !r.LeftOn.After(day)
		if !part[team] || gone || day.Sub(*r.JoinedOn) < pulse.Tenure {
			continue
		}
		out = append(out, invited{pulse.Person{ID: "e:" + r.ExternalID, Team: ids[team], Value: r.Attributes[contract]}, leaf[team]})
	}
	return out
}

// above gives each team's parent as it was on a day; the merged team is in it as long as it existed.
func (c *company) above(day time.Time) map[string]string {
	out := map[string]string{}
	for _, u := range append(slices.Clone(upper), leafUnits()...) {
		out[u.key] = u.parent
	}
	if !day.Before(c.week(moveWeek).Start()) {
		out[movedTeam] = movedTo
	}
	if !day.Before(c.week(mergeWeek).Start()) {
		delete(out, mergedTeam)
	}
	return out
}

// nodes is the hierarchy as it was on a day.
func (c *company) nodes(ids map[string]string, day time.Time) []pulse.Node {
	above := c.above(day)
	var out []pulse.Node
	for _, u := range append(slices.Clone(upper), leafUnits()...) {
		if parent, ok := above[u.key]; ok {
			out = append(out, pulse.Node{ID: ids[u.key], Parent: ids[parent], Name: u.name})
		}
	}
	return out
}

// willing is the share of a team that answers: between a half and four fifths.
func (c *company) willing(leaf int) float64 {
	return .52 + .3*rand.New(rand.NewPCG(c.seed, uint64(7000+leaf))).Float64()
}

// mood is how a driver stands in a team on a day, 0 to 100, read off the weekly figures nearest to it.
func (c *company) mood(driver string, leaf int, day time.Time) float64 {
	week := series.PeriodOf(day, series.Week).Index - (c.last - Weeks + 1)
	of := func(metric string) float64 {
		line, sum, n := c.value[metric][leaf], 0., 0
		for w := week - 6; w <= week; w++ {
			if at := burnIn + w; at >= 0 && at < len(line) && !math.IsNaN(line[at]) {
				sum, n = sum+line[at], n+1
			}
		}
		return sum / float64(max(n, 1))
	}
	switch driver {
	case "care", "recognition", "manager":
		return of("care")
	case "tools", "skills":
		return of("tools")
	case "workload":
		return 100 - of("workload")
	case "teamwork", "safety", "belonging":
		return of("team_spirit")
	case "growth", "involvement":
		return of("engagement") - 8
	}
	return of("engagement")
}

// answers fills one simulated person's form: the team's mood, a leaning of their own, and what differs by question.
func (c *company) answers(questions []pulse.Question, leaf int, day time.Time, rng *rand.Rand) pulse.Answers {
	a := pulse.Answers{}
	own := 13 * rng.NormFloat64()
	for _, q := range questions {
		low, n, ok := q.Range()
		switch {
		case q.Type == pulse.Comment:
			if rng.Float64() < .14 {
				a.Comment(q.Key, saying(q.Key, rng))
			}
		case ok:
			level := c.mood(q.Driver, leaf, day) + own + 16*rng.NormFloat64()
			if q.Key == "tools.work" && strings.HasPrefix(q.Text["en"], "Our") {
				level += 6 // the vaguer question was answered more kindly
			}
			a.Number(q.Key, low+min(max(int(math.Round(level/100*float64(n-1))), 0), n-1))
		}
	}
	return a
}
