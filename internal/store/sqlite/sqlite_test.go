package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/store"
	"rapport/internal/store/sqlite"
	"rapport/internal/store/sqlite/sqlitetest"
	"rapport/internal/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := sqlite.Open(context.Background(), sqlitetest.Empty(t, filepath.Join(t.TempDir(), "test.db")))
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	})
}
