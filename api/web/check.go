package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gin-gonic/gin"

	"rapport/internal/errs"
)

// CheckAgainst refuses requests whose shape is not the contract's: unknown properties, wrong types, limits, content
// type. What they mean is the features' business. allow is asked first, with the operation's id: who may not do a thing
// is told so before the request is read.
func CheckAgainst(contract []byte, allow func(c *gin.Context, operation string) error) (gin.HandlerFunc, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	opts := &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	return func(c *gin.Context) {
		route, params, err := router.FindRoute(c.Request)
		if errors.Is(err, routers.ErrPathNotFound) || errors.Is(err, routers.ErrMethodNotAllowed) {
			c.Next() // gin answers
			return
		}
		if err == nil {
			if err := allow(c, route.Operation.OperationID); err != nil {
				WriteError(c, err)
				return
			}
		}
		if err == nil && c.ContentType() != "application/octet-stream" { // a file is streamed, never read here
			err = openapi3filter.ValidateRequest(c.Request.Context(), &openapi3filter.RequestValidationInput{Request: c.Request, PathParams: params, Route: route, Options: opts})
		}
		if err != nil {
			WriteError(c, requestProblem(err))
			return
		}
		c.Next()
	}, nil
}

func requestProblem(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errs.New(errs.KindTooLarge, "body_too_large").With("limit", "1 MB").Because(err)
	}
	var fields []errs.Field
	collect(err, &fields)
	return errs.Invalid("request_invalid").At(fields...)
}

func collect(err error, out *[]errs.Field) {
	var many openapi3.MultiError
	var req *openapi3filter.RequestError
	var schema *openapi3.SchemaError
	switch {
	case errors.As(err, &req) && req.Parameter != nil:
		*out = append(*out, errs.Field{Path: req.Parameter.Name, Code: "request_field_invalid", Params: map[string]any{"reason": reason(req.Err)}})
	case errors.As(err, &many):
		for _, e := range many {
			collect(e, out)
		}
	case errors.As(err, &schema):
		*out = append(*out, errs.Field{Path: "/" + strings.Join(schema.JSONPointer(), "/"), Code: "request_field_invalid", Params: map[string]any{"reason": schema.Reason}})
	default:
		*out = append(*out, errs.Field{Code: "request_field_invalid", Params: map[string]any{"reason": reason(err)}})
	}
}

func reason(err error) string {
	var schema *openapi3.SchemaError
	if errors.As(err, &schema) {
		return schema.Reason
	}
	if err == nil {
		return ""
	}
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}
