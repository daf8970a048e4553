# Rapport. `make run` does the main job, `make test` passes all tests; both set up what they need. `make help` lists all.
SHELL := bash
.DEFAULT_GOAL := help

GO       ?= go
TOOLS    := $(CURDIR)/.tools/bin
LINT     := $(TOOLS)/golangci-lint-2.15.0
UI_SRC    = $(shell find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*' 2>/dev/null)
GO_SRC    = $(shell find api internal jobs ui -name '*.go' -not -path 'ui/node_modules/*') $(shell find api internal -name '*.sql' -o -name '*.yaml' -o -name '*.json' -o -name '*.html' -o -name '*.tmpl')
# MongoDB for the tests: a server named by RAPPORT_TEST_MONGO, else the one that ../shared/tools brings, else left out.
MONGO    := $(if $(RAPPORT_TEST_MONGO),,$(wildcard ../shared/tools/with-mongo))
# Tests that ask whether figures come out right, in one goroutine: the race detector makes them ten times slower and sees
# nothing (internal/raced). internal/disclosure starts no goroutine at all.
FIGURES  := ./internal/customer ./internal/disclosure ./internal/seed ./jobs
PROMISED := $(if $(RAPPORT_TEST_MONGO)$(MONGO),RAPPORT_REQUIRE_MONGO=1)

.PHONY: help run dev build ui test test-go lint gen gen-check test-ui e2e shots paint bench calibrate test-faults seed clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

run: bin/rapport ## build what is stale and start on http://127.0.0.1:8080 (DEMO=1: with the demo company)
ifdef DEMO
	@mkdir -p demo && RAPPORT_DEMO=true RAPPORT_DB=$${RAPPORT_DB:-sqlite:demo/rapport.db} exec bin/rapport serve
else
	@exec bin/rapport serve
endif

build: bin/rapport ## build bin/rapport with the interface inside

bin/rapport: ui/dist/index.html $(GO_SRC) go.mod go.sum
	CGO_ENABLED=0 $(GO) build -trimpath -o $@ ./api

ui: ui/dist/index.html ## build the interface

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SRC) api/openapi.yaml
	cd ui && npm run --silent build
	@touch $@

ui/node_modules/.package-lock.json: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

dev: ui/node_modules/.package-lock.json bin/rapport ## the server, and the interface with live reload
	@bin/rapport serve & trap "kill $$!" EXIT; cd ui && npm run dev

test: ## everything: build, vet, lint, tests on SQLite and MongoDB, the interface, end to end in a browser, drift
	@.ci/setup
	@if [ -n "$(MONGO)" ]; then $(dir $(MONGO))mongo-server --install; $(dir $(MONGO))mongo-server --install --faults; fi
	@$(MAKE) --no-print-directory bin/rapport gen-check lint test-go test-ui e2e
	@echo "make test: all passed"

test-go: ## go vet, all Go tests with the race detector, on SQLite and, where there is a server, on MongoDB; figures without it
	$(GO) vet ./...
	$(PROMISED) RAPPORT_TEST_BINARY=$(wildcard $(CURDIR)/bin/rapport) $(MONGO) $(GO) test -race -p 3 -timeout 20m $$($(GO) list ./... | grep -v /internal/disclosure$$)
	$(GO) test -timeout 20m $(FIGURES)

lint: $(LINT) ## golangci-lint
	$(LINT) run --allow-parallel-runners --timeout 15m ./...

$(LINT):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv $(TOOLS)/golangci-lint $@

gen: ui/node_modules/.package-lock.json ## generate the server interface and the interface's types from api/openapi.yaml
	cd api && $(GO) tool oapi-codegen -config v1/codegen.yaml openapi.yaml
	cd ui && npm run --silent gen

gen-check: ## fail when the generated files are not what make gen makes
	@cp api/v1/openapi.gen.go .gen.before && cp ui/src/api/schema.d.ts .schema.before
	@$(MAKE) --no-print-directory gen
	@cmp -s .gen.before api/v1/openapi.gen.go && cmp -s .schema.before ui/src/api/schema.d.ts; same=$$?; rm -f .gen.before .schema.before; \
	  [ $$same = 0 ] || { echo "generated files are stale: run make gen and commit"; exit 1; }

test-ui: ui/node_modules/.package-lock.json ## type check, lint and unit tests of the interface
	cd ui && npm run --silent check && npm run --silent lint && npm test --silent

e2e: bin/rapport ui/node_modules/.package-lock.json ## a browser against the real binary and the seeded company
	@.ci/setup chromium:chromium
	cd ui && npm run --silent e2e

shots: bin/rapport ui/node_modules/.package-lock.json ## pictures of every page in shots/: en and he, wide and phone, light and dark
	@.ci/setup chromium:chromium
	cd ui && npm run --silent shots

paint: bin/rapport ui/node_modules/.package-lock.json ## how soon each page is painted on a slow phone line (a table, no limit)
	@.ci/setup chromium:chromium
	cd ui && npm run --silent paint

bench: bin/rapport ## benchmarks (benchstat-ready), and the all-pairs matrix as a whole process beside numpy where there is one
	$(GO) test -run '^$$' -bench . -benchmem ./...
	@if [ -d ../shared/reference/bench ] && $${PY:-/usr/bin/python3} -c 'import numpy, pandas' 2>/dev/null; then \
	  mkdir -p .bench && cp -ru ../shared/reference/bench/. .bench && chmod -R u+w .bench && cd .bench && \
	  ENGINE='$(CURDIR)/bin/rapport stat rmcorr-matrix -data {in} -lags 0-12 -out {out}' TMPDIR=$(CURDIR)/.bench ./bench.sh; \
	else echo "left out: the matrix beside numpy (needs ../shared/reference/bench and a Python with numpy and pandas; name it with PY=)"; fi

calibrate: ## simulate whether tests keep their level and intervals hold the truth; writes internal/docs/calibration.md (minutes)
	nice -n 19 $(GO) test -tags calibrate ./internal/stats/calibrate -count 1 -timeout 4h -v
	RAPPORT_SEEDS=2000 nice -n 19 $(GO) test ./internal/initiative ./internal/seed -run 'Planted' -count 1 -timeout 4h -v

test-faults: bin/rapport ## kill and restart tests, long
	$(PROMISED) RAPPORT_TEST_BINARY=$(CURDIR)/bin/rapport $(MONGO) $(GO) test -tags faults -run Faults -timeout 60m -v ./...

clean: ## remove what was built
	rm -rf bin ui/dist/assets ui/dist/index.html
