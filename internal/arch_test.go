// Package internal_test holds the import rules of the architecture, executable.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "rapport/"

// leaves import nothing of ours.
var leaves = []string{"errs", "stats", "disclosure", "i18n", "ident", "comment"}

// upstream says what each feature may import of the other features: data flows one way, imports point back up it.
var upstream = map[string][]string{
	"org":        {"intake"},
	"pulse":      {"org", "intake", "disclosure", "stats"},
	"intake":     {},
	"fact":       {"org", "intake", "series"},
	"feedback":   {"org", "intake", "series", "fact", "comment", "stats"},
	"customer":   {"org", "intake", "series", "fact", "stats"},
	"feed":       {"intake", "fact"},
	"series":     {"org", "intake", "disclosure"},
	"panel":      {"org", "series", "pulse", "feedback", "customer"},
	"journey":    {"org", "intake", "series", "fact", "feedback", "customer", "goal", "stats"},
	"loop":       {"org", "feedback", "journey"},
	"evidence":   {},
	"linkage":    {"org", "series", "panel", "stats", "evidence", "method"},
	"goal":       {"org", "series", "panel", "stats", "evidence"},
	"initiative": {"org", "intake", "series", "panel", "stats", "evidence", "method", "linkage"},
	"returns":    {"org", "series", "panel", "evidence", "goal", "linkage", "initiative", "stats"},
	"invest":     {"org", "series", "evidence", "goal", "linkage", "initiative", "returns", "stats"},
	"report":     {"org", "series", "panel", "linkage", "initiative", "returns", "evidence", "method", "stats", "goal", "invest"},
	"myteam":     {"org", "series", "evidence", "linkage", "report", "stats"},
	"chat":       {"pulse", "alert"},
	"anonaudit":  {"org", "pulse", "disclosure"},
	"forecast":   {"org", "series", "evidence", "initiative", "returns", "stats"},

	"subscription": {"org", "series", "report", "linkage", "goal", "action", "pulse", "initiative", "evidence", "myteam", "loop", "returns", "journey", "feedback", "customer", "invest"},
}

// small services may be imported by every feature.
var services = []string{"errs", "ident", "i18n", "audit", "outbox", "operation", "auth", "runlog", "mail", "replay"}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportRules(t *testing.T) {
	for _, p := range packages(t) {
		name, inside := strings.CutPrefix(p.ImportPath, module+"internal/")
		name, _, _ = strings.Cut(name, "/")
		for _, imp := range p.Imports {
			of, ours := strings.CutPrefix(imp, module)
			if !ours {
				outside(t, p.ImportPath, imp)
				continue
			}
			dep, isInternal := strings.CutPrefix(of, "internal/")
			dep, _, _ = strings.Cut(dep, "/")
			switch {
			case inside && !isInternal:
				t.Errorf("%s imports %s: internal never imports api, jobs or ui", p.ImportPath, imp)
			case strings.HasPrefix(of, "internal/store/") && !strings.HasPrefix(p.ImportPath, module+"internal/store/") && p.ImportPath != module+"api":
				t.Errorf("%s imports %s: only the composition root knows an engine", p.ImportPath, imp)
			case of == "ui" && p.ImportPath != module+"api":
				t.Errorf("%s imports ui: only the composition root embeds it", p.ImportPath)
			case inside && slices.Contains(leaves, name) && dep != name:
				t.Errorf("%s imports %s: a leaf imports nothing of ours", p.ImportPath, imp)
			}
			allowed, feature := upstream[name]
			if inside && feature && dep != name && !slices.Contains(allowed, dep) && !slices.Contains(services, dep) {
				t.Errorf("%s imports %s: %s may use %v and the small services", p.ImportPath, imp, name, allowed)
			}
		}
	}
}

// outside holds the libraries to their rooms.
func outside(t *testing.T, from, imp string) {
	t.Helper()
	rooms := map[string][]string{
		"github.com/gin-gonic/gin":    {"api"},
		"database/sql":                {"internal/store/sqlite"},
		"go.mongodb.org/mongo-driver": {"internal/store/mongo"},
		"github.com/robfig/cron":      {"jobs"},
		"github.com/chromedp":         {"internal/report/print"},
		"gonum.org/v1/gonum":          {"internal/stats", "internal/disclosure"},
	}
	for lib, where := range rooms {
		if !strings.HasPrefix(imp, lib) {
			continue
		}
		if !slices.ContainsFunc(where, func(w string) bool { return from == module+w || strings.HasPrefix(from, module+w+"/") }) {
			t.Errorf("%s imports %s: it lives in %v only", from, imp, where)
		}
	}
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
