package pulse

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/i18n"
)

// languageFile is a further language as one file, CODE.json: the library's texts and what respondents read around them.
type languageFile struct {
	libraryTexts
	Name      string            `json:"name"`
	Direction string            `json:"direction"` // ltr or rtl
	Texts     map[string]string `json:"texts"`
}

var addedTexts = map[string]libraryTexts{}

// AddLanguages reads every CODE.json of a folder as a further language of the question library, the answer page and the
// letters; an empty folder name adds none. It is called once at start: errs.Invalid("language_file") names the file and
// what is wrong with it, so that nobody is asked in a language that is half there.
func AddLanguages(folder string) error {
	if folder == "" {
		return nil
	}
	if _, err := os.Stat(folder); err != nil {
		return errs.Invalid("language_file").With("file", folder).With("reason", "the folder cannot be read").Because(err)
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return errs.Invalid("language_file").With("file", folder).With("reason", "the folder cannot be read").Because(err)
	}
	for _, n := range names {
		if err := addLanguage(n); err != nil {
			return errs.Invalid("language_file").With("file", filepath.Base(n)).With("reason", err.Error()).Because(err)
		}
	}
	return nil
}

func addLanguage(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var f languageFile
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	lib, err := LoadLibrary()
	if err != nil {
		return err
	}
	for _, d := range lib.Drivers {
		if strings.TrimSpace(f.Drivers[d.Key]) == "" {
			return fmt.Errorf("the driver %q is missing", d.Key)
		}
	}
	for _, q := range lib.Questions {
		if strings.TrimSpace(f.Questions[q.Key]) == "" {
			return fmt.Errorf("the question %q is missing", q.Key)
		}
		if want, ends := len(q.Ends["en"]), f.ends(q.Type); len(ends) != want || slices.Contains(ends, "") {
			return fmt.Errorf("the labels of the scale of %q are not %d", q.Key, want)
		}
	}
	if f.Direction != "ltr" && f.Direction != "rtl" {
		return errors.New("the direction is neither ltr nor rtl")
	}
	code := strings.TrimSuffix(filepath.Base(name), ".json")
	if err := i18n.Add(i18n.Added{Code: code, Name: f.Name, RTL: f.Direction == "rtl", Texts: f.Texts}); err != nil {
		return err
	}
	addedTexts[code] = f.libraryTexts
	return nil
}

// ends gives the labels of a scale of a type.
func (t libraryTexts) ends(q Type) []string {
	switch q {
	case Scale5:
		return t.Scale5
	case ENPS:
		return t.ENPS
	}
	return nil
}
