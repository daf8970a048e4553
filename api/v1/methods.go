package v1

import (
	"context"

	"rapport/internal/method"
)

// ListMethods gives every method card in the caller's language.
func (s *Server) ListMethods(ctx context.Context, _ ListMethodsRequestObject) (ListMethodsResponseObject, error) {
	out := ListMethods200JSONResponse{Items: []MethodCard{}}
	for _, m := range method.All() {
		out.Items = append(out.Items, methodCard(m, locale(ctx)))
	}
	return out, nil
}

func methodCard(m method.Method, loc string) MethodCard {
	return MethodCard{
		Name: m.Name, Title: in(loc, m.Title), Summary: in(loc, m.Summary), Assumes: text(in(loc, m.Assumes)), Formula: m.Formula, Reference: m.Reference,
		Convention: text(m.Convention), Measured: text(in(loc, m.Measured)), Example: text(m.Example),
	}
}

func in(loc string, t method.Text) string {
	switch {
	case loc == "he" && t.He != "":
		return t.He
	case loc == "pl" && t.Pl != "":
		return t.Pl
	}
	return t.En
}
