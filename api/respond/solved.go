package respond

import (
	"context"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"rapport/api/web"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/loop"
)

// Loop is what the question to a customer needs of cases.
type Loop interface {
	Asked(ctx context.Context, token string) (loop.Case, error)
	Reply(ctx context.Context, token string, solved bool) error
}

// Letters is what it needs to stop letters.
type Letters interface {
	OptOut(ctx context.Context, token string) error
}

type solved struct {
	of      Loop
	letters Letters
	page    *template.Template
	pace    paces
}

// solvedPage is what the page shows: the question, or what became of it.
type solvedPage struct {
	Lang, Dir, Title, Touchpoint, Answered string
	Languages                              []language
	Done                                   string
	Unknown                                bool
	Stop                                   bool // ask whether letters shall stop
}

// MountSolved adds the question whether a matter was solved: one page that needs no script, and the way to opt out of
// letters, which asks first because scanners of mail follow every link; a mail program's one click is a POST (RFC 8058).
func MountSolved(r gin.IRouter, of Loop, letters Letters) {
	t := template.Must(template.New("").Funcs(template.FuncMap{"t": text}).ParseFS(files, "solved.html"))
	s := &solved{of: of, letters: letters, page: t, pace: paces{last: map[string]*pace{}}}
	r.GET("/solved/:token", s.show)
	r.POST("/solved/:token", s.reply)
	r.GET("/solved/:token/optout", s.optOut)
	r.POST("/solved/:token/optout", s.optOut)
}

// asked finds the case; where there is none, or too many ask, the page has said so.
func (s *solved) asked(c *gin.Context) (loop.Case, bool) {
	if !s.pace.allow("solved", web.Address(c)) {
		refuse(c, errs.New(errs.KindRateLimited, "too_many_answers"))
		return loop.Case{}, false
	}
	x, err := s.of.Asked(c.Request.Context(), c.Param("token"))
	if errs.KindOf(err) == errs.KindNotFound {
		s.send(c, http.StatusNotFound, x, func(p *solvedPage) { p.Unknown = true })
		return x, false
	}
	if err != nil {
		refuse(c, err)
		return x, false
	}
	return x, true
}

func (s *solved) show(c *gin.Context) {
	if x, ok := s.asked(c); ok {
		s.send(c, http.StatusOK, x, s.known(x))
	}
}

// known says what the customer answered before, if so.
func (s *solved) known(x loop.Case) func(p *solvedPage) {
	return func(p *solvedPage) {
		if !x.Asked.AnsweredAt.IsZero() {
			p.Done = text(p.Lang, map[bool]string{true: "solved.was_yes", false: "solved.was_no"}[x.Asked.Solved])
		}
	}
}

// reply takes the plain form; the first answer counts.
func (s *solved) reply(c *gin.Context) {
	x, ok := s.asked(c)
	if !ok {
		return
	}
	said := c.PostForm("solved")
	if said != "yes" && said != "no" || !x.Asked.AnsweredAt.IsZero() {
		s.send(c, http.StatusOK, x, s.known(x))
		return
	}
	if err := s.of.Reply(c.Request.Context(), c.Param("token"), said == "yes"); err != nil {
		refuse(c, err)
		return
	}
	s.send(c, http.StatusOK, x, func(p *solvedPage) {
		p.Done = text(p.Lang, map[string]string{"yes": "solved.thanks", "no": "solved.again"}[said])
	})
}

func (s *solved) optOut(c *gin.Context) {
	x, ok := s.asked(c)
	if !ok {
		return
	}
	if !x.Asked.Letter { // a link that was passed on by hand knows no address to spare
		s.send(c, http.StatusNotFound, x, func(p *solvedPage) { p.Unknown = true })
		return
	}
	if c.Request.Method == http.MethodGet {
		s.send(c, http.StatusOK, x, func(p *solvedPage) { p.Stop = true })
		return
	}
	if err := s.letters.OptOut(c.Request.Context(), c.Param("token")); err != nil {
		refuse(c, err)
		return
	}
	s.send(c, http.StatusOK, x, func(p *solvedPage) { p.Done = text(p.Lang, "survey.optout.done") })
}

func (s *solved) send(c *gin.Context, status int, x loop.Case, fill func(*solvedPage)) {
	private(c)
	lang := pick(c, i18n.Locales)
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	c.Status(status)
	p := solvedPage{Lang: lang, Dir: direction(lang), Title: text(lang, "solved.title"), Touchpoint: x.Touchpoint}
	if !x.AnsweredAt.IsZero() {
		p.Answered = i18n.Text(lang, "solved.when", map[string]any{"day": i18n.Day(lang, x.AnsweredAt)})
	}
	for _, l := range i18n.Locales {
		p.Languages = append(p.Languages, language{l, i18n.Name(l)})
	}
	fill(&p)
	_ = s.page.ExecuteTemplate(c.Writer, "solved.html", p)
}
