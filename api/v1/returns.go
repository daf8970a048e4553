package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/initiative"
	"rapport/internal/returns"
)

// ListReturns lists the newest statements.
func (s *Server) ListReturns(ctx context.Context, _ ListReturnsRequestObject) (ListReturnsResponseObject, error) {
	list, err := s.Returns.Statements(ctx, "", returns.KindOrganisation, returns.KindPurpose, returns.KindInitiative)
	if err != nil {
		return nil, err
	}
	out := ListReturns200JSONResponse{Items: []ReturnsStatement{}}
	for _, x := range list {
		out.Items = append(out.Items, statementBody(x, locale(ctx)))
	}
	return out, nil
}

// GetReturnsSettings gives finance's settings.
func (s *Server) GetReturnsSettings(ctx context.Context, _ GetReturnsSettingsRequestObject) (GetReturnsSettingsResponseObject, error) {
	set, err := s.Initiatives.Settings(ctx)
	return GetReturnsSettings200JSONResponse(settingsBody(set)), err
}

// UpdateReturnsSettings changes them.
func (s *Server) UpdateReturnsSettings(ctx context.Context, r UpdateReturnsSettingsRequestObject) (UpdateReturnsSettingsResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.Initiatives.SetSettings(ctx, who.ID, initiative.Settings{Version: r.Body.Version, Currency: r.Body.Currency, FiscalStart: r.Body.FiscalStart, Discount: r.Body.Discount})
	if err != nil {
		return nil, err
	}
	return UpdateReturnsSettings200JSONResponse(settingsBody(set)), nil
}

func settingsBody(x initiative.Settings) ReturnsSettings {
	return ReturnsSettings{Version: x.Version, Currency: x.Currency, FiscalStart: x.FiscalStart, Discount: x.Discount}
}

// statementBody is a statement in the contract's shape; a figure that a gate refused says why in the caller's language.
func statementBody(x returns.Statement, loc string) ReturnsStatement {
	out := ReturnsStatement{
		Subject: string(x.Subject), Name: x.Name, AsOf: date(x.AsOf), At: x.At, Initiatives: append([]string{}, x.Initiatives...), Refused: []string{}, Lines: []ReturnsLine{}, Bridge: []ReturnsBridgeLine{},
		Scorecard: []ReturnsScore{}, Left: []ReturnsLeftOut{}, Assumptions: []ReturnsAssumption{},
	}
	for _, f := range x.Refused {
		out.Refused = append(out.Refused, i18n.Text(loc, "returns.refused."+f.Code, f.Params))
	}
	for _, l := range x.Left {
		out.Left = append(out.Left, ReturnsLeftOut{Line: l.Line, Reason: i18n.Text(loc, "returns.left."+l.Reason, nil)})
	}
	for _, a := range x.Assumptions {
		out.Assumptions = append(out.Assumptions, ReturnsAssumption{Line: a.Line, What: i18n.Text(loc, "returns.what."+a.What, nil), Value: a.Value, Source: a.Source, Default: a.Default})
	}
	for _, r := range x.Scorecard {
		out.Scorecard = append(out.Scorecard, ReturnsScore{Name: r.Name, Receiver: ReturnsScoreReceiver(r.Receiver), Estimate: r.Change, CiLo: r.Low, CiHi: r.High, GapClosure: r.GapClosure})
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
	curve := []ReturnsPoint{}
	for _, p := range r.Cash.Curve {
		curve = append(curve, ReturnsPoint{Month: p.Month, Cumulative: p.Cumulative, Tail: p.Tail})
	}
	out.Curve, out.Npv, out.NpvWithTail, out.PaybackMonth, out.PaidBackInWindow = &curve, r.Cash.NPV, r.Cash.NPVWithTail, r.Cash.PaybackMonth, &r.Cash.PaidBackInside
	return out
}

func figureBody(r returns.Return, loc string) *ReturnsFigure {
	if r.NotEnough != nil {
		return &ReturnsFigure{NotEnough: &NotEnough{Reason: r.NotEnough.Reason, Missing: []Missing{}, Text: i18n.Text(loc, "returns.missing."+r.NotEnough.Reason, nil)}}
	}
	return &ReturnsFigure{
		Estimate: &r.Estimate, P5: &r.P5, P10: &r.P10, P50: &r.P50, P90: &r.P90, P95: &r.P95, ProbPositive: &r.ProbPositive, Bcr: &r.BCR, WithoutDefaultPrices: r.WithoutDefaultPrices, Label: text(r.Label),
	}
}
