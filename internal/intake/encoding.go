package intake

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"rapport/internal/errs"
)

// charset is what the bytes of a text file are read as.
type charset struct {
	name   string
	decode encoding.Encoding // nil for UTF-8
	skip   int               // bytes of the byte order mark
	sure   bool
	others []string // to choose from when not sure
}

// offered are the character sets a person may choose from where the bytes do not decide: those of the languages Rapport
// speaks first. Detectors take Polish windows-1250 for windows-1252, so the choice is always shown with a preview.
var offered = []string{"windows-1250", "windows-1252", "windows-1255", "iso-8859-2", "iso-8859-8", "iso-8859-1", "windows-1251"}

func detect(sample []byte, whole bool, wanted string) (charset, error) {
	if wanted != "" {
		return named(sample, wanted)
	}
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		return charset{name: "utf-8", skip: 3, sure: true}, nil
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return charset{name: "utf-16le", decode: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), skip: 2, sure: true}, nil
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return charset{name: "utf-16be", decode: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), skip: 2, sure: true}, nil
	}
	if even, odd := nulls(sample); even+odd > len(sample)/10 {
		switch { // text in a Western script leaves every second byte empty
		case odd > 20*even:
			return charset{name: "utf-16le", decode: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), sure: true}, nil
		case even > 20*odd:
			return charset{name: "utf-16be", decode: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), sure: true}, nil
		}
	}
	text := sample
	if !whole { // a sample may end in the middle of a character
		for i := 0; i < 3 && len(text) > 0 && !utf8.Valid(text); i++ {
			text = text[:len(text)-1]
		}
	}
	if utf8.Valid(text) {
		return charset{name: "utf-8", sure: true}, nil
	}
	guess := "windows-1252"
	if r := chardet.Detect(sample); r.Encoding != "" {
		if _, err := htmlindex.Get(strings.ToLower(r.Encoding)); err == nil && !strings.EqualFold(r.Encoding, "utf-8") && !strings.EqualFold(r.Encoding, "ascii") {
			guess = strings.ToLower(r.Encoding)
		}
	}
	c, err := named(sample, guess)
	if err != nil {
		return c, err
	}
	c.sure = false
	c.others = append([]string{c.name}, slices.DeleteFunc(slices.Clone(offered), func(s string) bool { return s == c.name })...)
	return c, nil
}

func named(sample []byte, name string) (charset, error) {
	e, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil {
		return charset{}, errs.Invalid("encoding_unknown").With("encoding", name)
	}
	canonical, _ := htmlindex.Name(e)
	c := charset{name: canonical, decode: e, sure: true}
	switch canonical {
	case "utf-8":
		c.decode = nil
		if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
			c.skip = 3
		}
	case "utf-16le", "utf-16be":
		if bytes.HasPrefix(sample, []byte("\xff\xfe")) || bytes.HasPrefix(sample, []byte("\xfe\xff")) {
			c.skip = 2
		}
	}
	return c, nil
}

func nulls(b []byte) (even, odd int) {
	for i, x := range b {
		if x == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	return even, odd
}
