// Package feed lets other systems bring records by themselves: it takes signed webhooks and fetches files from a folder or
// an https address, both by a saved mapping. What a record means is the business of the feature it is handed to; this
// package never reads one.
package feed

import (
	"context"
	"net/http"
	"time"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/intake"
	"rapport/internal/replay"
)

// Hook is a webhook: records of one kind, pushed by one system.
type Hook struct {
	ID        string         `json:"id"` // part of the address
	Name      string         `json:"name"`
	Mapping   intake.Mapping `json:"mapping"`
	Secret    string         `json:"secret"`             // signs; see sign
	Old       string         `json:"old,omitempty"`      // the secret before, until
	OldUntil  time.Time      `json:"old_until,omitzero"` // then
	Closed    bool           `json:"closed,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
	Version   int            `json:"version"`
}

// Feed is a place that files are fetched from.
type Feed struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	From      string         `json:"from"` // an https address, or a path below the folder allowed; its last part may hold *
	Mapping   intake.Mapping `json:"mapping"`
	Closed    bool           `json:"closed,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
	Version   int            `json:"version"`
}

// State is what happened to a hook or feed last.
type State struct {
	At     time.Time      `json:"at"`
	Code   string         `json:"code,omitempty"`   // stable code of what went wrong; empty when it went well
	Params map[string]any `json:"params,omitempty"` // of its text
	File   string         `json:"file,omitempty"`
	Result intake.Result  `json:"result"`
}

// Store keeps hooks, feeds, what happened to them last and which files went in.
type Store interface {
	// Hooks lists them by age.
	Hooks(ctx context.Context) ([]Hook, error)
	// Hook finds one; errs.NotFound("hook_unknown").
	Hook(ctx context.Context, id string) (Hook, error)
	// SaveHook stores version 1 of a new hook or the next version of one that stands; errs.Conflict("hook_changed").
	SaveHook(ctx context.Context, h Hook, entry audit.Entry) error
	// Feeds lists them by age.
	Feeds(ctx context.Context) ([]Feed, error)
	// Feed finds one; errs.NotFound("feed_unknown").
	Feed(ctx context.Context, id string) (Feed, error)
	// SaveFeed is SaveHook for a feed; errs.Conflict("feed_changed").
	SaveFeed(ctx context.Context, f Feed, entry audit.Entry) error
	// FeedStates gives what happened last, by the id of the hook or feed.
	FeedStates(ctx context.Context) (map[string]State, error)
	// SaveFeedState replaces what happened last.
	SaveFeedState(ctx context.Context, id string, s State) error
	// FileTaken says whether a file, named by the digest of its contents, has gone in by a feed.
	FileTaken(ctx context.Context, feed, digest string) (bool, error)
	// TakeFile notes that it has.
	TakeFile(ctx context.Context, feed, digest string, at time.Time) error
}

// Kind brings in the records of one kind of import.
type Kind interface {
	// ImportBy reads a file.
	ImportBy(ctx context.Context, door fact.Door, in fact.Input) (intake.Result, error)
	// AddRows brings rows in that came without a file.
	AddRows(ctx context.Context, by auth.Principal, from fact.Origin, m intake.Mapping, rows fact.Rows) (intake.Result, error)
	// CheckMapping says what in a mapping cannot be meant.
	CheckMapping(m intake.Mapping) error
}

// Options say what may be fetched.
type Options struct {
	Folder string // files may be fetched from below it; empty: from no folder
	Inner  bool   // https addresses inside the own network are allowed, too
	Client *http.Client
}

// Service takes webhooks and fetches files.
type Service struct {
	store  Store
	replay replay.Store
	kinds  map[intake.Kind]Kind
	opts   Options
	now    func() time.Time
}

// NewService makes a service for the kinds given.
func NewService(store Store, re replay.Store, kinds map[intake.Kind]Kind, opts Options, now func() time.Time) *Service {
	if opts.Client == nil {
		opts.Client = guarded(opts.Inner)
	}
	return &Service{store: store, replay: re, kinds: kinds, opts: opts, now: now}
}

// Folder is where files may be fetched from; empty when nowhere.
func (s *Service) Folder() string { return s.opts.Folder }

// Hooks lists them with what happened last.
func (s *Service) Hooks(ctx context.Context) ([]Hook, map[string]State, error) {
	list, err := s.store.Hooks(ctx)
	if err != nil {
		return nil, nil, err
	}
	states, err := s.store.FeedStates(ctx)
	return list, states, err
}

// Feeds lists them with what happened last.
func (s *Service) Feeds(ctx context.Context) ([]Feed, map[string]State, error) {
	list, err := s.store.Feeds(ctx)
	if err != nil {
		return nil, nil, err
	}
	states, err := s.store.FeedStates(ctx)
	return list, states, err
}

// check refuses what nobody may save, or what no import would take.
func (s *Service) check(by auth.Principal, name string, m intake.Mapping) (intake.Mapping, error) {
	if !by.May(fact.Need) {
		return m, errs.Forbidden("not_allowed").With("permission", string(fact.Need))
	}
	if name == "" {
		return m, errs.Invalid("name_missing").At(errs.Field{Path: "/name", Code: "name_missing"})
	}
	k := s.kinds[m.Kind]
	if k == nil {
		return m, errs.Invalid("feed_kind").With("value", string(m.Kind)).At(errs.Field{Path: "/mapping/kind", Code: "feed_kind"})
	}
	if m.CreateTeams {
		return m, errs.Invalid("feed_creates_teams").At(errs.Field{Path: "/mapping/create_teams", Code: "feed_creates_teams"})
	}
	m.Name = name
	return m, k.CheckMapping(m)
}

// note keeps what happened last; the error that was met goes on its way.
func (s *Service) note(ctx context.Context, id, file string, res intake.Result, met error) error {
	x := State{At: s.now().UTC().Truncate(time.Millisecond), File: file, Result: res}
	x.Result.Errors = x.Result.Errors[:min(len(x.Result.Errors), 20)]
	if met != nil {
		if x.Code = errs.CodeOf(met); x.Code == "" {
			x.Code = "internal"
		}
		x.Params = paramsOf(met)
	}
	if err := s.store.SaveFeedState(ctx, id, x); err != nil && met == nil {
		return err
	}
	return met
}
