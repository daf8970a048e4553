package series

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rapport/internal/intake"
)

// The words by which headings are recognised, in English, Polish and Hebrew, the telling ones first. A word matches at
// the start of a word of the heading; one of one or two letters only as a whole word.
var (
	periodHints = []string{
		"period", "date", "month", "week", "quarter", "year", "day", "answered", "created", "time", "at",
		"okres", "data", "miesi", "tydzie", "tydzień", "kwarta", "rok", "dzie", "תקופה", "תאריך", "חודש", "שבוע", "רבעון", "שנה", "יום",
	}
	teamHints = []string{
		"team", "unit", "trust", "branch", "store", "shop", "site", "department", "dept", "division", "hospital", "ward", "office", "location", "state", "region", "area", "group",
		"zespół", "zespol", "oddział", "oddzial", "dział", "dzial", "placówk", "placowk", "sklep", "filia", "jednostk", "region", "צוות", "יחידה", "סניף", "מחלקה", "חנות", "אזור", "אתר",
	}
	parentHints     = []string{"parent", "nadrzędn", "nadrzedn", "הורה", "אב"}
	nameHints       = []string{"name", "nazwa", "שם"}
	respondentHints = []string{
		"respondent", "responses", "respons", "answers", "answered", "completed", "base", "sample", "n", "count",
		"liczba", "ankiet", "odpowiedzi", "משיבים", "תשובות", "מספר",
	}
	metricHints = []string{"metric", "measure", "indicator", "kpi", "variable", "series", "wskaźnik", "wskaznik", "miara", "מדד", "משתנה"}
	valueHints  = []string{"value", "figure", "result", "score", "wartość", "wartosc", "wynik", "ערך", "ציון", "תוצאה"}
)

// kindHints are tried from the top: "employee turnover" is an outcome before it is about experience.
var kindHints = []struct {
	kind  Kind
	words []string
}{
	{Outcome, []string{
		"mortality", "shmi", "hsmr", "absence", "absent", "sickness", "sick", "attrition", "turnover", "leavers", "accident", "incident", "readmission", "error", "defect",
		"productivity", "throughput", "śmierteln", "smierteln", "absencj", "rotacj", "wypadk", "błęd", "bled", "wydajn", "תמותה", "היעדר", "תחלופה", "עזיבה", "תאונ", "תקל", "תפוקה",
	}},
	{EX, []string{
		"engagement", "enps", "employee", "staff", "workplace", "work", "stress", "workload", "wellbeing", "well-being", "burnout", "morale", "belonging", "recognition", "ex",
		"zaangaż", "zaangaz", "pracown", "stres", "dobrostan", "obciąż", "obciaz", "wypaleni", "מחוברות", "עובד", "שחיקה", "לחץ", "מעורבות", "רווחת",
	}},
	{Behaviour, []string{
		"churn", "retention", "retained", "repeat", "visits", "orders", "conversion", "frequency", "referral", "logins", "usage", "rezygnac", "retencj", "powrot", "wizyt", "zamówie", "zamowie",
		"konwersj", "נטישה", "שימור", "ביקורים", "הזמנות", "המרה",
	}},
	{Money, []string{
		"revenue", "sales", "cost", "margin", "profit", "income", "spend", "gmv", "price", "eur", "usd", "pln", "brl", "ils", "gbp", "przych", "sprzeda", "koszt", "marż", "marz", "zysk",
		"הכנס", "מכירות", "עלות", "רווח", "מחיר",
	}},
	{CX, []string{
		"nps", "csat", "ces", "customer", "client", "patient", "guest", "satisfaction", "review", "rating", "recommend", "care", "complaint", "wait", "score", "service", "effort", "loyalty", "cx",
		"klient", "pacjent", "satysf", "zadowol", "ocen", "polec", "skarg", "reklamac", "oczekiw", "obsług", "obslug", "lojaln", "לקוח", "מטופל", "שביעות", "המלצ", "תלונ", "המתנה", "שירות", "נאמנות", "דירוג",
	}},
	{Confounder, []string{
		"unemployment", "inflation", "cpi", "gdp", "competitor", "weather", "temperature", "rain", "season", "holiday", "index", "bezrobo", "inflacj", "pkb", "konkurenc", "pogod", "temperatur",
		"אבטלה", "אינפלציה", "מתחר", "מזג", "חג",
	}},
}

var (
	lowerIsBetter = []string{
		"mortality", "shmi", "hsmr", "stress", "absence", "absent", "sickness", "sick", "attrition", "turnover", "leavers", "churn", "wait", "waiting", "complaint", "error", "defect", "incident",
		"accident", "cost", "burnout", "workload", "readmission", "unemployment", "inflation", "delay", "late", "overdue", "stres", "rotacj", "absencj", "śmierteln", "smierteln", "oczekiw", "skarg", "reklamac", "koszt",
		"błęd", "bled", "wypadk", "wypaleni", "obciąż", "obciaz", "rezygnac", "opóźni", "opozni", "bezrobo", "inflacj", "תמותה", "לחץ", "שחיקה", "היעדר", "עזיבה", "תחלופה", "המתנה", "תלונ", "עלות", "נטישה", "תקל", "תאונ",
		"איחור", "אבטלה", "אינפלציה",
	}
	aboutPeople = []string{"absence", "absent", "sickness", "sick", "attrition", "turnover", "leavers", "absencj", "rotacj", "היעדר", "תחלופה", "עזיבה"}
	ratios      = []string{"share", "rate", "ratio", "pct", "percent", "mean", "avg", "average", "median", "price", "index", "per", "margin_pct", "udział", "udzial", "procent", "średn", "sredn", "mediana", "cena", "שיעור", "אחוז", "ממוצע", "חציון", "מחיר"}
	counts      = []string{"count", "number", "orders", "visits", "complaints", "incidents", "accidents", "leavers", "errors", "defects", "referrals", "logins", "liczba", "wizyt", "zamówie", "skarg", "wypadk", "מספר", "הזמנות", "ביקורים", "תלונות"}
	units       = map[string]string{
		"eur": "EUR", "usd": "USD", "pln": "PLN", "brl": "BRL", "ils": "ILS", "gbp": "GBP", "minutes": "min", "minutes_": "min", "min": "min", "hours": "h", "days": "d",
		"seconds": "s", "pct": "%", "percent": "%", "procent": "%", "godz": "h", "dni": "d", "minut": "min", "דקות": "min", "שעות": "h", "ימים": "d",
	}
)

// words cuts a heading into lower-case words: at anything that is not a letter or digit, and where camelCase humps.
func words(heading string) []string {
	var out []string
	var cur strings.Builder
	last := ' '
	flush := func() {
		if cur.Len() > 0 {
			out = append(out, cur.String())
			cur.Reset()
		}
	}
	for _, r := range heading {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			flush()
		default:
			if unicode.IsUpper(r) && unicode.IsLower(last) {
				flush()
			}
			cur.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	flush()
	return out
}

// hint says how telling the best match is: 0 for none, more for words nearer the front of the list (1 to 10).
func hint(heading string, list []string) int {
	w := words(heading)
	for i, h := range list {
		for _, x := range w {
			if x == h || utf8.RuneCountInString(h) > 2 && strings.HasPrefix(x, h) {
				return max(1, 10-i/3)
			}
		}
	}
	return 0
}

// suggestMetric proposes what a heading means; known is false when its words say nothing. A metric of the catalogue with
// the same key is taken as it is.
func suggestMetric(heading string, values []string, catalogue []Metric) (m intake.MetricMapping, known bool) {
	m = intake.MetricMapping{Column: heading, Metric: KeyOf(heading), Name: readable(heading), HigherIsBetter: true, Aggregation: string(Mean)}
	for _, c := range catalogue {
		if c.Key == m.Metric {
			m = intake.MetricMapping{
				Column: heading, Metric: c.Key, Name: c.Name, Kind: string(c.Kind), Unit: c.Unit, HigherIsBetter: c.HigherIsBetter,
				Aggregation: string(c.Aggregation), AboutPeople: c.AboutPeople, DefaultLag: c.DefaultLag,
			}
			if c.Scale.Declared() {
				m.Scale = &intake.ScaleMapping{Low: c.Scale.Low, High: c.Scale.High, Steps: c.Scale.Steps}
			}
			return m, true
		}
	}
	for _, k := range kindHints {
		if hint(heading, k.words) > 0 {
			m.Kind, known = string(k.kind), true
			break
		}
	}
	m.HigherIsBetter = hint(heading, lowerIsBetter) == 0
	m.AboutPeople = hint(heading, aboutPeople) > 0
	if hint(heading, ratios) == 0 && (m.Kind == string(Money) || hint(heading, counts) > 0) {
		m.Aggregation = string(Sum)
	}
	m.Unit = unitOf(heading, values)
	return m, known
}

func unitOf(heading string, values []string) string {
	for _, w := range words(heading) {
		if u := units[w]; u != "" {
			return u
		}
	}
	lo, hi, n := 0.0, 0.0, 0
	for _, v := range values {
		comma := true
		x, code := intake.ParseNumber(v, nil)
		if code == "decimal_comma" {
			x, code = intake.ParseNumber(v, &comma)
		}
		if code != "" {
			continue
		}
		if n++; n == 1 {
			lo, hi = x, x
		}
		lo, hi = min(lo, x), max(hi, x)
	}
	switch {
	case n == 0:
		return ""
	case hint(heading, []string{"share", "udział", "udzial", "שיעור"}) > 0 && lo >= 0 && hi <= 1:
		return "share"
	case hint(heading, []string{"share", "rate", "udział", "udzial", "שיעור"}) > 0 && lo >= 0 && hi <= 100:
		return "%"
	case hint(heading, []string{"nps", "enps"}) > 0:
		return "points"
	case hint(heading, kindHints[1].words)+hint(heading, kindHints[4].words) > 0 && lo >= 1 && hi <= 5 && hi > 2:
		return "1–5"
	}
	return ""
}

// acronyms are written as people write them.
var acronyms = map[string]string{
	"nps": "NPS", "enps": "eNPS", "csat": "CSAT", "ces": "CES", "shmi": "SHMI", "hsmr": "HSMR", "gdp": "GDP", "cpi": "CPI", "clv": "CLV", "hr": "HR",
	"cx": "CX", "ex": "EX", "nhs": "NHS", "pln": "PLN", "eur": "EUR", "usd": "USD", "brl": "BRL", "ils": "ILS", "gbp": "GBP", "pkb": "PKB",
}

// readable turns a heading into a name: underscores become blanks, the first letter is large.
func readable(heading string) string {
	parts := strings.FieldsFunc(heading, func(r rune) bool { return r == '_' || unicode.IsSpace(r) })
	for i, p := range parts {
		if a, ok := acronyms[strings.ToLower(p)]; ok {
			parts[i] = a
		}
	}
	s := strings.Join(parts, " ")
	if len(parts) > 0 && parts[0] == "eNPS" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	if n > 0 {
		s = string(unicode.ToUpper(r)) + s[n:]
	}
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:200])
	}
	return s
}
