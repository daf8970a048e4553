package mongo_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/ident"
	"rapport/internal/store"
	"rapport/internal/store/mongo"
	"rapport/internal/store/storetest"
)

// testServer is the address of the MongoDB server to test on. Where one is promised (make test sets
// RAPPORT_REQUIRE_MONGO when ../shared/tools is there) its absence is a failure.
func testServer(t *testing.T) string {
	t.Helper()
	uri := os.Getenv("RAPPORT_TEST_MONGO")
	if uri == "" {
		if os.Getenv("RAPPORT_REQUIRE_MONGO") != "" {
			t.Fatal("a MongoDB server was promised (RAPPORT_REQUIRE_MONGO) but RAPPORT_TEST_MONGO is empty")
		}
		t.Skip("MongoDB left out: RAPPORT_TEST_MONGO names no server")
	}
	return uri
}

// fresh gives the address with a database name of its own.
func fresh(uri string) string {
	db := "t" + ident.New()[:12]
	if i := strings.Index(uri, "/?"); i >= 0 {
		return uri[:i+1] + db + uri[i+1:]
	}
	return strings.TrimRight(uri, "/") + "/" + db
}

func TestConformance(t *testing.T) {
	uri := testServer(t)
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := mongo.Open(context.Background(), fresh(uri))
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	})
}
