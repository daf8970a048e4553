package initiative

import (
	"context"
	"errors"
	"io"
	"slices"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
)

// maxFileRows bounds a ledger file; an organisation enters hundreds of initiatives, not millions.
const maxFileRows = 100_000

// ImportFile takes a ledger file in as the mapping says, all or none: any refused row means that nothing is stored, and
// every refusal names line and column. An initiative is known again by its name: a draft is changed, one that is the same
// stays, and a sealed plan is refused, because its change needs a reason. Reading the same file again changes nothing.
func (s *Service) ImportFile(ctx context.Context, by string, f *intake.File, m intake.Mapping, dryRun bool) (intake.Result, error) {
	res := intake.Result{DryRun: dryRun}
	r, err := newReader(f, m)
	if err != nil {
		return res, err
	}
	tree, _, err := s.tree(ctx)
	if err != nil {
		return res, err
	}
	r.names = tree.Names()
	if r.metrics, err = s.metricsOf(ctx); err != nil {
		return res, err
	}
	if r.set, err = s.Settings(ctx); err != nil {
		return res, err
	}
	all, err := s.store.Initiatives(ctx)
	if err != nil {
		return res, err
	}
	known := map[string]Initiative{}
	r.base = map[string]Plan{}
	for _, i := range slices.Backward(all) { // of two of one name the newest is meant
		known[i.Plan.Name], r.base[i.Plan.Name] = i, i.Plan
	}
	if err := r.read(f, &res); err != nil {
		return res, err
	}
	for _, name := range r.order {
		e := r.entries[name]
		if !e.seen["teams"] || len(e.plan.Comparison) == 0 {
			e.plan.Others = e.plan.Others || len(e.plan.Comparison) == 0
		}
		old, exists := known[name]
		same := exists && len(difference(old.Plan, e.plan)) == 0
		if exists && old.State == Sealed && !same {
			r.refused = append(r.refused, errs.Field{Line: e.first, Column: m.Columns["name"], Value: name, Code: "sealed_plan_in_file", Params: map[string]any{"name": name}})
			continue
		}
		if x, ok := errors.AsType[*errs.Error](e.plan.check(tree, r.metrics, r.set)); ok && !same {
			for _, fault := range x.Fields {
				r.refused = append(r.refused, r.located(e, fault))
			}
		}
		if same {
			res.Unchanged += e.rows
		}
	}
	if res.Rows == 0 {
		return res, errs.Invalid("file_empty")
	}
	if len(r.refused) > 0 {
		return r.reject(res), nil
	}
	res.Imported = res.Rows - res.Unchanged
	if dryRun {
		return res, nil
	}
	return res, s.keep(ctx, by, r, known)
}

// keep stores everything a file brought in at once.
func (s *Service) keep(ctx context.Context, by string, r *reader, known map[string]Initiative) error {
	now := s.now()
	var added, changed []Initiative
	var entries []audit.Entry
	for _, name := range r.order {
		old, exists := known[name]
		plan := r.entries[name].plan
		switch {
		case !exists:
			i := Initiative{ID: ident.New(), Plan: plan, State: Draft, Version: 1, CreatedAt: now, CreatedBy: by, EditedAt: now}
			added = append(added, i)
			entries = append(entries, audit.Entry{At: now, Actor: by, Action: "initiative.add", Object: i.ID, Detail: map[string]string{"name": name, "hash": plan.Hash()}})
		case len(difference(old.Plan, plan)) > 0:
			old.Plan, old.Version, old.EditedAt = plan, old.Version+1, now
			changed = append(changed, old)
			entries = append(entries, audit.Entry{At: now, Actor: by, Action: "initiative.change", Object: old.ID, Detail: map[string]string{"hash": plan.Hash(), "state": string(old.State)}})
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return s.store.TakeInitiatives(ctx, added, changed, entries...)
}

// read takes all rows; a row whose columns have slipped is refused and the rest is still read.
func (r *reader) read(f *intake.File, res *intake.Result) error {
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if x, ok := errors.AsType[*errs.Error](err); ok && x.Code == "row_ragged" {
			r.refused = append(r.refused, x.Fields...)
			res.Rows++
			continue
		}
		if err != nil {
			return err
		}
		if res.Rows++; res.Rows > maxFileRows {
			return errs.New(errs.KindTooLarge, "initiatives_too_many").With("limit", maxFileRows)
		}
		r.take(row)
	}
}

// reject counts the rows that are at fault; nothing of the file goes in.
func (r *reader) reject(res intake.Result) intake.Result {
	lines := map[int]bool{}
	for _, f := range r.refused {
		lines[f.Line] = true
	}
	slices.SortStableFunc(r.refused, func(a, b errs.Field) int { return a.Line - b.Line })
	res.Rejected, res.Imported = len(lines), 0
	res.Errors = r.refused[:min(len(r.refused), intake.MaxErrors)]
	return res
}
