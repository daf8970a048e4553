package v1

import (
	"context"
	"io"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/i18n"
	"rapport/internal/linkage"
	"rapport/internal/method"
	"rapport/internal/series"
)

// ListRuns lists correlation runs, newest first.
func (s *Server) ListRuns(ctx context.Context, r ListRunsRequestObject) (ListRunsResponseObject, error) {
	runs, next, err := s.Linkage.Runs(ctx, pageSize(r.Params.Limit), value(r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	out := ListRuns200JSONResponse{Items: []Run{}, NextCursor: text(next)}
	for _, run := range runs {
		out.Items = append(out.Items, runBody(run))
	}
	return out, nil
}

// StartRun correlates in the background.
func (s *Server) StartRun(ctx context.Context, r StartRunRequestObject) (StartRunResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	order := linkage.Order{Trigger: linkage.ByAPI, By: who.ID}
	if r.Body != nil && r.Body.AsOf != nil {
		order.AsOf = r.Body.AsOf.Time
	}
	o, err := s.Linkage.Start(ctx, order)
	if err != nil {
		return nil, err
	}
	return StartRun202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// GetRun gives one run with all its findings.
func (s *Server) GetRun(ctx context.Context, r GetRunRequestObject) (GetRunResponseObject, error) {
	run, findings, err := s.Linkage.Report(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	out := GetRun200JSONResponse{Run: runBody(run), Headline: sentences(run.Headline, loc), Metrics: []Metric{}, Findings: make([]Finding, 0, len(findings))}
	for _, m := range run.Catalogue {
		out.Metrics = append(out.Metrics, catalogueMetric(m))
	}
	for _, f := range findings {
		out.Findings = append(out.Findings, findingBody(f, loc))
	}
	return out, nil
}

// GetFinding gives one pair in full; teams are named within the caller's scope only.
func (s *Server) GetFinding(ctx context.Context, r GetFindingRequestObject) (GetFindingResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.Linkage.Finding(ctx, who.Scope, r.Id, r.FindingId)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	d := v.Detail
	said := sentences(d.Sentences, loc)
	out := GetFinding200JSONResponse{
		Run: runBody(v.Run), Finding: findingBody(v.Finding, loc), X: catalogueMetric(v.X), Y: catalogueMetric(v.Y), Sentences: &said, Periods: append([]string{}, d.Periods...),
		Points: make([]PairPoint, len(d.Points.X)), PointsTotal: &d.PointsTotal, Lags: []LagEstimate{}, LeaveOneOut: []LeaveOneOut{}, Methods: []MethodCard{},
	}
	names := map[int]*string{}
	for no, name := range v.TeamName {
		names[no] = &name
	}
	for i := range d.Points.X {
		p := PairPoint{
			Team: d.Points.Team[i], TeamName: names[d.Points.Team[i]], Period: d.Periods[d.Points.Period[i]],
			X: d.Points.X[i], Y: d.Points.Y[i], Xw: d.Points.XW[i], Yw: d.Points.YW[i],
		}
		if n := int(d.Points.N[i]); n > 0 {
			p.N = &n
		}
		out.Points[i] = p
	}
	for _, l := range d.Lags {
		out.Lags = append(out.Lags, LagEstimate{Lag: l.Lag, Declared: l.Declared, Estimate: estimateBody(l.Estimate, loc)})
	}
	for _, l := range d.LeaveOneOut {
		out.LeaveOneOut = append(out.LeaveOneOut, LeaveOneOut{Estimate: l.Estimate, TeamName: names[l.Team]})
	}
	halves := []Estimate{}
	for _, e := range d.Stability {
		halves = append(halves, estimateBody(e, loc))
	}
	out.Stability = &halves
	left := []Exclusion{}
	for _, e := range d.Excluded {
		left = append(left, Exclusion{Reason: i18n.Text(loc, "exclusion."+string(e.Reason), nil), Count: e.Count})
	}
	out.Excluded = &left
	for _, name := range d.Methods {
		if m, ok := method.Lookup(name); ok {
			out.Methods = append(out.Methods, methodCard(m, loc))
		}
	}
	return out, nil
}

// DownloadFindingData streams the rows behind a figure.
func (s *Server) DownloadFindingData(ctx context.Context, r DownloadFindingDataRequestObject) (DownloadFindingDataResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	data, err := s.Linkage.Data(ctx, who.Scope, who.ID, r.Id, r.FindingId)
	if err != nil {
		return nil, err
	}
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(data.WriteCSV(writer)) }()
	return DownloadFindingData200TextcsvResponse{Body: reader}, nil
}

func runBody(r linkage.Run) Run {
	return Run{
		Id: r.ID, AsOf: openapi_types.Date{Time: r.AsOf}, CreatedAt: r.CreatedAt, Trigger: RunTrigger(r.Trigger), Findings: r.Findings, Supported: &r.Supported, Teams: r.Teams,
		Metrics: r.Metrics, Seed: &r.Seed, Version: text(r.Version), Seconds: &r.Seconds,
	}
}

func findingBody(f linkage.Finding, loc string) Finding {
	why := sentences(f.Reasons, loc)
	out := Finding{
		Id: f.ID, X: f.X, Y: f.Y, Block: FindingBlock(f.Block), Grain: Grain(f.Grain), Lag: f.Lag, Verdict: Verdict(f.Verdict), VerdictText: f.Text.In(loc), Reasons: &why,
		Naive: estimateBody(f.Naive, loc), Within: estimateBody(f.Within, loc), Twfe: estimateBody(f.TWFE, loc), Cce: estimateBody(f.CCE, loc), GoodDirection: f.GoodDirection,
	}
	if f.Plain != nil {
		plain := estimateBody(*f.Plain, loc)
		out.Plain = &plain
	}
	if len(f.Covariates) > 0 {
		list := make([]Covariate, 0, len(f.Covariates))
		for _, c := range f.Covariates {
			list = append(list, Covariate{Metric: c.Metric, Name: c.Name, Use: CovariateUse(c.Use)})
		}
		out.Covariates = &list
	}
	return out
}

func estimateBody(e evidence.Estimate, loc string) Estimate {
	if e.Gap != nil || e.Value == nil {
		g := e.Gap
		if g == nil {
			g = &evidence.Gap{Reason: evidence.NotComputable}
		}
		missing := []Missing{}
		for _, m := range g.Missing {
			missing = append(missing, Missing{What: MissingWhat(m.What), Count: m.Count})
		}
		return Estimate{Method: text(e.Method), NotEnough: &NotEnough{Reason: g.Reason, Missing: missing, Text: g.In(loc)}}
	}
	return Estimate{
		Estimate: e.Value, CiLo: e.Lo, CiHi: e.Hi, Level: &e.Level, StdErr: e.StdErr, T: e.T, Df: e.DF, P: e.P, Q: e.Q, N: &e.N, Teams: &e.Teams, Periods: &e.Periods,
		Method: text(e.Method), Convention: text(e.Convention),
	}
}

func sentences(list []evidence.Sentence, loc string) []Sentence {
	out := make([]Sentence, 0, len(list))
	for _, x := range list {
		s := Sentence{Key: x.Key, Text: x.In(loc)}
		if len(x.Params) > 0 {
			params := make(map[string]any, len(x.Params))
			for k, p := range x.Params {
				params[k] = p.Value()
			}
			s.Params = &params
		}
		out = append(out, s)
	}
	return out
}

// catalogueMetric is a metric as a run kept it.
func catalogueMetric(m series.Metric) Metric {
	out := Metric{
		Id: m.ID, Key: m.Key, Name: m.Name, Kind: MetricKind(m.Kind), Unit: m.Unit, HigherIsBetter: m.HigherIsBetter, Aggregation: Aggregation(m.Aggregation),
		Definition: text(m.Definition), Formula: text(m.Formula), Owner: text(m.Owner), DefaultLag: m.DefaultLag, AboutPeople: m.AboutPeople || m.Kind == series.EX,
		Version: m.Version, CreatedAt: m.CreatedAt,
	}
	if m.Scale.Declared() {
		out.Scale = &MetricScale{Low: m.Scale.Low, High: m.Scale.High, Steps: m.Scale.Steps}
	}
	return out
}
