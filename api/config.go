package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/caarlos0/env/v11"

	"rapport/internal/errs"
)

// Config is everything the environment may say; it is read here once and nowhere else.
type Config struct {
	DB       string `env:"RAPPORT_DB"      envDefault:"sqlite:rapport.db"` // sqlite:PATH or mongodb://…
	Addr     string `env:"RAPPORT_ADDR"    envDefault:"127.0.0.1:8080"`
	URL      string `env:"RAPPORT_URL"`  // how people reach it, for links in mails; default http://ADDR
	Demo     bool   `env:"RAPPORT_DEMO"` // start with the demo company and one-click sign-in
	SMTP     string `env:"RAPPORT_SMTP"` // smtp://user:password@host:port or smtps://…; empty: links are shown instead of mailed
	From     string `env:"RAPPORT_FROM"    envDefault:"Rapport <rapport@localhost>"`
	Keys     string `env:"RAPPORT_KEYS"`                     // folder of the wave keys; default: keys beside the database
	Zone     string `env:"RAPPORT_TZ"      envDefault:"UTC"` // time zone of the jobs' rules, e.g. Europe/Warsaw
	Chromium string `env:"RAPPORT_CHROMIUM"`                 // makes the PDFs: a program, or the ws:// address of one that runs elsewhere; default: the one on the path
	NoJobs   bool   `env:"RAPPORT_NO_JOBS"`                  // this process only answers; another one runs the jobs
	Imports  string `env:"RAPPORT_IMPORT_DIR"`               // folder that scheduled sources may fetch files from; empty: none
	Tongue   string `env:"RAPPORT_LANGUAGES"`                // folder of further languages for those who answer, one CODE.json each
	Inner    bool   `env:"RAPPORT_FETCH_INNER"`              // scheduled sources may reach https addresses inside the own network
	LogJSON  bool   `env:"RAPPORT_LOG_JSON"`
	// Inner networks that webhooks may reach (10.1.0.0/16,…); none unless named.
	WebhookInner []string `env:"RAPPORT_WEBHOOK_INNER"`
}

func readConfig() (Config, error) {
	var c Config
	if err := env.Parse(&c); err != nil {
		return c, errs.Invalid("config_unreadable").Because(err)
	}
	return c.complete(), nil
}

// complete fills what follows from other settings.
func (c Config) complete() Config {
	if c.URL == "" {
		c.URL = "http://" + c.Addr
	}
	c.URL = strings.TrimRight(c.URL, "/")
	if c.Keys == "" {
		c.Keys = filepath.Join(c.folder(), "keys")
	}
	return c
}

// folder is where files beside the database go (the demo company's truth, wave keys).
func (c Config) folder() string {
	if path, ok := strings.CutPrefix(c.DB, "sqlite:"); ok {
		return filepath.Dir(path)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

// String shows the configuration without secrets.
func (c Config) String() string {
	return fmt.Sprintf("db=%s addr=%s url=%s demo=%v jobs=%v", strings.SplitN(c.DB, ":", 2)[0], c.Addr, c.URL, c.Demo, !c.NoJobs)
}
