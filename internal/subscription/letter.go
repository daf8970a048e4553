package subscription

import (
	"context"
	"net/url"
	"strings"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/mail"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/report"
)

// say gives a text; params are names and values by turns.
func say(locale, key string, params ...string) string {
	p := map[string]any{}
	for i := 0; i+1 < len(params); i += 2 {
		p[params[i]] = params[i+1]
	}
	return i18n.Text(locale, key, p)
}

// write writes the letter of a subscription for its reader as they are now. Errors: those of look, of auth for a reader
// who has left, and errs.Invalid("report_none") where there is nothing to send yet.
func (s *Service) write(ctx context.Context, x Subscription, draft bool) (outbox.Message, mail.Enclosure, error) {
	who, u, err := s.from.People.Principal(ctx, x.ReaderID)
	if err != nil {
		return outbox.Message{}, mail.Enclosure{}, err
	}
	if err := s.look(ctx, who, x); err != nil {
		return outbox.Message{}, mail.Enclosure{}, err
	}
	who.Locale = i18n.Match(u.Locale)
	m := outbox.Message{To: u.Email, Locale: who.Locale, Params: map[string]string{
		"name": u.Name, "optout": s.optout(x, who.Locale),
		"rhythm": say(who.Locale, "subscription.rhythm."+string(x.Rhythm)),
	}}
	var e mail.Enclosure
	if x.Subject == Report {
		m.Template = "subscription_report"
		e, err = s.reportLetter(ctx, who, x, m.Params, draft)
		return m, e, err
	}
	m.Template = "subscription_view"
	if m.Params["title"], err = s.title(ctx, who, x, who.Locale); err != nil {
		return m, e, err
	}
	m.Params["link"] = s.opts.URL + x.Path
	v, err := s.view(ctx, who, x)
	if err != nil {
		return m, e, err
	}
	if v.path != "" { // what is newest stands elsewhere than what was subscribed to
		m.Params["link"] = s.opts.URL + v.path
	}
	if len(v.lines) == 0 && len(v.tables) == 0 {
		v.lines = []string{say(who.Locale, "subscription.view_only")}
	}
	m.Params["lines"] = strings.Join(v.lines, "\n\n")
	e.Tables = v.tables
	return m, e, nil
}

// optout is the address that ends a subscription: a page that asks for a reader, one click for a mail program.
func (s *Service) optout(x Subscription, locale string) string {
	return s.opts.URL + "/unsubscribe/" + url.PathEscape(x.ID) + "?" + url.Values{"lang": {locale}, "t": {x.Token}}.Encode()
}

// reportLetter carries the headline, the returns and the pictures of the newest closed quarter, and all of it on paper,
// without the money for a reader who may not see that. A draft is written without paper: its text and tables are the same.
func (s *Service) reportLetter(ctx context.Context, who auth.Principal, x Subscription, params map[string]string, draft bool) (mail.Enclosure, error) {
	var e mail.Enclosure
	r, err := s.from.Reports.Newest(ctx, who, x.TeamID)
	if errs.CodeOf(err) == "report_none" {
		return e, errs.Invalid("report_none")
	}
	if err != nil {
		return e, err
	}
	d := r.In(who.Locale)
	params["title"] = d.Title
	params["lines"] = strings.Join(d.Headline, "\n")
	params["standing"] = strings.Join(d.Standing, " ")
	link := s.opts.URL + "/reports/" + d.Quarter
	if x.TeamID != "" {
		link += "?" + url.Values{"team": {x.TeamID}}.Encode()
	}
	params["link"] = link
	for _, part := range d.Sections {
		if part.ID == "returns" {
			e.Tables = append(e.Tables, tablesOf(part.Tables)...)
		}
		if p := part.Picture; p != nil {
			e.Pictures = append(e.Pictures, mail.Picture{ID: "picture-" + part.ID, Title: p.Title, Alt: p.Alt, SVG: p.Wide})
		}
	}
	key := report.FileKey{Quarter: d.Quarter, TeamID: x.TeamID, Version: r.Version, Kind: report.PDF, Locale: who.Locale}
	params["files"] = say(who.Locale, "subscription.pdf_linked", "link", link)
	if draft {
		return e, nil
	}
	f, err := s.paper(ctx, who, key)
	if err != nil {
		return e, err
	}
	if len(f.Bytes) == 0 {
		params["files"] = say(who.Locale, "subscription.pdf_missing", "link", link)
		return e, nil
	}
	name := "rapport-" + d.Quarter + "-" + who.Locale + ".pdf"
	e.Files = []mail.File{{Name: name, Type: "application/pdf", Bytes: f.Bytes}}
	params["files"] = say(who.Locale, "subscription.pdf_enclosed")
	return e, nil
}

// paperWithin bounds how long one letter waits for its PDF, so that a full batch of letters is done within its claim.
const paperWithin = 12 * time.Second

// paper gives a report's PDF as its reader may have it, made now where it is not kept; empty where it cannot be had now,
// which is no reason to hold the letter back.
func (s *Service) paper(ctx context.Context, who auth.Principal, k report.FileKey) (report.File, error) {
	within, cancel := context.WithTimeout(ctx, paperWithin)
	defer cancel()
	f, err := s.from.Reports.ReadFile(within, who, k)
	switch {
	case ctx.Err() != nil:
		return report.File{}, ctx.Err()
	case within.Err() != nil, errs.KindOf(err) == errs.KindUnavailable:
		return report.File{}, nil
	}
	return f, err
}

// tablesOf takes the texts of a report's tables.
func tablesOf(list []report.Table) []mail.Table {
	var out []mail.Table
	for _, t := range list {
		x := mail.Table{Caption: t.Caption}
		for _, c := range t.Columns {
			x.Columns = append(x.Columns, c.Name)
		}
		for _, r := range t.Rows {
			row := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				row[i] = c.Text
			}
			x.Rows = append(x.Rows, row)
		}
		out = append(out, x)
	}
	return out
}

// title names what a subscription is to, as somebody may know it.
func (s *Service) title(ctx context.Context, who auth.Principal, x Subscription, locale string) (string, error) {
	if x.Subject == Report && x.TeamID == "" {
		return say(locale, "subscription.title.organisation"), nil
	}
	id := x.team()
	team := ""
	if id != "" && who.Scope.Has(id) {
		teams, err := s.from.Teams.Teams(ctx, org.Everything)
		if err != nil {
			return "", err
		}
		t, _ := org.NewTree(teams).Get(id)
		team = t.Name
	}
	switch {
	case x.Subject == Report && team != "":
		return say(locale, "subscription.title.team", "team", team), nil
	case x.Subject == Report, id != "" && team == "":
		return say(locale, "subscription.title.unseen"), nil
	}
	if x.Name != "" {
		return x.Name, nil
	}
	page, _, _, err := address(x.Path)
	return say(locale, "subscription.title."+strings.NewReplacer("/", "_", "-", "_").Replace(page)), err
}
