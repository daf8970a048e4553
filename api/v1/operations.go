package v1

import (
	"context"
	"encoding/json"
	"time"

	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/operation"
)

// GetOperation answers where long work stands, to whoever started it and to administrators.
func (s *Server) GetOperation(ctx context.Context, r GetOperationRequestObject) (GetOperationResponseObject, error) {
	who, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.Operations.Get(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	if o.By != who.ID && who.Role != auth.Admin {
		return nil, errs.NotFound("operation_unknown")
	}
	return GetOperation200JSONResponse(operationBody(o, locale(ctx), s.Now())), nil
}

// operationBody is an operation in the contract's shape.
func operationBody(o operation.Operation, loc string, now time.Time) Operation {
	out := Operation{Id: o.ID, Kind: o.Kind, State: OperationState(o.State), Done: o.Done, Total: o.Total, StartedAt: o.StartedAt, FinishedAt: moment(o.FinishedAt), ResultId: text(o.ResultID)}
	if o.State == operation.Running && o.Total > 0 && o.Done > 0 {
		left := now.Sub(o.StartedAt).Seconds() / float64(o.Done) * float64(o.Total-o.Done)
		left = max(0, left)
		out.SecondsLeft = &left
	}
	if o.Kind == "import" && len(o.Result) > 0 {
		var r intake.Result
		if json.Unmarshal(o.Result, &r) == nil {
			body := importResult(r, loc)
			out.Import = &body
		}
	}
	if o.Kind == "rehearsal" && len(o.Result) > 0 {
		out.Outlook = rehearsed(o.Result, loc)
	}
	if o.Kind == "whatif" && len(o.Result) > 0 {
		out.WhatIf = whatIf(o.Result, loc)
	}
	if o.State == operation.Failed {
		p := problemBody(web.ProblemOf(o.Err(), loc))
		out.Problem = &p
	}
	return out
}

func problemBody(p web.Problem) Problem {
	out := Problem{Type: p.Type, Title: p.Title, Status: p.Status, Code: p.Code, Detail: text(p.Detail)}
	if len(p.Errors) > 0 {
		fields := make([]FieldError, 0, len(p.Errors))
		for _, f := range p.Errors {
			fe := FieldError{Code: f.Code, Column: text(f.Column), Detail: text(f.Detail), Pointer: text(f.Pointer), Value: text(f.Value)}
			if f.Line > 0 {
				fe.Line = &f.Line
			}
			fields = append(fields, fe)
		}
		out.Errors = &fields
	}
	return out
}

// text is nil for the empty text, so that it is left out.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
