package org_test

import (
	"bytes"
	"testing"

	"rapport/internal/errs"
	"rapport/internal/intake"
	"rapport/internal/org"
)

// Whatever a file holds, its suggestion and its dry run end in a result that adds up or in a classified error.
func FuzzFileOfPeople(f *testing.F) {
	f.Add([]byte("Employee ID,Department,Hire date\n1,North,2020-01-31\n"), false)
	f.Add([]byte("id;team;left\n1;A;31.12.2020\n1;A;\n;;\n"), false)
	f.Add([]byte("Partner ID\tTeams\nP1\tNorth; South|\n"), true)
	f.Add([]byte("\xff\xfei\x00d\x00,\x00t\x00e\x00a\x00m\x00\n\x001\x00,\x00A\x00"), false)
	f.Add([]byte("id,team,attributes\n\"1\n\",\"=A1\",\x00\n"), false)
	s := newService(f)
	f.Fuzz(func(t *testing.T, body []byte, partners bool) {
		kind := intake.Employees
		if partners {
			kind = intake.Partners
		}
		look, err := intake.Look(bytes.NewReader(body), int64(len(body)), "f.csv", intake.Options{})
		if err != nil {
			return
		}
		m := org.Suggest(look, kind, true)
		file, err := intake.Open(bytes.NewReader(body), int64(len(body)), "f.csv", m.Options())
		if err != nil {
			return
		}
		r, err := s.ImportFile(ctx, "u", file, m, org.Batch{DryRun: true})
		switch {
		case err != nil && errs.KindOf(err) == errs.KindInternal:
			t.Fatal(err)
		case err == nil && (r.Rejected == 0) != (len(r.Errors) == 0), err == nil && r.Rejected == 0 && r.Imported+r.Unchanged != r.Rows, r.Rejected > r.Rows:
			t.Fatalf("%+v", r)
		}
	})
}
