// Package ui carries the built single-page application inside the binary.
package ui

import (
	"embed"
	"io/fs"
)

// A fresh clone has only dist/.gitkeep, so that the server compiles before the interface has been built.
//
//go:embed all:dist
var dist embed.FS

// Dist returns the files of the built interface; index.html is missing while it has not been built.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("ui: dist is embedded by this very file: " + err.Error())
	}
	return sub
}
