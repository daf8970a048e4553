package respond

import (
	"bytes"
	"html/template"

	"github.com/gin-gonic/gin"

	"rapport/api/web"
	"rapport/internal/i18n"
)

var refused = template.Must(template.New("").ParseFS(files, "refused.html"))

// refuse answers somebody whose link does not work, or works no longer, with a page they can read; the script of the form
// and other programs get the problem.
func refuse(c *gin.Context, err error) {
	lang := pick(c, i18n.Locales)
	private(c)
	web.WriteErrorPage(c, err, lang, func(p web.Problem) ([]byte, error) {
		var b bytes.Buffer
		err := refused.ExecuteTemplate(&b, "refused.html", struct{ Lang, Dir, Title, Detail string }{lang, direction(lang), p.Title, p.Detail})
		return b.Bytes(), err
	})
}
