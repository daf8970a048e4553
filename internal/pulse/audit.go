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
	return p, nil
}

// AnonymityAudit is what a works council gets when it asks for proof: the proofs of everything ever released, and the
// teeth test, which shows that the audit would have caught a publisher that is wrong.
type AnonymityAudit struct {
	At        time.Time
	Waves     int
	Cells     int
	Eligible  int
	Derivable int
	Smallest  int
	Teeth     []disclosure.Bite
}

// RunAudit gathers the proofs of all releases, runs the teeth test, and keeps the result.
func (s *Service) RunAudit(ctx context.Context, by string) (AnonymityAudit, error) {
	releases, err := s.Releases(ctx)
	if err != nil {
		return AnonymityAudit{}, err
	}
	a := AnonymityAudit{At: s.now()}
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
		return a, err
	}
	return a, s.KeepAudit(ctx, a, audit.Entry{
		At: a.At, Actor: by, Action: "anonymity.audit",
		Detail: map[string]string{"waves": itoa(a.Waves), "cells": itoa(a.Cells), "derivable": itoa(a.Derivable), "teeth": fmt.Sprint(disclosure.Caught(a.Teeth))},
	})
}
