package disclosure

import (
	"fmt"
	"io"
)

// Bite is the verdict of the audits on one publisher.
type Bite struct {
	Publisher string `json:"publisher"`
	Honest    bool   `json:"honest"` // the real publisher: it must not be caught
	Caught    bool   `json:"caught"`
	By        string `json:"by,omitempty"`      // which audit
	Example   string `json:"example,omitempty"` // what gives it away
	Tried     int    `json:"tried"`             // organisations tried until it was caught
}

// The audits by name.
const (
	bySpan      = "span audit"
	byRanges    = "range audit"
	byIntervals = "interval audit"
)

// honestTries and mutantTries bound the search; a wrong publisher is usually caught on the first organisation.
const (
	honestTries = 12
	mutantTries = 300
)

// Teeth runs the audits against the real publisher and against publishers that are wrong on purpose.
func Teeth(seed uint64, random io.Reader) ([]Bite, error) {
	var out []Bite
	for _, m := range mutants {
		b := Bite{Publisher: m.name, Honest: m.by == ""}
		tries := uint64(mutantTries)
		if b.Honest {
			tries = honestTries
		}
		for t := uint64(0); t < tries && !b.Caught; t++ {
			b.Tried++
			measures, err := m.publish(seed + t)
			if err != nil {
				return nil, fmt.Errorf("teeth: %s: %w", m.name, err)
			}
			for _, x := range measures {
				if b.By, b.Example, err = bite(x, m.by, random); err != nil {
					return nil, fmt.Errorf("teeth: %s: %w", m.name, err)
				}
				if b.Caught = b.By != ""; b.Caught {
					break
				}
			}
		}
		out = append(out, b)
	}
	return out, nil
}

// bite runs one audit on a measure, or all of them where none is named.
func bite(m Measure, only string, random io.Reader) (by, example string, err error) {
	asked := func(name string) bool { return only == "" || only == name }
	if asked(bySpan) {
		found, err := AuditMeasure(m, FloorK, random)
		if err != nil {
			return "", "", err
		}
		if len(found) > 0 {
			text := fmt.Sprintf("%d people:", found[0].People)
			for _, t := range found[0].Terms {
				sign := " + "
				if t.Sign < 0 {
					sign = " − "
				}
				text += sign + t.Label
			}
			return bySpan, text, nil
		}
	}
	if asked(byRanges) {
		if e := AuditRanges(m, Scale{Steps: teethSteps}); len(e) > 0 {
			return byRanges, fmt.Sprintf("%s (%d people): %s", e[0].Group, e[0].People, e[0].Reason), nil
		}
	}
	if asked(byIntervals) {
		if e := AuditIntervals(m); len(e) > 0 {
			return byIntervals, fmt.Sprintf("%s: %s", e[0].Group, e[0].Reason), nil
		}
	}
	return "", "", nil
}

// Caught reports whether every wrong publisher was caught and the honest one was not.
func Caught(bites []Bite) bool {
	for _, b := range bites {
		if b.Caught == b.Honest {
			return false
		}
	}
	return len(bites) > 0
}
