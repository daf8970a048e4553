package seed

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"rapport/internal/org"
)

var givenNames = []string{
	"Ada", "Amir", "Anka", "Ayo", "Bartek", "Bela", "Carmen", "Chidi", "Dalia", "Dov", "Edda", "Emre", "Fay", "Filip", "Gali", "Goran", "Hana", "Hugo", "Ilan", "Iga", "Jonas", "Kaja", "Kofi", "Lea", "Luca",
	"Maja", "Milo", "Nadia", "Nils", "Ola", "Oren", "Pia", "Piotr", "Rana", "Rafal", "Sade", "Simon", "Tamar", "Teo", "Uma", "Vera", "Viktor", "Wanda", "Yael", "Yusuf", "Zofia",
}

var familyNames = []string{
	"Abara", "Almog", "Bergholt", "Borowik", "Castellan", "Cohen-Ray", "Darrow", "Dudek", "Eklund", "Farkas", "Feld", "Gorski", "Hartwell", "Ibekwe", "Janik", "Kaplan", "Kolar", "Larsson", "Levin", "Maczek", "Mbeki",
	"Nowicki", "Okonjo", "Palmgren", "Peled", "Quist", "Rossi", "Sadler", "Shalev", "Tarrant", "Ulman", "Vidal", "Wolanski", "Yardeni", "Zeman",
}

// contract is the attribute that the quarterly pulse may be broken down by.
const contract = "contract"

// buildPeople gives every team its people, some of whom have left and were replaced, and the partners it works with.
func (c *company) buildPeople(ctx context.Context, o *org.Service) error {
	rng := rand.New(rand.NewPCG(5, 11))
	first, end := c.week(0).Start(), c.week(Weeks-1).End()
	founded := foundedOn(c)
	var rows []org.EmployeeRow
	hire := func(team string, joined time.Time, until time.Time) {
		for {
			name := givenNames[rng.IntN(len(givenNames))] + " " + familyNames[rng.IntN(len(familyNames))]
			since := maxTime(joined, founded)
			r := org.EmployeeRow{ExternalID: fmt.Sprintf("P%04d", len(rows)+1), Team: team, Name: &name, JoinedOn: &since}
			if team == mergedTeam && !since.Before(c.week(mergeWeek).Start()) {
				r.Team = mergedInto
			}
			stay := time.Duration(rng.ExpFloat64() * 75 * 30 * 24 * float64(time.Hour)) // about 1.3 % of people leave in a month
			left := org.Date(maxTime(joined, first).Add(stay)).AddDate(0, 0, 30)
			if left.Before(until) {
				r.LeftOn = &left
				rows = append(rows, r)
				joined = left.AddDate(0, 0, 10+rng.IntN(40)) // somebody follows
				if joined.Before(until) {
					continue
				}
				return
			}
			rows = append(rows, r)
			return
		}
	}
	for _, t := range c.teams {
		for range t.headcount {
			hire(t.key, first.AddDate(0, -1-rng.IntN(70), -rng.IntN(28)), end)
		}
	}
	hours := rand.New(rand.NewPCG(5, 12)) // a stream of its own, so that names and dates stay as they are
	for i := range rows {
		rows[i].Attributes = map[string]string{contract: "full time"}
		if hours.Float64() < .3 {
			rows[i].Attributes[contract] = "part time"
		}
	}
	c.staff = rows
	if res, err := o.PutEmployees(ctx, actor.ID, rows, org.Batch{Source: "demo"}); err != nil || res.Rejected > 0 {
		return fmt.Errorf("employees: %d refused, %v: %w", res.Rejected, res.Errors, err)
	}
	var partners []org.PartnerRow
	for i, name := range []string{"Copperleaf Fitters", "Ottoway Logistics", "Nimbus Call Overflow", "Greenvale Parts", "Stillwater Cleaning", "Pinnacle Scaffolds", "Fern & Dale Electrics", "Tidewater Vans"} {
		contact := givenNames[rng.IntN(len(givenNames))] + " " + familyNames[rng.IntN(len(familyNames))]
		since := org.Date(first.AddDate(0, -4*i-1, i))
		r := org.PartnerRow{ExternalID: fmt.Sprintf("S%02d", i+1), Name: &contact, Company: &name, StartedOn: &since}
		for range 2 + rng.IntN(5) {
			r.Teams = append(r.Teams, c.teams[rng.IntN(len(c.teams))].key)
		}
		partners = append(partners, r)
	}
	if res, err := o.PutPartners(ctx, actor.ID, partners, org.Batch{Source: "demo"}); err != nil || res.Rejected > 0 {
		return fmt.Errorf("partners: %d refused, %v: %w", res.Rejected, res.Errors, err)
	}
	return nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
