package web

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gin-gonic/gin"

	"rapport/internal/errs"
)

// ReadContract gives the operations of an OpenAPI document. Reading takes a tenth of a second, and any number of handlers may
// share what was read.
func ReadContract(contract []byte) (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, err
	}
	// For a 3.1 document the checker compiles a JSON Schema for each request it checks, which costs more than all the rest of
	// the request. The contract says nothing that 3.0 has no words for (a test holds that), and for 3.0 nothing is compiled.
	doc.OpenAPI = "3.0.3"
	return gorillamux.NewRouter(doc)
}

// CheckAgainst refuses requests whose shape is not the contract's: unknown properties, wrong types, limits, content
// type. What they mean is the features' business. allow is asked first, with the operation's id: who may not do a thing
// is told so before the request is read.
func CheckAgainst(contract routers.Router, allow func(c *gin.Context, operation string) error) gin.HandlerFunc {
	opts := &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SchemaValidationOptions: []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidator("date", momentIn(time.DateOnly)), openapi3.WithStringFormatValidator("date-time", momentIn(time.RFC3339)),
	}}
	return func(c *gin.Context) {
		route, params, err := contract.FindRoute(c.Request)
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
	}
}

// momentIn accepts what the handlers can read: the checker's own pattern lets the thirtieth of February pass.
func momentIn(layout string) openapi3.StringFormatValidator {
	return openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(layout, s)
		return err
	})
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

// collect turns what the contract check found into fields. The checker's own words are English and about JSON Schema,
// so only the keyword that failed is taken from it and put into the reader's language.
func collect(err error, out *[]errs.Field) {
	var many openapi3.MultiError
	var req *openapi3filter.RequestError
	var parse *openapi3filter.ParseError
	var schema *openapi3.SchemaError
	switch {
	case errors.As(err, &req) && req.Parameter != nil:
		code := "request_field_invalid"
		switch {
		case errors.As(req.Err, &schema):
			code = schemaCode(schema.SchemaField)
		case errors.Is(req.Err, openapi3filter.ErrInvalidRequired), errors.Is(req.Err, openapi3filter.ErrInvalidEmptyValue):
			code = "request_field_required"
		case errors.As(req.Err, &parse):
			code = "request_field_type"
		}
		*out = append(*out, errs.Field{Path: req.Parameter.Name, Code: code})
	case errors.As(err, &many):
		for _, e := range many {
			collect(e, out)
		}
	case errors.As(err, &schema):
		code, at := schemaCode(schema.SchemaField), "/"+strings.Join(schema.JSONPointer(), "/")
		if name := quoted.FindStringSubmatch(schema.Reason); code == "request_field_unknown" && name != nil {
			at = strings.TrimSuffix(at, "/") + "/" + name[1]
		}
		*out = append(*out, errs.Field{Path: at, Code: code})
	case errors.As(err, &parse):
		*out = append(*out, errs.Field{Code: "request_body_malformed"})
	case errors.As(err, &req) && errors.Is(req.Err, openapi3filter.ErrInvalidRequired):
		*out = append(*out, errs.Field{Path: "/", Code: "request_field_required"})
	default:
		*out = append(*out, errs.Field{Code: "request_field_invalid"})
	}
}

// quoted finds the name of a property in the checker's reason, e.g. property "colour" is unsupported.
var quoted = regexp.MustCompile(`"([^"]+)"`)

// schemaCode is our code for a JSON Schema keyword.
func schemaCode(keyword string) string {
	switch keyword {
	case "required":
		return "request_field_required"
	case "properties":
		return "request_field_unknown"
	case "type", "nullable":
		return "request_field_type"
	case "enum", "const":
		return "request_field_choice"
	case "format", "pattern":
		return "request_field_format"
	case "minLength", "minItems", "minProperties":
		return "request_field_min"
	case "maxLength", "maxItems", "maxProperties":
		return "request_field_max"
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return "request_field_range"
	default:
		return "request_field_invalid"
	}
}
