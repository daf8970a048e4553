package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v1 "rapport/api/v1"
	"rapport/internal/auth"
	"rapport/internal/i18n"
	"rapport/internal/pulse"
)

// rehearsed is a demo instance with a rehearsed wave over two teams of 12 and 15 people.
func rehearsed(t *testing.T, on ...func(*Config)) (i *instance, hr *caller, wave v1.Wave, own string) {
	t.Helper()
	i, team, _ := demo(t, on...)
	hr = i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	people := []object{}
	for n := range 27 {
		people = append(people, object{"external_id": fmt.Sprint("p", n), "name": fmt.Sprint("Person ", n), "team": []string{"Own", "Foreign"}[min(n/12, 1)], "joined_on": "2020-01-01"})
	}
	ask[any](hr, "POST", "/employees", object{"items": people})
	lib := ask[v1.QuestionLibrary](hr, "GET", "/questions", nil)
	require.Len(t, lib.Forms, len(lib.Languages))
	for n, f := range lib.Forms { // a preview says what the form says
		require.Equal(t, lib.Languages[n], f.Language)
		require.Equal(t, f.Language == "he", f.Direction == v1.Rtl)
		for _, key := range []string{"privacy.title", "privacy.who", "privacy.group", "privacy.stored", "privacy.remains", "comment.hint", "comment.help", "optional", "send", "yes", "no"} {
			require.Equal(t, i18n.Text(f.Language, "respond."+key, nil), f.Words[key])
		}
	}
	questions := []object{}
	for _, q := range lib.Questions {
		if slices.Contains(lib.Index, q.Key) || strings.HasPrefix(q.Key, "care.") || strings.HasPrefix(q.Key, "tools.") || q.Type == "enps" {
			questions = append(questions, object{"key": q.Key, "driver": q.Driver, "type": q.Type, "text": q.Text, "ends": q.Ends, "required": true})
		}
	}
	p := ask[v1.Programme](hr, "POST", "/programmes", object{
		"name": "Spring", "questions": questions, "languages": lib.Languages, "k": 5,
		"cadence": object{"rule": "by_hand", "time_zone": "Europe/Warsaw", "open_days": 7}, "audience": object{"team_ids": []string{}}, "help": "Night line 116 123",
	})
	require.Equal(t, "Night line 116 123", *p.Help)
	wave = ask[v1.Wave](hr, "POST", "/programmes/"+p.Id+"/waves", object{"title": "Rehearsal", "rehearsal": true})
	return i, hr, wave, team.ID
}

// A rehearsal has results in the contract's shape: the sides fold their drivers, eNPS has its margin, and a lead sees
// own teams beside the company and nothing else.
func TestResultsOfARehearsal(t *testing.T) {
	i, hr, wave, own := rehearsed(t)
	inContract(t, hr, "/waves/"+wave.Id+"/results")
	all := ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil)
	kinds := map[v1.PulseColumnKind]int{}
	for _, c := range all.Columns {
		kinds[c.Kind]++
		if c.Company.Enps != nil {
			require.LessOrEqual(t, *c.Company.EnpsLo, *c.Company.Enps)
			require.GreaterOrEqual(t, *c.Company.EnpsHi, *c.Company.Enps)
			require.GreaterOrEqual(t, *c.Company.EnpsHi-*c.Company.EnpsLo, 20, "so few answers leave much open")
		}
	}
	require.Equal(t, map[v1.PulseColumnKind]int{"index": 1, "side": 2, "driver": 2, "question": 12}, kinds)

	second := ask[v1.Wave](hr, "POST", "/programmes/"+wave.ProgrammeId+"/waves", object{"title": "Again", "rehearsal": true})
	later := ask[v1.PulseResults](hr, "GET", "/waves/"+second.Id+"/results", nil).Columns[0]
	require.NotNil(t, later.Previous)
	require.Len(t, *later.Trend, 2)
	require.Equal(t, all, ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil), "a later wave of the same day is not history")

	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	mine := ask[v1.PulseResults](lead, "GET", "/waves/"+wave.Id+"/results", nil)
	require.Len(t, mine.Rows, 1)
	require.Equal(t, own, mine.Rows[0].NodeId)
	require.Equal(t, all.Columns[0].Company, mine.Columns[0].Company, "the company beside it")
	inContract(t, lead, "/waves/"+wave.Id+"?with=results")
	require.Equal(t, &mine, ask[v1.Wave](lead, "GET", "/waves/"+wave.Id+"?with=results", nil).Results, "the same along with the wave")
	require.Nil(t, ask[v1.Wave](lead, "GET", "/waves/"+wave.Id, nil).Results, "only when asked for")
}

// No parameter of any read route brings out another cell: whatever is asked, the answer is the one without parameters,
// or a refusal.
func TestNoQueryParameterShowsAnotherCell(t *testing.T) { onBoth(t, askForAnotherCell) }

func askForAnotherCell(t *testing.T, on func(*Config)) {
	i, hr, wave, _ := rehearsed(t, on)
	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	names := []string{
		"k", "node", "team_id", "team", "attribute", "value", "attribute_value", "from", "to", "limit", "offset", "cursor", "sort", "order", "q", "search", "min_n", "raw", "debug",
		"include", "fields", "group_by", "filter[team]", "live", "wave_id", "programme_id", "scope", "as_of", "depth", "rehearsal",
	}
	values := []string{"1", "0", "-1", "true", "all", "*", "t1", "1 OR 1=1", "{\"$ne\":\"\"}", "../..", "2020-01-01", strings.Repeat("9", 40), "\x00", "co", "administrator", wave.Id}
	r := rand.New(rand.NewPCG(7, 7))
	for who, c := range map[string]*caller{"hr": hr, "lead": lead} {
		for _, path := range []string{"/waves/" + wave.Id + "/results", "/waves/" + wave.Id, "/waves/" + wave.Id + "?with=results", "/programmes", "/anonymity-statement"} {
			status, want := c.do("GET", path, nil)
			require.Equal(t, 200, status, who)
			for range 60 {
				q := url.Values{}
				for range 1 + r.IntN(3) {
					q.Add(names[r.IntN(len(names))], values[r.IntN(len(values))])
				}
				status, got := c.do("GET", path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+q.Encode(), nil)
				if status >= 400 && status < 500 {
					continue
				}
				require.Equal(t, 200, status, q)
				require.Equal(t, want, got, "%s %s?%s", who, path, q.Encode())
			}
		}
	}
}

// Polling an open wave tells nothing: every read route about it answers every role the same, byte for byte, before and
// after each of two hundred answers.
func TestPollingAnOpenWaveTellsNothing(t *testing.T) { onBoth(t, pollAnOpenWave) }

func pollAnOpenWave(t *testing.T, on func(*Config)) {
	i, hr, rehearsal, _ := rehearsed(t, on)
	now := time.Now()
	plan := pulse.Plan{
		ProgrammeID: rehearsal.ProgrammeId, Title: "Real", OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(time.Hour), K: 5, Languages: []string{"en"},
		Nodes:     []pulse.Node{{ID: "co", Name: "Co"}, {ID: "a", Parent: "co", Name: "A"}, {ID: "b", Parent: "co", Name: "B"}},
		Questions: []pulse.Question{{Key: "proud", Version: 1, Type: pulse.Scale5, Text: map[string]string{"en": "Proud?"}}},
	}
	for n := range 200 {
		plan.People = append(plan.People, pulse.Person{ID: fmt.Sprint("p", n), Team: []string{"a", "b"}[n%2]})
	}
	wave, key, err := i.Pulse.Launch(t.Context(), plan, "u1")
	require.NoError(t, err)
	viewers := map[auth.Role]*caller{}
	for _, r := range auth.Roles {
		viewers[r] = i.caller(t)
		ask[v1.Session](viewers[r], "POST", "/session/demo", object{"role": r})
	}
	poll := func() (out string) {
		for _, path := range []string{"/waves/" + wave.ID, "/waves/" + wave.ID + "?with=results", "/waves", "/waves/" + wave.ID + "/results", "/waves/" + wave.ID + "/results/xlsx", "/programmes/" + rehearsal.ProgrammeId, "/anonymity-audits"} {
			for _, r := range auth.Roles {
				status, body := viewers[r].do("GET", path, nil)
				out += fmt.Sprintln(path, r, status, body)
			}
		}
		return out
	}
	before := poll()
	for n, x := range plan.People {
		body, err := json.Marshal(object{"token": key.Token(x.ID), "receipt": fmt.Sprintf("%064d", n), "revision": 1, "answers": object{"proud": 4}})
		require.NoError(t, err)
		sendAnswer(t, hr, wave.ID, body)
		if n < 12 || n%20 == 0 { // most of all around the first few
			require.Equal(t, before, poll(), "after %d answers", n+1)
		}
	}
	require.Equal(t, before, poll())
}

func sendAnswer(t *testing.T, c *caller, wave string, body []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/p/"+wave, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

// A lead's own team has a line over the waves, of released cells only, and nobody else's.
func TestTheLineOfATeam(t *testing.T) {
	i, hr, wave, own := rehearsed(t)
	second := ask[v1.Wave](hr, "POST", "/programmes/"+wave.ProgrammeId+"/waves", object{"title": "Again", "rehearsal": true})
	lead := i.caller(t)
	ask[v1.Session](lead, "POST", "/session/demo", object{"role": "lead"})
	inContract(t, lead, "/waves/"+second.Id+"/results/teams/"+own)
	line := ask[v1.PulseTeamTrend](lead, "GET", "/waves/"+second.Id+"/results/teams/"+own, nil)
	require.Equal(t, own, line.NodeId)
	require.NotEmpty(t, line.Columns)
	at := map[string]v1.PulseCell{}
	for n, w := range []string{wave.Id, second.Id} {
		res := ask[v1.PulseResults](lead, "GET", "/waves/"+w+"/results", nil)
		for j, c := range res.Columns {
			at[fmt.Sprint(n, c.Key)] = res.Rows[0].Cells[j]
		}
	}
	for _, c := range line.Columns {
		for n, p := range c.Points {
			if len(c.Points) == 2 {
				require.Equal(t, at[fmt.Sprint(n, c.Key)], *p.Cell, "%s", c.Key)
			}
		}
	}
	all := ask[v1.PulseResults](hr, "GET", "/waves/"+wave.Id+"/results", nil)
	for _, row := range all.Rows {
		status, body := lead.do("GET", "/waves/"+wave.Id+"/results/teams/"+row.NodeId, nil)
		require.Equal(t, row.NodeId == own, status == http.StatusOK, "%s", body)
	}
}

// The statement comes in the language that is asked for, whatever the reader's own is, and leads to the others.
func TestTheStatementComesInEachLanguage(t *testing.T) {
	i, _, _ := demo(t)
	auditor := i.caller(t)
	ask[v1.Session](auditor, "POST", "/session/demo", object{"role": "auditor"})
	for lang, dir := range map[string]string{"en": "ltr", "he": "rtl", "pl": "ltr"} {
		status, page := auditor.do("GET", "/anonymity-statement?locale="+lang, nil)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, fmt.Sprintf("<html lang=%q dir=%q>", lang, dir))
		require.Equal(t, 3, strings.Count(page, `href="?locale=`))
	}
}

// The check says how many a launch would invite as it stands: new staff are named apart, and that it takes them is said.
func TestTheCheckCountsWhomALaunchInvites(t *testing.T) {
	i, team, _ := demo(t)
	hr := i.caller(t)
	ask[v1.Session](hr, "POST", "/session/demo", object{"role": "hr"})
	people := []object{}
	for n := range 7 {
		joined := []string{"2020-01-01", time.Now().AddDate(0, 0, -2).Format(time.DateOnly)}[min(n/3, 1)]
		people = append(people, object{"external_id": fmt.Sprint("p", n), "name": fmt.Sprint("Person ", n), "team": "Own", "joined_on": joined})
	}
	ask[any](hr, "POST", "/employees", object{"items": people})
	p := ask[v1.Programme](hr, "POST", "/programmes", object{
		"name": "New", "questions": []object{{"key": "own", "type": "yes_no", "text": object{"en": "Well?"}}}, "languages": []string{"en"}, "k": 5,
		"cadence": object{"rule": "by_hand", "time_zone": "Europe/Warsaw", "open_days": 7}, "audience": object{"team_ids": []string{team.ID}},
	})
	c := ask[v1.LaunchCheck](hr, "GET", "/programmes/"+p.Id+"/checks", nil)
	said := map[string]v1.Sentence{}
	for _, f := range c.Findings {
		said[f.Key] = f
	}
	require.Equal(t, "3 people would be invited.", said["launch.invited"].Text)
	require.Contains(t, said["launch.new_staff"].Text, "4")
	require.Contains(t, said, "launch.too_new")
	require.True(t, *c.NeedsSecondApprover)
	status, answer := hr.do("POST", "/programmes/"+p.Id+"/waves", object{"title": "Now"})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "audience_too_new", problem(t, answer).Code)
}
