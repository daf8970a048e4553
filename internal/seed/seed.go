// Package seed builds the demo company: a made-up service company with two years of weekly figures in which the links
// are known, because they were planted, together with two that only look like links. It goes through the same services
// as everybody's data, and writes down the truth beside the database so that the Evidence page can be checked against
// it.
package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/returns"
	"rapport/internal/series"
	"rapport/internal/subscription"
)

// Services are what the company is built with.
type Services struct {
	Actions *action.Service // nil: no actions are entered
	Alerts  *alert.Service  // nil: nobody is told of anything
	Auth    *auth.Service
	Goals   *goal.Service
	Invest  *invest.Service
	Linkage *linkage.Service
	Org     *org.Service
	Series  *series.Service
	Ledger  Ledger
	PulseAt func(at time.Time) *pulse.Service // as it stands on a day; nil: nobody is asked anything
	Now     func() time.Time

	Letters *subscription.Service // nil: nobody orders letters
}

// TruthFile is the name of the file with the planted links.
const TruthFile = "demo-truth.json"

// rootID is how the company's top team is known again.
const rootID = "demo-company"

// actor signs for the seed in the audit log.
var actor = auth.System("seed")

// Company builds the demo company, correlates, and writes the truth into dir. The figures end with the last whole week
// before now and are the same whenever they are made. On a store that holds the company already it does nothing; on one
// with an organisation of its own it refuses, and on one where building it was broken off, too.
func Company(ctx context.Context, s Services, dir string) error {
	state, err := look(ctx, s)
	if err != nil || state {
		return err
	}
	people, err := s.Auth.Users(ctx, "", 100)
	if err != nil {
		return err
	}
	for _, u := range people {
		if !u.Demo {
			return errs.Conflict("not_a_demo") // real people: nothing is touched
		}
	}
	last := series.PeriodOf(s.Now(), series.Week).Index - 1
	c := imagine(last, theSeed)
	if err := c.build(ctx, s); err != nil {
		return fmt.Errorf("build demo company: %w", err)
	}
	b, err := json.MarshalIndent(c.truth(), "", "  ")
	if err != nil {
		return fmt.Errorf("build demo company: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, TruthFile), append(b, '\n'), 0o600); err != nil {
		return errs.Unavailable("file_unwritable").With("file", filepath.Join(dir, TruthFile)).Because(err)
	}
	if _, err := s.Linkage.Do(ctx, linkage.Order{Trigger: linkage.ByHand, By: actor.ID}); err != nil {
		return fmt.Errorf("build demo company: %w", err)
	}
	if err := s.Ledger.Forecasts(s.Now()).Evaluate(ctx, initiative.Order{By: actor.ID}); err != nil { // after the run: the chain follows from it
		return fmt.Errorf("build demo company: %w", err)
	}
	if err := s.Goals.Refresh(ctx, time.Time{}, nil); err != nil {
		return fmt.Errorf("build demo company: %w", err)
	}
	if err := s.Invest.Rank(ctx, actor.ID, nil); err != nil {
		return fmt.Errorf("build demo company: %w", err)
	}
	return orderLetters(ctx, s)
}

// look reports whether the company is there, whole.
func look(ctx context.Context, s Services) (whole bool, err error) {
	teams, err := s.Org.Teams(ctx, org.Everything)
	if err != nil || len(teams) == 0 {
		return false, err
	}
	for _, t := range teams {
		if t.ExternalID == rootID {
			if _, err := s.Ledger.Returns.Statement(ctx, "", returns.Organisation); errs.KindOf(err) == errs.KindNotFound && err != nil {
				return false, errs.Conflict("seed_broken_off")
			}
			return true, nil
		}
	}
	return false, errs.Conflict("seed_not_empty")
}

func (c *company) build(ctx context.Context, s Services) error {
	ids, err := c.buildTeams(ctx, s.Org)
	if err != nil {
		return err
	}
	if err := c.buildPeople(ctx, s.Org); err != nil {
		return err
	}
	for _, m := range catalogue {
		m := m.Metric
		m.Owner = owners[m.Kind]
		if _, err := s.Series.CreateMetric(ctx, actor, m); err != nil {
			return fmt.Errorf("metric %s: %w", m.Key, err)
		}
	}
	for _, f := range c.files() {
		if _, err := s.Series.Import(ctx, series.Input{File: bytes.NewReader(f.body), Size: int64(len(f.body)), Name: f.name, Mapping: f.mapping, By: actor}); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	for _, e := range c.events() {
		if _, err := s.Series.CreateEvent(ctx, actor, e); err != nil {
			return fmt.Errorf("event %s: %w", e.Title, err)
		}
	}
	for _, ch := range c.changes(ids) {
		if err := s.Org.ChangeTeam(ctx, actor.ID, ch.team, ch.change); err != nil {
			return fmt.Errorf("change of a team: %w", err)
		}
	}
	if err := c.buildLedger(ctx, s, ids); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if err := s.Auth.EnsureDemoUsers(ctx, users, []string{ids[leadsTeam]}); err != nil {
		return err
	}
	for _, step := range []func(context.Context, Services, map[string]string) error{c.buildGoals, c.buildActions, c.buildWaves} {
		if err := step(ctx, s, ids); err != nil {
			return err
		}
	}
	return nil
}

// users are the people one signs in as, by role; the lead's team is leadsTeam and all below it.
var users = map[auth.Role]string{
	auth.Admin: "Noa Lindqvist", auth.HR: "Marta Wilczek", auth.CX: "Daniel Okafor", auth.Lead: "Ines Harlow", auth.Executive: "Tomasz Rivlin", auth.Auditor: "Ruth Adeyemi",
}

const leadsTeam = "field-east"

var owners = map[series.Kind]string{
	series.EX: "People team", series.CX: "Customer team", series.Behaviour: "Customer team", series.Money: "Finance", series.Outcome: "Operations", series.Confounder: "Finance",
}

// file is one delivery of figures, as a department would send it.
type file struct {
	name    string
	body    []byte
	mapping intake.Mapping
}
