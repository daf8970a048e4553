package org

import (
	"slices"
	"strings"

	"rapport/internal/intake"
)

// attributePrefix begins the field of an attribute in a mapping: "attributes.site" → column "Site".
const attributePrefix = "attributes."

// aliases are the headings under which HR systems export a field, in English, Hebrew and Polish, already folded.
var aliases = map[intake.Kind]map[string][]string{
	intake.Employees: {
		"external_id": {
			"external id", "employee id", "employee number", "employee no", "employee code", "personnel number", "person id", "staff id", "worker id", "payroll id", "id", "emp id",
			"מספר עובד", "מס עובד", "מזהה עובד", "קוד עובד", "numer pracownika", "nr pracownika", "id pracownika", "numer ewidencyjny", "nr ewidencyjny", "numer kadrowy",
		},
		"name":       {"name", "full name", "employee name", "display name", "employee", "שם", "שם מלא", "שם עובד", "imię i nazwisko", "nazwisko i imię", "nazwa pracownika", "pracownik"},
		"first_name": {"first name", "given name", "forename", "שם פרטי", "imię"},
		"last_name":  {"last name", "surname", "family name", "שם משפחה", "nazwisko"},
		"email":      {"email", "e mail", "mail", "email address", "work email", "business email", "דואר אלקטרוני", "דוא ל", "מייל", "אימייל", "adres e mail", "adres email", "poczta"},
		"team":       {"team", "team id", "team name", "department", "dept", "unit", "org unit", "organizational unit", "organisational unit", "cost center", "cost centre", "צוות", "מחלקה", "יחידה", "שם צוות", "zespół", "dział", "jednostka", "jednostka organizacyjna", "komórka organizacyjna"},
		"parent":     {"parent team", "division", "business unit", "parent", "parent department", "area", "חטיבה", "אגף", "pion", "departament", "zespół nadrzędny", "jednostka nadrzędna"},
		"joined_on":  {"joined", "joined on", "join date", "hire date", "hired", "hired on", "start date", "date of joining", "employment start", "date hired", "תאריך תחילת עבודה", "תחילת עבודה", "תאריך קליטה", "תאריך התחלה", "data zatrudnienia", "zatrudniony od", "data rozpoczęcia", "początek zatrudnienia"},
		"left_on":    {"left", "left on", "leaving date", "termination date", "end date", "last day", "last working day", "date left", "exit date", "employment end", "תאריך עזיבה", "תאריך סיום", "סיום עבודה", "תאריך סיום עבודה", "data zwolnienia", "data odejścia", "zatrudniony do", "data zakończenia", "koniec zatrudnienia"},
		"locale":     {"locale", "language", "preferred language", "שפה", "język"},
	},
	intake.Partners: {
		"external_id": {
			"external id", "partner id", "partner number", "partner code", "vendor id", "vendor number", "supplier id", "supplier number", "contractor id", "id",
			"מספר שותף", "מזהה שותף", "מספר ספק", "מזהה ספק", "קוד ספק", "numer partnera", "nr partnera", "id partnera", "numer dostawcy", "id dostawcy",
		},
		"name":       {"name", "full name", "contact", "contact name", "contact person", "partner name", "partner", "שם", "שם מלא", "איש קשר", "שם שותף", "imię i nazwisko", "osoba kontaktowa", "nazwa partnera"},
		"email":      {"email", "e mail", "mail", "email address", "contact email", "דואר אלקטרוני", "דוא ל", "מייל", "אימייל", "adres e mail", "adres email"},
		"company":    {"company", "company name", "organisation", "organization", "vendor", "vendor name", "supplier", "supplier name", "firm", "חברה", "שם חברה", "ספק", "firma", "nazwa firmy", "dostawca"},
		"teams":      {"teams", "team", "serves", "serves teams", "teams served", "department", "departments", "unit", "צוותים", "צוות", "מחלקה", "zespoły", "zespół", "obsługiwane zespoły", "dział"},
		"started_on": {"started", "started on", "start date", "start", "contract start", "valid from", "since", "partner since", "תאריך התחלה", "תחילת חוזה", "data rozpoczęcia", "początek umowy", "od kiedy"},
		"ended_on":   {"ended", "ended on", "end date", "contract end", "valid until", "תאריך סיום", "סיום חוזה", "data zakończenia", "koniec umowy"},
		"locale":     {"locale", "language", "preferred language", "שפה", "język"},
	},
}

// required are the fields without which a row says nothing.
var required = map[intake.Kind][]string{
	intake.Employees: {"external_id", "team"},
	intake.Partners:  {"external_id", "teams"},
}

// order in which a heading is offered to the fields: an "id" goes to the person before anything else may claim it.
var order = []string{"external_id", "team", "teams", "parent", "first_name", "last_name", "name", "email", "company", "joined_on", "left_on", "started_on", "ended_on", "locale"}

// heading folds a column's name for comparison: case, punctuation and doubled blanks do not matter.
func heading(s string) string {
	return strings.Join(strings.FieldsFunc(fold(s), func(r rune) bool { return strings.ContainsRune(" _-./:;()[]#\"'׳״`,\u00a0", r) }), " ")
}

// Suggest proposes which column of a file of people is what. Fields nobody recognises stay open.
func Suggest(p *intake.Preview, kind intake.Kind, createTeams bool) intake.Mapping {
	m := intake.Mapping{Kind: kind, Encoding: p.Encoding, Delimiter: p.Delimiter, Sheet: p.Sheet, CreateTeams: createTeams && kind == intake.Employees, Columns: map[string]string{}}
	used := map[string]bool{}
	for _, field := range order {
		names := aliases[kind][field]
		best := len(names)
		for _, c := range p.Columns {
			if i := slices.Index(names, heading(c.Name)); i >= 0 && i < best && !used[c.Name] {
				best = i
				m.Columns[field] = c.Name
			}
		}
		used[m.Columns[field]] = true
	}
	if m.Columns["name"] != "" {
		delete(m.Columns, "first_name")
		delete(m.Columns, "last_name")
	}
	taken := map[string]bool{}
	for _, c := range m.Columns {
		taken[c] = true
	}
	for _, c := range p.Columns {
		if !taken[c.Name] {
			m.Ignore = append(m.Ignore, c.Name)
		}
	}
	m.DateFormat = dateFormat(p, m.Columns)
	return m
}

// dateFormat is the one format that reads every date of the sample; empty when none is needed or several would do.
func dateFormat(p *intake.Preview, columns map[string]string) string {
	var values []string
	for _, field := range []string{"joined_on", "left_on", "started_on", "ended_on"} {
		for _, c := range p.Columns {
			if c.Name == columns[field] {
				values = append(values, c.Values...)
			}
		}
	}
	reads := func(format string) bool {
		for _, v := range values {
			if intake.Missing(v) {
				continue
			}
			if _, code := intake.ParseDay(v, format); code != "" {
				return false
			}
		}
		return true
	}
	if reads("") {
		return ""
	}
	found := ""
	for _, f := range []string{"DD/MM/YYYY", "MM/DD/YYYY"} {
		if reads(f) {
			if found != "" {
				return ""
			}
			found = f
		}
	}
	return found
}
