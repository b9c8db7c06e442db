# make explore: the explorer in a browser · make test · make lint · make bench
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: explore test lint bench bench-growth screenshots chromium

explore: .venv/runtime
	.venv/bin/payergraph explore

test: .venv/dev chromium
	.venv/bin/pytest -q -n 2 --cov --cov-report=term

lint: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/payergraph lint

bench: .venv/dev
	.venv/bin/python benchmarks/bench.py

# Ten minutes: the graph up to 500 times its size.
bench-growth: .venv/dev
	.venv/bin/python benchmarks/growth.py

# The pictures in README and docs.
screenshots: .venv/dev chromium
	.venv/bin/python tests/explorer/screenshots.py

# The stamps are touched last, so an interrupted set-up starts again.
.venv/runtime: pyproject.toml constraints.txt
	@echo "Setting up .venv; this takes a minute the first time"
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/dev: .venv/runtime
	@echo "Adding the tools for developing to .venv"
	$(PIP) -e '.[dev]'
	@touch $@

# The tests drive the explorer in a real browser.
chromium:
	@command -v chromium >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing Chromium" \
	  && apt-get -qq update \
	  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	} || { \
	  echo "The tests need the Chromium browser: install it so that the command 'chromium' is found, then run 'make test' again." >&2; \
	  exit 1; \
	}
