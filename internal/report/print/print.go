// Package print makes PDFs of pages with a Chromium, one found on this machine or one at a DevTools address. It asks no
// network for anything: a page brings its letters and pictures along.
package print

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"rapport/internal/errs"
)

// Options of a Printer.
type Options struct {
	// Chromium is a program, or the ws:// or http:// address of one that runs elsewhere; empty: one is looked for.
	Chromium string
	// NoSandbox runs the browser without its sandbox: for tests only.
	NoSandbox bool
	// Patience bounds one page, the start of the browser included; zero: 90 s.
	Patience time.Duration
}

// Printer prints one page at a time: a browser is large, and reports are few.
type Printer struct {
	opts Options
	turn chan struct{}
	hung time.Time // when a browser last gave no answer; whoever has the turn may read and write it
}

// New makes a printer; whether a browser is there is seen when something is printed.
func New(o Options) *Printer {
	if o.Patience == 0 {
		o.Patience = patience
	}
	return &Printer{opts: o, turn: make(chan struct{}, 1)}
}

const (
	patience = 90 * time.Second
	// rest is how long nobody waits for a browser that gave no answer: each would wait as long as the one before.
	rest = time.Minute
)

var errHung = errors.New("the browser gave no answer a moment ago")

// nobody is the user that a browser runs under where the server runs as root: a sandbox is no use to root.
const nobody = 65534

// names are how browsers are called.
var names = []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"}

// Print makes a PDF of a page. Every failure is errs.Unavailable("pdf_unavailable") with its cause: it may work later.
func (p *Printer) Print(ctx context.Context, html []byte) ([]byte, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if time.Since(p.hung) < rest {
		return nil, errs.Unavailable("pdf_unavailable").Because(errHung)
	}
	within, cancel := context.WithTimeout(ctx, p.opts.Patience)
	defer cancel()
	pdf, err := p.print(within, html)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err() // nobody waits for it any more: the browser is not to blame
	}
	if err != nil && within.Err() != nil {
		p.hung = time.Now()
	}
	if err != nil {
		slog.WarnContext(ctx, "no pdf was made", "error", err)
		return nil, errs.Unavailable("pdf_unavailable").Because(err)
	}
	return pdf, nil
}

func (p *Printer) print(ctx context.Context, html []byte) ([]byte, error) {
	browser, cancel, err := p.browser(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	tab, shut := chromedp.NewContext(browser, chromedp.WithLogf(func(string, ...any) {}), chromedp.WithErrorf(func(string, ...any) {}))
	defer shut()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return nil, err
	}
	tree, err := chromedp.Call(tab, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(tab, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: string(html)}); err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.PrintToPDF(chromedp.PDFPrintBackground(), chromedp.PDFPreferCSSPageSize(), chromedp.PDFOutlineAndTagged(), chromedp.PDFStream()))
}

// browser starts a browser, or connects to one.
func (p *Printer) browser(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if u, err := url.Parse(p.opts.Chromium); err == nil && (u.Scheme == "ws" || u.Scheme == "wss" || u.Scheme == "http" || u.Scheme == "https") {
		c, cancel := remote.NewAllocator(ctx, p.opts.Chromium)
		return c, cancel, nil
	}
	path, err := p.program()
	if err != nil {
		return nil, nil, err
	}
	home, err := os.MkdirTemp("", "rapport-print-")
	if err != nil {
		return nil, nil, err
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(home), chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("font-render-hinting", "none"), chromedp.Env("HOME=" + home),
	}
	asRoot := os.Geteuid() == 0
	if p.opts.NoSandbox {
		opts = append(opts, chromedp.NoSandbox)
	} else if asRoot {
		if err := os.Chown(home, nobody, nobody); err != nil {
			return nil, nil, err
		}
	}
	// A browser starts others, and its program may be a script that starts it: all of them end together.
	var started *exec.Cmd
	opts = append(opts, chromedp.ModifyCmdFunc(func(c *exec.Cmd) {
		ownGroup(c)
		if asRoot && !p.opts.NoSandbox {
			c.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
			c.Dir = home
		}
		started = c
	}))
	c, cancel := chromedp.NewExecAllocator(ctx, opts...)
	return c, func() {
		cancel()
		if started != nil && started.Process != nil {
			_ = syscall.Kill(-started.Process.Pid, syscall.SIGKILL) // nobody is left in most cases
		}
		_ = os.RemoveAll(home) // what a killed browser still holds is left to the system's own tidying
	}, nil
}

// program finds the browser.
func (p *Printer) program() (string, error) {
	if p.opts.Chromium != "" {
		return exec.LookPath(p.opts.Chromium)
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	return "", errs.Unavailable("pdf_unavailable").With("looked_for", strings.Join(names, ", "))
}
