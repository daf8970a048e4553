package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"rapport/internal/auth"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/ident"
	"rapport/internal/intake"
)

// CreateFeed adds a feed.
func (s *Service) CreateFeed(ctx context.Context, by auth.Principal, f Feed) (Feed, error) {
	m, err := s.check(by, strings.TrimSpace(f.Name), f.Mapping)
	if err == nil {
		err = s.checkPlace(f.From)
	}
	if err != nil {
		return f, err
	}
	f.ID, f.Name, f.Mapping, f.CreatedAt, f.Version = ident.New(), m.Name, m, s.now().UTC().Truncate(time.Millisecond), 1
	return f, s.store.SaveFeed(ctx, f, s.entry(by, "feed.create", f.ID, f.Name))
}

// ChangeFeed replaces a feed whose version the caller has seen.
func (s *Service) ChangeFeed(ctx context.Context, by auth.Principal, f Feed) (Feed, error) {
	old, err := s.store.Feed(ctx, f.ID)
	if err != nil {
		return f, err
	}
	m, err := s.check(by, strings.TrimSpace(f.Name), f.Mapping)
	if err == nil {
		err = s.checkPlace(f.From)
	}
	if err != nil {
		return f, err
	}
	f.Name, f.Mapping, f.CreatedAt = m.Name, m, old.CreatedAt
	f.Version++
	return f, s.store.SaveFeed(ctx, f, s.entry(by, "feed.change", f.ID, f.Name))
}

// checkPlace refuses a place that is neither an https address nor inside the folder allowed.
func (s *Service) checkPlace(from string) error {
	wrong := func(code string) error {
		return errs.Invalid(code).At(errs.Field{Path: "/from", Code: code, Value: from})
	}
	if strings.Contains(from, "://") {
		u, err := url.Parse(from)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			return wrong("feed_address")
		}
		return nil
	}
	switch {
	case s.opts.Folder == "":
		return wrong("feed_no_folder")
	case from == "" || !filepath.IsLocal(from):
		return wrong("feed_path")
	}
	if _, err := filepath.Match(filepath.Base(from), "x"); err != nil || strings.ContainsAny(filepath.Dir(from), "*?[") {
		return wrong("feed_path")
	}
	return nil
}

// FetchAll fetches from every open feed what has not gone in yet. A feed that fails does not keep the others from theirs;
// what happened last is kept with each. It gives how many files went in.
func (s *Service) FetchAll(ctx context.Context) (files int, err error) {
	list, err := s.store.Feeds(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		if f.Closed {
			continue
		}
		n, err := s.fetch(ctx, f)
		files += n
		if err != nil {
			if ctx.Err() != nil {
				return files, ctx.Err()
			}
			slog.WarnContext(ctx, "fetch", "feed", f.ID, "code", errs.CodeOf(err))
		}
	}
	return files, nil
}

func (s *Service) fetch(ctx context.Context, f Feed) (files int, err error) {
	if strings.Contains(f.From, "://") {
		took, err := s.download(ctx, f)
		if took {
			files++
		}
		return files, err
	}
	names, err := s.inFolder(f)
	if err != nil {
		return 0, s.note(ctx, f.ID, "", intake.Result{}, err)
	}
	if len(names) == 0 {
		return 0, s.note(ctx, f.ID, "", intake.Result{}, nil)
	}
	for _, name := range names {
		took, err := s.fromFolder(ctx, f, name)
		if err != nil {
			return files, err
		}
		if took {
			files++
		}
	}
	return files, nil
}

// inFolder lists the files of a feed by name. Links that lead out of the folder allowed are not followed.
func (s *Service) inFolder(f Feed) ([]string, error) {
	root, err := os.OpenRoot(s.opts.Folder)
	if err != nil {
		return nil, errs.Unavailable("feed_folder").Because(err)
	}
	defer func() { _ = root.Close() }()
	dir, pattern := path.Split(filepath.ToSlash(f.From))
	d, err := root.Open(path.Clean("./" + dir))
	if err != nil {
		return nil, errs.Unavailable("feed_folder").Because(err)
	}
	defer func() { _ = d.Close() }()
	entries, err := d.ReadDir(-1)
	if err != nil {
		return nil, errs.Unavailable("feed_folder").Because(err)
	}
	var names []string
	for _, e := range entries {
		if ok, _ := path.Match(pattern, e.Name()); ok && e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}

func (s *Service) fromFolder(ctx context.Context, f Feed, name string) (took bool, err error) {
	root, err := os.OpenRoot(s.opts.Folder)
	if err != nil {
		return false, s.note(ctx, f.ID, name, intake.Result{}, errs.Unavailable("feed_folder").Because(err))
	}
	defer func() { _ = root.Close() }()
	file, err := root.Open(name)
	if err != nil {
		return false, s.note(ctx, f.ID, name, intake.Result{}, errs.Unavailable("feed_folder").Because(err))
	}
	defer func() { _ = file.Close() }()
	return s.bring(ctx, f, name, file)
}

// bring imports a file that has not gone in yet.
func (s *Service) bring(ctx context.Context, f Feed, name string, file *os.File) (took bool, err error) {
	h := sha256.New()
	size, err := io.Copy(h, io.LimitReader(file, intake.MaxSize+1))
	if err != nil {
		return false, s.note(ctx, f.ID, name, intake.Result{}, errs.Unavailable("feed_unreadable").Because(err))
	}
	digest := hex.EncodeToString(h.Sum(nil))
	known, err := s.store.FileTaken(ctx, f.ID, digest)
	if err != nil || known {
		return false, err
	}
	k := s.kinds[f.Mapping.Kind]
	if k == nil {
		return false, s.note(ctx, f.ID, name, intake.Result{}, errs.Invalid("feed_kind").With("value", string(f.Mapping.Kind)))
	}
	res, err := k.ImportBy(ctx, fact.ByFetch, fact.Input{File: file, Size: size, Name: path.Base(name), Mapping: f.Mapping, By: auth.System("feed:" + f.ID)})
	if err == nil {
		err = s.store.TakeFile(ctx, f.ID, digest, s.now())
	}
	return err == nil, s.note(ctx, f.ID, name, res, err)
}

// download fetches an address into a file of its own, which goes again.
func (s *Service) download(ctx context.Context, f Feed) (took bool, err error) {
	failed := func(code string, err error) (bool, error) {
		return false, s.note(ctx, f.ID, "", intake.Result{}, errs.Unavailable(code).Because(err))
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.From, nil)
	if err != nil {
		return failed("feed_unreachable", err)
	}
	resp, err := s.opts.Client.Do(r)
	if errors.Is(err, errInner) {
		return failed("feed_inner", nil)
	}
	if err != nil {
		return failed("feed_unreachable", nil) // its text would show the address with what it may hold
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return false, s.note(ctx, f.ID, "", intake.Result{}, errs.Unavailable("feed_status").With("status", resp.StatusCode))
	}
	file, err := os.CreateTemp("", "rapport-feed-*")
	if err != nil {
		return failed("feed_unreadable", err)
	}
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	if n, err := io.Copy(file, io.LimitReader(resp.Body, intake.MaxSize+1)); err != nil || n > intake.MaxSize {
		return failed("feed_unreadable", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return failed("feed_unreadable", err)
	}
	name := path.Base(resp.Request.URL.Path)
	if name == "/" || name == "." {
		name = f.Name
	}
	return s.bring(ctx, f, name, file)
}

var errInner = errors.New("the address lies inside the own network")

// guarded is a client that looks at the address it is about to connect to, after the name was resolved and for each
// redirect anew: a name that leads inside the own network leads nowhere.
func guarded(inner bool) *http.Client {
	d := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := a.Addr().Unmap(); !inner && !public(ip) {
			return errInner
		}
		return nil
	}}
	return &http.Client{
		Transport: &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: time.Minute, MaxIdleConns: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if r.URL.Scheme != "https" || len(via) > 5 {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// shared lists address ranges that are not the internet although no Go method says so: carrier-grade NAT, benchmarking,
// documentation, the protocol assignments and the translated forms that can hold an inner address.
var shared = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	return !slices.ContainsFunc(shared, func(p netip.Prefix) bool { return p.Contains(ip) })
}
