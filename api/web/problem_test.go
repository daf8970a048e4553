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
