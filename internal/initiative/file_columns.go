package initiative

import (
	"slices"
	"strings"

	"rapport/internal/intake"
)

// column is a field of the ledger file: the headings it is recognised by, folded, in English, Polish and Hebrew.
type column struct {
	field string
	names []string
}

// columns are what a mapping may name, in the order in which headings are offered to them.
var columns = []column{
	{"name", []string{"name", "initiative", "initiative name", "project", "project name", "nazwa", "inicjatywa", "projekt", "שם", "יוזמה", "שם היוזמה", "פרויקט"}},
	{"purpose", []string{"purpose", "category", "investment in", "cel", "kategoria", "מטרה", "קטגוריה"}},
	{"side", []string{"side", "for", "for whom", "strona", "dla kogo", "צד", "למי"}},
	{"why", []string{"why", "reason", "gap", "description", "powód", "opis", "luka", "למה", "סיבה", "תיאור"}},
	{"outcome", []string{"outcome", "metric", "kpi", "figure", "measure", "wynik", "wskaźnik", "תוצאה", "מדד"}},
	{"control", []string{"control", "control figure", "negative control", "kontrola", "wskaźnik kontrolny", "מדד ביקורת"}},
	{"lag", []string{"lag", "lag periods", "delay", "opóźnienie", "השהיה"}},
	{"grain", []string{"grain", "period", "period length", "okres", "תקופה"}},
	{"ends_on", []string{"ends on", "end", "end date", "window end", "until", "koniec", "data zakończenia", "koniec okna", "סיום", "תאריך סיום"}},
	{"team", []string{"team", "unit", "branch", "department", "zespół", "oddział", "dział", "צוות", "יחידה", "סניף", "מחלקה"}},
	{"starts_on", []string{"starts on", "start", "start date", "from", "go live", "początek", "start zespołu", "data startu", "data rozpoczęcia", "התחלה", "תאריך התחלה"}},
	{"role", []string{"role", "group", "arm", "treated or comparison", "rola", "grupa", "תפקיד", "קבוצה"}},
	{"block", []string{"block", "stratum", "blok", "warstwa", "בלוק", "שכבה"}},
	{"drawn", []string{"drawn", "by lot", "randomised", "randomized", "random", "losowo", "losowanie", "בהגרלה", "הוגרל"}},
	{"chosen_by", []string{"chosen by", "drawn by", "selected by", "wybrał", "losował", "נבחר על ידי"}},
	{"how", []string{"how", "how chosen", "selection", "jak wybrano", "sposób wyboru", "אופן הבחירה"}},
	{"effect", []string{"effect", "expected effect", "expected", "target effect", "oczekiwany efekt", "efekt", "השפעה צפויה", "השפעה"}},
	{"confidence", []string{"confidence", "sure", "probability", "pewność", "prawdopodobieństwo", "ודאות", "הסתברות"}},
	{"cost_name", []string{"cost name", "cost line", "cost", "what for", "koszt", "nazwa kosztu", "pozycja kosztu", "עלות", "שם העלות"}},
	{"cost_kind", []string{"cost kind", "cost type", "type of cost", "rodzaj kosztu", "typ kosztu", "סוג עלות"}},
	{"cost_on", []string{"cost on", "cost date", "paid on", "data kosztu", "תאריך עלות"}},
	{"amount", []string{"amount", "cost amount", "hourly rate", "kwota", "stawka", "סכום"}},
	{"hours", []string{"hours", "h", "godziny", "שעות"}},
	{"currency", []string{"currency", "waluta", "מטבע"}},
	{"rate", []string{"rate", "exchange rate", "fx", "kurs", "kurs waluty", "שער", "שער חליפין"}},
	{"benefit_name", []string{"benefit name", "benefit line", "benefit", "korzyść", "nazwa korzyści", "תועלת", "שם התועלת"}},
	{"benefit_kind", []string{"benefit kind", "benefit type", "rodzaj korzyści", "סוג תועלת"}},
	{"benefit_metric", []string{"benefit metric", "benefit figure", "effect on", "wskaźnik korzyści", "מדד התועלת"}},
	{"units", []string{"units", "customers", "employees", "volume", "jednostki", "liczba", "יחידות", "כמות"}},
	{"price", []string{"price", "unit price", "value per unit", "cena", "מחיר"}},
	{"share", []string{"share", "udział", "חלק"}},
	{"price_source", []string{"price source", "source", "source of price", "źródło", "źródło ceny", "מקור", "מקור המחיר"}},
	{"question", []string{"question", "perception question", "pytanie", "pytanie o zauważenie", "שאלה"}},
	{"noticed", []string{"noticed", "noticed metric", "zauważyli", "שמו לב"}},
	{"inaction_loss", []string{"cost of doing nothing", "inaction loss", "koszt zaniechania", "מחיר אי עשייה"}},
	{"inaction_source", []string{"inaction source", "źródło zaniechania", "מקור אי עשייה"}},
}

// neededColumns are the fields without which a row says nothing.
var neededColumns = []string{"name", "outcome", "ends_on", "team", "starts_on"}

func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" _-./:;()[]#\"'`,", r) }), " ")
}

// SuggestColumns proposes which column of a ledger file is what; what nobody recognises stays open.
func SuggestColumns(p *intake.Preview) intake.Mapping {
	m := intake.Mapping{Kind: intake.Initiatives, Sheet: p.Sheet, Columns: map[string]string{}}
	if p.Format == "csv" {
		m.Encoding, m.Delimiter = p.Encoding, p.Delimiter
	}
	used := map[string]bool{}
	for _, c := range columns {
		best := len(c.names)
		for _, x := range p.Columns {
			if i := slices.Index(c.names, folded(x.Name)); i >= 0 && i < best && !used[x.Name] {
				best = i
				m.Columns[c.field] = x.Name
			}
		}
		if name := m.Columns[c.field]; name != "" {
			used[name] = true
		}
	}
	for _, x := range p.Columns {
		if !used[x.Name] {
			m.Ignore = append(m.Ignore, x.Name)
		}
	}
	return m
}
