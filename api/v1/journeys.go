package v1

import (
	"context"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/journey"
	"rapport/internal/org"
)

// ListJourneys implements StrictServerInterface.
func (s *Server) ListJourneys(ctx context.Context, _ ListJourneysRequestObject) (ListJourneysResponseObject, error) {
	list, err := s.Journeys.Journeys(ctx)
	if err != nil {
		return nil, err
	}
	out := JourneyList{Items: make([]Journey, 0, len(list))}
	for _, j := range list {
		out.Items = append(out.Items, journeyBody(j))
	}
	return ListJourneys200JSONResponse(out), nil
}

// CreateJourney implements StrictServerInterface.
func (s *Server) CreateJourney(ctx context.Context, r CreateJourneyRequestObject) (CreateJourneyResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	j, err := s.Journeys.PutJourney(ctx, p, journey.Journey{Name: r.Body.Name, Stages: r.Body.Stages, Closed: value(r.Body.Closed)})
	return CreateJourney201JSONResponse(journeyBody(j)), err
}

// UpdateJourney implements StrictServerInterface.
func (s *Server) UpdateJourney(ctx context.Context, r UpdateJourneyRequestObject) (UpdateJourneyResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	j, err := s.Journeys.PutJourney(ctx, p, journey.Journey{ID: r.Id, Name: r.Body.Name, Stages: r.Body.Stages, Closed: value(r.Body.Closed), Version: value(r.Body.Version)})
	return UpdateJourney200JSONResponse(journeyBody(j)), err
}

// RefreshJourneys implements StrictServerInterface.
func (s *Server) RefreshJourneys(ctx context.Context, _ RefreshJourneysRequestObject) (RefreshJourneysResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Journeys.StartRefresh(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return RefreshJourneys202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// GetJourneyMap implements StrictServerInterface.
func (s *Server) GetJourneyMap(ctx context.Context, r GetJourneyMapRequestObject) (GetJourneyMapResponseObject, error) {
	f, view, err := s.journeyFilter(ctx, r.Params)
	if err != nil {
		return nil, err
	}
	m, err := s.Journeys.View(ctx, f)
	if err != nil {
		return nil, err
	}
	return GetJourneyMap200JSONResponse(view.journeyMap(m)), nil
}

// GetTouchpointFigures implements StrictServerInterface.
func (s *Server) GetTouchpointFigures(ctx context.Context, r GetTouchpointFiguresRequestObject) (GetTouchpointFiguresResponseObject, error) {
	f, view, err := s.journeyFilter(ctx, GetJourneyMapParams(r.Params))
	if err != nil {
		return nil, err
	}
	p, m, err := s.Journeys.Point(ctx, r.Id, f)
	if err != nil {
		return nil, err
	}
	return GetTouchpointFigures200JSONResponse{
		AsOf: openapi_types.Date{Time: m.AsOf}, From: m.From.String(), To: m.To.String(), Point: view.point(p), Segments: m.Segments, Products: m.Products, Channels: m.Channels,
	}, nil
}

// ListPains implements StrictServerInterface. It speaks of all customers, so that only those who see the whole
// organisation may read it.
func (s *Server) ListPains(ctx context.Context, _ ListPainsRequestObject) (ListPainsResponseObject, error) {
	out, err := s.pains(ctx)
	return ListPains200JSONResponse(out), err
}

func (s *Server) pains(ctx context.Context) (PainList, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return PainList{}, err
	}
	if !p.May(auth.LedgerRead) || !p.Scope.All() {
		return PainList{}, errs.Forbidden("not_allowed").With("permission", string(auth.LedgerRead))
	}
	asOf, list, err := s.Journeys.Pains(ctx)
	if err != nil {
		return PainList{}, err
	}
	out := PainList{AsOf: openapi_types.Date{Time: asOf}, Items: make([]Pain, 0, len(list))}
	side := func(x journey.Side) PainSide {
		return PainSide{Customers: x.Customers, Revenue: x.Revenue, Lost: cxFigure(x.Lost)}
	}
	for _, x := range list {
		from, err := time.Parse(time.DateOnly, x.From)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, Pain{
			Kind: PainKind(x.Kind), HorizonDays: x.Horizon, From: openapi_types.Date{Time: from}, Met: side(x.Met), Spared: side(x.Spared), Difference: cxFigure(x.Difference),
			AtStake: cxFigure(x.AtStake), OfMargin: x.OfMargin, Currency: x.Currency,
		})
	}
	return out, nil
}

// journeyFilter reads what a view is narrowed to; the view knows the caller's teams.
func (s *Server) journeyFilter(ctx context.Context, q GetJourneyMapParams) (journey.Filter, journeyView, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return journey.Filter{}, journeyView{}, err
	}
	teams, err := s.Facts.Teams(ctx)
	if err != nil {
		return journey.Filter{}, journeyView{}, err
	}
	f := journey.Filter{Teams: p.Scope, Team: value(q.TeamId), Months: value(q.Months), Traits: journey.Traits{Segment: value(q.Segment), Product: value(q.Product), Channel: value(q.Channel)}, Population: population(q.Population)}
	if f.Team != "" {
		if _, ok := teams.Get(f.Team); !ok || !p.Scope.Has(f.Team) {
			return f, journeyView{}, errs.NotFound("team_unknown").With("value", f.Team)
		}
		f.Teams = p.Scope.Within(teams.Subtree(f.Team))
	}
	return f, journeyView{teams, p.Scope}, nil
}

// journeyView puts journeys into the contract's shape.
type journeyView struct {
	teams *org.Tree
	scope org.Scope
}

func (v journeyView) journeyMap(m journey.Map) JourneyMap {
	out := JourneyMap{
		AsOf: openapi_types.Date{Time: m.AsOf}, CountedAt: m.At, From: m.From.String(), To: m.To.String(), N: m.N, Courses: []CxCourse{}, Loose: v.points(m.Loose),
		Relational: scoreBodies(m.Relational), Hurts: hurtsBody(m.All), Segments: m.Segments, Products: m.Products, Channels: m.Channels,
	}
	for _, c := range m.Courses {
		b := CxCourse{Journey: journeyBody(c.Journey), Scores: scoreBodies(c.Scores), Feeling: cxFigure(c.Feeling), Completion: cxFigure(c.Completion), Trips: c.Trips, Ways: []CxWay{}, Stages: []CxStage{}}
		for _, w := range c.Ways {
			b.Ways = append(b.Ways, CxWay{Steps: w.Steps, Whole: w.Whole, N: w.N, Share: w.Share})
		}
		for _, st := range c.Stages {
			b.Stages = append(b.Stages, CxStage{Name: st.Name, Points: v.points(st.Points)})
		}
		out.Courses = append(out.Courses, b)
	}
	return out
}

func (v journeyView) points(list []journey.Point) []CxPoint {
	out := make([]CxPoint, 0, len(list))
	for _, p := range list {
		out = append(out, v.point(p))
	}
	return out
}

func (v journeyView) point(p journey.Point) CxPoint {
	out := CxPoint{
		Touchpoint: touchpointBody(p.Touchpoint, v.teams, v.scope), N: p.N, Scores: scoreBodies(p.Scores), Trend: []CxDot{}, Change: cxFigure(p.Change), Feeling: cxFigure(p.Feeling),
		Surprise: cxFigure(p.Surprise), Emotions: []CxPart{}, Expected: []CxPart{}, Desired: p.Desired, Gap: p.Gap, Hurts: hurtsBody(p.Hurts), Barriers: []CxBarrier{},
	}
	for _, d := range p.Trend {
		out.Trend = append(out.Trend, CxDot{Month: d.Month.String(), On: openapi_types.Date{Time: d.Month.Start()}, N: d.N, Figure: cxFigure(d.Figure)})
	}
	for i, n := range p.Emotions {
		out.Emotions = append(out.Emotions, CxPart{Key: feedback.Emotions[i], N: n})
	}
	for i, n := range p.Expected {
		out.Expected = append(out.Expected, CxPart{Key: feedback.Expectations[i], N: n})
	}
	for _, b := range p.Barriers {
		out.Barriers = append(out.Barriers, CxBarrier{Id: b.ID, Name: b.Name, Owner: b.Owner, Status: BarrierStatus(b.Status)})
	}
	return out
}

func journeyBody(j journey.Journey) Journey {
	return Journey{Id: text(j.ID), Name: j.Name, Stages: j.Stages, Closed: j.Closed, Version: j.Version}
}

func cxFigure(f *journey.Figure) *CxFigure {
	if f == nil {
		return nil
	}
	return &CxFigure{Value: f.Value, Lo: f.Lo, Hi: f.Hi, N: f.N}
}

func scoreBodies(list []journey.Score) []CxScore {
	out := make([]CxScore, 0, len(list))
	for _, x := range list {
		out = append(out, CxScore{Type: CxScoreType(x.Type), N: x.N, Figure: cxFigure(x.Figure)})
	}
	return out
}

func hurtsBody(h journey.Hurts) CxHurts {
	return CxHurts{
		Median: cxFigure(h.Median), P90: cxFigure(h.P90), Over: cxFigure(h.Over), Ease: cxFigure(h.Ease), Contacts: cxFigure(h.Contacts), Switches: cxFigure(h.Switches),
		Open: cxFigure(h.Open), Reopened: cxFigure(h.Reopened), Took: cxFigure(h.Took),
	}
}
