package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/evidence"
	"rapport/internal/myteam"
)

// GetMyTeam gives the page of a team within the caller's scope.
func (s *Server) GetMyTeam(ctx context.Context, r GetMyTeamRequestObject) (GetMyTeamResponseObject, error) {
	who, err := auth.Require(ctx, auth.FindingsRead)
	if err != nil {
		return nil, err
	}
	p, err := s.MyTeam.Page(ctx, who, deref(r.Params.Team))
	if err != nil {
		return nil, err
	}
	return GetMyTeam200JSONResponse(myTeamBody(p, locale(ctx))), nil
}

func myTeamBody(p myteam.Page, loc string) MyTeam {
	c := p.Report.Content
	out := MyTeam{
		Head: headBody(p.Report.Head), Path: c.Path, RunId: text(p.Report.RunID), Headline: sentences(c.Headline, loc),
		Trends: []TeamTrend{}, Drivers: []TeamDriver{}, Says: sentences(p.Says, loc), Cannot: sentences(p.Cannot, loc),
	}
	for _, t := range p.Trends {
		trend := TeamTrend{MetricId: t.MetricID, Name: t.Name, Unit: t.Unit, Kind: string(t.Kind), Desired: t.Desired, Points: []TeamPoint{}}
		for _, x := range t.Points {
			trend.Points = append(trend.Points, TeamPoint{Quarter: x.Quarter, To: date(x.To), Value: x.Value, Lo: x.Lo, Hi: x.Hi, Parent: x.Parent, Company: x.Company, Breaks: x.Breaks})
		}
		out.Trends = append(out.Trends, trend)
	}
	for _, d := range p.Drivers {
		body := TeamDriver{
			MetricId: d.MetricID, Name: d.Name, Unit: d.Unit, HigherIsBetter: d.Higher, FindingId: d.FindingID, With: d.With, Verdict: Verdict(d.Verdict), Strength: estimateBody(d.Strength, loc),
			Here: d.Here, Lo: d.Lo, Hi: d.Hi, Company: d.Company, Apart: d.Apart, Side: d.Side,
		}
		if d.Verdict == evidence.NotEnough {
			body.Strength = estimateBody(evidence.Estimate{Gap: d.Strength.Gap}, loc)
		}
		out.Drivers = append(out.Drivers, body)
	}
	return out
}
