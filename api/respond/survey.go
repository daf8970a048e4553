package respond

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"rapport/api/web"
	"rapport/internal/errs"
	"rapport/internal/feedback"
	"rapport/internal/i18n"
)

// Surveys is what the public questions need of feedback.
type Surveys interface {
	Asked(ctx context.Context, id string) (feedback.Link, feedback.Touchpoint, error)
	Ticket(l feedback.Link) string
	Respond(ctx context.Context, id string, r feedback.Reply) error
	OptOut(ctx context.Context, token string) error
}

type surveys struct {
	of   Surveys
	page *template.Template
	pace paces
}

// MountSurveys adds the public questions: one page that needs no script, the small script that shows it inside another
// site, and the way to opt out of letters.
func MountSurveys(r gin.IRouter, of Surveys) {
	t := template.Must(template.New("").Funcs(template.FuncMap{"t": text}).ParseFS(files, "survey.html", "thanks.html"))
	s := &surveys{of: of, page: t, pace: paces{last: map[string]*pace{}}}
	r.GET("/s/:link", s.show)
	r.POST("/s/:link", s.submit)
	r.GET("/s/:link/embed.js", s.embed)
	r.GET("/s-optout/:link", s.optOut)
	r.POST("/s-optout/:link", s.optOut)
}

// survey is what the page shows.
type survey struct {
	Lang, Dir  string
	Languages  []language
	Link       feedback.Link
	Title      string
	Question   string
	Low, High  string
	Scores     []int
	Emotions   []option
	Expected   []option
	Ticket     string
	Invitation string
	Embedded   bool
	Problem    string
	Given      map[string]string
	Done       string
	Form       bool // of opting out: ask first
}

type option struct{ Value, Label string }

func (s *surveys) show(c *gin.Context) {
	l, t, err := s.of.Asked(c.Request.Context(), c.Param("link"))
	if err != nil {
		refuse(c, err)
		return
	}
	s.draw(c, http.StatusOK, l, t, "")
}

func (s *surveys) draw(c *gin.Context, status int, l feedback.Link, t feedback.Touchpoint, problem string) {
	lang := pick(c, l.Languages)
	p := survey{
		Lang: lang, Dir: direction(lang), Link: l, Title: t.Name, Ticket: s.of.Ticket(l), Invitation: c.Query("i"), Embedded: c.Query("embed") != "", Problem: problem,
		Given: map[string]string{},
	}
	for _, x := range l.Languages {
		p.Languages = append(p.Languages, language{x, i18n.Name(x)})
	}
	if lo, hi, ok := l.Score.Scale(); ok {
		p.Question = l.Question[lang]
		if p.Question == "" {
			p.Question = text(lang, "survey."+string(l.Score)+".question")
		}
		p.Low, p.High = text(lang, "survey."+string(l.Score)+".low"), text(lang, "survey."+string(l.Score)+".high")
		for v := int(lo); v <= int(hi); v++ {
			p.Scores = append(p.Scores, v)
		}
	}
	if l.Emotion {
		p.Emotions = options(lang, "emotion", feedback.Emotions)
	}
	if l.Expected {
		p.Expected = options(lang, "expected", feedback.Expectations)
	}
	for name, v := range c.Request.PostForm {
		p.Given[name] = v[0]
	}
	s.send(c, status, l, "survey.html", p)
}

func options(lang, field string, values []string) []option {
	out := make([]option, len(values))
	for i, v := range values {
		out[i] = option{v, text(lang, "survey."+field+"."+v)}
	}
	return out
}

// send draws a page that may stand inside the sites a link names, and inside no other.
func (s *surveys) send(c *gin.Context, status int, l feedback.Link, name string, p survey) {
	private(c)
	ancestors := "'none'"
	if p.Embedded && len(l.Origins) > 0 {
		ancestors = strings.Join(l.Origins, " ")
	}
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "+ancestors)
	h.Set("Content-Type", "text/html; charset=utf-8")
	c.Status(status)
	_ = s.page.ExecuteTemplate(c.Writer, name, p)
}

// submit takes the plain form.
func (s *surveys) submit(c *gin.Context) {
	ctx := c.Request.Context()
	l, t, err := s.of.Asked(ctx, c.Param("link"))
	if err != nil {
		refuse(c, err)
		return
	}
	if err := c.Request.ParseForm(); err != nil {
		refuse(c, errs.Invalid("request_invalid"))
		return
	}
	lang := pick(c, l.Languages)
	v := c.Request.PostForm
	r := feedback.Reply{
		Ticket: v.Get("ticket"), Invitation: v.Get("i"), Emotion: v.Get("emotion"), Expected: v.Get("expected"), Comment: strings.ReplaceAll(v.Get("comment"), "\r\n", "\n"),
		Language: lang, Trap: v.Get("website"),
	}
	if n, err := strconv.Atoi(v.Get("score")); err == nil {
		r.Score = &n
	}
	if !s.pace.allow(l.ID, web.Address(c)) {
		err = errs.New(errs.KindRateLimited, "too_many_answers")
		c.Header("Retry-After", "60")
	} else {
		err = s.of.Respond(ctx, l.ID, r)
	}
	if err != nil {
		p := web.ProblemOf(err, lang)
		if p.Status >= http.StatusInternalServerError {
			refuse(c, err)
			return
		}
		s.draw(c, p.Status, l, t, p.Detail)
		return
	}
	s.send(c, http.StatusOK, l, "thanks.html", survey{Lang: lang, Dir: direction(lang), Link: l, Title: t.Name, Embedded: c.Query("embed") != "", Done: text(lang, "survey.thanks")})
}

// optOut asks first: scanners of mail follow every link.
func (s *surveys) optOut(c *gin.Context) {
	l, t, err := s.of.Asked(c.Request.Context(), c.Param("link"))
	if err != nil {
		refuse(c, err)
		return
	}
	lang := pick(c, l.Languages)
	p := survey{Lang: lang, Dir: direction(lang), Link: l, Title: t.Name, Form: c.Request.Method == http.MethodGet, Done: text(lang, "survey.optout.ask"), Invitation: c.Query("i")}
	if !p.Form {
		if err := s.of.OptOut(c.Request.Context(), c.Query("i")); err != nil {
			refuse(c, err)
			return
		}
		p.Done = text(lang, "survey.optout.done")
	}
	s.send(c, http.StatusOK, l, "thanks.html", p)
}

// embed is a script of a few lines that puts the page into a frame where the script stands. It reads nothing of the page
// it stands in.
func (s *surveys) embed(c *gin.Context) {
	l, t, err := s.of.Asked(c.Request.Context(), c.Param("link"))
	if err != nil {
		web.WriteError(c, err)
		return
	}
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", fmt.Appendf(nil, `(() => {
  const at = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = new URL("../%s?embed=1&lang=" + (document.documentElement.lang || "").slice(0, 2), at.src).href;
  frame.title = %q;
  frame.loading = "lazy";
  frame.style.cssText = "inline-size:100%%;block-size:" + (at.dataset.height || "640px") + ";border:0";
  at.after(frame);
})();
`, l.ID, t.Name))
}

// How often one address may answer one link: a family or an office behind one address is not kept from answering, a
// program is slowed down. Every link has a bound of its own.
const (
	perAddress, addressBurst = rate.Limit(0.5), 30
	perLink, linkBurst       = rate.Limit(50), 500
	mostPaces                = 10_000
)

// paces keeps a limiter for each link and address in this process; who was not seen for a while is forgotten.
type paces struct {
	mu   sync.Mutex
	last map[string]*pace
}

type pace struct {
	*rate.Limiter
	at time.Time
}

func (p *paces) allow(link, address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	one := func(key string, limit rate.Limit, burst int) bool {
		x := p.last[key]
		if x == nil {
			if len(p.last) >= mostPaces {
				p.forget(now)
			}
			x = &pace{Limiter: rate.NewLimiter(limit, burst)}
			p.last[key] = x
		}
		x.at = now
		return x.AllowN(now, 1)
	}
	return one(link+" "+address, perAddress, addressBurst) && one(link, perLink, linkBurst)
}

// forget drops the half that was not seen for longest.
func (p *paces) forget(now time.Time) {
	ages := make([]time.Duration, 0, len(p.last))
	for _, x := range p.last {
		ages = append(ages, now.Sub(x.at))
	}
	slices.Sort(ages)
	for k, x := range p.last {
		if now.Sub(x.at) >= ages[len(ages)/2] {
			delete(p.last, k)
		}
	}
}
