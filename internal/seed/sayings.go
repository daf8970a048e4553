package seed

import (
	"math/rand/v2"
	"strings"
)

// sayings are what the simulated people write, in two halves that go together in any combination.
var sayings = map[string][2][]string{
	"comment.better": {
		{
			"The planning changes on the day itself far too often.", "I hear about changes from customers before I hear them from us.", "The scanner app drops out twice a day.",
			"We are two people short since spring.", "My team lead asks how we are and means it.", "Good work is taken for granted here.", "The new planning tool saves me half an hour a day.",
			"Spare parts arrive late every other week.", "Handing over between shifts is guesswork.", "I learned a lot from going along with a colleague.", "The evening line is always understaffed.",
			"We talk about problems, but nobody says what became of them.", "The vans are old and break down.", "I like that we may swap shifts among ourselves.",
		},
		{
			"Ask us before the next change.", "An hour a week without appointments would help.", "Please tell us what was decided and why.", "One contact person for tools would be enough.",
			"A short talk every month would do more than the yearly one.", "Let new people go along for two weeks.", "Please keep it this way.", "I would gladly help to sort it out.",
			"It wears people down.", "A simple list that everybody can see would do.", "",
		},
	},
	"comment.customers": {
		{
			"Customers wait too long before anybody calls them back.", "People do not understand our invoices.", "Elderly customers need more time than the plan gives us.", "Many ask for a fixed hour instead of half a day.",
			"The same fault comes back because we have no time to look for its cause.", "Customers praise that we clean up after ourselves.", "Nobody can tell a customer where the order stands.",
			"We are not allowed to give even a small credit.", "The chat sends people round in circles.", "Customers like to see the same face again.",
		},
		{
			"Let us put small things right at once.", "A message on the way there would calm many of them.", "Give us the history of the customer on one screen.", "Plan a little more time for the first visit.",
			"It would cost little.", "They tell me so every week.", "I would like to try it in our team.", "",
		},
	},
}

func saying(question string, rng *rand.Rand) string {
	r, ok := sayings[question]
	if !ok {
		r = sayings["comment.better"]
	}
	return strings.TrimSpace(r[0][rng.IntN(len(r[0]))] + " " + r[1][rng.IntN(len(r[1]))])
}
