package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"rapport/internal/disclosure"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// live is the printed result of an audit of the instance.
type live struct {
	Waves     int           `json:"waves"`
	Cells     int           `json:"cells"`
	Eligible  int           `json:"eligible"`
	Derivable int           `json:"derivable"`
	Insiders  []colleague   `json:"insiders"`
	Teeth     bool          `json:"teeth_caught"`
	Roles     []string      `json:"roles"`
	Leads     int           `json:"leads"`
	Routes    int           `json:"routes"`
	Unreached []string      `json:"routes_with_nothing_to_open"`
	Requests  int           `json:"requests"`
	Answers   []channelLine `json:"answers"`
	Figures   int           `json:"figures"`
	Comments  int           `json:"comments"`
	Seen      int           `json:"cells_seen"`
	Pooled    int           `json:"derivable_from_what_was_seen"`
	Found     int           `json:"found"`
	Findings  []foundLine   `json:"findings"`
}

type channelLine struct {
	Form    string `json:"form"`
	Answers int    `json:"answers"`
}

type foundLine struct {
	Kind    string `json:"kind"`
	Viewer  string `json:"viewer"`
	Form    string `json:"form"`
	Route   string `json:"route"`
	Wave    string `json:"wave,omitempty"`
	Measure string `json:"measure,omitempty"`
	Group   string `json:"group,omitempty"`
}

// anonauditLive attacks the instance on the database of RAPPORT_DB: the real program answers inside this process, so that
// every role can be tried without a password leaving anybody's hands.
func anonauditLive(ctx context.Context, env Env, asJSON bool) int {
	s, closeAll, err := env.Open(ctx)
	if err != nil {
		return env.fail(err)
	}
	defer closeAll()
	// What the program logs about requests is its own business; here only trouble is.
	slog.SetDefault(slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	a, err := s.Pulse.RunAudit(ctx, "anonaudit", s.Crawl, nil)
	var broken *errs.Error
	if err != nil && (!errors.As(err, &broken) || broken.Code != "anonymity_broken") {
		return env.fail(err)
	}
	res := liveResult(a)
	if asJSON {
		_ = json.NewEncoder(env.Stdout).Encode(res)
	} else {
		printLive(env.Stdout, env.Locale(), res)
	}
	if err != nil {
		if !asJSON {
			_ = env.fail(err)
		}
		return ExitFailed
	}
	return ExitOK
}

func liveResult(a pulse.AnonymityAudit) live {
	c := a.Crawl
	res := live{
		Waves: a.Waves, Cells: a.Cells, Eligible: a.Eligible, Derivable: a.Derivable, Insiders: []colleague{}, Teeth: disclosure.Caught(a.Teeth), Roles: c.Roles, Leads: c.Leads,
		Routes: c.Routes, Unreached: append([]string{}, c.Unreached...), Requests: c.Requests, Answers: []channelLine{}, Figures: c.Figures, Comments: c.Comments, Seen: c.Cells,
		Pooled: c.Derivable, Found: c.Found, Findings: []foundLine{},
	}
	for _, name := range slices.Sorted(maps.Keys(c.Channels)) {
		res.Answers = append(res.Answers, channelLine{name, c.Channels[name]})
	}
	for n := range 3 {
		if a.Smallest > 0 {
			res.Insiders = append(res.Insiders, colleague{n, a.Smallest - n, disclosure.FloorK - n})
		}
	}
	for _, f := range c.Findings {
		res.Findings = append(res.Findings, foundLine{f.Kind, f.Viewer, f.Channel, f.Route, f.Wave, f.Column, f.Node})
	}
	return res
}

func printLive(w io.Writer, locale string, r live) {
	_, _ = fmt.Fprintf(w, "%d waves were released, with %d cells (of %d that had enough answers)\n", r.Waves, r.Cells, r.Eligible)
	_, _ = fmt.Fprintf(w, "derivable groups under %d people, at release: %d\n", disclosure.FloorK, r.Derivable)
	for _, c := range r.Insiders {
		_, _ = fmt.Fprintf(w, "%d insiders: the smallest group left has %d people (must be at least %d)\n", c.Insiders, c.SmallestGroup, c.Floor)
	}
	_, _ = fmt.Fprintf(w, "the audit's own test: %s\n", map[bool]string{true: "every wrong publisher was caught", false: "A WRONG PUBLISHER WAS NOT CAUGHT"}[r.Teeth])
	_, _ = fmt.Fprintf(w, "asked %d times, as %s and %d leads, through %d read routes\n", r.Requests, strings.Join(r.Roles, ", "), r.Leads, r.Routes)
	for _, a := range r.Answers {
		_, _ = fmt.Fprintf(w, "  %s: %d answers\n", a.Form, a.Answers)
	}
	if len(r.Unreached) > 0 {
		_, _ = fmt.Fprintf(w, "nothing to open yet at: %s\n", strings.Join(r.Unreached, ", "))
	}
	_, _ = fmt.Fprintf(w, "read %d figures and %d comments: %d different cells, all viewers pooled\n", r.Figures, r.Comments, r.Seen)
	_, _ = fmt.Fprintf(w, "derivable from what was seen: %d\nfound that should not be: %d\n", r.Pooled, r.Found)
	for _, f := range r.Findings {
		_, _ = fmt.Fprintf(w, "  %s (%s, %s, %s) %s %s %s\n", i18n.Text(locale, "crawl."+f.Kind, nil), f.Viewer, f.Form, f.Route, f.Wave, f.Measure, f.Group)
	}
}
