package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/outbox"
)

// Letter is a message put into words.
type Letter struct {
	Subject string
	Text    string
	HTML    string
}

//go:embed letter.html
var layout string

var page = template.Must(template.New("letter").Parse(layout))

// Compose writes a message in its language: mail.<template>.subject, .text and .button with the message's parameters.
func Compose(m outbox.Message, e Enclosure) (Letter, error) {
	if !i18n.Has("mail." + m.Template + ".text") {
		return Letter{}, errs.Invalid("internal").Because(fmt.Errorf("mail has no text for %q", m.Template))
	}
	params := make(map[string]any, len(m.Params))
	for k, v := range m.Params {
		params[k] = v
	}
	say := func(key string) string { return i18n.Text(m.Locale, "mail."+key, params) }
	p := struct {
		Lang, Dir, Subject, Greeting, Text, Button, Link, LinkText, Footer, Optout, OptoutText string
		Tables                                                                                 []Table
		Pictures                                                                               []Picture
	}{
		Lang: m.Locale, Dir: "ltr", Subject: say(m.Template + ".subject"), Greeting: say("greeting"), Text: strings.TrimSpace(say(m.Template + ".text")),
		Button: say(m.Template + ".button"), Link: m.Params["link"], LinkText: say("link"), Footer: say("footer"), Optout: m.Params["optout"], OptoutText: say("optout"),
		Tables: e.Tables, Pictures: e.Pictures,
	}
	if m.Params["name"] == "" { // customers are not known by name
		p.Greeting = say("greeting_nameless")
	}
	if p.Optout != "" {
		p.Footer = say("footer_customer")
	}
	if i18n.Has("mail." + m.Template + ".footer") { // letters somebody ordered
		p.Footer, p.OptoutText = say(m.Template+".footer"), say(m.Template+".optout")
	}
	p.Dir = i18n.Direction(m.Locale)
	var b bytes.Buffer
	if err := page.Execute(&b, p); err != nil {
		return Letter{}, err
	}
	text := p.Greeting + "\n\n" + p.Text + "\n\n" + plain(e.Tables, p.Dir)
	if p.Link != "" {
		text += p.Button + ":\n" + p.Link + "\n\n"
	}
	text += "-- \n" + p.Footer + "\n"
	if p.Optout != "" {
		text += p.OptoutText + ": " + p.Optout + "\n"
	}
	return Letter{Subject: p.Subject, Text: text, HTML: b.String()}, nil
}
