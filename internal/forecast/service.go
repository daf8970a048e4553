package forecast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/initiative"
	"rapport/internal/operation"
	"rapport/internal/returns"
)

// Service draws business cases up, freezes them and scores them.
type Service struct {
	store   Store
	ledger  *initiative.Service
	returns *returns.Service
	ops     *operation.Service
	now     func() time.Time
}

// NewService makes a service over a ledger and the returns stated from it.
func NewService(store Store, ledger *initiative.Service, stated *returns.Service, ops *operation.Service, now func() time.Time) *Service {
	return &Service{store, ledger, stated, ops, now}
}

// Start draws a business case up in the background; the operation's result is the initiative's id.
func (s *Service) Start(ctx context.Context, by, id string) (operation.Operation, error) {
	if _, err := s.ledger.Get(ctx, id); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "forecast", by, func(ctx context.Context, _ func(done, total int64)) (string, any, error) {
		_, err := s.Draw(ctx, by, id)
		return id, nil, err
	})
}

// Draw draws the business case of a plan up and keeps it.
func (s *Service) Draw(ctx context.Context, by, id string) (Forecast, error) {
	v, err := s.ledger.Get(ctx, id)
	if err != nil {
		return Forecast{}, err
	}
	set, err := s.ledger.Settings(ctx)
	if err != nil {
		return Forecast{}, err
	}
	prospects, err := s.ledger.Prospects(ctx, v.Initiative)
	if err != nil {
		return Forecast{}, fmt.Errorf("draw business case: %w", err)
	}
	f, err := build(v.Initiative, set, prospects)
	if err != nil {
		return f, fmt.Errorf("draw business case: %w", err)
	}
	f.At, f.By = s.now(), by
	return f, s.store.SaveForecast(ctx, f, audit.Entry{At: f.At, Actor: by, Action: "forecast.draw", Object: id, Detail: map[string]string{"plan": f.Plan}})
}

// hash is the SHA-256 of the forecast's canonical JSON.
func (f Forecast) hash() (string, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("write forecast: %w", err)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:]), nil
}

// Approve freezes the business case as it was looked at: hash is what the page showed. A forecast made after the start is
// none, so nothing is frozen from then on.
func (s *Service) Approve(ctx context.Context, by auth.Principal, id, hash string) (Approval, error) {
	v, err := s.ledger.Get(ctx, id)
	if err != nil {
		return Approval{}, err
	}
	f, err := s.store.Forecast(ctx, id)
	if err != nil {
		return Approval{}, err
	}
	now := s.now()
	own, err := f.hash()
	switch {
	case err != nil:
		return Approval{}, err
	case own != hash:
		return Approval{}, errs.Conflict("forecast_changed")
	case f.Plan != v.Plan.Hash():
		return Approval{}, errs.Conflict("forecast_stale")
	case !now.Before(v.Plan.Start().AddDate(0, 0, 1)):
		return Approval{}, errs.Conflict("forecast_after_start").With("start", v.Plan.Start().Format(time.DateOnly))
	case len(f.Effects) == 0 || f.Effects[0].MetricID != v.Plan.Metric:
		return Approval{}, errs.Conflict("forecast_without_expectation")
	}
	a := Approval{Forecast: f, Hash: hash, ApprovedAt: now, ApprovedBy: by.ID, Name: by.Name}
	return a, s.store.ApproveForecast(ctx, a, audit.Entry{At: now, Actor: by.ID, Action: "forecast.approve", Object: id, Detail: map[string]string{"hash": hash, "name": by.Name, "plan": f.Plan}})
}

// View is the business case of an initiative as it stands.
type View struct {
	Forecast *Forecast // the newest; nil until one was drawn up
	Hash     string    // of Forecast
	Stale    bool      // the plan has changed since
	Approval *Approval // what was frozen last; nil until somebody approved
	Changed  bool      // the plan has changed since it was frozen
	Marks    []Mark    // how the frozen forecast, or the newest, has come out so far
}

// Get gives the business case of an initiative, with what has come of it so far.
func (s *Service) Get(ctx context.Context, id string) (View, error) {
	var out View
	v, err := s.ledger.Get(ctx, id)
	if err != nil {
		return out, err
	}
	plan := v.Plan.Hash()
	switch f, err := s.store.Forecast(ctx, id); {
	case err == nil:
		out.Forecast, out.Stale = &f, f.Plan != plan
		if out.Hash, err = f.hash(); err != nil {
			return out, err
		}
	case errs.KindOf(err) != errs.KindNotFound:
		return out, err
	}
	all, err := s.store.Approvals(ctx)
	if err != nil {
		return out, err
	}
	for k := range all {
		if all[k].InitiativeID == id {
			out.Approval, out.Changed = &all[k], all[k].Plan != plan
		}
	}
	shown := out.Forecast
	if out.Approval != nil {
		shown = &out.Approval.Forecast
	}
	if shown != nil && v.Evaluation != nil {
		out.Marks = marks(*shown, v.Plan, *v.Evaluation)
	}
	return out, nil
}

// Evaluate looks for effects, states the returns and scores the forecasts whose window has ended.
func (s *Service) Evaluate(ctx context.Context, o initiative.Order) error {
	if err := s.returns.Evaluate(ctx, o); err != nil {
		return err
	}
	return s.Score(ctx, o.By)
}

// StartEvaluation does it for one initiative in the background; the operation's result is its id.
func (s *Service) StartEvaluation(ctx context.Context, by, id string) (operation.Operation, error) {
	if _, err := s.ledger.Get(ctx, id); err != nil {
		return operation.Operation{}, err
	}
	return s.ops.Start(ctx, "evaluate", by, func(ctx context.Context, progress func(done, total int64)) (string, any, error) {
		return id, nil, s.Evaluate(ctx, initiative.Order{By: by, Only: id, Progress: progress})
	})
}
