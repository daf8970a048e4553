package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"rapport/internal/auth"
	"rapport/internal/errs"
)

// Body limits in bytes. Imports are streamed.
const (
	BodyLimit   = 1 << 20
	UploadLimit = 512 << 20
)

// NewEngine makes the gin engine with what every route shares: panic guard, access log, security headers, body limits,
// and problems for unknown routes and methods.
func NewEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	_ = e.SetTrustedProxies(nil)
	e.Use(access, guard, headers, limitBody)
	e.NoMethod(func(c *gin.Context) {
		writeProblem(c, http.StatusMethodNotAllowed, errs.NotFound("method_not_allowed")) // gin has set Allow
	})
	return e
}

// UnknownRoute answers for addresses that do not exist.
func UnknownRoute(c *gin.Context) { WriteError(c, errs.NotFound("route_unknown")) }

// guard turns a panic into a problem. The stack is logged, the request's body never.
func guard(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			if err, ok := r.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(r)
			}
			slog.ErrorContext(c, "panic", "route", c.FullPath(), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				WriteError(c, errs.New(errs.KindInternal, "internal"))
			}
		}
	}()
	c.Next()
}

// access logs method, route pattern and outcome: the pattern, not the path, so that no id or token reaches the log.
func access(c *gin.Context) {
	if _, err := auth.From(c.Request.Context()); err == nil { // somebody made up in this process: the anonymity audit
		c.Next()
		return
	}
	start := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "(none)"
	}
	if strings.HasPrefix(route, "/p/") || strings.HasPrefix(route, "/s/") || strings.HasPrefix(route, "/s-optout/") || strings.HasPrefix(route, "/unsubscribe/") {
		return // who answers when is nobody's business: not the log's, not the metrics'
	}
	d := time.Since(start)
	requests.WithLabelValues(c.Request.Method, route, fmt.Sprint(c.Writer.Status())).Observe(d.Seconds())
	if strings.HasPrefix(route, "/api/") {
		slog.InfoContext(c, "request", "method", c.Request.Method, "route", route, "status", c.Writer.Status(), "ms", d.Milliseconds())
	}
}

func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "+
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
	}
	c.Next()
}

func limitBody(c *gin.Context) {
	limit := int64(BodyLimit)
	if c.Request.URL.Path == "/api/v1/uploads" {
		limit = UploadLimit
	}
	if c.Request.ContentLength > limit {
		WriteError(c, errs.New(errs.KindTooLarge, "body_too_large").With("limit", fmt.Sprintf("%d MB", limit>>20)))
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	c.Next()
}
