package feedback

import (
	"slices"
	"strings"

	"rapport/internal/fact"
	"rapport/internal/intake"
)

// The headings by which columns are recognised, in English, Polish and Hebrew (and Portuguese where exports have it), the
// telling ones first.
var (
	teamColumn = fact.Wanted{
		Field: "team", Words: []string{
			"team", "unit", "branch", "store", "site", "department", "dept", "office", "location", "seller state", "assignee group", "group", "inbox", "state",
			"region", "area", "agent", "assignee", "zespół", "zespol", "oddział", "oddzial", "dział", "dzial", "placówk", "placowk", "sklep", "region", "צוות", "יחידה", "סניף", "מחלקה", "חנות", "אזור",
		},
		Not: []string{"customer", "klient", "לקוח", "date", "at"}, Looks: []string{"text", "number"},
	}
	idColumn = fact.Wanted{Field: "id", Words: []string{
		"review id", "response id", "responseid", "respondent id", "feedback id", "survey id", "answer id", "rating id", "ticket id", "conversation id", "record id", "id", "uuid",
		"numer", "identyfikator", "מזהה", "timestamp",
	}, Not: []string{"customer", "order", "user", "person", "klient", "collector", "לקוח"}}
	wanted = []fact.Wanted{
		{Field: "answered_at", Words: []string{
			"answered", "responded", "response date", "recorded", "recordeddate", "submitted", "rated", "end date", "enddate", "timestamp", "completed", "created", "survey", "date", "time", "at",
			"data", "czas", "תאריך",
		}, Not: []string{"closed", "start", "purchase", "order", "updated"}, Looks: []string{"date"}},
		{
			Field: "score", Words: []string{"score", "rating", "nps", "csat", "ces", "satisfaction", "recommend", "stars", "effort", "ocena", "wynik", "ציון", "דירוג", "nota"},
			Not: []string{"group", "reason", "comment", "date", "at", "explanation"},
		},
		{Field: "comment_title", Words: []string{"comment title", "title", "subject", "tytuł", "tytul", "נושא", "כותרת"}, Looks: []string{"text"}},
		{
			Field: "comment", Words: []string{"comment", "feedback", "message", "verbatim", "text", "review", "remark", "reason", "komentarz", "uwagi", "opinia", "תגובה", "הערות", "comentario"}, Not: []string{"id", "title"},
			Looks: []string{"text"},
		},
		{Field: "customer", Words: []string{"customer id", "customer", "client id", "client", "contact id", "person id", "requester", "user id", "email", "klient", "לקוח", "cliente"}, Not: []string{"segment", "name", "state", "city"}},
		{Field: "order", Words: []string{"order id", "order", "zamówieni", "zamowieni", "הזמנה", "pedido"}, Not: []string{"date", "at", "value", "status"}},
		{Field: "touchpoint", Words: []string{"touchpoint", "stage", "punkt styku", "נקודת מגע"}, Looks: []string{"text"}},
		{Field: "language", Words: []string{"language", "userlanguage", "locale", "lang", "język", "jezyk", "שפה"}, Looks: []string{"text"}},
		{Field: "segment", Words: []string{"segment", "tier", "plan"}, Looks: []string{"text"}},
		{Field: "product", Words: []string{"product", "produkt", "category", "מוצר"}, Not: []string{"id"}, Looks: []string{"text"}},
		{Field: "channel", Words: []string{"channel", "kanał", "kanal", "ערוץ", "device"}, Looks: []string{"text"}},
		{Field: "waiting", Words: []string{"waiting", "wait", "oczekiwani", "המתנה"}, Looks: []string{"number"}},
		{Field: "contacts", Words: []string{"contacts", "replies", "kontakt", "פניות"}, Looks: []string{"number"}},
		{Field: "closed_at", Words: []string{"closed", "resolved", "solved", "zamknięt", "zamkniet", "נסגר"}, Looks: []string{"date"}},
		{Field: "emotion", Words: []string{"emotion", "feeling", "emocj", "רגש"}, Looks: []string{"text"}},
		{Field: "expected", Words: []string{"expected", "expectation", "oczekiwan", "ציפי"}, Not: []string{"date", "at", "delivery"}, Looks: []string{"text"}},
		{Field: "reopened", Words: []string{"reopened", "reopens", "ponownie"}},
	}
)

// Suggest proposes a mapping for a file of answers from the names of its columns and its cells. It is a start for a person
// to correct: the type of the score is proposed here, and only declared by the mapping that is used.
func Suggest(p *intake.Preview, createTeams bool) intake.Mapping {
	if r, known := intake.Known(p.File.Columns); known {
		return Ready(r, p, createTeams)
	}
	m := intake.Mapping{Kind: intake.Feedback, CreateTeams: createTeams, Sheet: p.Sheet, Relation: string(Transactional), Columns: map[string]string{}}
	if p.Format == "csv" {
		m.Encoding, m.Delimiter = p.Encoding, p.Delimiter
	}
	guess := fact.Guess(p.Columns, append([]fact.Wanted{idColumn}, append(slices.Clone(wanted), teamColumn)...))
	own := guess["id"]
	m.Team = guess["team"]
	delete(guess, "id")
	delete(guess, "team")
	if own != "" && guess["answered_at"] == "" && fact.HasWord(own, []string{"timestamp"}) {
		guess["answered_at"] = own // a form's own time stamp names its answers and dates them
	}
	m.Columns = guess
	m.SourceID = sourceColumns(p, own, guess)
	if c := column(p, guess["score"]); c != nil {
		m.ScoreType, m.ScoreValues = scoreType(*c)
		if m.ScoreType == string(Free) {
			m.Metric = "score"
		}
		if fact.HasWord(c.Name, []string{"relational", "relationship"}) {
			m.Relation = string(Relational)
		}
	}
	if c := guess["waiting"]; c != "" {
		m.WaitingUnit = waitingUnit(c)
	}
	m.DateFormat = fact.DateFormat(p.Columns, guess["answered_at"], guess["closed_at"])
	m.DecimalComma = fact.DecimalComma(p.Columns, guess["score"], guess["waiting"])
	for _, c := range p.Columns {
		if c.Name != m.Team && !slices.Contains(m.SourceID, c.Name) && !named(guess, c.Name) {
			m.Ignore = append(m.Ignore, c.Name)
		}
	}
	return m
}

// sourceColumns proposes what names an answer: its own id, with the order or the customer where that alone repeats.
func sourceColumns(p *intake.Preview, own string, guess map[string]string) []string {
	var sets [][]string
	add := func(c ...string) {
		c = slices.DeleteFunc(c, func(s string) bool { return s == "" })
		if len(c) > 0 {
			sets = append(sets, slices.Compact(c))
		}
	}
	if own != "" {
		add(own)
		add(own, guess["order"])
		add(own, guess["customer"])
		add(own, guess["customer"], guess["answered_at"])
	}
	add(guess["order"])
	add(guess["customer"], guess["answered_at"])
	add(guess["customer"], guess["order"], guess["answered_at"])
	return fact.FirstUnique(p, sets)
}

func named(guess map[string]string, col string) bool {
	for _, c := range guess {
		if c == col {
			return true
		}
	}
	return false
}

func column(p *intake.Preview, name string) *intake.Column {
	for i := range p.Columns {
		if p.Columns[i].Name == name {
			return &p.Columns[i]
		}
	}
	return nil
}

// scoreType proposes what a column of scores is, from its heading and then from its values, and what scores written as
// words are worth.
func scoreType(c intake.Column) (string, map[string]float64) {
	lo, hi, n := 0.0, 0.0, 0
	words := map[string]float64{}
	for _, v := range c.Values {
		v = strings.TrimSpace(v)
		if intake.Missing(v) {
			continue
		}
		x, code := intake.ParseNumber(v, nil)
		if code != "" {
			var lead string
			if i := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' }); i > 0 {
				lead = v[:i]
			}
			if x, code = intake.ParseNumber(lead, nil); code == "" && len(words) < 20 {
				words[v] = x
			} else {
				continue
			}
		}
		if n++; n == 1 {
			lo, hi = x, x
		}
		lo, hi = min(lo, x), max(hi, x)
	}
	if len(words) == 0 {
		words = nil
	}
	has := func(w ...string) bool { return fact.HasWord(c.Name, w) }
	switch {
	case n == 0:
		return "", nil
	case has("nps", "recommend", "polec", "המלצ"), hi > 7 && hi <= 10 && lo >= 0:
		return string(NPS), words
	case has("ces", "effort", "easy", "ease", "wysił", "מאמץ"), hi > 5 && hi <= 7 && lo >= 1:
		return string(CES), words
	case hi <= 5 && lo >= 1:
		return string(CSAT), words
	}
	return string(Free), words
}

func waitingUnit(heading string) string {
	switch {
	case fact.HasWord(heading, []string{"hours", "hrs", "godz", "שעות"}):
		return "hours"
	case fact.HasWord(heading, []string{"days", "dni", "ימים"}):
		return "days"
	}
	return "minutes"
}

// Ready fits a ready mapping to a file.
func Ready(r intake.Ready, p *intake.Preview, createTeams bool) intake.Mapping {
	m := r.Fit(p.File.Columns)
	m.CreateTeams, m.Sheet = createTeams, p.Sheet
	if p.Format == "csv" {
		m.Encoding, m.Delimiter = p.Encoding, p.Delimiter
	}
	if m.DateFormat == "" {
		m.DateFormat = fact.DateFormat(p.Columns, m.Columns["answered_at"])
	}
	return m
}
