package v1

import (
	"context"

	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/i18n"
)

// homes are the pages on which a role lands after signing in.
var homes = map[auth.Role]string{
	auth.Admin: "/evidence", auth.HR: "/home/hr", auth.CX: "/cx", auth.Lead: "/my-team", auth.Executive: "/reports", auth.Auditor: "/anonymity",
}

// GetSession implements StrictServerInterface.
func (s *Server) GetSession(ctx context.Context, _ GetSessionRequestObject) (GetSessionResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		out, err := s.nobody(ctx)
		return GetSession200JSONResponse(out), err
	}
	u, err := s.Auth.Self(ctx, p)
	if errs.KindOf(err) == errs.KindNotFound { // an API key is somebody, but no user
		out, err := s.nobody(ctx)
		return GetSession200JSONResponse(out), err
	}
	return GetSession200JSONResponse(s.session(u)), err
}

// nobody is the session of a caller who is not signed in.
func (s *Server) nobody(ctx context.Context) (Session, error) {
	needs, err := s.Auth.NeedsSetup(ctx)
	return Session{Demo: s.Auth.Demo(), NeedsSetup: needs, Locales: locales()}, err
}

func locales() []Locale {
	out := []Locale{}
	for _, l := range i18n.Locales {
		out = append(out, Locale(l))
	}
	return out
}

// session is what a signed-in user's pages need to know.
func (s *Server) session(u auth.User) Session {
	me, home, may := userJSON(u), homes[u.Role], []string{}
	for _, p := range auth.Permissions(u.Role) {
		may = append(may, string(p))
	}
	return Session{Demo: s.Auth.Demo(), Locales: locales(), SignedIn: true, User: &me, Permissions: &may, Home: &home}
}

// admit sends the cookie of a fresh session.
func (s *Server) admit(ctx context.Context, in auth.SignedIn, err error) (Session, error) {
	if err != nil {
		return Session{}, err
	}
	web.KeepSession(ctx, in)
	return s.session(in.User), nil
}

// SignIn implements StrictServerInterface.
func (s *Server) SignIn(ctx context.Context, r SignInRequestObject) (SignInResponseObject, error) {
	if err := web.MayKeepSession(ctx); err != nil {
		return nil, err
	}
	in, err := s.Auth.SignIn(ctx, r.Body.Email, r.Body.Password, web.Address(ctx))
	out, err := s.admit(ctx, in, err)
	return SignIn200JSONResponse(out), err
}

// SignInDemo implements StrictServerInterface.
func (s *Server) SignInDemo(ctx context.Context, r SignInDemoRequestObject) (SignInDemoResponseObject, error) {
	if err := web.MayKeepSession(ctx); err != nil {
		return nil, err
	}
	in, err := s.Auth.SignInDemo(ctx, auth.Role(r.Body.Role))
	out, err := s.admit(ctx, in, err)
	return SignInDemo200JSONResponse(out), err
}

// SignOut implements StrictServerInterface.
func (s *Server) SignOut(ctx context.Context, _ SignOutRequestObject) (SignOutResponseObject, error) {
	if err := s.Auth.SignOut(ctx, web.SessionSecret(ctx)); err != nil {
		return nil, err
	}
	web.DropSession(ctx)
	return SignOut204Response{}, nil
}

// SetLocale implements StrictServerInterface.
func (s *Server) SetLocale(ctx context.Context, r SetLocaleRequestObject) (SetLocaleResponseObject, error) {
	p, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return SetLocale204Response{}, s.Auth.SetLocale(ctx, p, string(r.Body.Locale))
}

// SetUp implements StrictServerInterface.
func (s *Server) SetUp(ctx context.Context, r SetUpRequestObject) (SetUpResponseObject, error) {
	if err := web.MayKeepSession(ctx); err != nil {
		return nil, err
	}
	in, err := s.Auth.SetUp(ctx, auth.FirstAdmin{Code: r.Body.Code, Email: r.Body.Email, Name: r.Body.Name, Password: r.Body.Password, Locale: locale(ctx)}, web.Address(ctx))
	out, err := s.admit(ctx, in, err)
	return SetUp200JSONResponse(out), err
}

// RequestPasswordReset implements StrictServerInterface.
func (s *Server) RequestPasswordReset(ctx context.Context, r RequestPasswordResetRequestObject) (RequestPasswordResetResponseObject, error) {
	return RequestPasswordReset202Response{}, s.Auth.RequestReset(ctx, r.Body.Email, web.Address(ctx))
}

// SetPassword implements StrictServerInterface.
func (s *Server) SetPassword(ctx context.Context, r SetPasswordRequestObject) (SetPasswordResponseObject, error) {
	if err := web.MayKeepSession(ctx); err != nil {
		return nil, err
	}
	in, err := s.Auth.SetPassword(ctx, r.Body.Token, r.Body.Password, web.Address(ctx))
	out, err := s.admit(ctx, in, err)
	return SetPassword200JSONResponse(out), err
}
