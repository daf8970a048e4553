package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/i18n"
)

// Every code an error is made with, as a literal, has its text; i18n's own test holds the three languages together.
func TestEveryErrorCodeHasItsText(t *testing.T) {
	missing := map[string][]string{}
	seen := 0
	for _, root := range []string{"../api", "../internal", "../jobs"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, code := range codes(file) {
				seen++
				if !i18n.Has("error." + code) {
					missing[code] = append(missing[code], path)
				}
			}
			return nil
		})
		require.NoError(t, err)
	}
	require.Greater(t, seen, 300, "the walk has lost its way")
	names := make([]string, 0, len(missing))
	for code := range missing {
		names = append(names, code+" ("+missing[code][0]+")")
	}
	sort.Strings(names)
	require.Empty(t, names, "add error.<code> to internal/i18n/{en,he,pl}")
}

// codes are the literals in errs.New(kind, "…"), errs.Invalid("…") and the like, and in Code: "…" of errs.Error and
// errs.Field.
func codes(file *ast.File) []string {
	var out []string
	literal := func(e ast.Expr) {
		if b, ok := e.(*ast.BasicLit); ok && b.Kind == token.STRING {
			if s, err := strconv.Unquote(b.Value); err == nil {
				out = append(out, s)
			}
		}
	}
	fromErrs := func(e ast.Expr, names ...string) bool {
		sel, ok := e.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := sel.X.(*ast.Ident)
		if !ok || pkg.Name != "errs" {
			return false
		}
		for _, n := range names {
			if sel.Sel.Name == n {
				return true
			}
		}
		return false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			if fromErrs(x.Fun, "New", "Invalid", "NotFound", "Conflict", "Forbidden", "Unavailable") {
				literal(x.Args[len(x.Args)-1])
			}
		case *ast.CompositeLit:
			if !fromErrs(x.Type, "Error", "Field") {
				break
			}
			for _, el := range x.Elts {
				if kv, ok := el.(*ast.KeyValueExpr); ok {
					if k, ok := kv.Key.(*ast.Ident); ok && k.Name == "Code" {
						literal(kv.Value)
					}
				}
			}
		}
		return true
	})
	return out
}
