package web

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// packed holds the files of the interface as they cross the wire, each pressed once and as small as gzip makes it: pressing
// them anew for every visitor costs more, and on a slow phone every kilobyte is five milliseconds.
type packed struct {
	dist fs.FS
	mu   sync.Mutex
	done map[string][]byte // empty: not worth it
}

// pressed are the kinds of file that gzip makes smaller; fonts and pictures are small already.
var pressed = []string{".js", ".css", ".svg", ".html"}

// serve answers with the pressed file, if the asker takes it and there is one. The build may have brought one pressed with
// Brotli, a sixth smaller, which browsers take over https and from their own machine.
func (p *packed) serve(c *gin.Context, name string) bool {
	accept := c.GetHeader("Accept-Encoding")
	if c.GetHeader("Range") != "" {
		return false
	}
	coding := "br"
	b, err := fs.ReadFile(p.dist, name+".br")
	if err != nil || !takes(accept, coding) {
		coding = "gzip"
		if !takes(accept, coding) {
			return false
		}
		if b, err = p.file(name); err != nil || len(b) == 0 {
			return false
		}
	}
	c.Header("Content-Encoding", coding)
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	c.Data(http.StatusOK, mime.TypeByExtension(path.Ext(name)), b)
	return true
}

func (p *packed) file(name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, known := p.done[name]; known {
		return b, nil
	}
	var out []byte
	for _, ext := range pressed {
		if path.Ext(name) != ext {
			continue
		}
		plain, err := fs.ReadFile(p.dist, name)
		if err != nil {
			return nil, err
		}
		var buf bytes.Buffer
		w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(plain); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		if buf.Len() < len(plain) {
			out = buf.Bytes()
		}
	}
	if p.done == nil {
		p.done = map[string][]byte{}
	}
	p.done[name] = out
	return out, nil
}

// takes reads an Accept-Encoding (RFC 9110, 12.5.3).
func takes(header, wanted string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if c := strings.ToLower(strings.TrimSpace(coding)); c == wanted || c == "*" {
			q := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q=")
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}
