package org

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever rows say one after the other, the stays of a person follow one another without overlap, the newest one names
// the present team, and only the end of an employment is marked as leaving.
func TestStaysNeverOverlap(t *testing.T) {
	day0 := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(n int) time.Time { return day0.AddDate(0, 0, n) }
	rapid.Check(t, func(t *rapid.T) {
		var e Employee
		today := 0
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			today += rapid.IntRange(0, 40).Draw(t, "pause")
			joined := at(rapid.IntRange(0, 300).Draw(t, "joined"))
			if len(e.Stays) > 0 && rapid.Bool().Draw(t, "same joining date") {
				joined = e.JoinedOn
			}
			var left time.Time
			if rapid.Bool().Draw(t, "has left") {
				left = joined.AddDate(0, 0, rapid.IntRange(0, 200).Draw(t, "days"))
			}
			e.employ(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "team"), joined, left, at(today))
			check(t, e)
		}
	})
}

func check(t *rapid.T, e Employee) {
	for i, s := range e.Stays {
		if !s.To.IsZero() && !s.To.After(s.From) {
			t.Fatalf("stay %d ends before it begins: %v", i, e.Stays)
		}
		if i+1 < len(e.Stays) && (s.To.IsZero() || s.To.After(e.Stays[i+1].From)) {
			t.Fatalf("stays %d and %d overlap: %v", i, i+1, e.Stays)
		}
		if s.Left && s.To.IsZero() {
			t.Fatalf("stay %d: left without an end", i)
		}
	}
	last := e.Stays[len(e.Stays)-1]
	if last.TeamID != e.TeamID || last.Left == e.LeftOn.IsZero() {
		t.Fatalf("the newest stay does not say what the employee does: %+v", e)
	}
}
