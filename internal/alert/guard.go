package alert

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rapport/internal/errs"
)

// Guard decides which addresses webhooks may reach: public ones over https, and those inner ones that whoever runs the
// instance has named. It looks at the address a connection is really made to, after the name was resolved, so that a
// name that changes its address between question and call (DNS rebinding) leads nowhere.
type Guard struct{ inner []netip.Prefix }

// NewGuard makes a guard that also allows these inner networks, e.g. "10.1.0.0/16"; errs.Invalid("webhook_inner_unreadable").
func NewGuard(inner []string) (*Guard, error) {
	g := &Guard{}
	for _, s := range inner {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, errs.Invalid("webhook_inner_unreadable").With("value", s).Because(err)
		}
		g.inner = append(g.inner, p.Masked())
	}
	return g, nil
}

// special are the ranges that are not the public internet although they are neither loopback, private, link-local nor
// multicast (IANA special-purpose registries; RFC 6890), and those that carry another address inside.
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

// unicast6 is what IPv6 has given to the public internet (RFC 4291); of the rest nothing is a place to send to, and some of it carries
// an IPv4 address inside.
var unicast6 = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// allows reports whether an address may be reached, and whether that is because it was named as an inner one.
func (g *Guard) allows(a netip.Addr) (ok, inner bool) {
	a = a.Unmap().WithZone("")
	for _, p := range g.inner {
		if p.Contains(a) {
			return true, true
		}
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.Is6() && !unicast6.Contains(a) {
		return false, false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false, false
		}
	}
	return true, false
}

// Check says what is wrong with a target as far as it can be known beforehand. A name that cannot be resolved now is
// accepted: the delivery looks again.
func (g *Guard) Check(ctx context.Context, target string) error {
	bad := func(code string) error { return errs.Invalid(code).At(errs.Field{Path: "/url", Code: code}) }
	u, err := url.Parse(target)
	if err != nil || !plainHost(u.Hostname()) || !plainPort(u) || u.User != nil || u.Fragment != "" || len(target) > 1000 || u.Scheme != "https" && u.Scheme != "http" {
		return bad("webhook_url_unreadable")
	}
	look, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(look, "ip", u.Hostname())
	if err != nil {
		if ip, perr := netip.ParseAddr(u.Hostname()); perr == nil {
			addrs = []netip.Addr{ip}
		}
	}
	onlyInner := len(addrs) > 0
	for _, a := range addrs {
		ok, inner := g.allows(a)
		if !ok {
			return bad("webhook_inner_address")
		}
		onlyInner = onlyInner && inner
	}
	if u.Scheme == "http" && !onlyInner {
		return bad("webhook_needs_https")
	}
	return nil
}

// plainHost reports whether a host is a name, or an address written the one usual way: a name whose last part is a number is an
// address to some resolvers (2130706433, 0x7f.1, 127.1, 0177.0.0.1) and a name to others.
func plainHost(host string) bool {
	if host == "" {
		return false
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	last := strings.TrimSuffix(host, ".")
	last = strings.ToLower(last[strings.LastIndexByte(last, '.')+1:])
	return strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x")
}

// plainPort reports whether the port is none or one there is.
func plainPort(u *url.URL) bool {
	p := u.Port()
	if p == "" {
		return true
	}
	n, err := strconv.ParseUint(p, 10, 16)
	return err == nil && n > 0
}

// Client calls targets: no redirects, no proxy, no waiting for ever, and every connection passes the guard.
func (g *Guard) Client() *http.Client {
	const patience = 10 * time.Second
	dial := func(plain bool) func(ctx context.Context, network, address string) (net.Conn, error) {
		return func(ctx context.Context, network, address string) (net.Conn, error) {
			d := net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
				at, err := netip.ParseAddrPort(address)
				if err != nil {
					return errs.Invalid("webhook_inner_address").Because(err)
				}
				ok, inner := g.allows(at.Addr())
				if !ok || plain && !inner {
					return errs.Invalid("webhook_inner_address")
				}
				return nil
			}}
			return d.DialContext(ctx, network, address)
		}
	}
	tls := http.Transport{Proxy: nil, DialContext: dial(false), TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10}
	plain := http.Transport{Proxy: nil, DialContext: dial(true), ResponseHeaderTimeout: patience, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10}
	return &http.Client{
		Timeout:       2 * patience,
		Transport:     byScheme{&tls, &plain},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// byScheme sends what is not encrypted through a transport that reaches inner addresses only.
type byScheme struct{ tls, plain http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b byScheme) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "http" {
		return b.plain.RoundTrip(r)
	}
	return b.tls.RoundTrip(r)
}

// refusedByGuard reports whether a call failed because of the guard.
func refusedByGuard(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Code == "webhook_inner_address"
}
