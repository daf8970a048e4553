package pulse

import (
	"context"
	"slices"
	"time"

	"rapport/internal/errs"
)

// LaunchOptions are what HR decides at the moment of launch.
type LaunchOptions struct {
	Title     string
	Rehearsal bool
	ClosesAt  time.Time // zero: after the programme's open days
	PaperBy   string
	// AcceptNewStaff lets new staff into a rehearsal. A real wave takes in only those that a second person has approved
	// by name (Approve).
	AcceptNewStaff bool
}

// LaunchProgramme launches a wave of a programme now and queues its invitations and reminders: audience_too_new,
// audience_too_small, second_person_needed, wave_without_hours.
func (s *Service) LaunchProgramme(ctx context.Context, id string, o LaunchOptions, by string) (Wave, error) {
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Wave{}, err
	}
	return s.launchWith(ctx, p, o, approvedNewcomers{}, by)
}

// approvedNewcomers are new staff whom a second person has let in.
type approvedNewcomers struct {
	people []string
	by     string // who approved
}

func (s *Service) launchWith(ctx context.Context, p Programme, o LaunchOptions, approved approvedNewcomers, by string) (Wave, error) {
	when := s.periodOf(p, o.ClosesAt)
	letIn := noNewcomer
	switch {
	case o.Rehearsal && o.AcceptNewStaff:
		letIn = everyNewcomer
	case approved.by != "":
		letIn = func(person string) bool { return slices.Contains(approved.people, person) }
	}
	if o.Rehearsal {
		p.FatigueDays = 0 // nobody is asked anything: who was invited lately may stand in it
	}
	snap, err := s.snapshot(ctx, p, when, letIn)
	if err != nil {
		return Wave{}, err
	}
	switch {
	case len(snap.New) > 0 && o.AcceptNewStaff && !o.Rehearsal && approved.by == "":
		return Wave{}, errs.Conflict("second_person_needed").With("count", len(snap.New))
	case len(snap.New) > 0 && len(snap.People) < p.K:
		return Wave{}, errs.Invalid("audience_too_new").With("count", len(snap.New))
	case !o.Rehearsal && !snap.LettersFrom.Before(when.closes):
		return Wave{}, errs.Invalid("wave_without_hours")
	}
	plan := Plan{
		ProgrammeID: p.ID, Title: o.Title, Rehearsal: o.Rehearsal, OpensAt: when.opens, ClosesAt: when.closes, K: p.K, Attribute: p.Attribute, Questions: p.Questions,
		Subset: p.Subset, Languages: p.Languages, Nodes: snap.Nodes, People: snap.People, PaperBy: o.PaperBy, Help: p.Help, Mask: p.MaskComments,
		Cadence: p.Cadence, MembersUntil: snap.Until, Population: p.Audience.Population,
	}
	for _, x := range snap.New {
		if letIn(x.ID) {
			plan.NewStaff++
		}
	}
	plan.ApprovedBy = approved.by
	if !o.Rehearsal {
		plan.Mailings = append(mailings(plan, p.Reminders, snap), chatMailings(plan, p.Reminders, p.Channels)...)
	}
	w, key, err := s.Launch(ctx, plan, by)
	if err != nil || !o.Rehearsal {
		return w, err
	}
	return s.rehearse(ctx, w, key, plan, by)
}

// periodOf says when a wave launched now would be open.
func (s *Service) periodOf(p Programme, closes time.Time) period {
	when := period{s.now(), closes}
	if closes.IsZero() {
		when.closes = p.Cadence.daysAfter(when.opens, p.Cadence.OpenDays)
	}
	return when
}

// Check says what a launch now would do.
func (s *Service) Check(ctx context.Context, id string) (Snapshot, error) {
	p, err := s.Programme(ctx, id)
	if err != nil {
		return Snapshot{}, err
	}
	when := s.periodOf(p, time.Time{})
	snap, err := s.snapshot(ctx, p, when, everyNewcomer)
	if err != nil {
		return snap, err
	}
	snap.Overlaps, err = s.overlaps(ctx, p, when, snap)
	return snap, err
}
