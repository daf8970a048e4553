package subscription

import (
	"context"
	"net/url"
	"strings"
	"unicode"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/org"
)

// needs is what a role must be allowed for each page that can be subscribed to, by the first part of its address; of the
// homes, by both. Pages where people enter or administer something are no views.
var needs = map[string]auth.Permission{
	"actions": auth.ActionsRead, "benchmarks": auth.PulsesRead, "cases": auth.ActionsRead, "catalogue": auth.MetricsRead, "comments": auth.MetricsRead,
	"customers": auth.LedgerRead, "cx": auth.MetricsRead, "evidence": auth.FindingsRead, "goals": auth.MetricsRead, "health": auth.ImportCX,
	"home/cx": auth.ImportCX, "home/hr": auth.PeopleWrite, "initiatives": auth.LedgerRead, "invest": auth.ProposalsRead, "jobs": auth.JobsRead,
	"journeys": auth.MetricsRead, "my-team": auth.FindingsRead, "outcomes": auth.MetricsRead, "pains": auth.LedgerRead, "pulses": auth.PulsesRead,
	"returns": auth.LedgerRead, "teams": auth.TeamsRead, "touchpoints": auth.MetricsRead, "waves": auth.PulsesRead, "what-if": auth.ProposalsRead,
}

const (
	longestPath = 500
	longestName = 120
)

// address reads the address of a view: the page it is of, the rest of its path, and its filters.
func address(path string) (page, rest string, filters url.Values, err error) {
	bad := errs.Invalid("subscription_path").At(errs.Field{Path: "/path", Code: "subscription_path"})
	u, parsed := url.Parse(path)
	if parsed != nil || len(path) > longestPath || u.IsAbs() || u.Host != "" || u.User != nil || u.Fragment != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return "", "", nil, bad
	}
	page, rest, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	if page == "home" {
		page, rest = page+"/"+rest, ""
	}
	if _, known := needs[page]; !known || strings.ContainsFunc(path, func(r rune) bool { return unicode.IsControl(r) || r == '\\' }) {
		return "", "", nil, bad
	}
	filters, parsed = url.ParseQuery(u.RawQuery)
	if parsed != nil {
		return "", "", nil, bad
	}
	return page, rest, filters, nil
}

// team is the one a subscription is about; empty: none, or the organisation.
func (x Subscription) team() string {
	if x.Subject == Report {
		return x.TeamID
	}
	_, _, filters, err := address(x.Path)
	if err != nil {
		return ""
	}
	for _, key := range []string{"team", "unit"} {
		if id := filters.Get(key); id != "" {
			return id
		}
	}
	return ""
}

// look says why somebody may not have a subscription now: errs.NotFound("subscription_team_gone") when its team is no
// longer there, errs.Forbidden("subscription_unseen") when it is nothing for them.
func (s *Service) look(ctx context.Context, who auth.Principal, x Subscription) error {
	unseen := errs.Forbidden("subscription_unseen")
	if err := who.Scope.Check(); err != nil {
		return err
	}
	if id := x.team(); id != "" {
		teams, err := s.from.Teams.Teams(ctx, org.Everything)
		if err != nil {
			return err
		}
		t, there := org.NewTree(teams).Get(id)
		switch {
		case !there && !who.Scope.All(), !who.Scope.Has(id):
			return unseen // whether the team exists is not this person's to know
		case !there || !t.ClosedOn.IsZero() && !t.ClosedOn.After(s.now()):
			return errs.NotFound("subscription_team_gone")
		}
	}
	if x.Subject == View {
		page, _, _, err := address(x.Path)
		if err != nil {
			return err
		}
		if !who.May(needs[page]) {
			return unseen
		}
		return nil
	}
	if !who.May(auth.FindingsRead) {
		return unseen
	}
	_, err := s.from.Reports.List(ctx, who, x.TeamID)
	if k := errs.KindOf(err); err != nil && (k == errs.KindForbidden || k == errs.KindNotFound) {
		return unseen
	}
	return err
}
