package jobs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"rapport/internal/raced"
	"rapport/jobs"
)

// oracle says minute by minute what ought to happen: a rule with fixed hours happens the first time the wall clock shows
// it, or when the clock jumps over it; a rule for every hour happens whenever the wall clock shows it.
func oracle(zone *time.Location, from, to time.Time, match func(wall time.Time) bool, interval bool) []time.Time {
	var out []time.Time
	shown := map[int64]bool{}
	key := func(wall time.Time) int64 { return wall.Unix() / 60 }
	wallOf := func(t time.Time) time.Time {
		_, off := t.In(zone).Zone()
		return t.UTC().Add(time.Duration(off) * time.Second)
	}
	const before = 30 * time.Hour // what was shown before the window counts
	prev := wallOf(from.Add(-before - time.Minute))
	for t := from.Add(-before); !t.After(to); t = t.Add(time.Minute) {
		wall := wallOf(t)
		fire := false
		if !interval {
			for w := prev.Add(time.Minute); w.Before(wall); w = w.Add(time.Minute) { // jumped over
				if match(w) && !shown[key(w)] {
					fire = true
				}
				shown[key(w)] = true
			}
		}
		if match(wall) && (interval || !shown[key(wall)]) {
			fire = true
		}
		shown[key(wall)] = true
		prev = wall
		if fire && t.After(from) {
			out = append(out, t.UTC())
		}
	}
	return out
}

var rules = []struct {
	spec     string
	interval bool
	match    func(w time.Time) bool
}{
	{"30 1 * * *", false, func(w time.Time) bool { return w.Hour() == 1 && w.Minute() == 30 }},
	{"0 2 * * 0", false, func(w time.Time) bool { return w.Weekday() == time.Sunday && w.Hour() == 2 && w.Minute() == 0 }},
	{"15,45 0-3 * * *", false, func(w time.Time) bool { return w.Hour() <= 3 && (w.Minute() == 15 || w.Minute() == 45) }},
	{"0 0 1 * *", false, func(w time.Time) bool { return w.Day() == 1 && w.Hour() == 0 && w.Minute() == 0 }},
	{"*/20 * * * *", true, func(w time.Time) bool { return w.Minute()%20 == 0 }},
	{"5 * * * 1-5", true, func(w time.Time) bool {
		return w.Minute() == 5 && w.Weekday() != time.Saturday && w.Weekday() != time.Sunday
	}},
}

// Around every change of the clocks of twenty years the occurrences are the oracle's, rule by rule. The zones named are
// the odd ones: half-hour and two-hour changes, a day left out, changes at midnight, in Ramadan, on short notice. With
// RAPPORT_LONG=1 every zone of the machine is tried.
func TestOccurrencesAreTheOraclesAroundEveryChange(t *testing.T) {
	raced.NothingToTell(t) // minute by minute through twenty years
	for _, name := range zones(t) {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		for _, change := range changes(zone, 2009, 2030) {
			from, to := change.Add(-50*time.Hour).Truncate(time.Minute), change.Add(50*time.Hour)
			for _, r := range rules {
				z, err := jobs.ParseZoned(r.spec, zone)
				require.NoError(t, err)
				want := oracle(zone, from, to, r.match, r.interval)
				var got []time.Time
				for at := z.Next(from); !at.IsZero() && !at.After(to); at = z.Next(at) {
					got = append(got, at)
				}
				require.Equal(t, want, got, "%s, %q around %s", name, r.spec, change)
			}
		}
	}
}

// From any moment, not only from occurrence to occurrence, the next one is the same.
func TestNextDoesNotDependOnWhereOneAsks(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, r := range rules {
		z, err := jobs.ParseZoned(r.spec, zone)
		require.NoError(t, err)
		start := time.Date(2025, 10, 25, 0, 0, 0, 0, time.UTC)
		next := z.Next(start)
		for at := start; at.Before(start.Add(48 * time.Hour)); at = at.Add(7 * time.Minute) {
			if !at.Before(next) {
				next = z.Next(next)
				for !at.Before(next) {
					next = z.Next(next)
				}
			}
			require.Equal(t, next, z.Next(at), "%s at %s", r.spec, at)
		}
	}
}

func TestTheTwoKnownFaultsOfPlainCronAreGone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	z, err := jobs.ParseZoned("0 2 * * 0", berlin)
	require.NoError(t, err)
	at := z.Next(time.Date(2025, 3, 29, 12, 0, 0, 0, time.UTC))
	require.Equal(t, time.Date(2025, 3, 30, 1, 0, 0, 0, time.UTC), at, "02:00 is skipped: it runs when the clock jumps")
	require.Equal(t, time.Date(2025, 4, 6, 0, 0, 0, 0, time.UTC), z.Next(at))
	ny, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	z, err = jobs.ParseZoned("30 1 * * *", ny)
	require.NoError(t, err)
	at = z.Next(time.Date(2025, 11, 2, 4, 0, 0, 0, time.UTC))
	require.Equal(t, time.Date(2025, 11, 2, 5, 30, 0, 0, time.UTC), at)
	require.Equal(t, time.Date(2025, 11, 3, 6, 30, 0, 0, time.UTC), z.Next(at), "01:30 comes twice: it runs once")
}

func TestEveryCountsFromTheEpoch(t *testing.T) {
	z, err := jobs.ParseZoned("@every 10m", time.UTC)
	require.NoError(t, err)
	require.Equal(t, time.Date(2025, 1, 1, 0, 10, 0, 0, time.UTC), z.Next(time.Date(2025, 1, 1, 0, 3, 7, 0, time.UTC)))
	_, err = jobs.ParseZoned("61 * * * *", time.UTC)
	require.Error(t, err)
	z, err = jobs.ParseZoned("0 0 31 2 *", time.UTC)
	require.NoError(t, err)
	require.True(t, z.Next(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero(), "31 February never comes")
}

func zones(t *testing.T) []string {
	t.Helper()
	odd := []string{
		"UTC", "Europe/Berlin", "Europe/Warsaw", "Asia/Jerusalem", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia", "Africa/Casablanca", "Africa/Cairo",
		"America/Sao_Paulo", "America/Havana", "Asia/Gaza", "Asia/Tehran", "Asia/Kolkata", "Europe/Dublin", "America/St_Johns", "Europe/Istanbul", "Asia/Pyongyang", "America/Caracas",
	}
	if os.Getenv("RAPPORT_LONG") == "" {
		return odd
	}
	const dir = "/usr/share/zoneinfo"
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if _, err := time.LoadLocation(name); err == nil && !strings.HasPrefix(name, "posix/") && !strings.HasPrefix(name, "right/") {
			all = append(all, name)
		}
		return nil
	}))
	if len(all) == 0 {
		t.Fatalf("no zones under %s", dir)
	}
	return all
}

func changes(zone *time.Location, fromYear, toYear int) []time.Time {
	var out []time.Time
	t := time.Date(fromYear, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		_, end := t.In(zone).ZoneBounds()
		if end.IsZero() || end.Year() > toYear {
			break
		}
		out = append(out, end.UTC())
		t = end
	}
	if len(out) == 0 {
		out = append(out, time.Date(fromYear, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	return out
}
