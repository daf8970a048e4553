// Package anonaudit attacks a running instance the way a curious colleague would: it asks every read route of the
// contract as every role, reads what comes back in every form (JSON, CSV, workbooks, PDF text, pages, letters), pools
// everything, and holds it against the ledger of releases. It finds its routes in the contract, so that a new route is
// crawled without anybody remembering. It never writes an answer, and it never needs one: after the close the true sizes
// of groups are gone, so what it proves is that nothing leaves the instance but cells that were proved safe, with their
// true sizes, in the moment of their release.
package anonaudit

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/disclosure"
	"rapport/internal/outbox"
	"rapport/internal/pulse"
)

// Ledger is what the audit knows besides what it sees: what was released, and who was invited.
type Ledger interface {
	Waves(ctx context.Context) ([]pulse.Wave, error)
	Releases(ctx context.Context) ([]pulse.Release, error)
}

// Letters lists the messages that wait to be sent.
type Letters interface {
	WaitingMessages(ctx context.Context, limit int) ([]outbox.Message, error)
}

// Instance is what is attacked. Handler answers as the program does; the principal goes along in the request's context,
// which nobody can reach from outside the process.
type Instance struct {
	Handler  http.Handler
	Contract []byte // OpenAPI
	Ledger   Ledger
	Letters  Letters        // nil: no letters to read
	Log      *audit.Service // nil: the ledger is taken for what it says
}

// lettersRead bounds how many waiting letters are read; they are made from a handful of templates.
const lettersRead = 1000

// Run crawls and judges. progress is told the requests made and about how many there will be.
func Run(ctx context.Context, in Instance, progress func(done, total int64)) (pulse.Crawl, error) {
	waves, err := in.Ledger.Waves(ctx)
	if err != nil {
		return pulse.Crawl{}, err
	}
	releases, err := in.Ledger.Releases(ctx)
	if err != nil {
		return pulse.Crawl{}, err
	}
	known, err := newKnown(waves, releases)
	if err != nil {
		return pulse.Crawl{}, err
	}
	routes, err := discover(in.Contract)
	if err != nil {
		return pulse.Crawl{}, fmt.Errorf("read the contract: %w", err)
	}
	c := &crawler{in: in, known: known, routes: routes, progress: progress, out: pulse.Crawl{Channels: map[string]int{}}, seen: map[cellKey]bool{}, reached: map[string]bool{}, pdfs: map[[sha256.Size]byte]string{}, heard: map[[sha256.Size]byte]heard{}}
	viewers := c.viewers()
	c.total = int64(len(viewers) * len(routes))
	for _, v := range viewers {
		if err := c.crawl(ctx, v); err != nil {
			return pulse.Crawl{}, err
		}
	}
	if err := c.letters(ctx); err != nil {
		return pulse.Crawl{}, err
	}
	if err := c.ledger(ctx); err != nil {
		return pulse.Crawl{}, err
	}
	for _, r := range routes {
		if !c.reached[r.path] {
			c.out.Unreached = append(c.out.Unreached, r.path)
		}
	}
	c.out.Routes = len(routes) - len(c.out.Unreached)
	if err := c.span(); err != nil {
		return pulse.Crawl{}, err
	}
	return c.out, nil
}

// viewer is somebody who looks: a role, and for leads the teams they see.
type viewer struct {
	name string
	who  *auth.Principal // nil: nobody signed in
	own  map[string]bool // the nodes a lead may see; nil: all
	asks []string        // teams whose documents are opened: a lead's own top one, and one at each end of the tree for others
}

// leadsTried bounds how many leads look; beyond it they are spread over the organisation.
const leadsTried = 60

// viewers are nobody, every role, and a lead of each group of any wave (a lead may be appointed to any of them
// tomorrow, and leads talk to each other).
func (c *crawler) viewers() []viewer {
	out := []viewer{{name: "nobody"}}
	subtrees := c.known.below
	ids := slices.Sorted(maps.Keys(subtrees))
	var ends []string
	if len(ids) > 0 {
		bySize := slices.SortedStableFunc(slices.Values(ids), func(a, b string) int { return len(subtrees[b]) - len(subtrees[a]) })
		ends = []string{bySize[0], bySize[len(bySize)-1]}
	}
	for _, r := range auth.Roles {
		if r != auth.Lead {
			c.out.Roles = append(c.out.Roles, string(r))
			out = append(out, viewer{name: string(r), who: principal(r, everything), asks: ends})
		}
	}
	c.out.Roles = append(c.out.Roles, string(auth.Lead))
	step := max(1, (len(ids)+leadsTried-1)/leadsTried)
	for i := 0; i < len(ids); i += step {
		own := subtrees[ids[i]]
		out = append(out, viewer{name: string(auth.Lead), who: principal(auth.Lead, teams(own)), own: own, asks: ids[i : i+1]})
		c.out.Leads++
	}
	if c.out.Leads == 0 { // no wave yet: a lead of nothing still gets to try
		out = append(out, viewer{name: string(auth.Lead), who: principal(auth.Lead, teams(nil)), own: map[string]bool{}})
		c.out.Leads++
	}
	return out
}

// span pools what everybody saw and looks for sums and differences, with signs, about groups of which fewer than k
// people were even invited: those are under k for certain. The same search with the true sizes was made at each release,
// over a set of cells that holds everything seen here; its result is in the release's proof, with the number of such
// groups in which nobody answered. More than those must not be found.
func (c *crawler) span() error {
	for _, r := range c.known.releases {
		w, ok := c.known.waves[r.WaveID]
		if !ok {
			continue
		}
		lattice, invited, err := w.Lattice()
		if err != nil {
			return err
		}
		seen := func(item string, x disclosure.Cell) bool {
			return c.seen[cellKey{r.WaveID, item, x.Node, x.Value}]
		}
		for _, q := range r.Questions {
			for _, f := range q.Cells {
				if seen(q.Item, f.Cell) {
					c.out.Cells++
				}
			}
		}
		found, err := pulse.Invited(r, lattice, invited, seen)
		if err != nil {
			return err
		}
		if len(found) <= r.Proof.Silent {
			continue
		}
		for _, x := range found {
			c.find(pulse.CrawlFinding{Kind: "derivable", Wave: r.WaveID, Column: x.Item, Node: x.Terms, Viewer: "all together"})
		}
		c.out.Derivable += len(found)
	}
	return nil
}
