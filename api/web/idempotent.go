package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/replay"
)

const idempotencyHeader = "Idempotency-Key"

// Idempotent makes a POST that carries an Idempotency-Key have one effect however often it is sent: the first answer is
// kept for a day and given again. The same key with another body is refused, one that is still under way is told to
// wait. An answer of 5xx is not kept, so that the request can be tried again. Streams (files) have no use for it, and of
// what respondents answered (surveys, which are released once by themselves) not even a digest may be kept.
func Idempotent(store replay.Store, now func() time.Time) gin.HandlerFunc {
	return func(c *gin.Context) {
		given := c.GetHeader(idempotencyHeader)
		who, err := auth.From(c)
		if given == "" || c.Request.Method != http.MethodPost || c.ContentType() == "application/octet-stream" || strings.HasSuffix(c.FullPath(), "/surveys") || err != nil {
			c.Next()
			return
		}
		if len(given) > 200 {
			WriteError(c, errs.Invalid("idempotency_key_too_long"))
			return
		}
		body, err := io.ReadAll(c.Request.Body)
		if err != nil {
			WriteError(c, requestProblem(err))
			return
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		a := replay.Answer{Key: digest(who.ID, c.Request.URL.RequestURI(), given), Body: digest(string(body)), ExpiresAt: now().Add(replay.Keep)}
		standing, mine, err := store.ClaimAnswer(c.Request.Context(), a, now())
		switch {
		case err != nil:
			WriteError(c, err)
		case mine:
			answerOnce(c, store, a)
		case standing.Body != a.Body:
			WriteError(c, errs.Invalid("idempotency_key_reused"))
		case standing.Status == 0:
			WriteError(c, errs.Conflict("request_under_way"))
		default:
			c.Abort()
			c.Header("Idempotent-Replayed", "true")
			c.Data(standing.Status, standing.Type, standing.Content)
		}
	}
}

// answerOnce runs the request and keeps what it answered.
func answerOnce(c *gin.Context, store replay.Store, a replay.Answer) {
	w := &recorder{ResponseWriter: c.Writer}
	c.Writer = w
	ctx := context.WithoutCancel(c.Request.Context())
	kept := false
	defer func() { // a panic passes on to the guard, and the key is free again
		if !kept {
			_ = store.DropAnswer(ctx, a.Key)
		}
	}()
	c.Next()
	if w.Status() >= http.StatusInternalServerError {
		return
	}
	a.Status, a.Type, a.Content = w.Status(), w.Header().Get("Content-Type"), w.body.Bytes()
	kept = store.KeepAnswer(ctx, a) == nil
}

// recorder keeps a copy of what is written.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

func (r *recorder) WriteString(s string) (int, error) {
	r.body.WriteString(s)
	return r.ResponseWriter.WriteString(s)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		n := sha256.Sum256([]byte(p))
		h.Write(n[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
