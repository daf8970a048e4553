package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/customer"
	"rapport/internal/feedback"
)

// Whatever a column of a file may say, a record of the API may say too, and the other way round.
func TestFilesAndRecordsSayTheSame(t *testing.T) {
	for _, c := range []struct {
		record any
		fields []string
		called map[string]string // field of the record → fields of a file
		whole  []string          // what a mapping says of a whole file
	}{
		{
			v1.FeedbackRecord{},
			feedback.Fields(),
			map[string]string{"waiting_minutes": "waiting", "closure": "closed_at reopened"},
			[]string{"source", "source_id", "team", "score_type", "metric", "relation", "population"},
		},
		{
			v1.OrderRecord{},
			customer.Fields(),
			map[string]string{"value_minor": "value", "locale": "language"},
			[]string{"source", "order_id", "team"},
		},
	} {
		var said []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(c.record)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if slices.Contains(c.whole, name) {
				continue
			}
			if as, ok := c.called[name]; ok {
				name = as
			}
			said = append(said, strings.Fields(name)...)
		}
		require.ElementsMatch(t, c.fields, said)
	}
}
