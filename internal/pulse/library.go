package pulse

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// The library holds Rapport's own questions by driver. A further language is one more file in library/.
//
//go:embed library/*.json
var libraryFiles embed.FS

// Driver is a theme that questions belong to. Side says whether it is emotional (or social) or professional; the heat
// map folds accordingly. The engagement driver is the outcome of the others.
type Driver struct {
	Key  string
	Side string // emotional, professional or outcome
	Name map[string]string
}

// Library is the question library in every language there is a file for.
type Library struct {
	Languages []string
	Drivers   []Driver
	Questions []Question
	Index     []string // keys of the items of the engagement index, version 1
}

type libraryTexts struct {
	Drivers   map[string]string `json:"drivers"`
	Questions map[string]string `json:"questions"`
	Scale5    []string          `json:"scale5"`
	ENPS      []string          `json:"enps"`
}

// embedded is the library without added languages. It is read once: nearly every page about people asks for it.
var embedded = sync.OnceValues(readEmbedded)

// LoadLibrary gives the library. It is shared: nobody may change what it holds.
func LoadLibrary() (Library, error) {
	if len(addedTexts) > 0 {
		return readEmbedded()
	}
	lib, err := embedded()
	lib.Languages, lib.Drivers, lib.Questions, lib.Index = slices.Clip(lib.Languages), slices.Clip(lib.Drivers), slices.Clip(lib.Questions), slices.Clip(lib.Index)
	return lib, err
}

func readEmbedded() (Library, error) {
	var structure struct {
		Drivers   []struct{ Key, Side string }
		Questions []struct {
			Key, Driver string
			Type        Type
		}
		Index []string
	}
	if err := readLibrary("library.json", &structure); err != nil {
		return Library{}, err
	}
	names, err := fs.Glob(libraryFiles, "library/*.json")
	if err != nil {
		return Library{}, err
	}
	texts := map[string]libraryTexts{}
	lib := Library{Index: structure.Index}
	for _, n := range names {
		lang := strings.TrimSuffix(path.Base(n), ".json")
		if lang == "library" {
			continue
		}
		var t libraryTexts
		if err := readLibrary(path.Base(n), &t); err != nil {
			return Library{}, err
		}
		texts[lang] = t
		lib.Languages = append(lib.Languages, lang)
	}
	for lang, t := range addedTexts {
		texts[lang] = t
		lib.Languages = append(lib.Languages, lang)
	}
	slices.Sort(lib.Languages)
	for _, d := range structure.Drivers {
		x := Driver{Key: d.Key, Side: d.Side, Name: map[string]string{}}
		for lang, t := range texts {
			x.Name[lang] = t.Drivers[d.Key]
		}
		lib.Drivers = append(lib.Drivers, x)
	}
	for _, q := range structure.Questions {
		x := Question{Key: q.Key, Version: 1, Driver: q.Driver, Type: q.Type, Text: map[string]string{}, Required: q.Type != Comment}
		if q.Type == Scale5 || q.Type == ENPS {
			x.Ends = map[string][]string{}
		}
		for lang, t := range texts {
			x.Text[lang] = t.Questions[q.Key]
			switch q.Type {
			case Scale5:
				x.Ends[lang] = t.Scale5
			case ENPS:
				x.Ends[lang] = t.ENPS
			}
		}
		lib.Questions = append(lib.Questions, x)
	}
	return lib, nil
}

func readLibrary(name string, v any) error {
	b, err := libraryFiles.ReadFile("library/" + name)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}
