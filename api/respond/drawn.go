package respond

import (
	"bytes"
	"fmt"
	"html/template"
	"sync"

	"rapport/internal/ident"
	"rapport/internal/pulse"
)

// drawn keeps pages that were drawn once: when ten thousand people open their link within a minute, they read the same
// page but for the receipt of the plain form, which is put in fresh for each.
type drawn struct {
	mu    sync.Mutex
	pages map[string][2][]byte // before and after the receipt
}

// keptPages bounds the pages kept; there are as many as open waves times languages.
const keptPages = 64

// marker stands where the receipt goes while a page is drawn.
const marker = "receipt-of-the-next-reader"

// page gives an empty form of a wave in a language with a receipt of its own.
func (d *drawn) page(t *template.Template, w pulse.Wave, lang string, make func(receipt string) form) ([]byte, error) {
	key := fmt.Sprint(w.ID, "|", lang, "|", w.State, "|", w.ClosesAt.UnixMilli())
	d.mu.Lock()
	parts, ok := d.pages[key]
	d.mu.Unlock()
	if !ok {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, "page.html", make(marker)); err != nil {
			return nil, err
		}
		before, after, _ := bytes.Cut(b.Bytes(), []byte(marker))
		parts = [2][]byte{before, after}
		d.mu.Lock()
		if d.pages == nil || len(d.pages) >= keptPages {
			d.pages = map[string][2][]byte{}
		}
		d.pages[key] = parts
		d.mu.Unlock()
	}
	if parts[1] == nil {
		return parts[0], nil // a closed wave has no form, so no receipt
	}
	return bytes.Join([][]byte{parts[0], parts[1]}, []byte(ident.Secret())), nil
}
