package v1

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/goal"
	"rapport/internal/series"
)

// ListGoals lists what is, what is wanted and what the market has.
func (s *Server) ListGoals(ctx context.Context, r ListGoalsRequestObject) (ListGoalsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	page, err := s.Goals.Page(ctx, who.Scope, value(r.Params.TeamId))
	if err != nil {
		return nil, err
	}
	names, err := s.teamNames(ctx)
	if err != nil {
		return nil, err
	}
	out := ListGoals200JSONResponse{AsOf: day(page.AsOf), LookedUpAt: moment(page.At), Items: make([]GoalRow, 0, len(page.Rows))}
	for _, row := range page.Rows {
		out.Items = append(out.Items, goalRow(row, names, locale(ctx)))
	}
	return out, nil
}

// ListGoalMetrics lists every metric that can have a level.
func (s *Server) ListGoalMetrics(ctx context.Context, _ ListGoalMetricsRequestObject) (ListGoalMetricsResponseObject, error) {
	list, err := s.Goals.Metrics(ctx)
	if err != nil {
		return nil, err
	}
	out := ListGoalMetrics200JSONResponse{Items: make([]GoalMetric, 0, len(list))}
	for _, m := range list {
		out.Items = append(out.Items, goalMetric(m))
	}
	return out, nil
}

// SetGoal sets, changes or ends a level.
func (s *Server) SetGoal(ctx context.Context, r SetGoalRequestObject) (SetGoalResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	b := r.Body
	list, err := s.Goals.Set(ctx, who.Scope, who.ID, goal.Level{
		Metric: b.Metric, Team: value(b.TeamId), Kind: goal.Kind(b.Kind), From: b.From.Time, Value: value(b.Value), Ends: value(b.Ends), Owner: value(b.Owner), Reason: value(b.Reason), Source: value(b.Source),
	})
	if err != nil {
		return nil, err
	}
	names, err := s.teamNames(ctx)
	return SetGoal201JSONResponse(goalLevel(list[0], names)), err
}

// RefreshGoals looks up where metrics stand.
func (s *Server) RefreshGoals(ctx context.Context, _ RefreshGoalsRequestObject) (RefreshGoalsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Goals.StartRefresh(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	return RefreshGoals202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// teamNames gives the name of every team by id.
func (s *Server) teamNames(ctx context.Context) (map[string]string, error) {
	tree, err := s.Org.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, t := range tree.All() {
		out[t.ID] = t.Name
	}
	return out, nil
}

func goalRow(r goal.Row, names map[string]string, loc string) GoalRow {
	out := GoalRow{Metric: goalMetric(r.Metric), TeamId: text(r.Team), TeamName: text(r.TeamName), Gap: r.Gap, History: make([]GoalLevel, 0, len(r.History))}
	out.Actual = actualBody(r.Actual, r.NotShown, loc)
	if r.Actual != nil {
		out.Period = text(r.Actual.Period)
		if r.Actual.Of > 0 {
			out.TeamsWithFigures, out.TeamsBelow = &r.Actual.Below, &r.Actual.Of
		}
	}
	level := func(l *goal.Level) *GoalLevel {
		if l == nil {
			return nil
		}
		b := goalLevel(*l, names)
		return &b
	}
	out.Desired, out.Market, out.Next = level(r.Desired), level(r.Market), level(r.Next)
	for _, l := range r.History {
		out.History = append(out.History, goalLevel(l, names))
	}
	return out
}

// actualBody is where a metric stands, or that it is not shown, or that there is no figure.
func actualBody(a *goal.Actual, hidden bool, loc string) Estimate {
	switch {
	case a != nil:
		return estimateBody(a.Estimate(), loc)
	case hidden:
		yes := true
		return Estimate{NotShown: &yes}
	}
	return estimateBody(evidence.Without("", &evidence.Gap{Reason: evidence.NoFigures}), loc)
}

func goalMetric(m series.Metric) GoalMetric {
	return GoalMetric{Id: m.ID, Key: m.Key, Name: m.Name, Kind: MetricKind(m.Kind), Unit: text(m.Unit), HigherIsBetter: m.HigherIsBetter}
}

func goalLevel(l goal.Level, names map[string]string) GoalLevel {
	out := GoalLevel{
		Id: l.ID, Metric: l.Metric, TeamId: text(l.Team), TeamName: text(names[l.Team]), Kind: GoalKind(l.Kind), From: openapi_types.Date{Time: l.From}, Ends: l.Ends,
		Owner: text(l.Owner), Reason: text(l.Reason), Source: text(l.Source), At: l.At, By: l.By,
	}
	if !l.Ends {
		out.Value = &l.Value
	}
	return out
}

// ListBarriers lists what stands in the way.
func (s *Server) ListBarriers(ctx context.Context, r ListBarriersRequestObject) (ListBarriersResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	list, err := s.Goals.Barriers(ctx, who.Scope, goal.Barrier{Touchpoint: value(p.Touchpoint), Metric: value(p.Metric), Team: value(p.TeamId), Status: goal.Status(value(p.Status))})
	if err != nil {
		return nil, err
	}
	words, err := s.barrierWords(ctx)
	if err != nil {
		return nil, err
	}
	out := ListBarriers200JSONResponse{Items: make([]Barrier, 0, len(list))}
	for _, b := range list {
		out.Items = append(out.Items, words.body(b))
	}
	return out, nil
}

// AddBarrier enters one.
func (s *Server) AddBarrier(ctx context.Context, r AddBarrierRequestObject) (AddBarrierResponseObject, error) {
	b, err := s.putBarrier(ctx, "", *r.Body)
	return AddBarrier201JSONResponse(b), err
}

// UpdateBarrier changes one.
func (s *Server) UpdateBarrier(ctx context.Context, r UpdateBarrierRequestObject) (UpdateBarrierResponseObject, error) {
	b, err := s.putBarrier(ctx, r.Id, *r.Body)
	return UpdateBarrier200JSONResponse(b), err
}

func (s *Server) putBarrier(ctx context.Context, id string, e BarrierEdit) (Barrier, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return Barrier{}, err
	}
	b, err := s.Goals.PutBarrier(ctx, who.Scope, who.ID, goal.Barrier{
		ID: id, Name: e.Name, Touchpoint: value(e.Touchpoint), Metric: value(e.Metric), Team: value(e.TeamId), Status: goal.Status(value(e.Status)), Owner: value(e.Owner), Version: value(e.Version),
	}, value(e.Note))
	if err != nil {
		return Barrier{}, err
	}
	words, err := s.barrierWords(ctx)
	if err != nil {
		return Barrier{}, err
	}
	return words.body(b), nil
}

// barrierNames turns the ids of barriers into names.
type barrierNames struct{ teams, metrics, people map[string]string }

func (s *Server) barrierWords(ctx context.Context) (barrierNames, error) {
	out := barrierNames{metrics: map[string]string{}}
	var err error
	if out.teams, err = s.teamNames(ctx); err != nil {
		return out, err
	}
	metrics, err := s.Goals.Metrics(ctx)
	if err != nil {
		return out, err
	}
	for _, m := range metrics {
		out.metrics[m.ID] = m.Name
	}
	out.people, err = s.peopleNames(ctx)
	return out, err
}

// peopleNames gives the name of every user by id.
func (s *Server) peopleNames(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	after := ""
	for {
		page, err := s.Auth.Users(ctx, after, peoplePage)
		if err != nil {
			return nil, err
		}
		for _, u := range page {
			out[u.ID] = u.Name
			after = u.ID
		}
		if len(page) < peoplePage {
			return out, nil
		}
	}
}

const peoplePage = 500

func (n barrierNames) body(b goal.Barrier) Barrier {
	out := Barrier{
		Id: b.ID, Name: b.Name, Touchpoint: text(b.Touchpoint), Metric: text(b.Metric), MetricName: text(n.metrics[b.Metric]), TeamId: text(b.Team), TeamName: text(n.teams[b.Team]),
		Status: BarrierStatus(b.Status), Owner: b.Owner, Version: b.Version, CreatedAt: b.CreatedAt, EditedAt: b.EditedAt, Notes: make([]BarrierNote, 0, len(b.Notes)),
	}
	for _, x := range b.Notes {
		out.Notes = append(out.Notes, BarrierNote{At: x.At, By: named(n.people, x.By), Text: x.Text})
	}
	return out
}

// named is the name of a user where it is known, else the id.
func named(people map[string]string, id string) string {
	if name, ok := people[id]; ok {
		return name
	}
	return id
}
