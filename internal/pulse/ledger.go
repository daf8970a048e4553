package pulse

import (
	"encoding/json"
	"sync"
)

// releasesKept bounds how many releases are kept as they were read.
const releasesKept = 256

// ReleaseReader reads releases as a store keeps them. Nearly every page with a figure about people reads the whole ledger,
// and a release never changes: the same bytes are read once. Whatever the store holds is what comes out, at every reading;
// a release that was changed behind the program's back is other bytes, and is read anew.
type ReleaseReader struct {
	mu   sync.Mutex
	read map[string]Release // by what was read
}

// Read gives the release stored as body. It is shared: nobody may change what it holds.
func (x *ReleaseReader) Read(body string) (Release, error) {
	x.mu.Lock()
	r, known := x.read[body]
	x.mu.Unlock()
	if known {
		return r, nil
	}
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return Release{}, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.read == nil || len(x.read) >= releasesKept {
		x.read = map[string]Release{}
	}
	x.read[body] = r
	return r, nil
}
