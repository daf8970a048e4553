package v1

import (
	"context"
	"encoding/json"

	"rapport/internal/auth"
	"rapport/internal/errs"
)

// GetCustomerValue implements StrictServerInterface. The report speaks of all customers, so that only those who see the
// whole organisation may read it.
func (s *Server) GetCustomerValue(ctx context.Context, _ GetCustomerValueRequestObject) (GetCustomerValueResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if !p.Scope.All() {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.LedgerRead))
	}
	v, err := s.Customers.ValueReport(ctx)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out CustomerValue
	err = json.Unmarshal(raw, &out)
	return GetCustomerValue200JSONResponse(out), err
}
