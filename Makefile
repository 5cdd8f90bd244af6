.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
PYTEST := .venv/bin/pytest
LOCK := .venv/bin/uv pip compile --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header -q

# Everything about elections once more without the accelerator, but for what names its own group.
WITHOUT_ACCELERATOR := tests/unit/voting/group tests/unit/voting/election tests/property/test_elections.py \
	tests/property/test_shuffle_properties.py tests/property/test_pedersen_properties.py \
	--ignore tests/unit/voting/group/test_accelerator.py \
	-k "not BELENIOS and not RFC-3526 and not accelerated and not libsodium"

# Processes that test. In the order of the folders the long stories of the browser come first and nobody waits for the last one.
WORKERS ?= 2

# Bytecode is kept: a process that a test starts is there in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run worker demo test test-fast test-deps soak check format bench translations migrate lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

.venv/.installed: requirements.lock
	python3 -m venv .venv
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

install: .venv/.installed ## install what running needs into .venv
	@$(PY) -m voting.election.group.build
	@$(PY) -m app.translations

run: install ## prepare the demo and serve it on http://127.0.0.1:8000, with one worker
	@$(PY) -m app.demo.run

tests/tools/node_modules/.installed: tests/tools/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/tools --silent --no-audit --no-fund && touch $@ || echo "npm packages of the tests are missing"; fi

test-deps: .venv/.installed-dev install tests/tools/node_modules/.installed

test: test-deps ## everything: both databases, real browser, real mail server, reference tools
	$(PYTEST) -n $(WORKERS) --dist loadscope --no-loadscope-reorder
	MADANG_ACCELERATOR=off $(PYTEST) -n $(WORKERS) -q $(WITHOUT_ACCELERATOR)

test-fast: test-deps ## under a minute: no browser, no PostgreSQL, nothing slow
	$(PYTEST) -n $(WORKERS) -q -m "not slow and not browser and not postgres"

soak: test-deps ## an hour or more: a thousand killed workers, ten thousand casts, on both databases
	MADANG_SOAK=1 $(PYTEST) -q tests/load

check: .venv/.installed-dev ## style, types, architecture
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PYTEST) -q tests/architecture

format: .venv/.installed-dev ## put the code in shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: test-deps ## measure; figures belong in docs/performance.md
	$(PY) -m bench

translations: .venv/.installed ## compile the English texts
	$(PY) -m app.translations

migrate: .venv/.installed ## bring the configured database to the newest schema
	.venv/bin/flask --app wsgi db upgrade

lock: .venv/.installed-dev ## resolve the dependencies anew
	$(LOCK) --extra postgres -o requirements.lock pyproject.toml
	$(LOCK) --extra postgres --extra redis --extra dev -o requirements-dev.lock pyproject.toml

clean: ## remove what was made
	rm -rf .venv build instance .mypy_cache .ruff_cache
