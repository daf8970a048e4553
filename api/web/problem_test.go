package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
)

// A caller who hangs up while a PDF is made is no fault of the program: nothing of it stands in the log of errors.
func TestACallerWhoHungUpIsNoFault(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	ctx, cancel := context.WithCancel(t.Context())
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/reports/2025-Q3/pdf", nil)
	answer := func(err error) int {
		w := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(w)
		c.Request = request
		WriteError(c, err)
		return c.Writer.Status()
	}
	lost := fmt.Errorf("print: %w", context.Canceled)
	require.Equal(t, http.StatusInternalServerError, answer(lost), "cancelled from inside, while the caller waits: that is one")
	require.Contains(t, log.String(), "request failed")
	log.Reset()
	cancel()
	require.Equal(t, gone, answer(lost))
	require.Empty(t, log.String())
}

// A field with the error's own code is told with what the error knows: no placeholder reaches a reader.
func TestAFieldIsToldWithWhatItsErrorKnows(t *testing.T) {
	err := errs.Invalid("fatigue_exceeds_cadence").With("days", 6).At(errs.Field{Path: "/fatigue_days", Code: "fatigue_exceeds_cadence"})
	for _, locale := range []string{"en", "he", "pl"} {
		p := ProblemOf(err, locale)
		require.Contains(t, p.Detail, "6")
		require.Equal(t, p.Detail, p.Errors[0].Detail)
	}
}
