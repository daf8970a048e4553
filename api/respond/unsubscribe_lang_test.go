package respond_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"rapport/api/respond"
	"rapport/internal/errs"
)

type noLetters struct{}

func (noLetters) NameByToken(context.Context, string, string, string) (string, error) {
	return "", errs.NotFound("subscription_unknown")
}
func (noLetters) Unsubscribe(context.Context, string, string) error { return nil }

// TestTheLastPageSpeaksTheReadersLanguage: a link without its language is answered in that of the reader's browser.
func TestTheLastPageSpeaksTheReadersLanguage(t *testing.T) {
	gin.SetMode(gin.TestMode)
	e := gin.New()
	respond.MountUnsubscribe(e, noLetters{})
	for address, want := range map[string]string{"/unsubscribe/x?t=y": `dir="rtl"`, "/unsubscribe/x?t=y&lang=pl": `lang="pl"`} {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		r.Header.Set("Accept-Language", "he-IL,he;q=0.9,en;q=0.5")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		require.Equal(t, http.StatusNotFound, w.Code)
		require.Contains(t, w.Body.String(), want)
	}
}
