package linkage

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/errs"
	"rapport/internal/org"
	"rapport/internal/panel"
	"rapport/internal/series"
)

// Runs lists runs, newest first.
func (s *Service) Runs(ctx context.Context, limit int, cursor string) ([]Run, string, error) {
	return s.store.Runs(ctx, limit, cursor)
}

// Report is a run with its findings, sorted by evidence. Findings speak of the whole organisation; whoever may read
// findings may read all of them.
func (s *Service) Report(ctx context.Context, id string) (Run, []Finding, error) {
	run, err := s.store.Run(ctx, id)
	if err != nil {
		return run, nil, err
	}
	f, err := s.store.Findings(ctx, run.ID)
	return run, f, err
}

// View is one finding as one reader may see it: TeamName holds the names of teams in scope, by the numbers that Points
// and LeaveOneOut use; numbers of other teams tell nothing but which points belong together.
type View struct {
	Run      Run
	Finding  Finding
	X, Y     series.Metric
	Detail   Detail
	TeamName map[int]string
}

// Finding gives one pair in full.
func (s *Service) Finding(ctx context.Context, scope org.Scope, runID, id string) (View, error) {
	var v View
	if err := scope.Check(); err != nil {
		return v, err
	}
	var err error
	if v.Run, err = s.store.Run(ctx, runID); err != nil {
		return v, err
	}
	if v.Finding, err = s.store.Finding(ctx, v.Run.ID, id); err != nil {
		return v, err
	}
	v.X, v.Y = metricOf(v.Run, v.Finding.X), metricOf(v.Run, v.Finding.Y)
	b, err := s.blob(ctx, v.Run.ID, detailBlob(id))
	if err != nil {
		return v, expired(err)
	}
	if err := unpack(b, &v.Detail); err != nil {
		return v, err
	}
	teams, err := s.storedTeams(ctx, v.Run.ID)
	if err != nil {
		return v, err
	}
	no := numbers(v.Run.ID, id, teams)
	v.TeamName = map[int]string{}
	hidden := make([]bool, len(teams))
	for i, t := range teams {
		if hidden[i] = !scope.Has(t.ID); !hidden[i] {
			v.TeamName[no[i]] = t.Name
		}
	}
	for i, t := range v.Detail.Points.Team {
		if hidden[t] {
			v.Detail.Points.N[i] = 0 // a count of people can give a team away
		}
		v.Detail.Points.Team[i] = no[t]
	}
	for i, l := range v.Detail.LeaveOneOut {
		v.Detail.LeaveOneOut[i].Team = no[l.Team]
	}
	return v, nil
}

// Data is the rows behind a finding, as one reader may see them.
type Data struct {
	x, y  string
	grain series.Grain
	rows  *panel.Pair
	teams []storedTeam
	no    []int
	scope org.Scope
}

// Data gathers the rows behind a finding for a download and writes down who took them. Below the gate neither a figure
// nor what is behind it is given.
func (s *Service) Data(ctx context.Context, scope org.Scope, by, runID, id string) (*Data, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	run, err := s.store.Run(ctx, runID)
	if err != nil {
		return nil, err
	}
	f, err := s.store.Finding(ctx, run.ID, id)
	if err != nil {
		return nil, err
	}
	if !f.Naive.Has() && !f.TWFE.Has() {
		return nil, errs.Conflict("finding_not_shown")
	}
	d := &Data{x: metricOf(run, f.X).Key, y: metricOf(run, f.Y).Key, grain: f.Grain, scope: scope}
	if d.teams, err = s.storedTeams(ctx, run.ID); err != nil {
		return nil, err
	}
	var cols [2]*panel.Column
	for i, m := range []string{f.X, f.Y} {
		b, err := s.blob(ctx, run.ID, columnBlob(m, f.Grain))
		if err != nil {
			return nil, expired(err)
		}
		if cols[i], err = unpackColumn(b, f.Grain); err != nil {
			return nil, err
		}
		if n := cols[i].Teams(); n != len(d.teams) && n != 0 {
			return nil, errs.New(errs.KindInternal, "run_blob_damaged")
		}
	}
	d.rows = panel.Join(cols[0], cols[1], f.Lag)
	d.no = numbers(run.ID, id, d.teams)
	entry := audit.Entry{At: s.now(), Actor: by, Action: "finding.export", Object: id, Detail: map[string]string{"run": run.ID}}
	return d, s.store.AppendAudit(ctx, entry)
}

// WriteCSV writes every digit: team, period (of y), x (already lagged), y, and the respondents. Teams out of scope are
// numbered and carry no count.
func (d *Data) WriteCSV(w io.Writer) error {
	order := make([]int, len(d.rows.Y))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return d.no[d.rows.Team[a]] - d.no[d.rows.Team[b]] })
	buf := bufio.NewWriterSize(w, 64<<10)
	out := csv.NewWriter(buf)
	if err := out.Write([]string{"team", "period", safe(d.x), safe(d.y), "n"}); err != nil {
		return err
	}
	rec := make([]string, 5)
	for _, i := range order {
		t := d.teams[d.rows.Team[i]]
		rec[0], rec[4] = fmt.Sprintf("#%d", d.no[d.rows.Team[i]]+1), ""
		if d.scope.Has(t.ID) {
			rec[0] = safe(t.Name)
			if d.rows.N[i] > 0 {
				rec[4] = strconv.Itoa(int(d.rows.N[i]))
			}
		}
		rec[1] = series.Period{Grain: d.grain, Index: d.rows.Time[i]}.String()
		rec[2] = strconv.FormatFloat(d.rows.X[i], 'g', -1, 64)
		rec[3] = strconv.FormatFloat(d.rows.Y[i], 'g', -1, 64)
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	if out.Flush(); out.Error() != nil {
		return out.Error()
	}
	return buf.Flush()
}

// safe keeps a spreadsheet from reading a name as a formula.
func safe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (s *Service) storedTeams(ctx context.Context, run string) ([]storedTeam, error) {
	b, err := s.blob(ctx, run, teamsBlob)
	if err != nil {
		return nil, expired(err)
	}
	var teams []storedTeam
	return teams, unpack(b, &teams)
}

// expired says in plain words that the details of an old run are gone.
func expired(err error) error {
	if errs.KindOf(err) == errs.KindNotFound {
		return errs.NotFound("finding_detail_expired").Because(err)
	}
	return err
}

// numbers gives each team of a finding a number that follows neither tree nor name, so that a number out of scope tells
// nothing about who it is.
func numbers(run, finding string, teams []storedTeam) []int {
	type key struct {
		at  int
		sum [32]byte
	}
	keys := make([]key, len(teams))
	for i, t := range teams {
		keys[i] = key{i, sha256.Sum256([]byte(run + "\x00" + finding + "\x00" + t.ID))}
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(string(a.sum[:]), string(b.sum[:])) })
	out := make([]int, len(teams))
	for n, k := range keys {
		out[k.at] = n
	}
	return out
}

func metricOf(run Run, id string) series.Metric {
	for _, m := range run.Catalogue {
		if m.ID == id {
			return m
		}
	}
	return series.Metric{ID: id, Name: id}
}
