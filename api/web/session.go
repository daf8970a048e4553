package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"rapport/internal/auth"
	"rapport/internal/errs"
)

// Keys under which a request carries what the middleware found out.
const (
	keySecret  = "session_secret"
	keyRefusal = "session_refusal"
	keyHTTPS   = "session_https"
)

// The names of the session cookie: the __Host- prefix makes browsers insist on https, this host and path /.
const (
	cookieHTTPS = "__Host-rapport"
	cookiePlain = "rapport" // http on the machine itself
)

// SameOrigin refuses requests that another site makes a browser send (Fetch metadata and Origin; Go's own protection).
func SameOrigin(publicURL string) gin.HandlerFunc {
	p := http.NewCrossOriginProtection()
	if u, err := url.Parse(publicURL); err == nil && u.Host != "" {
		_ = p.AddTrustedOrigin(u.Scheme + "://" + u.Host) // behind a proxy that rewrites Host
	}
	return func(c *gin.Context) {
		if err := p.Check(c.Request); err != nil {
			WriteError(c, errs.Forbidden("cross_origin").Because(err))
			return
		}
		c.Next()
	}
}

// Authenticate finds out who asks, by API key or session cookie, and puts the principal into the request's context.
// Nobody is refused here: an operation that is not public is, with the reason found here.
func Authenticate(a *auth.Service, publicURL string) gin.HandlerFunc {
	https := strings.HasPrefix(publicURL, "https://")
	return func(c *gin.Context) {
		secure := https || c.Request.TLS != nil
		c.Set(keyHTTPS, secure)
		var p auth.Principal
		var err error
		if key, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer "); ok {
			p, err = a.ByKey(c.Request.Context(), key)
		} else if cookie, e := c.Request.Cookie(cookieName(secure)); e == nil {
			c.Set(keySecret, cookie.Value)
			p, err = a.BySession(c.Request.Context(), cookie.Value)
		} else {
			c.Next()
			return
		}
		if err != nil && errs.KindOf(err) != errs.KindUnauthenticated {
			WriteError(c, err)
			return
		}
		if err != nil {
			c.Set(keyRefusal, err)
		} else {
			c.Request = c.Request.WithContext(auth.Into(c.Request.Context(), p))
		}
		c.Next()
	}
}

// Refusal says why there is no principal: nobody signed in, a session that has ended, a key that is not one.
func Refusal(c *gin.Context) error {
	if err, ok := c.Get(keyRefusal); ok {
		return err.(error)
	}
	return errs.New(errs.KindUnauthenticated, "not_signed_in")
}

func cookieName(secure bool) string {
	if secure {
		return cookieHTTPS
	}
	return cookiePlain
}

// MayKeepSession refuses to sign anybody in over plain http from another machine: the password and the session would
// cross the network in the open.
func MayKeepSession(ctx context.Context) error {
	c := ctx.(*gin.Context) //nolint:forcetypeassert // the generated server passes nothing else
	if c.GetBool(keyHTTPS) || loopback(c.Request.Host) {
		return nil
	}
	return errs.Forbidden("https_needed")
}

func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// KeepSession sends the session's cookie. It ends with the browser's memory of it or with the session, whichever comes first.
func KeepSession(ctx context.Context, s auth.SignedIn) {
	setCookie(ctx, &http.Cookie{Value: s.Secret, Expires: s.Until})
}

// DropSession makes the browser forget the cookie.
func DropSession(ctx context.Context) { setCookie(ctx, &http.Cookie{MaxAge: -1}) }

func setCookie(ctx context.Context, k *http.Cookie) {
	c := ctx.(*gin.Context) //nolint:forcetypeassert // the generated server passes nothing else
	secure := c.GetBool(keyHTTPS)
	k.Name, k.Path, k.HttpOnly, k.Secure, k.SameSite = cookieName(secure), "/", true, secure, http.SameSiteLaxMode
	http.SetCookie(c.Writer, k)
}

// SessionSecret is what the session cookie held; empty without one.
func SessionSecret(ctx context.Context) string {
	return ctx.(*gin.Context).GetString(keySecret) //nolint:forcetypeassert // the generated server passes nothing else
}

// Address is where the request came from, for limits: the network of an IPv6 address, because one person owns all of it.
func Address(ctx context.Context) string {
	ip := net.ParseIP(ctx.(*gin.Context).ClientIP()) //nolint:forcetypeassert // the generated server passes nothing else
	if ip == nil {
		return ""
	}
	if ip.To4() == nil {
		ip = ip.Mask(net.CIDRMask(64, 128))
	}
	return ip.String()
}
