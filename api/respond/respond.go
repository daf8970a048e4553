// Package respond serves the answer form for employees, partners and, later, customers: one light page drawn on the
// server, usable with keyboard, screen reader and without JavaScript. It stores nothing about the request: no time, no
// address, no agent, no language; its routes stay out of the access log and the metrics.
package respond

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"rapport/api/web"
	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/ident"
	"rapport/internal/pulse"
)

//go:embed page.html done.html solved.html survey.html unsubscribe.html thanks.html refused.html respond.js respond.css
var files embed.FS

// Waves is what the form needs of pulse.
type Waves interface {
	Asked(ctx context.Context, id string) (pulse.Wave, error)
	Submit(ctx context.Context, f pulse.Form) error
}

type server struct {
	waves Waves
	page  *template.Template
	drawn drawn
	wrong sync.Map // wave → *rate.Limiter of wrong codes; right ones are never limited
}

// Mount adds the form's routes.
func Mount(r gin.IRouter, waves Waves) {
	t := template.Must(template.New("").Funcs(template.FuncMap{"t": text}).ParseFS(files, "page.html", "done.html"))
	s := &server{waves: waves, page: t}
	r.GET("/p/:wave", s.show)
	r.POST("/p/:wave", s.submit)
	r.GET("/p-assets/:name", asset)
}

func asset(c *gin.Context) {
	types := map[string]string{"respond.js": "text/javascript; charset=utf-8", "respond.css": "text/css; charset=utf-8"}
	kind, ok := types[c.Param("name")]
	if !ok {
		web.UnknownRoute(c)
		return
	}
	b, err := files.ReadFile(c.Param("name"))
	if err != nil {
		refuse(c, err)
		return
	}
	c.Header("Cache-Control", "public, max-age=3600")
	c.Data(http.StatusOK, kind, b)
}

// form is what the page shows.
type form struct {
	Lang, Dir string
	Languages []language
	Wave      pulse.Wave
	Questions []question
	Receipt   string // for the plain form only; the script makes its own
	Problem   string
	Given     map[string][]string // what was typed, kept when the plain form comes back with a problem
	Closed    bool
	Stopped   bool // closed without a release; its answers are gone
}

type language struct{ Code, Name string }

// question is one question in the reader's language.
type question struct {
	pulse.Question
	Title   string
	Choices []choice
	Low     string
	High    string
	Options []string
}

type choice struct {
	Value int
	Label string
}

// show draws the form. It has no effect: scanners of mail follow every link.
func (s *server) show(c *gin.Context) {
	w, err := s.waves.Asked(c.Request.Context(), c.Param("wave"))
	if err != nil {
		refuse(c, err)
		return
	}
	s.draw(c, http.StatusOK, w, "", nil)
}

func (s *server) draw(c *gin.Context, status int, w pulse.Wave, problem string, given map[string][]string) {
	lang := pick(c, w.Languages)
	private(c)
	c.Header("Content-Type", "text/html; charset=utf-8")
	if problem == "" && len(given) == 0 {
		b, err := s.drawn.page(s.page, w, lang, func(receipt string) form { return formOf(w, lang, receipt, "", nil) })
		if err != nil {
			refuse(c, err)
			return
		}
		c.Data(status, "text/html; charset=utf-8", b)
		return
	}
	c.Status(status)
	_ = s.page.ExecuteTemplate(c.Writer, "page.html", formOf(w, lang, ident.Secret(), problem, given))
}

func formOf(w pulse.Wave, lang, receipt, problem string, given map[string][]string) form {
	f := form{Lang: lang, Dir: direction(lang), Wave: w, Receipt: receipt, Problem: problem, Given: given, Closed: w.State != pulse.Open, Stopped: w.State == pulse.Stopping || w.State == pulse.Stopped}
	for _, l := range w.Languages {
		f.Languages = append(f.Languages, language{l, i18n.Name(l)})
	}
	for _, q := range w.Questions {
		f.Questions = append(f.Questions, inLanguage(q, lang))
	}
	return f
}

// private keeps the page out of every cache: a kiosk's next visitor must never find the form of the one before.
func private(c *gin.Context) { c.Header("Cache-Control", "no-store") }

func inLanguage(q pulse.Question, lang string) question {
	x := question{Question: q, Title: q.Text[lang], Options: q.Options[lang]}
	low, n, ok := q.Range()
	if ok && q.Type != pulse.Single {
		ends := q.Ends[lang]
		for i := range n {
			label := strconv.Itoa(low + i)
			if len(ends) == n {
				label = ends[i]
			}
			x.Choices = append(x.Choices, choice{low + i, label})
		}
		if len(ends) == 2 {
			x.Low, x.High = ends[0], ends[1]
		}
		if q.Type == pulse.YesNo {
			x.Choices = []choice{{1, text(lang, "respond.yes")}, {0, text(lang, "respond.no")}}
		}
	}
	for i, o := range x.Options {
		x.Choices = append(x.Choices, choice{i, o})
	}
	return x
}

func pick(c *gin.Context, languages []string) string {
	want := c.Query("lang")
	if want == "" {
		want, _ = i18n.Best(c.GetHeader("Accept-Language"), languages)
	}
	for _, l := range languages {
		if l == want {
			return l
		}
	}
	if len(languages) == 0 {
		return i18n.Locales[0]
	}
	return languages[0]
}

func direction(lang string) string {
	return i18n.Direction(lang)
}

func text(lang, key string) string { return i18n.Text(lang, key, nil) }

// posted is what the script sends.
type posted struct {
	Token    string                     `json:"token"`
	Receipt  string                     `json:"receipt"`
	Revision int                        `json:"revision"`
	Asked    []string                   `json:"asked"`
	Answers  map[string]json.RawMessage `json:"answers"`
}

// submit takes the answers, from the script as JSON or from the plain form.
func (s *server) submit(c *gin.Context) {
	private(c)
	w, err := s.waves.Asked(c.Request.Context(), c.Param("wave"))
	if err != nil {
		refuse(c, err)
		return
	}
	plain := c.ContentType() == "application/x-www-form-urlencoded"
	var f pulse.Form
	if plain {
		f, err = fromForm(c, w)
	} else {
		f, err = fromScript(c, w)
	}
	if err == nil {
		err = s.waves.Submit(c.Request.Context(), f)
	}
	if errs.CodeOf(err) == "code_unknown" && !s.limiter(w.ID).Allow() {
		err = errs.New(errs.KindRateLimited, "too_many_codes")
	}
	lang := pick(c, w.Languages)
	switch {
	case err == nil && plain:
		c.Header("Content-Type", "text/html; charset=utf-8")
		_ = s.page.ExecuteTemplate(c.Writer, "done.html", form{Lang: lang, Dir: direction(lang), Wave: w})
	case err == nil:
		c.JSON(http.StatusOK, gin.H{"recorded": true})
	case plain:
		p := web.ProblemOf(err, lang)
		s.draw(c, p.Status, w, p.Detail, c.Request.PostForm)
	default:
		refuse(c, err)
	}
}

// Wrong codes per wave: a few a second, with room for a room full of people at a kiosk who mistype.
const (
	wrongPerSecond = 2
	wrongBurst     = 60
)

func (s *server) limiter(wave string) *rate.Limiter {
	l, _ := s.wrong.LoadOrStore(wave, rate.NewLimiter(wrongPerSecond, wrongBurst))
	return l.(*rate.Limiter)
}

func fromScript(c *gin.Context, w pulse.Wave) (pulse.Form, error) {
	var p posted
	dec := json.NewDecoder(io.LimitReader(c.Request.Body, web.BodyLimit))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return pulse.Form{}, errs.New(errs.KindTooLarge, "body_too_large").With("limit", "1 MB")
		}
		return pulse.Form{}, errs.Invalid("request_invalid")
	}
	f := pulse.Form{Wave: w.ID, Token: p.Token, Receipt: p.Receipt, Revision: p.Revision, Asked: p.Asked, Answers: pulse.Answers{}}
	for key, raw := range p.Answers {
		if err := answerFrom(key, raw, f.Answers); err != nil {
			return f, err
		}
	}
	return f, nil
}

func answerFrom(key string, raw json.RawMessage, into pulse.Answers) error {
	var n int
	var set []int
	var s string
	switch {
	case json.Unmarshal(raw, &n) == nil:
		into.Number(key, n)
	case json.Unmarshal(raw, &set) == nil:
		into.Choices(key, set...)
	case json.Unmarshal(raw, &s) == nil:
		into.Comment(key, s)
	default:
		return errs.Invalid("request_invalid")
	}
	return nil
}

// fromForm reads the plain form: fields are named q.KEY. Each sending has a fresh receipt, so it can be sent once.
func fromForm(c *gin.Context, w pulse.Wave) (pulse.Form, error) {
	if err := c.Request.ParseForm(); err != nil {
		return pulse.Form{}, errs.Invalid("request_invalid")
	}
	v := c.Request.PostForm
	f := pulse.Form{Wave: w.ID, Token: v.Get("code"), Receipt: v.Get("receipt"), Revision: 1, Answers: pulse.Answers{}}
	for _, q := range w.Questions {
		given := v["q."+q.Key]
		if len(given) == 0 || (len(given) == 1 && strings.TrimSpace(given[0]) == "") {
			continue
		}
		switch q.Type {
		case pulse.Comment:
			f.Answers.Comment(q.Key, strings.ReplaceAll(given[0], "\r\n", "\n"))
		case pulse.Multiple:
			set := make([]int, len(given))
			for i, g := range given {
				n, err := strconv.Atoi(g)
				if err != nil {
					return f, errs.Invalid("request_invalid")
				}
				set[i] = n
			}
			f.Answers.Choices(q.Key, set...)
		default:
			n, err := strconv.Atoi(given[0])
			if err != nil {
				return f, errs.Invalid("request_invalid")
			}
			f.Answers.Number(q.Key, n)
		}
	}
	return f, nil
}
