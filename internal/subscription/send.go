package subscription

import (
	"context"
	"fmt"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/mail"
	"rapport/internal/outbox"
)

// Template is the name under which letters wait in the outbox. They hold nothing but which subscription they are for:
// what they say is written when they are sent.
const Template = "subscription"

// Dispatch puts the letters that are due into the outbox and reports how many. What was missed while nothing ran goes
// out once. Called twice, or by two processes, it makes each letter once: a subscription moves on with its letter.
func (s *Service) Dispatch(ctx context.Context) (int, error) {
	if err := s.store.ForgetSubscriptions(ctx, s.now().Add(-keepEnded)); err != nil {
		return 0, err
	}
	all, err := s.store.Subscriptions(ctx)
	if err != nil {
		return 0, err
	}
	closes := map[string]string{}
	sent := 0
	for _, x := range all {
		if !x.EndedAt.IsZero() {
			continue
		}
		newest, asked := closes[x.TeamID]
		if !asked {
			if newest, err = s.newestClose(ctx, x.TeamID); err != nil {
				return sent, err
			}
			closes[x.TeamID] = newest
		}
		occasion := ""
		switch {
		case x.Rhythm == AtClose && newest != "" && newest != x.Seen:
			occasion = strings.ReplaceAll(newest, "/", "-")
		case x.Rhythm != AtClose && !x.NextAt.After(s.now()):
			occasion = x.NextAt.UTC().Format("20060102")
		default:
			continue
		}
		if err := s.schedule(ctx, &x); err != nil {
			return sent, err
		}
		x.Version++
		err := s.store.SaveSubscription(ctx, x, []outbox.Message{{
			ID: ident.New(), Key: "subscription-" + x.ID + "-" + occasion, To: x.ReaderID, Template: Template, Params: map[string]string{"subscription": x.ID},
			CreatedAt: s.now(), DueAt: s.now(), State: outbox.Waiting,
		}})
		if errs.CodeOf(err) == "subscription_changed" {
			continue // somebody was faster
		}
		if err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// Send implements outbox.Sender: it looks at what the reader may see now, writes the letter and hands it to the mail
// server. A reader who has left or lost sight of it gets nothing: the subscription ends, and whoever made it is told.
func (s *Service) Send(ctx context.Context, m outbox.Message) error {
	if s.opts.Mailer == nil {
		return errs.Unavailable("mail_not_configured")
	}
	x, err := s.store.Subscription(ctx, m.Params["subscription"])
	if errs.KindOf(err) == errs.KindNotFound || err == nil && !x.EndedAt.IsZero() {
		return errs.Invalid("subscription_over") // stopped in the meantime
	}
	if err != nil {
		return err
	}
	letter, enclosed, err := s.write(ctx, x, false)
	if why := refusal(err); why != "" {
		if err := s.end(ctx, x, why); err != nil {
			return err
		}
		return errs.Invalid("subscription_over")
	}
	if err != nil {
		return err
	}
	letter.ID, letter.Key, letter.CreatedAt = m.ID, m.Key, m.CreatedAt
	if err := s.opts.Mailer.SendWith(ctx, letter, enclosed); err != nil {
		return err
	}
	x.LastAt = s.now()
	x.Version++
	if err := s.store.SaveSubscription(ctx, x, nil); err != nil && errs.CodeOf(err) != "subscription_changed" {
		return err
	}
	return nil
}

// refusal is why somebody may not have a letter; empty: for none of the reasons that end a subscription.
func refusal(err error) Why {
	switch errs.CodeOf(err) {
	case "account_inactive", "user_unknown":
		return Left
	case "subscription_unseen":
		return Unseen
	case "subscription_team_gone":
		return Gone
	}
	return ""
}

// end ends a subscription and tells whoever made it, if they are still here and it is not the reader who left.
func (s *Service) end(ctx context.Context, x Subscription, why Why) error {
	x.EndedAt, x.Why = s.now(), why
	x.Version++
	var mails []outbox.Message
	maker, u, err := s.from.People.Principal(ctx, x.CreatedBy)
	k := errs.KindOf(err)
	switch {
	case err == nil:
		name, err := s.title(ctx, maker, x, u.Locale)
		if err != nil {
			return err
		}
		text := "subscription.ended." + string(why)
		if x.CreatedBy == x.ReaderID {
			text = "subscription.ended_own." + string(why)
		}
		reader, err := s.readerName(ctx, x.ReaderID)
		if err != nil {
			return err
		}
		mails = []outbox.Message{{
			ID: ident.New(), Key: "subscription-ended-" + x.ID + "-" + fmt.Sprint(x.Version), To: u.Email, Template: "subscription_ended", Locale: u.Locale,
			Params:    map[string]string{"name": u.Name, "title": name, "why": say(u.Locale, text, "person", reader), "link": s.opts.URL + "/alerts"},
			CreatedAt: s.now(), DueAt: s.now(), State: outbox.Waiting,
		}}
	case k != errs.KindForbidden && k != errs.KindNotFound:
		return err
	}
	err = s.store.SaveSubscription(ctx, x, mails, s.entry("job:subscriptions", "subscription.end", x))
	if errs.CodeOf(err) == "subscription_changed" {
		return nil // the reader was faster, or another process
	}
	return err
}

func (s *Service) readerName(ctx context.Context, id string) (string, error) {
	users, err := s.from.People.Everybody(ctx)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.ID == id {
			return u.Name, nil
		}
	}
	return "–", nil
}

// Letters writes what every subscription would say now, for those who prove that no letter says too much; at most limit.
// Where a reader would get nothing there is nothing.
func (s *Service) Letters(ctx context.Context, limit int) ([]outbox.Message, error) {
	all, err := s.store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	out := []outbox.Message{}
	for _, x := range all {
		if len(out) >= limit {
			break
		}
		if !x.EndedAt.IsZero() {
			continue
		}
		m, e, err := s.write(ctx, x, true)
		if k := errs.KindOf(err); k == errs.KindForbidden || k == errs.KindNotFound || k == errs.KindInvalid {
			continue
		}
		if err != nil {
			return nil, err
		}
		l, err := mail.Compose(m, e)
		if err != nil {
			return nil, err
		}
		m.Params = map[string]string{"subject": l.Subject, "text": l.Text, "html": l.HTML}
		out = append(out, m)
	}
	return out, nil
}
