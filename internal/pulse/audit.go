package pulse

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"rapport/internal/audit"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
)

// Proof is the audit of a release at the moment it was published, the only moment at which the true sizes of the groups
// are known: afterwards not even Rapport could tell them.
type Proof struct {
	Cells     int // released
	Eligible  int // cells with at least k people
	Derivable int // groups of fewer than k people about which something follows; a release with any is not published
	Smallest  int // people in the smallest group anything is known about
	// Silent counts the groups under k invited people that follow from the release and in which nobody answered: their
	// total is nothing. Later, when only the invited are known, an audit finds them again, and no others.
	Silent int `json:",omitempty"`
}

// prove runs the span audit, which shares no code with the publisher, on a release before it is published.
func (t *tally) prove(l *disclosure.Lattice, r Release) (Proof, error) {
	var p Proof
	ledger := disclosure.Ledger{}
	seen := map[string]bool{} // questions answered by the same numbers of people have the same cells: one audit
	for _, q := range r.Questions {
		counts := disclosure.Item{Options: t.options[q.Item]}.Counts()
		p.Cells += len(q.Cells)
		p.Eligible += q.Eligible
		if key := fmt.Sprint(counts); !seen[key] {
			seen[key] = true
			ledger.Measures = append(ledger.Measures, l.Measure(t.wave.ID, counts, q.Release))
		}
	}
	found, err := disclosure.Audit(ledger, disclosure.FloorK, rand.Reader)
	if err != nil {
		return p, err
	}
	p.Derivable, p.Smallest = len(found), disclosure.SmallestGroup(ledger, found)
	if p.Derivable > 0 {
		return p, errs.New(errs.KindInternal, "release_unsafe")
	}
	_, invited, err := t.wave.Lattice()
	if err != nil {
		return p, err
	}
	hits, err := Invited(r, l, invited, nil)
	p.Silent = len(hits)
	return p, err
}

// InvitedGroup is a group of fewer than k invited people that follows from the cells of a question.
type InvitedGroup struct{ Item, Terms string }

// Invited looks for sums and differences, with signs, about groups of fewer than k invited people, in those cells of a
// release that seen accepts (nil: all). Questions with the same cells are searched once.
func Invited(r Release, l *disclosure.Lattice, invited []int, seen func(item string, c disclosure.Cell) bool) ([]InvitedGroup, error) {
	var out []InvitedGroup
	tried := map[string]bool{}
	for _, q := range r.Questions {
		shown := disclosure.Release{Item: q.Item}
		var cells []disclosure.Cell
		for _, f := range q.Cells {
			if seen == nil || seen(q.Item, f.Cell) {
				shown.Cells, cells = append(shown.Cells, f), append(cells, f.Cell)
			}
		}
		key := fmt.Sprint(cells)
		if tried[key] {
			continue
		}
		tried[key] = true
		found, err := disclosure.AuditMeasure(l.Measure(r.WaveID, invited, shown), disclosure.FloorK, rand.Reader)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			out = append(out, InvitedGroup{Item: q.Item, Terms: fmt.Sprint(d.Terms)})
		}
	}
	return out, nil
}

// AnonymityAudit is what a works council gets when it asks for proof: the proofs of everything ever released, a crawl of
// the whole instance as everybody who may look at it, and the teeth test, which shows that the audit would have caught a
// publisher that is wrong.
type AnonymityAudit struct {
	At        time.Time
	Waves     int
	Cells     int
	Eligible  int
	Derivable int
	Smallest  int
	Teeth     []disclosure.Bite
	Crawl     *Crawl
}

// Crawl is what an attack on the running instance saw.
type Crawl struct {
	Roles     []string       // everybody who looked
	Leads     int            // how many different leads looked
	Routes    int            // read routes that answered somebody
	Unreached []string       // routes that had nothing to open, so that nobody saw anything there
	Requests  int            // asked
	Channels  map[string]int // answers read, by their form
	Figures   int            // figures read, each held against the ledger
	Comments  int
	Cells     int // different released cells seen, pooled over everybody
	Derivable int // groups under k that follow from what was seen
	Found     int // everything that should not be
	Findings  []CrawlFinding
}

// CrawlFinding is one thing that should not be. Kind is outside (a figure that was not released), foreign (another
// team's), talkative (a cell that is not shown but says something), exact (a number of people or a figure that is not
// rounded), comment (one that is not listed
// there), derivable, rewritten (the ledger or the audit log was changed afterwards).
type CrawlFinding struct {
	Kind    string
	Viewer  string
	Channel string
	Route   string
	Wave    string
	Column  string
	Node    string
}

// Broken reports whether the audit found anything.
func (a AnonymityAudit) Broken() bool {
	return a.Derivable > 0 || !disclosure.Caught(a.Teeth) || a.Crawl != nil && a.Crawl.Found > 0 || a.Smallest > 0 && a.Smallest < disclosure.FloorK
}

// Crawler attacks the running instance.
type Crawler func(ctx context.Context, progress func(done, total int64)) (Crawl, error)

// RunAudit gathers the proofs of all releases, attacks the running instance, runs the teeth test, and keeps the result.
// An audit that finds anything is kept, written into the audit log under a name of its own, and is an error:
// anonymity_broken.
//
// What is released while the crawl goes on is not in the ledger that it holds everything against, and looks like a leak: the
// crawl then begins anew, three times at most.
func (s *Service) RunAudit(ctx context.Context, by string, crawl Crawler, progress func(done, total int64)) (AnonymityAudit, error) {
	for again := 0; ; again++ {
		releases, err := s.Releases(ctx)
		if err != nil {
			return AnonymityAudit{}, err
		}
		a, detail, err := s.look(ctx, releases, crawl, progress)
		if err != nil {
			return a, err
		}
		if again < 3 && a.Crawl != nil && a.Crawl.Found > 0 {
			now, err := s.Releases(ctx)
			if err != nil {
				return a, err
			}
			if len(now) != len(releases) {
				continue
			}
		}
		return a, s.keep(ctx, by, a, detail)
	}
}

// look makes an audit of releases and says what the audit log keeps of it.
func (s *Service) look(ctx context.Context, releases []Release, crawl Crawler, progress func(done, total int64)) (a AnonymityAudit, detail map[string]string, err error) {
	a.At = s.now()
	for _, r := range releases {
		a.Waves++
		a.Cells += r.Proof.Cells
		a.Eligible += r.Proof.Eligible
		a.Derivable += r.Proof.Derivable
		if r.Proof.Smallest > 0 && (a.Smallest == 0 || r.Proof.Smallest < a.Smallest) {
			a.Smallest = r.Proof.Smallest
		}
	}
	if a.Teeth, err = disclosure.Teeth(1, rand.Reader); err != nil {
		return a, nil, err
	}
	detail = map[string]string{"waves": itoa(a.Waves), "cells": itoa(a.Cells), "derivable": itoa(a.Derivable), "teeth": fmt.Sprint(disclosure.Caught(a.Teeth))}
	if crawl != nil {
		c, err := crawl(ctx, progress)
		if err != nil {
			return a, nil, fmt.Errorf("crawl the instance: %w", err)
		}
		a.Crawl = &c
		detail["requests"], detail["figures"], detail["found"] = itoa(c.Requests), itoa(c.Figures), itoa(c.Found)
	}
	return a, detail, nil
}

// keep keeps an audit, and is loud when it found anything.
func (s *Service) keep(ctx context.Context, by string, a AnonymityAudit, detail map[string]string) error {
	e := audit.Entry{At: a.At, Actor: by, Action: "anonymity.audit", Detail: detail}
	if a.Broken() {
		e.Action = "anonymity.broken"
	}
	if err := s.KeepAudit(ctx, a, e); err != nil {
		return err
	}
	if a.Broken() {
		found := a.Derivable
		if a.Crawl != nil {
			found += a.Crawl.Found
		}
		return errs.New(errs.KindInternal, "anonymity_broken").With("count", found)
	}
	return nil
}

// AuditReleases runs the audit when something was released since the last one.
func (s *Service) AuditReleases(ctx context.Context, by string, crawl Crawler, progress func(done, total int64)) (ran bool, err error) {
	releases, err := s.Releases(ctx)
	if err != nil {
		return false, err
	}
	last, err := s.LastAudit(ctx)
	if err != nil && errs.KindOf(err) != errs.KindNotFound {
		return false, err
	}
	if len(releases) == last.Waves {
		return false, nil
	}
	_, err = s.RunAudit(ctx, by, crawl, progress)
	return true, err
}
