package v1

import (
	"context"
	"math"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/forecast"
	"rapport/internal/i18n"
)

// StartForecast draws a business case up.
func (s *Server) StartForecast(ctx context.Context, r StartForecastRequestObject) (StartForecastResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Forecasts.Start(ctx, who.ID, r.Id)
	if err != nil {
		return nil, err
	}
	return StartForecast202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// GetForecast gives a business case with what has come of it.
func (s *Server) GetForecast(ctx context.Context, r GetForecastRequestObject) (GetForecastResponseObject, error) {
	body, err := s.businessCase(ctx, r.Id)
	return GetForecast200JSONResponse(body), err
}

// ApproveForecast freezes a business case under the name of who asks.
func (s *Server) ApproveForecast(ctx context.Context, r ApproveForecastRequestObject) (ApproveForecastResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.Forecasts.Approve(ctx, who, r.Id, r.Body.Hash); err != nil {
		return nil, err
	}
	body, err := s.businessCase(ctx, r.Id)
	return ApproveForecast200JSONResponse(body), err
}

// GetForecastRecord sums scored forecasts up.
func (s *Server) GetForecastRecord(ctx context.Context, _ GetForecastRecordRequestObject) (GetForecastRecordResponseObject, error) {
	r, err := s.Forecasts.Record(ctx)
	if err != nil {
		return nil, err
	}
	out := GetForecastRecord200JSONResponse{Items: []ForecastScored{}, N: r.N, Inside: r.Inside, Waiting: r.Waiting, Missing: r.Missing}
	for _, a := range r.Approvals {
		out.Items = append(out.Items, ForecastScored{Initiative: a.InitiativeID, Name: r.Names[a.InitiativeID], ApprovedAt: a.ApprovedAt, ApprovedBy: a.Name, Score: *scoreBody(a.Score)})
	}
	if r.Enough {
		out.Coverage = &ForecastPoint{Estimate: r.Coverage, CiLo: r.Lo, CiHi: r.Hi}
		out.Bias = &ForecastPoint{Estimate: r.Bias, CiLo: r.BiasLo, CiHi: r.BiasHi}
	}
	return out, nil
}

func (s *Server) businessCase(ctx context.Context, id string) (BusinessCase, error) {
	v, err := s.Forecasts.Get(ctx, id)
	if err != nil {
		return BusinessCase{}, err
	}
	out := BusinessCase{Stale: v.Stale, Changed: v.Changed, Hash: text(v.Hash), Marks: []ForecastMark{}}
	shown := v.Forecast
	if a := v.Approval; a != nil {
		shown = &a.Forecast
		out.Approval = &ForecastApproval{Hash: a.Hash, ApprovedAt: a.ApprovedAt, Name: a.Name, Score: scoreBody(a.Score)}
	}
	if shown != nil {
		f := forecastBody(*shown, locale(ctx))
		out.Forecast = &f
	}
	for _, m := range v.Marks {
		x := ForecastMark{No: m.No, Points: []ForecastActual{}, Money: markBody(m.Money)}
		for _, p := range m.Points {
			x.Points = append(x.Points, markBody(p))
		}
		out.Marks = append(out.Marks, x)
	}
	return out, nil
}

func markBody(a forecast.Actual) ForecastActual {
	return ForecastActual{Value: a.Value, State: ForecastActualState(a.State)}
}

func pointBody(p forecast.Point) ForecastPoint {
	return ForecastPoint{Estimate: p.Mean, CiLo: p.Lo, CiHi: p.Hi}
}

func scoreBody(x *forecast.Score) *ForecastScore {
	if x == nil {
		return nil
	}
	return &ForecastScore{
		AsOf: date(x.AsOf), Metric: x.Metric, Unit: x.Unit, Measured: x.Measured, Expected: x.Expected, CiLo: x.Lo, CiHi: x.Hi, Inside: x.Inside, Miss: x.Miss, Grade: x.Grade, Roi: x.ROI, RoiInside: x.ROIInside,
	}
}

func forecastBody(f forecast.Forecast, loc string) Forecast {
	out := Forecast{
		At: f.At, Currency: f.Currency, Start: date(f.Start), End: date(f.End), Investment: f.Investment, PaybackMonth: f.Payback, Npv: f.NPV, Bridge: []ReturnsBridgeLine{}, Lines: []ForecastLine{},
		Left: []ReturnsLeftOut{}, Refused: []string{}, Effects: []ForecastEffect{}, Inaction: []ForecastInaction{}, Quarters: []ForecastQuarter{},
	}
	if f.ROI != nil {
		out.Roi = figureBody(*f.ROI, loc)
	}
	if f.ROV != nil {
		out.Rov = figureBody(*f.ROV, loc)
	}
	for _, b := range f.Bridge {
		out.Bridge = append(out.Bridge, ReturnsBridgeLine{Line: b.Line, Amount: b.Amount, Points: b.Points})
	}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, ForecastLine{Name: l.Name, Kind: string(l.Kind), Value: l.Value, CiLo: l.Lo, CiHi: l.Hi, Grade: ForecastLineGrade(l.Grade), Measured: l.Measured, PriceSource: l.Source})
	}
	for _, l := range f.Left {
		out.Left = append(out.Left, ReturnsLeftOut{Line: l.Line, Reason: i18n.Text(loc, "forecast.left."+l.Reason, nil)})
	}
	for _, code := range f.Refused {
		out.Refused = append(out.Refused, i18n.Text(loc, "returns.refused."+code, nil))
	}
	for _, e := range f.Effects {
		out.Effects = append(out.Effects, ForecastEffect{
			Metric: e.MetricID, Name: e.Metric, Kind: string(e.Kind), Unit: e.Unit, HigherIsBetter: e.HigherIsBetter, Grade: ForecastEffectGrade(e.Grade), Estimate: e.Mean, CiLo: e.Lo, CiHi: e.Hi, Noise: e.Noise,
			From: e.From, Full: e.Full,
		})
	}
	out.BreakEven = breakEvenBody(f.BreakEven, loc)
	for _, x := range f.Inaction {
		out.Inaction = append(out.Inaction, ForecastInaction{
			Kind: ForecastInactionKind(x.Kind), Loss: x.Loss, LossLo: x.LossLo, LossHi: x.LossHi, Now: x.Now, Change: x.Change, ChangeLo: x.ChangeLo, ChangeHi: x.ChangeHi, Source: text(x.Source),
			From: text(x.From), To: text(x.To), NotEnough: gapBody(x.Gap, loc),
		})
	}
	for _, q := range f.Quarters {
		x := ForecastQuarter{No: q.No, From: date(q.From), To: date(q.To.AddDate(0, 0, -1)), Money: pointBody(q.Money), Points: []ForecastPoint{}}
		for _, p := range q.Points {
			x.Points = append(x.Points, pointBody(p))
		}
		out.Quarters = append(out.Quarters, x)
	}
	return out
}

func breakEvenBody(b forecast.BreakEven, loc string) ForecastBreakEven {
	s := evidence.Sentence{Key: "forecast.break_even." + b.Verdict, Params: map[string]evidence.Param{"metric": evidence.Text(b.Metric)}}
	for key, v := range map[string]*float64{"effect": b.Effect, "mde": b.MDE} {
		if v != nil {
			s.Params[key] = evidence.Num(*v, digitsOf(*v))
		}
	}
	out := ForecastBreakEven{Effect: b.Effect, Estimate: b.Expected, CiLo: b.Lo, CiHi: b.Hi, Mde: b.MDE}
	if b.Verdict != "" {
		out.Text = s.In(loc)
	}
	return out
}

// digitsOf shows three significant digits.
func digitsOf(v float64) int {
	if v == 0 {
		return 2
	}
	return min(6, max(0, 2-int(math.Floor(math.Log10(math.Abs(v))))))
}
