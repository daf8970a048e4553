package pulse

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/i18n"
)

// A further language is one file: the library, the answer page and the letters speak it, and a half one is refused.
func TestLanguageAddedAsAFile(t *testing.T) {
	var f languageFile
	b, err := libraryFiles.ReadFile("library/en.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &f))
	f.Name, f.Direction, f.Texts = "Українська", "ltr", map[string]string{}
	for _, k := range i18n.Keys("en") {
		if strings.HasPrefix(k, "respond.") || strings.HasPrefix(k, "mail.pulse") || k == "mail.greeting" || k == "mail.footer" || k == "mail.link" {
			f.Texts[k] = "uk " + i18n.Raw("en", k)
		}
	}
	folder := t.TempDir()
	write := func() {
		b, err := json.Marshal(f)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "uk.json"), b, 0o600))
	}
	t.Cleanup(func() { delete(addedTexts, "uk"); i18n.Remove("uk") })

	missing := f.Texts["respond.send"]
	delete(f.Texts, "respond.send")
	write()
	err = AddLanguages(folder)
	require.Equal(t, "language_file", errs.CodeOf(err))
	require.ErrorContains(t, err, "respond.send")
	lib, err := LoadLibrary()
	require.NoError(t, err)
	require.Equal(t, []string{"en", "he", "pl"}, lib.Languages)

	f.Texts["respond.send"] = missing
	write()
	require.NoError(t, AddLanguages(folder))
	lib, err = LoadLibrary()
	require.NoError(t, err)
	require.Equal(t, []string{"en", "he", "pl", "uk"}, lib.Languages)
	require.NotEmpty(t, lib.Questions[0].Text["uk"])
	require.Equal(t, "uk Send", i18n.Text("uk", "respond.send", nil))
	require.Equal(t, i18n.Text("en", "launch.paper", nil), i18n.Text("uk", "launch.paper", nil), "the program's own pages stay as they are")
	best, ok := i18n.Best("uk-UA,en;q=0.5", []string{"en", "uk"})
	require.True(t, ok)
	require.Equal(t, "uk", best)

	require.NoError(t, os.WriteFile(filepath.Join(folder, "zz.json"), []byte("{"), 0o600))
	require.Equal(t, "language_file", errs.CodeOf(AddLanguages(folder)))
	require.NoError(t, AddLanguages(""))
	require.Error(t, AddLanguages(filepath.Join(folder, "nowhere")))
}
