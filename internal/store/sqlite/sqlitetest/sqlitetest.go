// Package sqlitetest gives tests empty database files. A new file runs every migration there ever was, which under the race
// detector takes longer than most tests: here they run once per process, and each test gets a copy.
package sqlitetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rapport/internal/store/sqlite"
)

var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "rapport-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "empty.db")
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // the log is in the file now
		return nil, err
	}
	return os.ReadFile(path)
})

// Empty puts an empty database of the newest schema at path, where there is none yet, and gives the path.
func Empty(t testing.TB, path string) string {
	t.Helper()
	body, err := empty()
	if err != nil {
		t.Fatalf("make an empty database: %v", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if os.IsExist(err) {
		return path
	}
	if err == nil {
		_, err = f.Write(body)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatalf("copy an empty database: %v", err)
	}
	return path
}
