// Package inbound takes webhooks: POST /hooks/{id}, signed by the scheme of Standard Webhooks. It has no session and reads
// nothing back to whoever sends but the counts.
package inbound

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"rapport/api/web"
	"rapport/internal/errs"
	"rapport/internal/feed"
	"rapport/internal/intake"
)

// Hooks is what the route needs of feed.
type Hooks interface {
	Take(ctx context.Context, d feed.Delivery) (intake.Result, error)
}

// Mount adds the route.
func Mount(r gin.IRouter, hooks Hooks) {
	r.POST("/hooks/:id", func(c *gin.Context) {
		body, err := io.ReadAll(c.Request.Body)
		var big *http.MaxBytesError
		switch {
		case errors.As(err, &big):
			web.WriteError(c, errs.New(errs.KindTooLarge, "body_too_large").With("limit", "1 MB"))
			return
		case err != nil:
			web.WriteError(c, errs.Invalid("request_invalid"))
			return
		}
		res, err := hooks.Take(c.Request.Context(), feed.Delivery{
			Hook: c.Param("id"), ID: c.GetHeader("webhook-id"), Timestamp: c.GetHeader("webhook-timestamp"), Signature: c.GetHeader("webhook-signature"), Body: body,
		})
		if err != nil {
			web.WriteError(c, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"rows": res.Rows, "imported": res.Imported, "unchanged": res.Unchanged, "queued": res.Queued})
	})
}
