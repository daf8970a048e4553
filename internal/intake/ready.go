package intake

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"rapport/internal/errs"
)

// Ready is a mapping for the export of a product, as data: what its columns are called in the versions and languages we
// know. A name that ends in * is the beginning of a heading (a question's wording); names joined by | are one column under
// several names.
type Ready struct {
	ID       string              `json:"-"` // the file's name
	Name     string              `json:"name"`
	Signs    []string            `json:"signs"` // headings by which the export is known, all of them
	Mapping  Mapping             `json:"mapping"`
	SourceID []string            `json:"source_id"`
	Team     []string            `json:"team"`    // the first one that is there
	Columns  map[string][]string `json:"columns"` // the same for each field
}

//go:embed ready/*.json
var readyFiles embed.FS

// ReadyMappings lists the ready mappings by id.
var ReadyMappings = sync.OnceValues(func() ([]Ready, error) {
	names, err := fs.Glob(readyFiles, "ready/*.json")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]Ready, 0, len(names))
	for _, name := range names {
		b, err := readyFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		r := Ready{ID: strings.TrimSuffix(strings.TrimPrefix(name, "ready/"), ".json")}
		if err := json.Unmarshal(b, &r); err != nil {
			return nil, fmt.Errorf("read ready mapping %s: %w", r.ID, err)
		}
		out = append(out, r)
	}
	return out, nil
})

// ReadyMapping finds one by its id; errs.NotFound("ready_unknown").
func ReadyMapping(id string) (Ready, error) {
	list, err := ReadyMappings()
	if err != nil {
		return Ready{}, err
	}
	var ids []string
	for _, r := range list {
		if r.ID == id {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	return Ready{}, errs.NotFound("ready_unknown").With("value", id).With("known", strings.Join(ids, ", "))
}

// Known finds the ready mapping whose export a file looks like.
func Known(columns []string) (Ready, bool) {
	list, err := ReadyMappings()
	if err != nil {
		return Ready{}, false
	}
	best, signs := Ready{}, 0
	for _, r := range list {
		all := !slices.ContainsFunc(r.Signs, func(s string) bool { return pick(columns, s) == "" })
		if all && len(r.Signs) > signs {
			best, signs = r, len(r.Signs)
		}
	}
	return best, signs > 0
}

// Fit turns the ready mapping into one for a file with these columns. A field whose column is not there is left out: the
// mapping's check says what is missing.
func (r Ready) Fit(columns []string) Mapping {
	m := r.Mapping
	m.Name = r.Name
	m.Columns = map[string]string{}
	used := map[string]bool{}
	take := func(candidates []string) string {
		for _, c := range candidates {
			if col := pick(columns, c); col != "" && !used[col] {
				return col
			}
		}
		return ""
	}
	for _, c := range r.SourceID {
		if col := take([]string{c}); col != "" {
			m.SourceID = append(m.SourceID, col)
		}
	}
	fields := make([]string, 0, len(r.Columns))
	for f := range r.Columns {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	if i := slices.Index(fields, "score"); i > 0 { // a question's wording belongs to the score before anything else
		fields = append([]string{"score"}, slices.Delete(fields, i, i+1)...)
	}
	if m.Team = take(r.Team); m.Team != "" {
		used[m.Team] = true
	}
	for _, f := range fields {
		if col := take(r.Columns[f]); col != "" {
			m.Columns[f] = col
			used[col] = true
		}
	}
	for _, c := range columns {
		if !used[c] && !slices.Contains(m.SourceID, c) {
			m.Ignore = append(m.Ignore, c)
		}
	}
	return m
}

// pick finds the column that a name stands for; empty when there is none.
func pick(columns []string, name string) string {
	for _, one := range strings.Split(name, "|") {
		start, open := strings.CutSuffix(one, "*")
		for _, c := range columns {
			if strings.EqualFold(c, one) || open && len(c) >= len(start) && strings.EqualFold(c[:len(start)], start) {
				return c
			}
		}
	}
	return ""
}
