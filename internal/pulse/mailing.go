package pulse

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rapport/internal/audit"
	"rapport/internal/disclosure"
	"rapport/internal/errs"
)

// Invitation is one letter still to send: the identity envelope. All letters of a wave, reminders included, are queued
// at launch for everybody invited; a row is erased once it is sent, and whether somebody has answered is looked up only
// while sending, so that the queue never lists those who have not. It holds no token: that is derived while sending.
type Invitation struct {
	Wave    string
	Mailing int    // 0 the invitation, 1… the reminders, OnPaper a slip, onChat… a message to a room
	Person  string // or room
	DueAt   time.Time
	Tries   int
}

// OnPaper is the mailing number of people without a mailbox: their rows wait for the printed codes.
const OnPaper = -1

// Letter is what a mailer sends. The link carries the token in its fragment.
type Letter struct {
	To       string
	Name     string
	Locale   string
	Wave     Wave
	Reminder bool
	Link     string
	Code     string
	Key      string // the same letter sent twice has the same key
}

// Mailer sends letters. An error of kind errs.KindInvalid means that trying again will not help.
type Mailer interface {
	SendLetter(ctx context.Context, l Letter) error
}

// mailings queues the letters of a wave, each within the opening hours; a person with a day of their own gets the
// reminders so many days after it.
func mailings(p Plan, reminders []int, snap Snapshot) []Invitation {
	var out []Invitation
	for _, x := range p.People {
		first := p.Cadence.InHours(p.OpensAt)
		if day, ok := snap.Days[x.ID]; ok {
			first = p.Cadence.InHours(day)
		}
		if !snap.Reachable[x.ID] {
			out = append(out, Invitation{Mailing: OnPaper, Person: x.ID, DueAt: first})
			continue
		}
		out = append(out, Invitation{Person: x.ID, DueAt: first})
		for i, days := range reminders {
			if due := p.Cadence.InHours(p.Cadence.daysAfter(first, days)); due.Before(p.ClosesAt) {
				out = append(out, Invitation{Mailing: i + 1, Person: x.ID, DueAt: due})
			}
		}
	}
	return out
}

const (
	mailBatch   = 100
	claimFor    = 5 * time.Minute
	longestWait = 6 * time.Hour
)

// SendLetters sends every letter that is due and reports how many went out. It is safe to run in several processes and
// to repeat: a second letter carries the same link.
func (s *Service) SendLetters(ctx context.Context, mailer Mailer, base string) (int, error) {
	sent := 0
	waves := map[string]openWave{}
	reminded := map[string]bool{}
	var trouble error // a wave whose key is missing must not hold up the others
	for {
		now := s.now()
		batch, err := s.ClaimInvitations(ctx, now, now.Add(claimFor), mailBatch)
		if err != nil {
			return sent, err
		}
		if len(batch) == 0 {
			return sent, errors.Join(trouble, s.refreshParticipation(ctx, reminded))
		}
		people, err := s.addresses(ctx, batch)
		if err != nil {
			return sent, err
		}
		for _, i := range batch {
			done, err := s.sendOne(ctx, mailer, base, i, people[i.Person], waves)
			if err != nil && ctx.Err() != nil {
				return sent, err
			}
			if err != nil {
				trouble = err
				if err := s.SettleInvitation(ctx, i, now.Add(longestWait/6)); err != nil {
					return sent, err
				}
			}
			reminded[i.Wave] = reminded[i.Wave] || i.Mailing > 0 && i.Mailing < onChat
			if done {
				sent++
			}
		}
	}
}

// refreshParticipation keeps how many have answered, in steps of ten per cent, of waves whose reminders just went out.
// At no other time is it looked at: a live count would show everybody after the fifth answer.
func (s *Service) refreshParticipation(ctx context.Context, waves map[string]bool) error {
	for _, id := range sortedKeys(waves) {
		if !waves[id] {
			continue
		}
		w, err := s.Wave(ctx, id)
		if err != nil {
			return err
		}
		if !w.MembersUntil.IsZero() { // invited one by one: with few invited so far the share would be about somebody
			continue
		}
		spent, all := 0, 0
		err = s.EachCredential(ctx, id, func(c Credential) error {
			all++
			if c.Spent {
				spent++
			}
			return nil
		})
		if err != nil {
			return err
		}
		if percent, ok := disclosure.Participation(spent, all); ok {
			if err := s.KeepParticipation(ctx, id, percent); err != nil {
				return err
			}
		}
	}
	return nil
}

type openWave struct {
	wave Wave
	key  *Key
}

// sendOne sends one letter, or finds that it is no longer wanted; either way its row is erased. A letter that could not
// be sent waits longer each time, for as long as the wave is open.
func (s *Service) sendOne(ctx context.Context, mailer Mailer, base string, i Invitation, to address, waves map[string]openWave) (bool, error) {
	ow, err := s.openFor(ctx, i.Wave, waves)
	if err != nil {
		return false, err
	}
	if ow.key == nil || to.mail == "" && i.Mailing < onChat {
		return false, s.SettleInvitation(ctx, i, time.Time{})
	}
	if at := ow.wave.Cadence.InHours(s.now()); at.After(s.now()) { // held up into the evening: not before the morning
		return false, s.SettleInvitation(ctx, i, at)
	}
	if i.Mailing >= onChat {
		return s.settleSent(ctx, i, s.postOne(ctx, base, i, ow.wave))
	}
	token := ow.key.Token(i.Person)
	id := ow.key.CredentialID(token)
	c, err := s.Credential(ctx, i.Wave, id)
	if err != nil || c.Spent {
		if err != nil && errs.KindOf(err) != errs.KindNotFound {
			return false, err
		}
		return false, s.SettleInvitation(ctx, i, time.Time{})
	}
	err = mailer.SendLetter(ctx, Letter{
		To: to.mail, Name: to.name, Locale: to.locale, Wave: ow.wave, Reminder: i.Mailing > 0, Link: base + "/p/" + i.Wave + "#" + token,
		Code: FormatCode(token), Key: id[:32] + "-" + itoa(i.Mailing),
	})
	return s.settleSent(ctx, i, err)
}

// settleSent erases what was sent or never can be; what could not be sent now waits.
func (s *Service) settleSent(ctx context.Context, i Invitation, err error) (bool, error) {
	if err != nil && errors.Is(err, context.Canceled) {
		return false, err
	}
	if err != nil && errs.KindOf(err) != errs.KindInvalid {
		wait := min(time.Minute<<min(i.Tries, 9), longestWait)
		return false, s.SettleInvitation(ctx, i, s.now().Add(wait))
	}
	return err == nil, s.SettleInvitation(ctx, i, time.Time{})
}

// openFor reads a wave and its key once per run; a wave that is closed has no key here and sends nothing more.
func (s *Service) openFor(ctx context.Context, wave string, waves map[string]openWave) (openWave, error) {
	if ow, ok := waves[wave]; ok {
		return ow, nil
	}
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return openWave{}, err
	}
	ow := openWave{wave: w}
	if w.State == Open && s.now().Before(w.ClosesAt) {
		if ow.key, err = s.keys.Open(w.ID, w.Fingerprint); err != nil {
			return openWave{}, err
		}
	}
	waves[wave] = ow
	return ow, nil
}

type address struct{ mail, name, locale string }

func (s *Service) addresses(ctx context.Context, batch []Invitation) (map[string]address, error) {
	var employees, partners []string
	for _, i := range batch {
		if id, ok := strings.CutPrefix(i.Person, employeePrefix); ok {
			employees = append(employees, id)
		} else if id, ok := strings.CutPrefix(i.Person, partnerPrefix); ok {
			partners = append(partners, id)
		}
	}
	out := map[string]address{}
	if len(employees) > 0 {
		es, err := s.directory.EmployeesByExternalID(ctx, employees)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if e.LeftOn.IsZero() || e.LeftOn.After(s.now()) {
				out[employeePrefix+e.ExternalID] = address{e.Email, e.Name, e.Locale}
			}
		}
	}
	if len(partners) > 0 {
		ps, err := s.directory.PartnersByExternalID(ctx, partners)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			out[partnerPrefix+p.ExternalID] = address{p.Email, p.Name, p.Locale}
		}
	}
	return out, nil
}

// Slip is one printed code for somebody without a mailbox.
type Slip struct {
	Name string
	Code string
	Link string
}

// Slips derives the printed codes of an open wave, in random order.
func (s *Service) Slips(ctx context.Context, wave, base string) ([]Slip, error) {
	ow, err := s.openFor(ctx, wave, map[string]openWave{})
	if err != nil {
		return nil, err
	}
	if ow.key == nil {
		return nil, errs.Conflict("wave_closed")
	}
	waiting, err := s.OnPaperInvitations(ctx, wave)
	if err != nil {
		return nil, err
	}
	out := []Slip{}
	for part := range slices.Chunk(waiting, 200) {
		people, err := s.addresses(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, i := range part {
			token := ow.key.Token(i.Person)
			out = append(out, Slip{Name: people[i.Person].name, Code: FormatCode(token), Link: base + "/p/" + wave + "#" + token})
		}
	}
	return out, nil
}

// CloseDue closes every wave whose time is over, and finishes closings and purges that were cut off.
func (s *Service) CloseDue(ctx context.Context, by string) (int, error) {
	waves, err := s.Waves(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	failed := s.sweepStaged(ctx)
	for _, w := range waves {
		if w.State == Purged || w.State == Stopped || (w.State == Open && s.now().Before(w.ClosesAt)) {
			continue
		}
		if err := s.Close(ctx, w.ID, by); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// OpenDue launches every programme whose cadence says so: the newest occurrence that has come and was not launched.
func (s *Service) OpenDue(ctx context.Context, by string) (int, error) {
	programmes, err := s.Programmes(ctx)
	if err != nil {
		return 0, err
	}
	waves, err := s.Waves(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	var failed error
	for _, p := range programmes {
		last := p.CreatedAt
		for _, w := range waves {
			if w.ProgrammeID == p.ID && !w.Rehearsal && w.OpensAt.After(last) {
				last = w.OpensAt
			}
		}
		due, ok := p.Cadence.NextAfter(last)
		if now := s.now(); !ok || due.After(now) || p.Cadence.InHours(now).After(now) { // what was missed opens in the morning
			continue
		}
		title := p.Name + " " + s.now().Format("2006-01-02")
		if _, err := s.LaunchProgramme(ctx, p.ID, LaunchOptions{Title: title}, by); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// CloseEarly ends an open wave now and publishes it, as Close does; the wave keeps the time at which it really ended.
func (s *Service) CloseEarly(ctx context.Context, wave, by string) error {
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return err
	}
	if now := s.now(); w.State == Open && !now.Before(w.OpensAt) && now.Before(w.ClosesAt) {
		entry := audit.Entry{At: now, Actor: by, Action: "wave.close_early", Object: wave, Detail: map[string]string{"planned": w.ClosesAt.UTC().Format(time.RFC3339)}}
		if err := s.ExtendWave(ctx, wave, now, entry); err != nil && errs.CodeOf(err) != "wave_closed" {
			return err
		}
		s.asked.forget(wave)
	}
	return s.Close(ctx, wave, by)
}

// Extend moves the end of an open wave to a later time.
func (s *Service) Extend(ctx context.Context, wave string, closesAt time.Time, by string) error {
	w, err := s.Wave(ctx, wave)
	if err != nil {
		return err
	}
	if !closesAt.After(s.now()) || !closesAt.After(w.OpensAt) {
		return errs.Invalid("wave_ends_before_start")
	}
	defer s.asked.forget(wave)
	return s.ExtendWave(ctx, wave, closesAt, audit.Entry{At: s.now(), Actor: by, Action: "wave.extend", Object: wave, Detail: map[string]string{"closes_at": closesAt.UTC().Format(time.RFC3339)}})
}
