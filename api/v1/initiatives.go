package v1

import (
	"context"
	"math"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/returns"
)

// ListInitiatives lists the ledger, newest first.
func (s *Server) ListInitiatives(ctx context.Context, _ ListInitiativesRequestObject) (ListInitiativesResponseObject, error) {
	list, err := s.Initiatives.List(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.Initiatives.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := ListInitiatives200JSONResponse{Items: []Initiative{}}
	for _, v := range list {
		i := initiativeBody(v, set)
		if v.Evaluation != nil && len(v.Evaluation.Effects) > 0 {
			f := effectBody(v.Evaluation.Effects[0], locale(ctx))
			f.Path, f.Placebos = []InitiativePathPoint{}, [][]float64{} // the list draws a spark line of the events only
			i.Effect = &f
		}
		out.Items = append(out.Items, i)
	}
	return out, nil
}

// CreateInitiative enters a draft.
func (s *Server) CreateInitiative(ctx context.Context, r CreateInitiativeRequestObject) (CreateInitiativeResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	i, err := s.Initiatives.Add(ctx, who.ID, planOf(*r.Body))
	if err != nil {
		return nil, err
	}
	body, err := s.initiativeAlone(ctx, i)
	return CreateInitiative201JSONResponse(body), err
}

// GetInitiative gives one with its changes, outlook, evaluation and returns.
func (s *Server) GetInitiative(ctx context.Context, r GetInitiativeRequestObject) (GetInitiativeResponseObject, error) {
	v, err := s.Initiatives.Get(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	set, err := s.Initiatives.Settings(ctx)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	out := GetInitiative200JSONResponse{Initiative: initiativeBody(v, set), Changes: []InitiativeChange{}}
	for _, c := range v.Changes {
		b := InitiativeChange{At: c.At, By: c.By, Reason: c.Reason, Hash: c.Hash, Analysis: c.Analysis}
		for _, f := range c.Fields {
			b.Fields = append(b.Fields, InitiativeFieldChange{Field: f.Field, Before: f.Before, After: f.After})
		}
		out.Changes = append(out.Changes, b)
	}
	if v.Outlook != nil {
		o := outlookBody(*v.Outlook, loc)
		if x := v.Plan.Expected.Effect; x != 0 {
			o.Expected = &x
		}
		out.Outlook = &o
	}
	if v.Evaluation != nil {
		e := evaluationBody(*v.Evaluation, loc)
		out.Evaluation = &e
	}
	switch st, err := s.Returns.Statement(ctx, "", returns.OfInitiative(r.Id)); {
	case err == nil:
		b := statementBody(st, loc)
		out.Returns = &b
	case errs.KindOf(err) != errs.KindNotFound:
		return nil, err
	}
	if len(v.Entangled) > 0 {
		list, err := s.Returns.Statements(ctx, "", returns.KindBundle, returns.KindOrganisation)
		if err != nil {
			return nil, err
		}
		if st, ok := returns.BundleOf(list, r.Id); ok {
			b := statementBody(st, loc)
			out.Bundle = &b
		}
	}
	return out, nil
}

// UpdateInitiative changes a plan.
func (s *Server) UpdateInitiative(ctx context.Context, r UpdateInitiativeRequestObject) (UpdateInitiativeResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	i, err := s.Initiatives.Revise(ctx, who.ID, r.Id, initiative.Edit{Plan: planOf(r.Body.Plan), Version: r.Body.Version, Reason: value(r.Body.Reason)})
	if err != nil {
		return nil, err
	}
	body, err := s.initiativeAlone(ctx, i)
	return UpdateInitiative200JSONResponse(body), err
}

// SealInitiative seals a draft.
func (s *Server) SealInitiative(ctx context.Context, r SealInitiativeRequestObject) (SealInitiativeResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	i, err := s.Initiatives.Seal(ctx, who.ID, r.Id, r.Body.Version)
	if err != nil {
		return nil, err
	}
	body, err := s.initiativeAlone(ctx, i)
	return SealInitiative200JSONResponse(body), err
}

// StartOutlook asks what could be proved.
func (s *Server) StartOutlook(ctx context.Context, r StartOutlookRequestObject) (StartOutlookResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Initiatives.StartOutlook(ctx, who.ID, r.Id)
	if err != nil {
		return nil, err
	}
	return StartOutlook202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// RehearseInitiative asks what could be proved of a plan that nobody has entered.
func (s *Server) RehearseInitiative(ctx context.Context, r RehearseInitiativeRequestObject) (RehearseInitiativeResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Initiatives.StartRehearsal(ctx, who.ID, planOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return RehearseInitiative202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// StartEvaluation looks for the effect now.
func (s *Server) StartEvaluation(ctx context.Context, r StartEvaluationRequestObject) (StartEvaluationResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Forecasts.StartEvaluation(ctx, who.ID, r.Id)
	if err != nil {
		return nil, err
	}
	return StartEvaluation202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

func (s *Server) initiativeAlone(ctx context.Context, i initiative.Initiative) (Initiative, error) {
	set, err := s.Initiatives.Settings(ctx)
	return initiativeBody(initiative.View{Initiative: i}, set), err
}

func initiativeBody(v initiative.View, set initiative.Settings) Initiative {
	cost := 0.0
	for _, c := range v.Plan.Costs {
		cost += c.InLedger()
	}
	return Initiative{
		Id: v.ID, Plan: planBody(v.Plan), State: InitiativeState(v.State), Version: v.Version, CreatedAt: v.CreatedAt, EditedAt: v.EditedAt, SealedAt: moment(v.SealedAt), Hash: text(v.Hash),
		Retrospective: v.Retrospective, Start: date(v.Plan.Start()), Cost: int64(math.Round(cost)), Currency: set.Currency, Entangled: overlaps(v.Entangled),
	}
}

func overlaps(list []initiative.Overlap) []InitiativeOverlap {
	out := []InitiativeOverlap{}
	for _, o := range list {
		out = append(out, InitiativeOverlap{Id: o.ID, Name: o.Name, Teams: o.Teams})
	}
	return out
}
