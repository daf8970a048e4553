// Package firmtest makes a small firm on a real store for the tests of features that stand at the end of the chain: an
// administrator, a unit "east" with two teams and a unit "west" with six, a lead of east, and one metric of weekly
// figures. It is used by tests only.
package firmtest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/intake"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/panel"
	"rapport/internal/series"
	"rapport/internal/store/sqlite"
)

// Firm is the firm with its services. Its clock stands at Start until it is moved.
type Firm struct {
	Store  *sqlite.Store
	Org    *org.Service
	Auth   *auth.Service
	Series *series.Service
	Teams  map[string]string // id by name
	Metric string
	Admin  auth.Principal
	Lead   auth.Principal

	mu  sync.Mutex
	now time.Time
	t   testing.TB
}

// Start is when the tests begin: a Wednesday, so that the week before is over.
var Start = time.Date(2025, 7, 2, 12, 0, 0, 0, time.UTC)

// New makes the firm.
func New(t testing.TB) *Firm {
	t.Helper()
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "firm.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	f := &Firm{Store: st, Teams: map[string]string{}, now: Start, t: t}
	f.Org = org.NewService(st, f.Now)
	f.Auth = auth.NewService(st, f.Org, auth.Options{URL: "https://rapport.test"}, f.Now)
	f.Series = series.NewService(st, intake.NewService(st, f.Now), st, f.Now)
	code, err := f.Auth.SetupCode(ctx)
	require.NoError(t, err)
	in, err := f.Auth.SetUp(ctx, auth.FirstAdmin{Code: code, Email: "admin@example.com", Name: "Ada", Password: "seven green umbrellas", Locale: "en"}, "test")
	require.NoError(t, err)
	f.Admin = f.Principal(in.User.ID)
	for _, unit := range []struct {
		name  string
		teams int
	}{{"east", 2}, {"west", 6}} {
		f.team(unit.name, "")
		for i := range unit.teams {
			f.team(fmt.Sprintf("%s %d", unit.name, i+1), f.Teams[unit.name])
		}
	}
	f.Lead = f.Principal(f.Invite("lead@example.com", "Lea", auth.Lead, f.Teams["east"]))
	m, err := f.Series.CreateMetric(ctx, f.Admin, series.Metric{Key: "calls", Name: "Calls back", Kind: series.CX, HigherIsBetter: true, Aggregation: series.Mean})
	require.NoError(t, err)
	f.Metric = m.ID
	return f
}

func (f *Firm) team(name, parent string) {
	f.t.Helper()
	x, err := f.Org.CreateTeam(context.Background(), f.Admin.ID, org.NewTeam{Name: name, ParentID: parent, CreatedOn: Start.AddDate(-3, 0, 0)})
	require.NoError(f.t, err)
	f.Teams[name] = x.ID
}

// Now is the firm's clock.
func (f *Firm) Now() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Pass moves the clock.
func (f *Firm) Pass(d time.Duration) { f.mu.Lock(); f.now = f.now.Add(d); f.mu.Unlock() }

// Invite makes a user and gives the id.
func (f *Firm) Invite(email, name string, role auth.Role, teams ...string) string {
	f.t.Helper()
	in, err := f.Auth.Invite(context.Background(), f.Admin, auth.Invitation{Email: email, Name: name, Role: role, TeamIDs: teams, Locale: "en"})
	require.NoError(f.t, err)
	return in.User.ID
}

// Principal is what a user may see now.
func (f *Firm) Principal(user string) auth.Principal {
	f.t.Helper()
	p, _, err := f.Auth.Principal(context.Background(), user)
	require.NoError(f.t, err)
	return p
}

// Leave deactivates a user.
func (f *Firm) Leave(user string, role auth.Role, teams ...string) {
	f.t.Helper()
	_, err := f.Auth.Update(context.Background(), f.Admin, user, auth.Edit{Name: "Gone", Role: role, TeamIDs: teams, Active: false})
	require.NoError(f.t, err)
}

// Fill gives every leaf team figures for the weeks before Start: noise of sd 1 around 50, and shift more in team from
// the day on.
func (f *Firm) Fill(weeks int, team string, from time.Time, shift float64) {
	f.t.Helper()
	rng := rand.New(rand.NewPCG(4, 2))
	last := series.PeriodOf(Start, series.Week).Index
	var items []series.Item
	for _, unit := range []struct {
		name  string
		teams int
	}{{"east", 2}, {"west", 6}} {
		for i := range unit.teams {
			name := fmt.Sprintf("%s %d", unit.name, i+1)
			for w := last - weeks; w < last; w++ {
				p := series.Period{Grain: series.Week, Index: w}
				v := 50 + rng.NormFloat64()
				if name == team && !p.Start().Before(from) {
					v += shift
				}
				items = append(items, series.Item{Team: f.Teams[name], Period: p.String(), Metric: "calls", Value: math.Round(v*1000) / 1000, N: 20})
			}
		}
	}
	_, err := f.Series.PutValues(context.Background(), f.Admin, "api", items, false)
	require.NoError(f.t, err)
}

// Sources are the sources of figures.
func (f *Firm) Sources() []panel.Source { return []panel.Source{f.Series} }

// Waiting lists the messages that wait to be sent, and leaves them claimed.
func (f *Firm) Waiting() []outbox.Message {
	f.t.Helper()
	ms, err := f.Store.ClaimMessages(context.Background(), "test", f.Now(), f.Now().Add(time.Hour), 100)
	require.NoError(f.t, err)
	return ms
}

// LastAudit is the newest entry of the log.
func (f *Firm) LastAudit() audit.Entry {
	f.t.Helper()
	list, err := f.Store.AuditEntries(context.Background(), 0, 1)
	require.NoError(f.t, err)
	return list[0]
}
