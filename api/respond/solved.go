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
	Question(ctx context.Context, token string) (loop.Case, error)
	Reply(ctx context.Context, token string, solved bool) error
}

type solved struct {
	of   Loop
	page *template.Template
	pace paces
}

// MountSolved adds the question whether a matter was solved: one page that needs no script.
func MountSolved(r gin.IRouter, of Loop) {
	t := template.Must(template.New("").Funcs(template.FuncMap{"t": text}).ParseFS(files, "solved.html"))
	s := &solved{of: of, page: t, pace: paces{last: map[string]*pace{}}}
	r.GET("/solved/:token", s.show)
	r.POST("/solved/:token", s.reply)
}

func (s *solved) show(c *gin.Context) {
	if !s.pace.allow("solved", web.Address(c)) {
		refuse(c, errs.New(errs.KindRateLimited, "too_many_answers"))
		return
	}
	x, err := s.of.Question(c.Request.Context(), c.Param("token"))
	if err != nil {
		refuse(c, err)
		return
	}
	done := ""
	if !x.Asked.AnsweredAt.IsZero() {
		done = "solved.thanks"
	}
	s.send(c, x, done)
}

// reply takes the plain form; the first answer counts.
func (s *solved) reply(c *gin.Context) {
	ctx := c.Request.Context()
	if !s.pace.allow("solved", web.Address(c)) {
		refuse(c, errs.New(errs.KindRateLimited, "too_many_answers"))
		return
	}
	x, err := s.of.Question(ctx, c.Param("token"))
	if err != nil {
		refuse(c, err)
		return
	}
	said := c.PostForm("solved")
	if said != "yes" && said != "no" {
		s.send(c, x, "")
		return
	}
	if err := s.of.Reply(ctx, c.Param("token"), said == "yes"); err != nil {
		refuse(c, err)
		return
	}
	s.send(c, x, map[string]string{"yes": "solved.thanks", "no": "solved.again"}[said])
}

func (s *solved) send(c *gin.Context, x loop.Case, done string) {
	private(c)
	lang := pick(c, i18n.Locales)
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	c.Status(http.StatusOK)
	p := struct{ Lang, Dir, Title, Touchpoint, Done string }{lang, direction(lang), text(lang, "solved.title"), x.Touchpoint, ""}
	if done != "" {
		p.Done = text(lang, done)
	}
	_ = s.page.ExecuteTemplate(c.Writer, "solved.html", p)
}
