package respond

import (
	"bytes"
	"cmp"
	"context"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"rapport/internal/errs"
	"rapport/internal/i18n"
)

// Subscriptions is what the page that stops letters needs.
type Subscriptions interface {
	NameByToken(ctx context.Context, id, token, locale string) (string, error)
	Unsubscribe(ctx context.Context, id, token string) error
}

// MountUnsubscribe adds the page that stops the letters of a subscription without signing in. It asks first, because
// scanners of mail follow every link; a mail program's one click is a POST (RFC 8058) and ends it at once.
func MountUnsubscribe(r gin.IRouter, of Subscriptions) {
	page := template.Must(template.New("").Funcs(template.FuncMap{"t": text}).ParseFS(files, "unsubscribe.html"))
	show := func(c *gin.Context) {
		lang := i18n.Match(cmp.Or(c.Query("lang"), c.GetHeader("Accept-Language")))
		p := struct {
			Lang, Dir, Text, Token string
			Ask                    bool
		}{Lang: lang, Dir: direction(lang), Token: c.Query("t"), Ask: c.Request.Method == http.MethodGet}
		ctx, status := c.Request.Context(), http.StatusOK
		name, err := of.NameByToken(ctx, c.Param("id"), p.Token, lang)
		if err == nil && !p.Ask {
			err = of.Unsubscribe(ctx, c.Param("id"), p.Token)
		}
		switch {
		case errs.KindOf(err) == errs.KindNotFound:
			p.Ask, p.Text, status = false, text(lang, "subscription.page.unknown"), http.StatusNotFound
		case err != nil:
			refuse(c, err)
			return
		case p.Ask:
			p.Text = i18n.Text(lang, "subscription.page.ask", map[string]any{"title": name})
		default:
			p.Text = text(lang, "subscription.page.done")
		}
		var b bytes.Buffer
		if err := page.ExecuteTemplate(&b, "unsubscribe.html", p); err != nil {
			refuse(c, err)
			return
		}
		c.Header("Cache-Control", "no-store")
		c.Data(status, "text/html; charset=utf-8", b.Bytes())
	}
	r.GET("/unsubscribe/:id", show)
	r.POST("/unsubscribe/:id", show)
}
