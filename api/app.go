package main

import (
	"context"
	_ "embed"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"rapport/api/inbound"
	"rapport/api/respond"
	v1 "rapport/api/v1"
	"rapport/api/web"
	"rapport/internal/action"
	"rapport/internal/alert"
	"rapport/internal/anonaudit"
	"rapport/internal/audit"
	"rapport/internal/auth"
	"rapport/internal/chat"
	"rapport/internal/cli"
	"rapport/internal/customer"
	"rapport/internal/errs"
	"rapport/internal/fact"
	"rapport/internal/feed"
	"rapport/internal/feedback"
	"rapport/internal/forecast"
	"rapport/internal/goal"
	"rapport/internal/initiative"
	"rapport/internal/intake"
	"rapport/internal/invest"
	"rapport/internal/journey"
	"rapport/internal/linkage"
	"rapport/internal/loop"
	"rapport/internal/mail"
	"rapport/internal/myteam"
	"rapport/internal/operation"
	"rapport/internal/org"
	"rapport/internal/outbox"
	"rapport/internal/panel"
	"rapport/internal/pulse"
	"rapport/internal/report"
	"rapport/internal/report/print"
	"rapport/internal/returns"
	"rapport/internal/runlog"
	"rapport/internal/seed"
	"rapport/internal/series"
	"rapport/internal/store"
	"rapport/internal/store/mongo"
	"rapport/internal/store/sqlite"
	"rapport/internal/subscription"
	"rapport/jobs"
	"rapport/ui"
)

//go:embed openapi.yaml
var contract []byte

// readContract is the contract for the checks of every handler this process makes.
var readContract = sync.OnceValues(func() (routers.Router, error) { return web.ReadContract(contract) })

// app is the composition root: config → store → features → routes. It holds no rule.
type app struct {
	cfg   Config
	store store.Store
	cli.Services
}

// build opens the store and makes the features.
func build(ctx context.Context, cfg Config) (*app, error) {
	sender, err := mail.New(cfg.SMTP, cfg.From)
	if err != nil {
		return nil, err
	}
	if err := pulse.AddLanguages(cfg.Tongue); err != nil {
		return nil, err
	}
	st, err := openStore(ctx, cfg.DB)
	if err != nil {
		return nil, err
	}
	a := &app{cfg: cfg, store: st}
	a.Operations = operation.NewService(st, time.Now)
	keys := pulse.NewKeyRing(cfg.Keys)
	a.Pulse = pulse.NewService(st, st, keys, time.Now)
	a.Audit = audit.NewService(st)
	a.Org = org.NewService(st, time.Now)
	a.Intake = intake.NewService(st, time.Now)
	a.Intake.Guard(keys)
	a.Series = series.NewService(st, a.Intake, st, time.Now)
	a.Facts = fact.NewService(st, a.Intake, st, time.Now)
	a.Series.Heed(a.Facts)
	a.Feedback = feedback.NewService(a.Facts, st, time.Now)
	a.Customers = customer.NewService(a.Facts, st, a.Feedback, time.Now)
	a.Feed = feed.NewService(st, st, map[intake.Kind]feed.Kind{intake.Feedback: a.Feedback, intake.Orders: a.Customers}, feed.Options{Folder: cfg.Imports, Inner: cfg.Inner}, time.Now)
	a.Loop = loop.NewService(st, a.Feedback, a.Facts.Homes, loop.Options{URL: cfg.URL, Mails: sender != nil}, time.Now)
	a.Journeys = journey.NewService(st, journey.From{Facts: a.Facts, Feedback: a.Feedback, Customers: a.Customers, Closures: a.Loop}, a.Operations, time.Now)
	sources := []panel.Source{a.Series, a.Feedback, a.Customers, a.Journeys, panel.NewAttrition(a.Org), panel.NewReleases(a.Pulse)}
	a.Linkage = linkage.NewService(st, a.Org, sources, a.Operations, time.Now)
	a.Initiatives = initiative.NewService(st, a.Org, sources, a.Operations, time.Now)
	a.Customers.Terms(terms(a.Initiatives))
	a.Goals = goal.NewService(st, a.Org, sources, a.Operations, time.Now)
	a.Journeys.Wants(a.Goals, terms(a.Initiatives))
	a.Returns = returns.NewService(st, returns.From{Ledger: a.Initiatives, Links: a.Linkage, Teams: a.Org, Sources: sources, Goals: a.Goals}, a.Operations, time.Now)
	a.Forecasts = forecast.NewService(st, a.Initiatives, a.Returns, a.Operations, time.Now)
	a.Invest = invest.NewService(st, invest.From{Teams: a.Org, Goals: a.Goals, Prices: a.Returns, Links: a.Linkage, Ledger: a.Initiatives}, a.Operations, time.Now)
	a.Outbox = outbox.NewService(st, sender, time.Now)
	if a.Outbox.On() {
		a.Customers.AskBy(askAbout(a.Feedback, cfg.URL))
	}
	a.Auth = auth.NewService(st, a.Org, auth.Options{URL: cfg.URL, Mails: a.Outbox.On(), Demo: cfg.Demo}, time.Now)
	a.Reports = report.NewService(st, report.Sources{
		Teams: a.Org, Figures: sources, Evidence: a.Linkage, Ledger: a.Initiatives, Returns: a.Returns, Events: a.Series, Goals: a.Goals, Proposals: a.Invest, Readers: a.Auth, Printer: print.New(print.Options{Chromium: cfg.Chromium}),
	}, a.Operations, time.Now)
	a.Actions = action.NewService(st, a.Auth, a.Org, sources, action.Options{URL: cfg.URL, Mails: a.Outbox.On()}, time.Now)
	guard, err := alert.NewGuard(cfg.WebhookInner)
	if err != nil {
		_ = st.Close()
		return nil, err
	}
	a.Alerts = alert.NewService(st, alert.From{People: a.Auth, Teams: a.Org, Sources: sources, Runs: st, Links: a.Linkage, Actions: a.Actions, Cases: overdueCases{a.Loop}},
		alert.Options{URL: cfg.URL, Mails: a.Outbox.On(), Guard: guard}, time.Now)
	a.Outbox.Also(alert.Template, a.Alerts)
	a.Pulse.Chat(chat.New(guard))
	letters := subscription.Options{URL: cfg.URL, Zone: location(cfg.Zone)}
	if m, ok := sender.(subscription.Mailer); ok {
		letters.Mailer = m
	}
	a.Subscriptions = subscription.NewService(st, subscription.From{People: a.Auth, Teams: a.Org, Reports: a.Reports, Links: a.Linkage, Goals: a.Goals, Actions: a.Actions, Pulses: a.Pulse, Homes: myteam.NewService(a.Reports, a.Linkage, a.Org), Cases: a.Loop, Returns: a.Returns, Ledger: a.Initiatives, Year: a.Initiatives, Journeys: a.Journeys, Words: a.Feedback, Worth: a.Customers, Proposals: a.Invest}, letters, time.Now)
	a.Outbox.Also(subscription.Template, a.Subscriptions)
	table, err := jobs.Table(jobs.Work{Actions: a.Actions, Alerts: a.Alerts, Crawl: a.crawl, Customers: a.Customers, Feed: a.Feed, Forecasts: a.Forecasts, Goals: a.Goals, Invest: a.Invest, Journeys: a.Journeys, Linkage: a.Linkage, Loop: a.Loop, Outbox: a.Outbox, Pulse: a.Pulse, Reports: a.Reports, Returns: a.Returns, Subscriptions: a.Subscriptions, Letters: mail.NewLetters(sender), URL: cfg.URL}, cfg.Zone)
	if err != nil {
		_ = st.Close()
		return nil, errs.Invalid("time_zone_unknown").With("value", cfg.Zone).Because(err)
	}
	names := make([]string, len(table))
	for i, j := range table {
		names[i] = j.Name
	}
	a.Alerts.Heed(names)
	a.Jobs = runlog.NewService(st, st, a.Operations, table, time.Now)
	ledgerAt := func(at time.Time) *initiative.Service {
		return initiative.NewService(st, a.Org, sources, a.Operations, func() time.Time { return at })
	}
	a.Crawl = a.crawl
	forecastsAt := func(at time.Time) *forecast.Service {
		return forecast.NewService(st, ledgerAt(at), a.Returns, a.Operations, func() time.Time { return at })
	}
	a.Seed = func(ctx context.Context) error {
		err := seed.Company(ctx, seed.Services{
			Alerts:  a.Alerts,
			Actions: a.Actions,
			Auth:    a.Auth,
			Goals:   a.Goals,
			Invest:  a.Invest,
			Linkage: a.Linkage,
			Org:     a.Org,
			Series:  a.Series,
			Ledger:  seed.Ledger{At: ledgerAt, Forecasts: forecastsAt, Returns: a.Returns},
			PulseAt: func(at time.Time) *pulse.Service {
				return pulse.NewService(st, st, keys, func() time.Time { return at })
			},
			Now: time.Now,

			Letters: a.Subscriptions,
		}, cfg.folder())
		if err != nil {
			return err
		}
		return seed.CustomerSide(ctx, seed.CustomerServices{Customers: a.Customers, Feedback: a.Feedback, Goals: a.Goals, Journeys: a.Journeys, Loop: a.Loop, Org: a.Org, Now: time.Now})
	}
	a.SeedReports = func(ctx context.Context) error {
		return seed.Quarters(ctx, a.Reports, func(ctx context.Context) error { return a.Invest.Rank(ctx, "seed", nil) }, time.Now())
	}
	return a, nil
}

func openStore(ctx context.Context, url string) (store.Store, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return sqlite.Open(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "mongodb://"), strings.HasPrefix(url, "mongodb+srv://"):
		return mongo.Open(ctx, url)
	}
	return nil, errs.Invalid("store_url").With("value", url)
}

// handler makes the whole HTTP side.
func (a *app) handler() (http.Handler, error) {
	operations, err := readContract()
	if err != nil {
		return nil, err
	}
	e := web.NewEngine()
	e.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c *gin.Context) {
		if err := a.store.Ready(c.Request.Context()); err != nil {
			web.WriteError(c, err)
			return
		}
		c.String(http.StatusOK, "ready\n")
	})
	e.GET("/metrics", web.Metrics())
	v1.Mount(e.Group("/api/v1"), v1.Features{
		Alerts:  a.Alerts,
		Actions: a.Actions,
		Audit:   a.Audit, Auth: a.Auth, Customers: a.Customers, Facts: a.Facts, Feed: a.Feed, Feedback: a.Feedback, Goals: a.Goals, Initiatives: a.Initiatives, Intake: a.Intake, Invest: a.Invest, Jobs: a.Jobs, Journeys: a.Journeys, Linkage: a.Linkage, Loop: a.Loop, Operations: a.Operations, Org: a.Org, Pulse: a.Pulse, MyTeam: myteam.NewService(a.Reports, a.Linkage, a.Org), Reports: a.Reports, Returns: a.Returns, Series: a.Series, URL: a.cfg.URL, Mails: a.Outbox.On(), Now: time.Now,
		Forecasts: a.Forecasts,
		Crawl:     a.crawl,

		Subscriptions: a.Subscriptions,
	}, web.SameOrigin(a.cfg.URL), web.Authenticate(a.Auth, a.cfg.URL), web.CheckAgainst(operations, v1.Allow), web.Idempotent(a.store, time.Now))
	respond.Mount(e, a.Pulse)
	respond.MountSurveys(e, a.Feedback)
	respond.MountSolved(e, a.Loop, a.Feedback)
	respond.MountUnsubscribe(e, a.Subscriptions)
	inbound.Mount(e, a.Feed)
	e.NoRoute(web.Pages(ui.Dist()))
	return gzhttp.GzipHandler(e), nil
}

// crawl attacks this instance through a handler of its own, as everybody who may look at it.
func (a *app) crawl(ctx context.Context, progress func(done, total int64)) (pulse.Crawl, error) {
	h, err := a.handler() //nolint:contextcheck // a request has its own context
	if err != nil {
		return pulse.Crawl{}, err
	}
	return anonaudit.Run(ctx, anonaudit.Instance{Handler: h, Contract: contract, Ledger: a.Pulse, Letters: everyLetter{a.store, a.Subscriptions}, Log: a.Audit}, progress)
}

// everyLetter is what waits to be sent, and what every subscription would say now: its letters are written when they are
// sent, so nothing of them waits.
type everyLetter struct {
	waiting       anonaudit.Letters
	subscriptions *subscription.Service
}

// WaitingMessages implements anonaudit.Letters.
func (l everyLetter) WaitingMessages(ctx context.Context, limit int) ([]outbox.Message, error) {
	list, err := l.waiting.WaitingMessages(ctx, limit)
	if err != nil {
		return nil, err
	}
	more, err := l.subscriptions.Letters(ctx, limit)
	return append(list, more...), err
}

// location is a time zone; an unknown one is refused by the table of jobs.
func location(zone string) *time.Location {
	if l, err := time.LoadLocation(zone); err == nil {
		return l
	}
	return time.UTC
}

// close stops what runs and releases the store.
func (a *app) close() {
	a.Operations.Close()
	_ = a.store.Close()
}
