package mongo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"

	"rapport/internal/ident"
	"rapport/internal/org"
)

// A process that dies right after the transaction of a large change leaves it half in its place: whoever asks next
// sees all of it, also when several ask at once, and a slow helper puts nothing old over something newer.
func TestALargeChangeIsFinishedByWhoeverComesNext(t *testing.T) {
	uri := os.Getenv("RAPPORT_TEST_MONGO")
	if uri == "" {
		if os.Getenv("RAPPORT_REQUIRE_MONGO") != "" {
			t.Fatal("a MongoDB server was promised (RAPPORT_REQUIRE_MONGO) but RAPPORT_TEST_MONGO is empty")
		}
		t.Skip("MongoDB left out: RAPPORT_TEST_MONGO names no server")
	}
	ctx := context.Background()
	s, err := Open(ctx, strings.Replace(uri, "/?", "/t"+ident.New()[:12]+"?", 1))
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })

	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	c := org.Change{}
	for i := range 2500 {
		id := fmt.Sprintf("%04d", i)
		c.Employees = append(c.Employees, org.Employee{ID: "id" + id, ExternalID: id, TeamID: "a", JoinedOn: day, Stays: []org.Stay{{TeamID: "a", From: day}}})
	}
	staged, err := s.stage(ctx, c)
	require.NoError(t, err)
	n, err := s.Headcount(ctx, org.Everything, day)
	require.NoError(t, err)
	require.Empty(t, n, "nothing of a staged change shows")
	require.NoError(t, s.nextOrgVersion(ctx, 0))
	_, err = s.db.Collection("org_version").UpdateByID(ctx, "org", set(bson.E{Key: "applying", Value: staged}))
	require.NoError(t, err)

	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			n, err := s.Headcount(ctx, org.Everything, day)
			if err != nil || n["a"] != 2500 {
				t.Errorf("saw %v, %v", n, err)
			}
		})
	}
	wg.Wait()
	left, err := s.db.Collection("org_staged").CountDocuments(ctx, bson.D{})
	require.NoError(t, err)
	require.Zero(t, left)

	staged, err = s.stage(ctx, c) // what a helper still holds that was slow: revision 1
	require.NoError(t, err)
	e := c.Employees[0]
	e.Name = "Newer"
	require.NoError(t, s.SaveOrg(ctx, org.Change{Seen: 1, Employees: []org.Employee{e}}))
	require.NoError(t, s.apply(ctx, staged))
	got, err := s.EmployeesByExternalID(ctx, []string{"0000"})
	require.NoError(t, err)
	require.Equal(t, "Newer", got[0].Name)
}
