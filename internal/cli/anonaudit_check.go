package cli

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"rapport/internal/disclosure"
)

// checked is the printed result of -check.
type checked struct {
	Measures  int         `json:"measures"`
	Cells     int         `json:"cells"`
	Derivable int         `json:"derivable"`
	Groups    []leakLine  `json:"groups"`
	Insiders  []colleague `json:"insiders"`
}

type leakLine struct {
	Measure string              `json:"measure"`
	People  int                 `json:"people"`
	Terms   []disclosure.Signed `json:"terms"`
}

// colleague says how small a group is left to c colleagues who pool what they know of themselves.
type colleague struct {
	Insiders      int `json:"insiders"`
	SmallestGroup int `json:"smallest_group"`
	Floor         int `json:"floor"`
}

// shownGroups bounds what -check lists; one group is already a breach.
const shownGroups = 20

func anonauditCheck(env Env, file string, asJSON bool) int {
	f, err := os.Open(file)
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "cannot read the cells: %v\n", err)
		return ExitRefused
	}
	defer func() { _ = f.Close() }()
	ledger, err := readLedger(f)
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "%s: %v\n", file, err)
		return ExitRefused
	}
	res := checked{Measures: len(ledger.Measures), Groups: []leakLine{}}
	found, err := disclosure.Audit(ledger, disclosure.FloorK, rand.Reader)
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "%s: %v\n", file, err)
		return ExitFailed
	}
	for _, m := range ledger.Measures {
		res.Cells += len(m.Cells)
	}
	res.Derivable = len(found)
	for _, d := range found[:min(len(found), shownGroups)] {
		res.Groups = append(res.Groups, leakLine{d.Wave, d.People, d.Terms})
	}
	smallest := disclosure.SmallestGroup(ledger, found)
	for c := range 3 {
		res.Insiders = append(res.Insiders, colleague{c, max(smallest-c, 0), disclosure.FloorK - c})
	}
	if asJSON {
		_ = json.NewEncoder(env.Stdout).Encode(res)
	} else {
		printChecked(env.Stdout, res)
	}
	if res.Derivable > 0 {
		return ExitFailed
	}
	return ExitOK
}

func printChecked(w io.Writer, res checked) {
	_, _ = fmt.Fprintf(w, "%d waves, %d released cells\nderivable groups under %d people: %d\n",
		res.Measures, res.Cells, disclosure.FloorK, res.Derivable)
	for _, g := range res.Groups {
		_, _ = fmt.Fprintf(w, "  %s, %d people:", g.Measure, g.People)
		for _, t := range g.Terms {
			_, _ = fmt.Fprintf(w, " %+d·%s", t.Sign, t.Label)
		}
		_, _ = fmt.Fprintln(w)
	}
	for _, c := range res.Insiders {
		_, _ = fmt.Fprintf(w, "%d insiders: the smallest group left has %d people (must be at least %d)\n",
			c.Insiders, c.SmallestGroup, c.Floor)
	}
}

// anyLine is a truth line or a cell line; which of the two shows in the fields it has.
type anyLine struct {
	Org       *int             `json:"org"`
	Wave      *int             `json:"wave"`
	Label     *string          `json:"label"`
	N         *int             `json:"n"`
	Node      *string          `json:"node"`
	Attribute string           `json:"attribute"`
	Labels    []string         `json:"labels"`
	NBand     *disclosure.Band `json:"n_band"`
	Score     *int             `json:"score"`
}

// readLedger reads a file of labels and cells; each organisation and wave is a measure of its own. Truth lines come
// before the cells that name them.
func readLedger(r io.Reader) (disclosure.Ledger, error) {
	var ledger disclosure.Ledger
	type key struct{ org, wave int }
	at := make(map[key]int)
	position := make(map[key]map[string]int)
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 1<<16), 64<<20)
	for line := 1; scan.Scan(); line++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(scan.Bytes()))
		dec.DisallowUnknownFields()
		var l anyLine
		if err := dec.Decode(&l); err != nil {
			return ledger, fmt.Errorf("line %d: %w", line, err)
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return ledger, fmt.Errorf("line %d: more than one object", line)
		}
		if l.Org == nil || l.Wave == nil {
			return ledger, fmt.Errorf("line %d: org and wave are needed", line)
		}
		k := key{*l.Org, *l.Wave}
		i, ok := at[k]
		if !ok {
			i = len(ledger.Measures)
			at[k], position[k] = i, make(map[string]int)
			ledger.Measures = append(ledger.Measures, disclosure.Measure{Wave: fmt.Sprintf("organisation %d, wave %d", k.org, k.wave)})
		}
		m := &ledger.Measures[i]
		switch {
		case l.Label != nil && l.N != nil && l.Node == nil:
			if _, twice := position[k][*l.Label]; twice || *l.N < 0 {
				return ledger, fmt.Errorf("line %d: label %q is there twice or has fewer than no people", line, *l.Label)
			}
			position[k][*l.Label] = len(m.Labels)
			m.Labels = append(m.Labels, disclosure.LedgerLabel{ID: *l.Label, N: *l.N})
		case l.Node != nil && l.Label == nil:
			c := disclosure.LedgerCell{Name: *l.Node, Value: l.Attribute}
			for _, name := range l.Labels {
				j, ok := position[k][name]
				if !ok {
					return ledger, fmt.Errorf("line %d: label %q has no line of its own before this cell", line, name)
				}
				c.Labels = append(c.Labels, j)
			}
			m.Cells = append(m.Cells, c)
		default:
			return ledger, fmt.Errorf("line %d: neither a label (label, n) nor a cell (node, labels)", line)
		}
	}
	if err := scan.Err(); err != nil {
		return ledger, fmt.Errorf("read: %w", err)
	}
	if len(ledger.Measures) == 0 {
		return ledger, errors.New("the file is empty")
	}
	return ledger, nil
}
