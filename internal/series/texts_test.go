package series_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/i18n"
)

// Every code that these packages can answer with has its sentence.
func TestEachCodeHasItsText(t *testing.T) {
	code := regexp.MustCompile(`(?:errs\.(?:Invalid|NotFound|Conflict|Forbidden|Unavailable)\(|errs\.New\(errs\.Kind\w+, |at\(|code: |fail\([^)]*, |add\([^)]*?, |wrong\([^)]*?, |return 0, |return day, |return time\.Time\{\}, |Code: )"([a-z][a-z0-9_]+)"`)
	for _, dir := range []string{".", "../intake"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, f := range files {
			if ok, _ := filepath.Match("*_test.go", filepath.Base(f)); ok {
				continue
			}
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, m := range code.FindAllStringSubmatch(string(b), -1) {
				require.True(t, i18n.Has("error."+m[1]), "%s: %s has no text", f, m[1])
			}
		}
	}
}
