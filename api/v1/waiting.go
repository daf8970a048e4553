package v1

import (
	"context"

	"rapport/internal/auth"
	"rapport/internal/errs"
)

// ListWaiting implements StrictServerInterface. Names of teams that do not exist belong to no scope, so that only those who
// see the whole organisation read them.
func (s *Server) ListWaiting(ctx context.Context, _ ListWaitingRequestObject) (ListWaitingResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	if !p.Scope.All() {
		return nil, errs.Forbidden("not_allowed").With("permission", string(auth.ImportCX))
	}
	queue, err := s.Facts.Queue(ctx)
	if err != nil {
		return nil, err
	}
	var out WaitingList
	out.Items = make([]struct {
		Count int        `json:"count"`
		Kind  ImportKind `json:"kind"`
		Name  string     `json:"name"`
	}, len(queue))
	for i, w := range queue {
		out.Items[i].Kind, out.Items[i].Name, out.Items[i].Count = ImportKind(w.Kind), w.Name, int(w.Facts)
	}
	return ListWaiting200JSONResponse(out), nil
}
