package v1

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feedback"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/linkage"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/series"
)

// UploadFile implements StrictServerInterface: the body goes into the store chunk by chunk as it comes in.
func (s *Server) UploadFile(ctx context.Context, r UploadFileRequestObject) (UploadFileResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.Intake.Receive(ctx, r.Params.Name, p.ID, r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = errs.New(errs.KindTooLarge, "file_too_large").With("limit", "512 MB")
	}
	return UploadFile201JSONResponse(Upload{Id: u.ID, Name: u.Name, Size: u.Size}), err
}

// PreviewUpload implements StrictServerInterface.
func (s *Server) PreviewUpload(ctx context.Context, r PreviewUploadRequestObject) (PreviewUploadResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	u, file, err := s.Intake.File(ctx, r.Id, by.ID)
	if err != nil {
		return nil, err
	}
	p, err := intake.Look(file, u.Size, u.Name, intake.Options{Encoding: value(r.Body.Encoding), Delimiter: value(r.Body.Delimiter), Sheet: value(r.Body.Sheet)})
	if err != nil {
		return nil, err
	}
	m, remembered, err := s.suggest(ctx, intake.Kind(r.Body.Kind), p)
	if err != nil {
		return nil, err
	}
	if id := value(r.Body.Ready); id != "" {
		ready, err := intake.ReadyMapping(id)
		if err != nil {
			return nil, err
		}
		m, remembered = feedback.Ready(ready, p, m.CreateTeams), false
	}
	if p.Format == "csv" {
		m.Encoding, m.Delimiter = p.Encoding, p.Delimiter
	} else {
		m.Sheet = p.Sheet
	}
	mapping, err := mappingBody(m)
	if err != nil {
		return nil, err
	}
	out := Preview{
		Format: PreviewFormat(p.Format), Encoding: filled(p.Encoding), EncodingSure: &p.EncodingSure, Delimiter: filled(p.Delimiter), Rows: p.Rows, Mapping: mapping,
		Remembered: &remembered, Columns: make([]PreviewColumn, 0, len(p.Columns)), Problems: importResult(intake.Result{Errors: p.Problems}, locale(ctx)).Errors,
	}
	if known, ok := intake.Known(p.File.Columns); ok && r.Body.Kind == ImportKind(known.Mapping.Kind) {
		out.Ready = &known.ID
	}
	if len(p.Encodings) > 0 {
		out.Encodings = &p.Encodings
	}
	if len(p.Sheets) > 0 {
		out.Sheets = &p.Sheets
	}
	for _, c := range p.Columns {
		x := PreviewColumn{Name: c.Name, LooksLike: PreviewColumnLooksLike(c.LooksLike), Filled: &c.Filled}
		if len(c.Examples) > 0 {
			x.Examples = &c.Examples
		}
		out.Columns = append(out.Columns, x)
	}
	return PreviewUpload200JSONResponse(out), nil
}

func (s *Server) suggest(ctx context.Context, kind intake.Kind, p *intake.Preview) (intake.Mapping, bool, error) {
	switch kind {
	case intake.Series:
		return s.Series.Suggest(ctx, p)
	case intake.Feedback:
		return s.Feedback.Suggest(ctx, p)
	case intake.Orders:
		return s.Customers.Suggest(ctx, p)
	case intake.Benchmark:
		return pulse.SuggestBenchmarks(p), false, nil
	case intake.Initiatives:
		m, remembered, err := s.Intake.Remembered(ctx, kind, p.File.Columns)
		if err != nil || !remembered {
			return initiative.SuggestColumns(p), false, err
		}
		return m, true, nil
	case intake.Survey:
		m, remembered, err := s.Intake.Remembered(ctx, kind, p.File.Columns)
		if err != nil || !remembered {
			return pulse.SuggestSurvey(p, locale(ctx)), false, err
		}
		m.Survey.On = "" // the next survey closed on another day
		return m, true, nil
	}
	teams, err := s.Org.Teams(ctx, org.Everything)
	if err != nil {
		return intake.Mapping{}, false, err
	}
	m, remembered, err := s.Intake.Remembered(ctx, kind, p.File.Columns)
	if err != nil || !remembered {
		return org.Suggest(p, kind, len(teams) == 0), false, err
	}
	m.CreateTeams = len(teams) == 0
	return m, true, nil
}

// mappingBody and mappingOf pass the one mapping object between the contract's type and the feature's.
func mappingBody(m intake.Mapping) (out Mapping, err error) {
	b, err := json.Marshal(m)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

func mappingOf(m Mapping) (intake.Mapping, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return intake.Mapping{}, err
	}
	return intake.ParseMapping(b)
}

// StartImport implements StrictServerInterface.
func (s *Server) StartImport(ctx context.Context, r StartImportRequestObject) (StartImportResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	m, err := mappingOf(r.Body.Mapping)
	if err != nil {
		return nil, err
	}
	if (m.Kind == intake.Employees || m.Kind == intake.Partners) && !p.May(auth.PeopleWrite) {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.PeopleWrite))
	}
	if (m.Kind == intake.Survey || m.Kind == intake.Benchmark) && !p.May(auth.PulsesRun) {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.PulsesRun))
	}
	if m.Kind == intake.Initiatives && !p.May(auth.LedgerWrite) {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.LedgerWrite))
	}
	if (m.Kind == intake.Feedback || m.Kind == intake.Orders) && !p.May(fact.Need) {
		return nil, errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	if _, _, err := s.Intake.File(ctx, r.Body.UploadId, p.ID); err != nil {
		return nil, err
	}
	dryRun, correlate := value(r.Body.DryRun), value(r.Body.Correlate)
	id := r.Body.UploadId
	o, err := s.Operations.Start(ctx, "import", p.ID, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		res, err := s.importUpload(ctx, p, id, m, dryRun, progress)
		switch {
		case err != nil && res.Rejected == 0: // it never came to counting rows
			return "", nil, err
		case err != nil || dryRun:
			return "", res, err
		}
		if correlate && p.May(auth.RunsStart) && m.Kind != intake.Employees && m.Kind != intake.Partners && m.Kind != intake.Benchmark && m.Kind != intake.Initiatives {
			run, err := s.Linkage.Do(ctx, linkage.Order{Trigger: linkage.ByImport, By: p.ID})
			if err != nil { // the figures are in; the nightly run will take them up
				slog.ErrorContext(ctx, "correlate after import", "import", res.ImportID, "error", err)
			} else {
				res.RunID = run.ID
			}
		}
		return res.ImportID, res, nil
	})
	if err != nil {
		return nil, err
	}
	return StartImport202JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// importUpload brings an upload in and drops it once it has gone in.
func (s *Server) importUpload(ctx context.Context, p auth.Principal, id string, m intake.Mapping, dryRun bool, progress func(done, total int64)) (intake.Result, error) {
	u, file, err := s.Intake.File(ctx, id, p.ID)
	if err != nil {
		return intake.Result{}, err
	}
	var res intake.Result
	facts := fact.Input{File: file, Size: u.Size, Name: u.Name, Mapping: m, DryRun: dryRun, By: p, Progress: progress}
	switch m.Kind {
	case intake.Series:
		res, err = s.Series.Import(ctx, series.Input{File: file, Size: u.Size, Name: u.Name, Mapping: m, DryRun: dryRun, By: p, Progress: progress})
	case intake.Feedback:
		res, err = s.Feedback.Import(ctx, facts)
	case intake.Orders:
		res, err = s.Customers.Import(ctx, facts)
	case intake.Survey:
		res, err = s.importSurvey(ctx, pulse.SurveyInput(facts))
	default:
		var f *intake.File
		if f, err = intake.Open(file, u.Size, u.Name, m.Options()); err != nil {
			return res, err
		}
		switch m.Kind {
		case intake.Benchmark:
			res, err = s.Pulse.ImportBenchmarks(ctx, f, m, dryRun, p.ID)
		case intake.Initiatives:
			res, err = s.Initiatives.ImportFile(ctx, p.ID, f, m, dryRun)
		default:
			res, err = s.Org.ImportFile(ctx, p.ID, f, m, org.Batch{DryRun: dryRun, Source: u.Name})
		}
		if err == nil && res.Rejected > 0 && !dryRun {
			err = errs.Invalid("rows_rejected").With("count", res.Rejected).With("rows", res.Rows).At(res.Errors...)
		}
		if err == nil {
			res, err = s.Intake.Record(ctx, u.Name, p.ID, f, m, res)
		}
	}
	if err == nil && !dryRun {
		if err := s.Intake.DropUploads(ctx, id, time.Time{}); err != nil {
			slog.WarnContext(ctx, "drop upload", "error", err) // it goes with the old ones
		}
	}
	return res, err
}

// actors are the names of those who may have imported something, by their id.
func (s *Server) actors(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	const page = 500
	for after := ""; ; {
		users, err := s.Auth.Users(ctx, after, page)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			out[u.ID], after = u.Name, u.ID
		}
		if len(users) < page {
			break
		}
	}
	keys, err := s.Auth.Keys(ctx)
	for _, k := range keys {
		out["key:"+k.ID] = k.Name
	}
	return out, err
}

// importBody is an import in the contract's shape. One that was staging and is silent for minutes was cut off.
func (s *Server) importBody(b intake.Batch, loc string, names map[string]string) (Import, error) {
	res, err := series.ImportResult(b)
	if err != nil {
		return Import{}, err
	}
	if b.State == intake.Staging && s.Now().Sub(b.BeatAt) > 5*time.Minute {
		b.State = intake.Failed
	}
	if n := names[b.By]; n != "" {
		b.By = n
	}
	out := Import{
		Id: b.ID, Kind: string(b.Kind), Source: b.Source, State: ImportState(b.State), By: filled(b.By), StartedAt: b.StartedAt, FinishedAt: moment(b.FinishedAt),
		CanUndo: &b.CanUndo, Result: importResult(res, loc),
	}
	if len(b.Mapping) > 0 {
		var m Mapping
		if err := json.Unmarshal(b.Mapping, &m); err != nil {
			return out, err
		}
		out.Mapping = &m
	}
	return out, nil
}

// ListImports implements StrictServerInterface.
func (s *Server) ListImports(ctx context.Context, r ListImportsRequestObject) (ListImportsResponseObject, error) {
	limit := pageSize(r.Params.Limit)
	list, err := s.Intake.Batches(ctx, intake.Page{After: value(r.Params.Cursor), Limit: limit})
	if err != nil {
		return nil, err
	}
	names, err := s.actors(ctx)
	if err != nil {
		return nil, err
	}
	out := ImportList{Items: make([]Import, 0, len(list))}
	for _, b := range list {
		x, err := s.importBody(b, locale(ctx), names)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, x)
	}
	if len(list) == limit {
		out.NextCursor = &list[limit-1].ID
	}
	return ListImports200JSONResponse(out), nil
}

// GetImport implements StrictServerInterface.
func (s *Server) GetImport(ctx context.Context, r GetImportRequestObject) (GetImportResponseObject, error) {
	b, err := s.Intake.Batch(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	names, err := s.actors(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.importBody(b, locale(ctx), names)
	return GetImport200JSONResponse(out), err
}

// UndoImport implements StrictServerInterface.
func (s *Server) UndoImport(ctx context.Context, r UndoImportRequestObject) (UndoImportResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.Intake.Batch(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	if b.Kind == intake.Feedback || b.Kind == intake.Orders {
		err = s.Facts.Undo(ctx, p, r.Id)
	} else {
		err = s.Series.Undo(ctx, p, r.Id)
	}
	if err != nil {
		return nil, err
	}
	b, err = s.Intake.Batch(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	names, err := s.actors(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.importBody(b, locale(ctx), names)
	return UndoImport200JSONResponse(out), err
}

// ListMappings implements StrictServerInterface.
func (s *Server) ListMappings(ctx context.Context, _ ListMappingsRequestObject) (ListMappingsResponseObject, error) {
	list, err := s.Intake.Memories(ctx)
	if err != nil {
		return nil, err
	}
	out := MappingList{Items: make([]Mapping, 0, len(list))}
	for _, x := range list {
		var m Mapping
		if err := json.Unmarshal(x.Mapping, &m); err != nil {
			return nil, err
		}
		out.Items = append(out.Items, m)
	}
	return ListMappings200JSONResponse(out), nil
}
