package series

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Undo takes an import back as a batch: the figures that stood before stand again, and metrics and teams that came with
// it go where nothing else has come to rest on them.
func (s *Service) Undo(ctx context.Context, by auth.Principal, id string) error {
	for i := 1; ; i++ {
		err := s.undoOnce(ctx, by, id)
		if code := errs.CodeOf(err); code != "figures_changed" && code != "org_changed" || i == tries {
			return err
		}
	}
}

func (s *Service) undoOnce(ctx context.Context, by auth.Principal, id string) error {
	b, err := s.intake.Batch(ctx, id)
	if err != nil {
		return err
	}
	if b.Kind != intake.Series || b.State != intake.Done || !b.CanUndo {
		return errs.Conflict("import_not_undoable")
	}
	seen, err := s.store.Edition(ctx)
	if err != nil {
		return err
	}
	orgSeen, tree, err := s.organisation(ctx)
	if err != nil {
		return err
	}
	metrics, err := s.byID(ctx)
	if err != nil {
		return err
	}
	inUse := map[string]bool{} // metrics and teams that figures of other imports stand on
	touched := map[string]bool{}
	err = s.store.EachBlock(ctx, org.Everything, Lines{}, func(x Block) error {
		if x.BatchID == id {
			touched[x.MetricID] = true
		} else {
			inUse[x.MetricID], inUse[x.TeamID] = true, true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for m := range touched {
		if need := Need(metrics[m].Kind); !by.May(need) {
			return errs.Forbidden("import_not_allowed").With("kind", string(metrics[m].Kind)).With("permission", string(need))
		}
	}
	r := Retraction{BatchID: id, Seen: seen, OrgSeen: orgSeen, At: s.now()}
	for _, m := range b.Made.Metrics {
		if x, ok := metrics[m]; ok && !inUse[m] && x.Version == 1 {
			r.Metrics = append(r.Metrics, m)
		}
	}
	if r.Teams, err = s.idle(ctx, tree, b.Made.Teams, inUse); err != nil {
		return err
	}
	r.Audit = []audit.Entry{{
		At: r.At, Actor: by.ID, Action: "import.undo", Object: id,
		Detail: map[string]string{"source": b.Source, "teams": itoa(len(r.Teams)), "metrics": itoa(len(r.Metrics))},
	}}
	return s.store.Retract(ctx, r)
}

// idle lists those of the teams made by an import that nothing has come to rest on: no other figures, no people, no
// partners, no records of other features, no change of their own, and below them only such teams.
func (s *Service) idle(ctx context.Context, tree *org.Tree, made []string, inUse map[string]bool) ([]string, error) {
	if len(made) == 0 {
		return nil, nil
	}
	busy := map[string]bool{}
	stays, err := s.org.Stays(ctx, org.Teams(made...), time.Time{}, s.now().AddDate(1000, 0, 0))
	if err != nil {
		return nil, err
	}
	for _, x := range stays {
		busy[x.TeamID] = true
	}
	for page := (org.Page{Limit: 500}); ; {
		partners, err := s.org.Partners(ctx, org.Teams(made...), page)
		if err != nil {
			return nil, err
		}
		for _, p := range partners {
			for _, t := range p.TeamIDs {
				busy[t] = true
			}
			page.After = p.ExternalID
		}
		if len(partners) < page.Limit {
			break
		}
	}
	for _, d := range s.others {
		held, err := d.Holds(ctx, made)
		if err != nil {
			return nil, err
		}
		maps.Copy(busy, held)
	}
	ours := map[string]bool{}
	for _, id := range made {
		ours[id] = true
	}
	free := func(id string) bool {
		t, ok := tree.Get(id)
		return ok && ours[id] && !busy[id] && !inUse[id] && len(t.History) <= 1
	}
	var out []string
	for _, id := range made {
		all := free(id)
		for _, below := range tree.Subtree(id) {
			all = all && free(below)
		}
		if all {
			out = append(out, id)
		}
	}
	return out, nil
}

// ImportResult reads the result that a batch keeps.
func ImportResult(b intake.Batch) (intake.Result, error) {
	var r intake.Result
	if len(b.Result) == 0 {
		return r, nil
	}
	return r, json.Unmarshal(b.Result, &r)
}
