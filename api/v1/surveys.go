package v1

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/pulse"
)

// importSurvey releases a finished survey and puts it on the list of imports.
func (s *Server) importSurvey(ctx context.Context, in pulse.SurveyInput) (intake.Result, error) {
	res, err := s.Pulse.ImportSurvey(ctx, in)
	if err != nil || res.DryRun {
		return res, err
	}
	f, err := intake.Open(in.File, in.Size, in.Name, in.Mapping.Options())
	if err != nil {
		return res, err
	}
	return s.Intake.Record(ctx, in.Name, in.By.ID, f, in.Mapping, res)
}

// ImportSurvey implements StrictServerInterface. The rows never touch the store in clear: they are read from memory.
func (s *Server) ImportSurvey(ctx context.Context, r ImportSurveyRequestObject) (ImportSurveyResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	m, err := mappingOf(r.Body.Mapping)
	if err != nil {
		return nil, err
	}
	m.Encoding, m.Delimiter, m.Sheet, m.HeaderRows = "utf-8", ",", "", 0
	file, err := surveyFile(m, r.Body.Rows)
	if err != nil {
		return nil, err
	}
	res, err := s.importSurvey(ctx, pulse.SurveyInput{File: bytes.NewReader(file), Size: int64(len(file)), Name: "api.csv", Mapping: m, DryRun: value(r.Params.DryRun), By: who})
	if err != nil {
		return nil, err
	}
	return ImportSurvey200JSONResponse(importResult(res, locale(ctx))), nil
}

// surveyFile writes rows as the file they could have come in. Line breaks go, so that the lines of mistakes count rows.
func surveyFile(m intake.Mapping, rows []map[string]string) ([]byte, error) {
	var columns []string
	take := func(c string) {
		if c != "" && !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	take(m.Team)
	if m.Survey != nil {
		take(m.Survey.Attribute)
		for _, q := range m.Survey.Questions {
			take(q.Column)
		}
	}
	if len(columns) == 0 || len(rows) == 0 {
		return nil, errs.Invalid("file_empty")
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(columns); err != nil {
		return nil, err
	}
	for i, row := range rows {
		for c := range row {
			if !slices.Contains(columns, c) {
				return nil, errs.Invalid("column_missing").With("column", c).With("columns", strings.Join(columns, ", ")).At(errs.Field{Line: i + 2, Column: c, Code: "column_unmapped"})
			}
		}
		cells := make([]string, len(columns))
		for j, c := range columns {
			cells[j] = strings.Join(strings.Fields(row[c]), " ")
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
