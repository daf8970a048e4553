package v1

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

func benchmarkBody(b pulse.Benchmark, title string) Benchmark {
	measure := BenchmarkMeasure(b.Measure)
	out := Benchmark{Id: &b.ID, Figure: b.Figure, Title: filled(title), Measure: &measure, Value: b.Value, Source: b.Source, On: openapi_types.Date{Time: b.On}}
	if b.N > 0 {
		out.N = &b.N
	}
	return out
}

// figureTitle names what a benchmark stands beside.
func figureTitle(key string, lib pulse.Library, loc string) string {
	switch key {
	case "engagement_index":
		return i18n.Text(loc, "pulse.index", nil)
	case "emotional", "professional":
		return i18n.Text(loc, "pulse.side."+key, nil)
	}
	for _, d := range lib.Drivers {
		if d.Key == key {
			return pulse.Texts(d.Name, loc)
		}
	}
	for _, q := range lib.Questions {
		if q.Key == key {
			return pulse.Texts(q.Text, loc)
		}
	}
	return ""
}

// ListBenchmarks implements StrictServerInterface.
func (s *Server) ListBenchmarks(ctx context.Context, _ ListBenchmarksRequestObject) (ListBenchmarksResponseObject, error) {
	list, err := s.Pulse.Benchmarks(ctx)
	if err != nil {
		return nil, err
	}
	out, err := benchmarkList(list, locale(ctx))
	return ListBenchmarks200JSONResponse(out), err
}

func benchmarkList(list []pulse.Benchmark, loc string) (BenchmarkList, error) {
	lib, err := pulse.LoadLibrary()
	out := BenchmarkList{Items: []Benchmark{}}
	for _, b := range list {
		out.Items = append(out.Items, benchmarkBody(b, figureTitle(b.Figure, lib, loc)))
	}
	return out, err
}

// SaveBenchmarks implements StrictServerInterface.
func (s *Server) SaveBenchmarks(ctx context.Context, r SaveBenchmarksRequestObject) (SaveBenchmarksResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]pulse.Benchmark, len(r.Body.Items))
	for i, x := range r.Body.Items {
		list[i] = pulse.Benchmark{Figure: x.Figure, Measure: pulse.BenchmarkMeasure(value(x.Measure)), Value: x.Value, Source: x.Source, On: x.On.Time, N: value(x.N)}
	}
	if list, err = s.Pulse.SaveBenchmarks(ctx, list, who.ID); err != nil {
		return nil, err
	}
	out, err := benchmarkList(list, locale(ctx))
	return SaveBenchmarks200JSONResponse(out), err
}

// DropBenchmark implements StrictServerInterface.
func (s *Server) DropBenchmark(ctx context.Context, r DropBenchmarkRequestObject) (DropBenchmarkResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Pulse.ForgetBenchmark(ctx, r.Id, who.ID); err != nil {
		return nil, err
	}
	return DropBenchmark204Response{}, nil
}
