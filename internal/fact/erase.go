package fact

import (
	"context"
	"strings"

	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/ident"
	"rapport/internal/intake"
)

// erasedPrefix begins what takes the place of an erased customer: their records still belong together, to nobody.
const erasedPrefix = "erased-"

// Strips says for each kind what of a record sums are made of: the rest goes when its customer is erased.
type Strips map[intake.Kind]func(body []byte) []byte

// Erase takes a customer out of all facts: no name, words or order number of theirs stays, and what the same source sends
// of the same records again is passed over. Scores, amounts and dates stay, as those of nobody, so that no sum changes.
// errs.NotFound("customer_unknown").
func (s *Service) Erase(ctx context.Context, by auth.Principal, customer, reason string, strips Strips) (facts int, err error) {
	if !by.May(Need) || !by.Scope.All() {
		return 0, errs.Forbidden("not_allowed").With("permission", string(Need))
	}
	if strings.TrimSpace(reason) == "" {
		return 0, errs.Invalid("reason_missing").At(errs.Field{Path: "/reason", Code: "reason_missing"})
	}
	if customer == "" || strings.HasPrefix(customer, erasedPrefix) {
		return 0, errs.NotFound("customer_unknown")
	}
	as := erasedPrefix + ident.New()
	n, err := s.EraseCustomer(ctx, Erasure{
		Customer: customer, As: as,
		Strip: func(kind intake.Kind, body []byte) []byte { return strips[kind](body) },
		Audit: []audit.Entry{{At: s.now(), Actor: by.ID, Action: "customer.erase", Object: as, Detail: map[string]string{"reason": reason}}},
	})
	if err == nil && n == 0 {
		return 0, errs.NotFound("customer_unknown")
	}
	return n, err
}
