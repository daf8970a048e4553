package initiative

import (
	"context"

	"rapport/internal/audit"
	"rapport/internal/org"
	"rapport/internal/series"
)

// Store keeps the ledger.
type Store interface {
	// AddInitiative stores a new one with the audit entry.
	AddInitiative(ctx context.Context, i Initiative, entry audit.Entry) error
	// Initiatives lists all, newest first.
	Initiatives(ctx context.Context) ([]Initiative, error)
	// Initiative finds one; errs.NotFound("initiative_unknown").
	Initiative(ctx context.Context, id string) (Initiative, error)
	// ReviseInitiative replaces one whose version is i.Version − 1, and keeps the change of a sealed plan (nil for a
	// draft), all at once. errs.Conflict("initiative_changed") when somebody else was quicker.
	ReviseInitiative(ctx context.Context, i Initiative, change *Change, entry audit.Entry) error
	// TakeInitiatives stores new ones and drafts that a file changed, all of them or none; errs.Conflict("initiative_changed")
	// when somebody else was quicker with one of them.
	TakeInitiatives(ctx context.Context, added, changed []Initiative, entries ...audit.Entry) error
	// InitiativeChanges lists the changes of a sealed plan, oldest first.
	InitiativeChanges(ctx context.Context, id string) ([]Change, error)
	// SaveOutlook keeps what could be proved, in place of what was kept for the initiative before.
	SaveOutlook(ctx context.Context, o Outlook, entry audit.Entry) error
	// Outlook finds the newest; errs.NotFound("outlook_unknown").
	Outlook(ctx context.Context, initiativeID string) (Outlook, error)
	// SaveEvaluations keeps what came of initiatives, each in place of what was kept before, all of them or none.
	SaveEvaluations(ctx context.Context, list []Evaluation, entries ...audit.Entry) error
	// Evaluation finds the newest of an initiative; errs.NotFound("evaluation_unknown").
	Evaluation(ctx context.Context, initiativeID string) (Evaluation, error)
	// Evaluations lists the newest of every initiative.
	Evaluations(ctx context.Context) ([]Evaluation, error)
	// Settings gives finance's settings; errs.NotFound("settings_unknown").
	Settings(ctx context.Context) (Settings, error)
	// SettingsHistory lists every version, newest first.
	SettingsHistory(ctx context.Context) ([]Settings, error)
	// SaveSettings keeps version n.Version; errs.Conflict("settings_changed") when it is there already.
	SaveSettings(ctx context.Context, n Settings, entry audit.Entry) error
}

// Teams gives the team tree.
type Teams interface {
	Teams(ctx context.Context, scope org.Scope) ([]org.Team, error)
}

// metricsOf lists the metrics of all sources; the first source that owns a metric speaks for it.
func (s *Service) metricsOf(ctx context.Context) (map[string]series.Metric, error) {
	out := map[string]series.Metric{}
	for _, src := range s.sources {
		list, err := src.Metrics(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			if _, twice := out[m.ID]; !twice {
				out[m.ID] = m
			}
		}
	}
	return out, nil
}
