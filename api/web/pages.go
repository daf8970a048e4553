package web

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// Pages serves the built interface: its files as they are, and index.html for every page address, which the interface
// routes itself, with what that page needs written into it. Unknown addresses of the API stay problems.
func Pages(dist fs.FS) gin.HandlerFunc {
	server := http.FileServerFS(dist)
	small := &packed{dist: dist}
	needs := readAhead(dist)
	return func(c *gin.Context) {
		name := strings.TrimPrefix(path.Clean(c.Request.URL.Path), "/")
		if (c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead) || strings.HasPrefix(name, "api/") {
			UnknownRoute(c)
			return
		}
		if info, err := fs.Stat(dist, name); err == nil && !info.IsDir() && name != "index.html" {
			if strings.HasPrefix(name, "assets/") { // their names carry a hash of their content
				c.Header("Cache-Control", "public, max-age=31536000, immutable")
				if small.serve(c, name) {
					return
				}
			}
			server.ServeHTTP(c.Writer, c.Request)
			return
		}
		if path.Ext(name) != "" && !page(c, name) {
			UnknownRoute(c)
			return
		}
		index, err := fs.ReadFile(dist, "index.html")
		if err != nil {
			c.String(http.StatusServiceUnavailable, "The interface is not part of this build. Run make build, or use the API at /api/v1.\n")
			return
		}
		if needs != nil {
			index = needs.write(index, c.Request)
		}
		c.Header("Cache-Control", "no-cache")
		c.Data(http.StatusOK, "text/html; charset=utf-8", index)
	}
}

// page says of an address that ends like a file's that it may be a page's all the same: /evidence/pulse.9x.workload.v3-7k is a pair,
// and somebody asks for it who was sent a link.
func page(c *gin.Context, name string) bool {
	return strings.Contains(name, "/") && !strings.HasPrefix(name, "assets/") && strings.Contains(c.GetHeader("Accept"), "text/html")
}
