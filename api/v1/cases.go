package v1

import (
	"context"
	"strings"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/loop"
	"rapport/internal/org"
)

// ListCases implements StrictServerInterface.
func (s *Server) ListCases(ctx context.Context, r ListCasesRequestObject) (ListCasesResponseObject, error) {
	out, err := s.listCases(ctx, r.Params)
	return ListCases200JSONResponse(out), err
}

// casesAPage is how many cases a list has where nothing is said; a limit of 0 gives all of them.
const casesAPage = 50

func (s *Server) listCases(ctx context.Context, q ListCasesParams) (CaseList, error) {
	out := CaseList{Items: []Case{}}
	p, err := auth.From(ctx)
	if err != nil {
		return out, err
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return out, err
	}
	limit := casesAPage
	if q.Limit != nil {
		limit = *q.Limit
	}
	ask := loop.Query{Scope: p.Scope, Status: loop.Status(value(q.Status)), After: value(q.Cursor)}
	if limit > 0 {
		ask.Limit = limit + 1
	}
	if id := value(q.TeamId); id != "" {
		if _, there := teams.Get(id); !there || !p.Scope.Has(id) {
			return out, errs.NotFound("team_unknown").With("value", id)
		}
		ask.Scope = p.Scope.Within(teams.Subtree(id))
	}
	list, err := s.Loop.List(ctx, ask, value(q.Overdue))
	if err != nil {
		return out, err
	}
	if limit > 0 && len(list) > limit {
		list = list[:limit]
		out.NextCursor = &list[limit-1].ID
	}
	for _, c := range list {
		out.Items = append(out.Items, s.caseBody(c, teams))
	}
	return out, nil
}

// GetCase implements StrictServerInterface.
func (s *Server) GetCase(ctx context.Context, r GetCaseRequestObject) (GetCaseResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Loop.Find(ctx, p.Scope, r.Id)
	if err != nil {
		return nil, err
	}
	out, err := s.wholeCase(ctx, c)
	return GetCase200JSONResponse(out), err
}

// UpdateCase implements StrictServerInterface.
func (s *Server) UpdateCase(ctx context.Context, r UpdateCaseRequestObject) (UpdateCaseResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	b := r.Body
	ch := loop.Change{Version: b.Version, Owner: b.Owner, Status: loop.Status(value(b.Status)), Reason: loop.Reason(value(b.Reason)), Note: value(b.Note), Ask: value(b.Ask), Email: strings.TrimSpace(value(b.Email)), Locale: string(value(b.Locale))}
	if b.DueAt != nil {
		ch.DueAt = &b.DueAt.Time
	}
	c, q, err := s.Loop.Edit(ctx, p, r.Id, ch)
	if err != nil {
		return nil, err
	}
	out, err := s.wholeCase(ctx, c)
	out.AskLink = text(q.Link)
	if q.Outcome != "" {
		l := CaseLetter(q.Outcome)
		out.Letter = &l
	}
	return UpdateCase200JSONResponse(out), err
}

// wholeCase is a case with what the customer wrote.
func (s *Server) wholeCase(ctx context.Context, c loop.Case) (Case, error) {
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return Case{}, err
	}
	out := s.caseBody(c, teams)
	mails := s.Loop.Mails()
	out.CanMail = &mails
	f, err := s.Loop.Answer(ctx, c)
	if errs.KindOf(err) == errs.KindNotFound { // its import was undone
		return out, nil
	}
	out.Comment, out.Customer = text(f.Comment), text(f.Customer)
	return out, err
}

func (s *Server) caseBody(c loop.Case, teams *org.Tree) Case {
	t, _ := teams.Get(c.Team)
	out := Case{
		Id: c.ID, TeamId: c.Team, Team: t.Name, Touchpoint: c.Touchpoint, Type: CaseType(c.Type), Score: c.Score, AnsweredAt: c.AnsweredAt, OpenedAt: c.OpenedAt,
		DueAt: openapi_types.Date{Time: c.DueAt}, Overdue: c.Overdue(org.Date(s.Now())), Owner: c.Owner, Status: CaseStatus(c.Status), ClosedAt: moment(c.ClosedAt), Reopened: c.Reopened,
		Notes: make([]CaseNote, 0, len(c.Notes)), Version: c.Version,
	}
	if c.Reason != "" {
		r := CaseReason(c.Reason)
		out.Reason = &r
	}
	for _, n := range c.Notes {
		out.Notes = append(out.Notes, CaseNote{At: n.At, By: n.By, Text: n.Text})
	}
	if a := c.Asked; a != nil {
		out.AskedAt, out.RepliedAt, out.AskedByLetter = moment(a.At), moment(a.AnsweredAt), &a.Letter
		if !a.AnsweredAt.IsZero() {
			out.Solved = &a.Solved
		}
	}
	return out
}

// GetCaseTally implements StrictServerInterface.
func (s *Server) GetCaseTally(ctx context.Context, _ GetCaseTallyRequestObject) (GetCaseTallyResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Loop.Tally(ctx, p.Scope)
	return GetCaseTally200JSONResponse{
		Open: t.Open, InWork: t.InWork, Closed: t.Closed, Overdue: t.Overdue, Reopened: t.Reopened, Asked: t.Asked, Replied: t.Replied, SaidSolved: t.SaidSolved,
		Solved: cxFigure(t.Solved), Replies: cxFigure(t.Replies),
	}, err
}

func ruleBody(r loop.Rule) CaseRule {
	return CaseRule{Id: r.ID, Type: CaseRuleType(r.Type), AtMost: r.AtMost, Touchpoint: r.Touchpoint, Days: r.Days, Owner: r.Owner, Off: r.Off, Version: r.Version}
}

func ruleOf(id string, b CaseRuleEdit) loop.Rule {
	return loop.Rule{ID: id, Type: feedback.ScoreType(b.Type), AtMost: b.AtMost, Touchpoint: value(b.Touchpoint), Days: b.Days, Owner: value(b.Owner), Off: value(b.Off), Version: value(b.Version)}
}

// ListCaseRules implements StrictServerInterface.
func (s *Server) ListCaseRules(ctx context.Context, _ ListCaseRulesRequestObject) (ListCaseRulesResponseObject, error) {
	list, err := s.Loop.Rules(ctx)
	out := CaseRuleList{Items: make([]CaseRule, 0, len(list))}
	for _, r := range list {
		out.Items = append(out.Items, ruleBody(r))
	}
	return ListCaseRules200JSONResponse(out), err
}

// CreateCaseRule implements StrictServerInterface.
func (s *Server) CreateCaseRule(ctx context.Context, r CreateCaseRuleRequestObject) (CreateCaseRuleResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	rule, err := s.Loop.PutRule(ctx, p, ruleOf("", *r.Body))
	return CreateCaseRule201JSONResponse(ruleBody(rule)), err
}

// UpdateCaseRule implements StrictServerInterface.
func (s *Server) UpdateCaseRule(ctx context.Context, r UpdateCaseRuleRequestObject) (UpdateCaseRuleResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	rule, err := s.Loop.PutRule(ctx, p, ruleOf(r.Id, *r.Body))
	return UpdateCaseRule200JSONResponse(ruleBody(rule)), err
}
