package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

// A day that no calendar has is told with its field, wherever it stands.
func TestADayThatDoesNotExistIsNamed(t *testing.T) {
	operations, err := ReadContract([]byte(`
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /plans:
    post:
      operationId: add
      parameters: [{name: since, in: query, schema: {type: string, format: date}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {on: {type: string, format: date}, at: {type: string, format: date-time}}}}}}
      responses: {"204": {description: ok}}
`))
	require.NoError(t, err)
	r := gin.New()
	r.Use(CheckAgainst(operations, func(*gin.Context, string) error { return nil }))
	r.POST("/plans", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	for _, x := range []struct {
		query, body, pointer string
		status               int
	}{
		{"?since=2027-02-28", `{"on":"2028-02-29","at":"2027-02-28T10:00:00.25+02:00"}`, "", http.StatusNoContent},
		{"", `{"on":"2027-02-30"}`, "/on", http.StatusUnprocessableEntity},
		{"", `{"at":"2027-02-30T10:00:00Z"}`, "/at", http.StatusUnprocessableEntity},
		{"?since=2027-02-30", `{}`, "since", http.StatusUnprocessableEntity},
	} {
		w := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodPost, "/plans"+x.query, strings.NewReader(x.body))
		req.Header.Set("Content-Type", "application/json")
		r.ServeHTTP(w, req)
		require.Equal(t, x.status, w.Code, w.Body)
		if x.pointer == "" {
			continue
		}
		var said struct {
			Errors []struct{ Pointer, Code string }
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &said))
		require.Len(t, said.Errors, 1)
		require.Equal(t, x.pointer, said.Errors[0].Pointer)
		require.Equal(t, "request_field_format", said.Errors[0].Code)
	}
}

// The request check reads the contract as one of OpenAPI 3.0, so that it may use no word that only 3.1 knows.
func TestTheContractNeedsNothingThatThreePointZeroHasNoWordFor(t *testing.T) {
	raw, err := os.ReadFile("../openapi.yaml")
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	require.NoError(t, err)
	for name, s := range doc.Components.Schemas {
		x := s.Value
		require.LessOrEqual(t, len(x.Type.Slice()), 1, "%s has several types", name)
		require.Nil(t, x.Const, name)
		require.Empty(t, x.PrefixItems, name)
		require.Nil(t, x.If, name)
		for key, p := range x.Properties {
			if p.Ref != "" {
				continue
			}
			require.LessOrEqual(t, len(p.Value.Type.Slice()), 1, "%s/%s has several types", name, key)
			require.Nil(t, p.Value.Const, "%s/%s", name, key)
		}
	}
}
