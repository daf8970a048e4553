// Package v1 answers /api/v1: thin JSON handlers behind the server interface that is generated from openapi.yaml, one
// file per resource. A handler checks the permission, turns the request into a question to a feature, and the answer
// into the contract's shape; it holds no rule.
package v1

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"

	"rapport/api/web"
	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feed"
	"rapport/internal/feedback"
	"rapport/internal/forecast"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/myteam"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/returns"
	"rapport/internal/runlog"
	"rapport/internal/series"
	"rapport/internal/subscription"
)

// Features are the services behind the handlers; the composition root fills them in.
type Features struct {
	Actions     *action.Service
	Alerts      *alert.Service
	Audit       *audit.Service
	Auth        *auth.Service
	Customers   *customer.Service
	Facts       *fact.Service
	Feed        *feed.Service
	Feedback    *feedback.Service
	Goals       *goal.Service
	Initiatives *initiative.Service
	Intake      *intake.Service
	Invest      *invest.Service
	Jobs        *runlog.Service
	Journeys    *journey.Service
	Linkage     *linkage.Service
	Loop        *loop.Service
	Operations  *operation.Service
	Org         *org.Service
	Series      *series.Service
	Pulse       *pulse.Service
	MyTeam      *myteam.Service
	Reports     *report.Service
	Returns     *returns.Service
	Forecasts   *forecast.Service
	Crawl       pulse.Crawler // attacks the running instance
	URL         string        // how people reach this instance
	Mails       bool          // whether letters can be sent
	Now         func() time.Time

	Subscriptions *subscription.Service
}

// Server answers every operation of the contract.
type Server struct {
	Features
	shape *validator.Validate
}

var _ StrictServerInterface = (*Server)(nil)

// Mount adds the routes of the contract to a router group at /api/v1. before runs ahead of every handler (session,
// contract check).
func Mount(r gin.IRouter, f Features, before ...gin.HandlerFunc) {
	s := &Server{Features: f, shape: validator.New(validator.WithRequiredStructEnabled())}
	handler := NewStrictHandlerWithOptions(s, []StrictMiddlewareFunc{detach, s.checkShape, checkAccess}, StrictGinServerOptions{
		RequestErrorHandlerFunc: func(c *gin.Context, err error) {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				web.WriteError(c, errs.New(errs.KindTooLarge, "body_too_large").With("limit", "1 MB"))
				return
			}
			web.WriteError(c, errs.Invalid("request_invalid").Because(err))
		},
		HandlerErrorFunc:         web.WriteError,
		ResponseErrorHandlerFunc: web.WriteError,
	})
	r.Use(before...) // around every handler, so that they see its answer
	RegisterHandlersWithOptions(r, handler, GinServerOptions{ErrorHandler: func(c *gin.Context, err error, _ int) {
		web.WriteError(c, errs.Invalid("request_invalid").Because(err))
	}})
}

// detach gives the handler a context of its own. gin reuses its contexts for later requests, and a database driver may
// look at the context it was given a moment after the answer went out.
func detach(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		own := c.Copy()
		own.Writer = c.Writer
		return next(own, request)
	}
}

// checkShape runs the validator tags of the contract on a request's body.
func (s *Server) checkShape(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		if err := s.shape.StructCtx(c, request); err != nil {
			var invalid validator.ValidationErrors
			if errors.As(err, &invalid) {
				fields := make([]errs.Field, 0, len(invalid))
				for _, f := range invalid {
					fields = append(fields, errs.Field{Path: f.Field(), Code: "request_field_" + f.Tag()})
				}
				return nil, errs.Invalid("request_invalid").At(fields...)
			}
			return nil, err
		}
		return next(c, request)
	}
}

// locale is the language of the answer.
func locale(ctx context.Context) string { return web.Locale(ctx) }
