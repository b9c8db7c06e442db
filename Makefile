# make explore: the explorer in a browser · make check: the quick tests · make test: all · make lint · make bench · make fuzz
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-compile -c constraints.txt

# Python starts some hundred times in a run of the tests: it compiles modules once, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: explore check test fuzz lint bench bench-load bench-growth bench-cohort screenshots servers

explore: .venv/runtime
	.venv/bin/payergraph explore

# Without the slow ones: a few minutes, for while you work.
check: .venv/dev
	.venv/bin/pytest -q -n 2 -m "not slow"

test: .venv/dev servers
	.venv/bin/pytest -q -n 3

# Half an hour of bad input at each door; `make test` has some of each.
fuzz: .venv/dev
	PAYERGRAPH_FUZZ=1800 .venv/bin/pytest -q -n 3 --dist=load -k fuzz

lint: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/payergraph lint

bench: .venv/dev
	.venv/bin/python benchmarks/bench.py

# A minute of fifty clients at the endpoint.
bench-load: .venv/dev
	.venv/bin/python benchmarks/load.py 60

# Ten minutes: the graph up to 500 times its size.
bench-growth: .venv/dev
	.venv/bin/python benchmarks/growth.py
	.venv/bin/python benchmarks/order.py

# Populations: SIZE=1000000 reads a million charts, which takes hours.
bench-cohort: .venv/dev
	.venv/bin/python benchmarks/cohort.py $(SIZE)

# The pictures in README and docs.
screenshots: .venv/dev servers
	.venv/bin/python tests/explorer/screenshots.py

# The stamps are touched last, so an interrupted set-up starts again.
.venv/runtime: pyproject.toml constraints.txt
	@echo "Setting up .venv; this takes a minute the first time"
	$(PYTHON) -m venv .venv
	$(PIP) -e '.[explorer]'
	@touch $@

.venv/dev: pyproject.toml constraints.txt
	@echo "Setting up .venv with the tools for developing; this takes a minute the first time"
	$(PYTHON) -m venv .venv
	$(PIP) -e '.[dev]'
	@touch .venv/runtime $@

# The tests drive the explorer in a real browser, read the graph from a second make of SPARQL server, and run Spark.
servers:
	@{ command -v chromium-headless-shell || command -v chromium; } >/dev/null && command -v virtuoso-t >/dev/null \
	&& command -v java >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing Chromium, Virtuoso and Java" \
	  && apt-get -qq update \
	  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium-headless-shell virtuoso-opensource openjdk-17-jre-headless >/dev/null; \
	} || { \
	  echo "The tests need Chromium, Virtuoso and Java 17: install them so that 'chromium', 'virtuoso-t' and 'java' are found, then run 'make test' again." >&2; \
	  exit 1; \
	}
