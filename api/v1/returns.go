package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/returns"
)

// ListReturns lists the newest statements over whole windows, or those of a quarter.
func (s *Server) ListReturns(ctx context.Context, r ListReturnsRequestObject) (ListReturnsResponseObject, error) {
	quarters, err := s.Returns.StatedQuarters(ctx)
	if err != nil {
		return nil, err
	}
	out := ListReturns200JSONResponse{Items: []ReturnsStatement{}, Quarters: quarters}
	quarter := value(r.Params.Quarter)
	if quarter != "" {
		set, err := s.Initiatives.Settings(ctx)
		if err != nil {
			return nil, err
		}
		q, err := returns.ParseQuarter(quarter, set.FiscalStart)
		if err != nil {
			return nil, err
		}
		from, to := date(q.Start()), date(q.End().AddDate(0, 0, -1))
		out.From, out.To = &from, &to
	}
	list, err := s.Returns.Statements(ctx, quarter, returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative, returns.KindBundle)
	if err != nil {
		return nil, err
	}
	for _, x := range returns.Current(list) {
		out.Items = append(out.Items, statementBody(x, locale(ctx)))
	}
	return out, nil
}

// ListTeamReturns lists the statements of treated teams in scope, by page.
func (s *Server) ListTeamReturns(ctx context.Context, r ListTeamReturnsRequestObject) (ListTeamReturnsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	limit := 50
	if r.Params.Limit != nil {
		limit = *r.Params.Limit
	}
	out := ListTeamReturns200JSONResponse{Items: []ReturnsStatement{}}
	after := returns.Subject(value(r.Params.Cursor))
	for {
		page, err := s.Returns.StatementsAfter(ctx, value(r.Params.Quarter), returns.KindTeam, after, limit)
		if err != nil {
			return nil, err
		}
		for _, x := range page {
			if after = x.Subject; !who.Scope.Has(x.Subject.ID()) {
				continue
			}
			if out.Items = append(out.Items, statementBody(x, locale(ctx))); len(out.Items) == limit {
				next := string(after)
				out.NextCursor = &next
				return out, nil
			}
		}
		if len(page) < limit {
			return out, nil
		}
	}
}

// StateQuarter states a quarter anew in the background.
func (s *Server) StateQuarter(ctx context.Context, r StateQuarterRequestObject) (StateQuarterResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Returns.StartQuarter(ctx, who.ID, r.Quarter)
	if err != nil {
		return nil, err
	}
	return StateQuarter202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// GetReturnsChain gives the chain as the newest run has it, and what a point is worth over a year.
func (s *Server) GetReturnsChain(ctx context.Context, _ GetReturnsChainRequestObject) (GetReturnsChainResponseObject, error) {
	v, err := s.Returns.PointValue(ctx, nil, 12)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	e := v.Chain
	out := GetReturnsChain200JSONResponse{Declared: e.Declared, Established: e.OK(), Run: text(e.RunID), Ex: text(e.EX.Name), Cx: text(e.CX.Name), Loyalty: text(e.Loyalty.Name), Why: sentences(e.Why, loc)}
	if !e.AsOf.IsZero() {
		day := date(e.AsOf)
		out.AsOf = &day
	}
	if why := v.NotEnough; why != nil {
		out.NotEnough = notEnoughBody(why, loc)
	}
	if !e.OK() {
		return out, nil
	}
	grain := Grain(e.Grain)
	out.Grain, out.LagCx, out.LagLoyalty = &grain, &e.LagCX, &e.LagY
	out.B1, out.B2 = linkBody(e.B1), linkBody(e.B2)
	low, caveats := e.LowerBound(), sentences(e.Caveats(), loc)
	out.Reliability, out.LowerBound, out.Caveats = e.Lead.Reliability, &low, &caveats
	if v.NotEnough == nil {
		worth := func(w returns.Worth) ReturnsWorth { return ReturnsWorth{Value: w.Value, P5: w.P5, P95: w.P95} }
		out.Value = &ReturnsPointValue{Currency: v.Currency, Months: v.Months, Revenue: v.Revenue, PerEx: worth(v.PerEX), PerCx: worth(v.PerCX)}
	}
	return out, nil
}

func linkBody(c returns.Coefficient) *ReturnsLink {
	return &ReturnsLink{Estimate: c.Value, CiLo: c.Low, CiHi: c.High, Level: .95, N: c.N, Teams: c.Teams, Periods: c.Periods, Verdict: Verdict(c.Verdict)}
}

func notEnoughBody(why *returns.NotEnough, loc string) *NotEnough {
	return &NotEnough{Reason: why.Reason, Missing: []Missing{}, Text: i18n.Text(loc, "returns.missing."+why.Reason, nil)}
}

// statementBody is a statement in the contract's shape; a figure that a gate refused says why in the caller's language.
func statementBody(x returns.Statement, loc string) ReturnsStatement {
	out := ReturnsStatement{
		Subject: string(x.Subject), Name: x.Name, AsOf: date(x.AsOf), At: x.At, Initiatives: append([]string{}, x.Initiatives...), Refused: []string{}, Lines: []ReturnsLine{}, Bridge: []ReturnsBridgeLine{},
		Scorecard: []ReturnsScore{}, Left: []ReturnsLeftOut{}, Assumptions: []ReturnsAssumption{}, Open: x.Open, SettingsVersion: x.Settings, Quarter: text(x.Quarter),
	}
	if !x.From.IsZero() {
		from, to := date(x.From), date(x.To)
		out.From, out.To = &from, &to
	}
	if x.Teams > 0 {
		out.Teams = &x.Teams
	}
	if f := x.Flow; f != nil {
		out.Flow = &ReturnsFlow{Invested: f.Invested, Benefits: f.Benefits}
	}
	for _, f := range x.Refused {
		out.Refused = append(out.Refused, i18n.Text(loc, "returns.refused."+f.Code, f.Params))
	}
	for _, l := range x.Left {
		out.Left = append(out.Left, ReturnsLeftOut{Line: l.Line, Reason: i18n.Text(loc, "returns.left."+l.Reason, nil)})
	}
	for _, a := range x.Assumptions {
		out.Assumptions = append(out.Assumptions, ReturnsAssumption{Line: a.Line, What: i18n.Text(loc, "returns.what."+a.What, nil), Value: a.Value, Money: a.Money(), Source: a.Source, Default: a.Default})
	}
	for _, r := range x.Scorecard {
		score := ReturnsScore{
			Metric: text(r.Metric), Name: r.Name, Unit: r.Unit, HigherIsBetter: r.HigherIsBetter, Receiver: ReturnsScoreReceiver(r.Receiver), Estimate: r.Change, CiLo: r.Low, CiHi: r.High,
			Desired: r.Desired, GapClosure: r.GapClosure,
		}
		if x.Subject.Kind() != returns.KindTeam { // a team's own level is not told here, only its change
			score.Before, score.Now = &r.Before, &r.Now
		}
		out.Scorecard = append(out.Scorecard, score)
	}
	r := x.Result
	if r == nil {
		return out
	}
	out.Definition, out.Currency, out.Investment = &r.Definition, &r.Currency, &r.Investment
	out.Roi, out.Rov, out.Rox = figureBody(r.ROI, loc), figureBody(r.ROV, loc), figureBody(r.ROX, loc)
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, ReturnsLine{
			Name: l.Name, Kind: string(l.Kind), Value: l.Value, CiLo: l.Low, CiHi: l.High, Grade: string(l.Grade), CountsIn: ReturnsLineCountsIn(l.CountsIn), Realised: l.Realised,
			PriceSource: l.PriceSource, DefaultPrice: l.DefaultPrice,
		})
	}
	for _, b := range r.Bridge {
		out.Bridge = append(out.Bridge, ReturnsBridgeLine{Line: b.Line, Amount: b.Amount, Points: b.Points})
	}
	if c := r.Parts; c != nil {
		out.Chain = &ReturnsParts{MEx: c.MEX, MExP5: c.MEXP5, MExP95: c.MEXP95, MCx: c.MCX, SEx: c.SEX, SCx: c.SCX, Yield: r.Yield, YieldPerCost: r.YieldPerCost, DEx: c.DEX, DExLo: c.DEXLow, DExHi: c.DEXHigh}
		out.MediatedShare = shareBody(r.MediatedShare, loc)
		if x.Chain != nil {
			low, caveats := x.Chain.LowerBound(), sentences(x.Chain.Caveats(), loc)
			out.LowerBound, out.Caveats = &low, &caveats
		}
	}
	curve := []ReturnsPoint{}
	for _, p := range r.Cash.Curve {
		curve = append(curve, ReturnsPoint{Month: p.Month, Cumulative: p.Cumulative, Tail: p.Tail})
	}
	out.Curve, out.Npv, out.NpvWithTail, out.PaybackMonth, out.PaidBackInWindow = &curve, r.Cash.NPV, r.Cash.NPVWithTail, r.Cash.PaybackMonth, &r.Cash.PaidBackInside
	return out
}

func figureBody(r returns.Return, loc string) *ReturnsFigure {
	if r.NotEnough != nil {
		return &ReturnsFigure{NotEnough: notEnoughBody(r.NotEnough, loc)}
	}
	out := &ReturnsFigure{
		Estimate: &r.Estimate, P5: &r.P5, P10: &r.P10, P50: &r.P50, P90: &r.P90, P95: &r.P95, ProbPositive: &r.ProbPositive, Bcr: &r.BCR, WithoutDefaultPrices: r.WithoutDefaultPrices, Label: text(r.Label),
	}
	if r.LongView != nil {
		out.LongView = &r.LongView.Estimate
	}
	return out
}

func shareBody(m returns.MediatedShare, loc string) *ReturnsShare {
	if m.NotEnough != nil {
		return &ReturnsShare{NotEnough: notEnoughBody(m.NotEnough, loc)}
	}
	verdict := ReturnsShareVerdict(m.Verdict)
	return &ReturnsShare{Estimate: &m.Estimate, P5: &m.P5, P95: &m.P95, Verdict: &verdict}
}
