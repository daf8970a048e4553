// Package web is what every HTTP answer shares: errors as problem+json in the caller's language, limits, security
// headers, request checks and the access log. It knows no feature.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
)

// Problem is an RFC 9457 problem with Rapport's stable code.
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Code   string       `json:"code"`
	Detail string       `json:"detail,omitempty"`
	Errors []FieldError `json:"errors,omitempty"`
}

// FieldError points at one thing wrong in a request or a file.
type FieldError struct {
	Pointer string `json:"pointer,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Detail  string `json:"detail,omitempty"`
}

var statusOf = map[errs.Kind]int{
	errs.KindInternal: http.StatusInternalServerError, errs.KindInvalid: http.StatusUnprocessableEntity, errs.KindUnauthenticated: http.StatusUnauthorized,
	errs.KindForbidden: http.StatusForbidden, errs.KindNotFound: http.StatusNotFound, errs.KindConflict: http.StatusConflict,
	errs.KindTooLarge: http.StatusRequestEntityTooLarge, errs.KindRateLimited: http.StatusTooManyRequests, errs.KindUnavailable: http.StatusServiceUnavailable,
}

// ProblemOf turns an error into the problem a person reads, in a language. An error nobody classified tells nothing of
// its inside.
func ProblemOf(err error, locale string) Problem {
	var e *errs.Error
	if !errors.As(err, &e) {
		e = errs.New(errs.KindInternal, "internal")
	}
	p := Problem{Type: "about:blank", Status: statusOf[e.Kind], Code: e.Code, Title: http.StatusText(statusOf[e.Kind])}
	if i18n.Has("error." + e.Code) {
		p.Detail = i18n.Text(locale, "error."+e.Code, e.Params)
		p.Title = i18n.Text(locale, "status."+kindName[e.Kind], nil)
	}
	fields := e.Fields
	for i, f := range fields {
		if f.Code == e.Code && f.Params == nil && e.Params != nil { // one thing is wrong, and the error has said what
			fields = slices.Clone(fields)
			fields[i].Params = e.Params
		}
	}
	p.Errors = FieldErrors(fields, locale)
	return p
}

// FieldErrors puts the fields of an error into words.
func FieldErrors(fields []errs.Field, locale string) []FieldError {
	out := make([]FieldError, 0, len(fields))
	for _, f := range fields {
		fe := FieldError{Pointer: f.Path, Line: f.Line, Column: f.Column, Value: f.Value, Code: f.Code}
		if i18n.Has("error." + f.Code) {
			params := map[string]any{"value": f.Value, "column": f.Column, "line": f.Line}
			maps.Copy(params, f.Params)
			fe.Detail = i18n.Text(locale, "error."+f.Code, params)
		}
		out = append(out, fe)
	}
	return out
}

var kindName = map[errs.Kind]string{
	errs.KindInternal: "internal", errs.KindInvalid: "invalid", errs.KindUnauthenticated: "unauthenticated", errs.KindForbidden: "forbidden",
	errs.KindNotFound: "not_found", errs.KindConflict: "conflict", errs.KindTooLarge: "too_large", errs.KindRateLimited: "rate_limited", errs.KindUnavailable: "unavailable",
}

// gone is the status in the access log of a request whose caller hung up before the answer (as nginx numbers it).
const gone = 499

// WriteError logs an error once and answers with its problem. Where the caller hung up nothing went wrong here, and
// nobody is there to be answered.
func WriteError(c *gin.Context, err error) {
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.AbortWithStatus(gone)
		return
	}
	p := ProblemOf(err, Locale(c))
	if p.Status >= http.StatusInternalServerError {
		slog.ErrorContext(c, "request failed", "route", c.FullPath(), "method", c.Request.Method, "code", p.Code, "error", logged(err))
	}
	sayWhen(c, p, err)
	send(c, p)
}

// WriteErrorPage is WriteError for somebody who followed a link: a page in their language instead of JSON. A program, which
// does not ask for HTML, gets the problem.
func WriteErrorPage(c *gin.Context, err error, locale string, page func(Problem) ([]byte, error)) {
	if !strings.Contains(c.GetHeader("Accept"), "text/html") || c.Request.Context().Err() != nil {
		WriteError(c, err)
		return
	}
	p := ProblemOf(err, locale)
	if p.Status >= http.StatusInternalServerError {
		slog.ErrorContext(c, "page failed", "route", c.FullPath(), "method", c.Request.Method, "code", p.Code, "error", logged(err))
	}
	b, failed := page(p)
	if failed != nil {
		WriteError(c, failed)
		return
	}
	sayWhen(c, p, err)
	c.Abort()
	c.Data(p.Status, "text/html; charset=utf-8", b)
}

// sayWhen tells a caller who came too often, or at a bad moment, when to come back.
func sayWhen(c *gin.Context, p Problem, err error) {
	if (p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable) && c.Writer.Header().Get("Retry-After") == "" {
		c.Header("Retry-After", retryAfter(err))
	}
}

// writeProblem answers with an error under a status that is not the one of its kind.
func writeProblem(c *gin.Context, status int, err error) {
	p := ProblemOf(err, Locale(c))
	p.Status = status
	send(c, p)
}

func send(c *gin.Context, p Problem) {
	body, _ := json.Marshal(p)
	c.Abort()
	c.Data(p.Status, "application/problem+json; charset=utf-8", body)
}

// retryAfter is the wait in seconds that the error names, else a moment.
func retryAfter(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		if seconds, ok := e.Params["retry_after"].(int); ok {
			return strconv.Itoa(seconds)
		}
	}
	return "5"
}

// logged keeps what a person typed out of the log: parameters and field values stay out, the chain of verbs stays in.
func logged(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Err == nil {
		return e.Code
	}
	return err.Error()
}

// Locale is the language of the caller: the signed-in user's own, unless the request names another one.
func Locale(ctx context.Context) string {
	if c, ok := ctx.(*gin.Context); ok && c.Request != nil {
		if accept := c.GetHeader("Accept-Language"); accept != "" {
			return i18n.Match(accept)
		}
	}
	if p, err := auth.From(ctx); err == nil && p.Locale != "" {
		return p.Locale
	}
	return i18n.Locales[0]
}
