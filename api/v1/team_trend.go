package v1

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// GetTeamTrend gives the line of one team over the waves.
func (s *Server) GetTeamTrend(ctx context.Context, r GetTeamTrendRequestObject) (GetTeamTrendResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	trend, err := s.Pulse.TeamTrend(ctx, r.Id, r.NodeId, who.Scope)
	if err != nil {
		return nil, err
	}
	loc := locale(ctx)
	lib, err := pulse.LoadLibrary()
	if err != nil {
		return nil, err
	}
	out := GetTeamTrend200JSONResponse{NodeId: trend.Node.ID, Name: trend.Node.Name}
	if out.Name == "" {
		out.Name = i18n.Text(loc, "pulse.organisation", nil)
	}
	out.Columns = make([]PulseTeamColumn, len(trend.Columns))
	for i, c := range trend.Columns {
		out.Columns[i] = PulseTeamColumn{Key: c.Key, Title: columnTitle(c, lib, loc), Points: trendPoints(c.Trend)}
	}
	return out, nil
}

func trendPoints(line []pulse.TrendPoint) []PulseTrendPoint {
	out := []PulseTrendPoint{}
	for _, p := range line {
		cell := cellBody(p.Cell)
		out = append(out, PulseTrendPoint{On: openapi_types.Date{Time: p.At}, WaveId: filled(p.Wave), Cell: &cell, VersionBreak: &p.Break})
	}
	return out
}
