// Package errs names the kinds of failure Rapport knows and carries their stable codes.
//
// An error is made where the failure is understood, wrapped with the verb on its way up ("close wave: …")
// and logged once at the edge. Its code is the key of the translated text a person reads; it never changes.
// The package imports nothing of ours.
package errs

import (
	"errors"
	"fmt"
	"runtime"
)

// Kind says what class of failure an error is; the HTTP edge turns it into a status.
type Kind int

// The kinds. The zero value is Internal, so an error nobody classified is ours to mend.
const (
	KindInternal Kind = iota
	KindInvalid
	KindUnauthenticated
	KindForbidden
	KindNotFound
	KindConflict
	KindTooLarge
	KindRateLimited
	KindUnavailable
)

// Error is a classified failure. Code is stable, snake_case and the translation key; Params fill the text's
// placeholders; Fields points at what is wrong in a request or a file.
type Error struct {
	Kind   Kind
	Code   string
	Params map[string]any
	Fields []Field
	Err    error
}

// Field is one thing wrong in a request body (Path) or in a file (Line and Column, both counted from 1).
type Field struct {
	Path   string         `json:"path,omitempty"`
	Line   int            `json:"line,omitempty"`
	Column string         `json:"column,omitempty"`
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
	Value  string         `json:"value,omitempty"`
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// With returns a copy of e that carries one more parameter for its text.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Params = make(map[string]any, len(e.Params)+1)
	for k, v := range e.Params {
		c.Params[k] = v
	}
	c.Params[name] = value
	return &c
}

// Because returns a copy of e with its cause.
func (e *Error) Because(err error) *Error { c := *e; c.Err = err; return &c }

// At returns a copy of e that points at fields.
func (e *Error) At(fields ...Field) *Error { c := *e; c.Fields = fields; return &c }

// New makes an error of a kind with its code.
func New(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// Invalid says the caller sent something that can never work.
func Invalid(code string) *Error { return New(KindInvalid, code) }

// NotFound says that the thing named does not exist, or not for this caller.
func NotFound(code string) *Error { return New(KindNotFound, code) }

// Conflict says that the state of things forbids it now.
func Conflict(code string) *Error { return New(KindConflict, code) }

// Forbidden says that this caller may not.
func Forbidden(code string) *Error { return New(KindForbidden, code) }

// Unavailable says that something Rapport needs does not answer; trying again later may work.
func Unavailable(code string) *Error { return New(KindUnavailable, code) }

// KindOf reports the kind of the first Error in the chain, else KindInternal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// CodeOf reports the code of the first Error in the chain, else "internal".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "internal"
}

// Recovered is what of a recovered panic may be written down: its kind and, of the runtime's own errors, their text. The
// value of any other panic may hold what somebody sent, an answer even, so it is never logged.
func Recovered(r any) string {
	if e, ok := r.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", r)
}
