package operation

import (
	"context"
	"encoding/json"
	"errors"

	"rapport/internal/errs"
)

// failure is what is kept of the error that ended an operation.
type failure struct {
	Kind   errs.Kind
	Params map[string]any
	Fields []errs.Field
}

// fail marks the operation as failed by an error.
func (o *Operation) fail(err error) {
	if errors.Is(err, context.Canceled) {
		err = errs.Unavailable("operation_cut_off").Because(err)
	}
	o.State, o.Code = Failed, errs.CodeOf(err)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		o.Detail, _ = json.Marshal(failure{e.Kind, e.Params, e.Fields}) // plain values only
	}
}

// Err is the error that ended a failed operation, nil for any other.
func (o Operation) Err() error {
	if o.State != Failed {
		return nil
	}
	var f failure
	if len(o.Detail) > 0 && json.Unmarshal(o.Detail, &f) != nil {
		return errs.New(errs.KindInternal, o.Code)
	}
	return &errs.Error{Kind: f.Kind, Code: o.Code, Params: f.Params, Fields: f.Fields}
}
