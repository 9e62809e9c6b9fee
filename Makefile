# `make help` lists the targets. To use another Python: make PYTHON=python3.13 run
PORT ?= 8501
PYTHON ?=
IN_VENV := .venv/bin/python -m
ENVIRONMENT := sh scripts/environment
# Compiled tests and modules are kept, wherever that is switched off: every worker and every process it starts needs them
PYTEST := PYTHONDONTWRITEBYTECODE= $(IN_VENV) pytest -n auto --maxprocesses=4

.PHONY: help env run test test-fast test-long lint fix bench soak pictures audit lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 11

env: ## create .venv with the packages that the dashboard needs
	@$(ENVIRONMENT) requirements.lock $(PYTHON)

run: env ## serve the dashboard on http://localhost:8501, or on PORT
	@$(IN_VENV) streamlit run app.py --server.port $(PORT)

test: .testenv ## run the tests, fast ones first, on up to four cores
	@$(PYTEST) --dist loadgroup --no-loadscope-reorder

test-fast: .testenv ## run what needs no browser, server, database or page, on fewer random inputs
	@$(PYTEST) --dist worksteal --hypothesis-profile=fast -m "not (browser or server or postgres or nginx or openssl or apptest or slow or long or soak)"

test-long: .testenv ## run the dearest tests, which `make test` leaves out and CI runs too
	@$(PYTEST) --dist loadfile --no-loadscope-reorder -m long

lint: .testenv ## check with ruff and mypy
	@$(IN_VENV) ruff check .
	@$(IN_VENV) ruff format --check .
	@$(IN_VENV) mypy

fix: .testenv ## fix what ruff can fix, and format
	@$(IN_VENV) ruff check --fix .
	@$(IN_VENV) ruff format .

bench: ## measure speed against reference implementations
	@$(ENVIRONMENT) benchmarks/requirements.lock $(PYTHON)
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(IN_VENV) benchmarks.$$(basename $$file .py) || exit 1; done

soak: .testenv ## run the tests that take minutes, such as fifty viewers at once
	@$(IN_VENV) pytest -m soak -s

pictures: .testenv ## take the README's screenshots
	@$(IN_VENV) docs.take_pictures

audit: env ## look for known vulnerabilities in the packages
	@sh scripts/audit

lock: env ## renew the pinned versions within requirements.txt
	@$(IN_VENV) pip install --quiet uv
	@sh scripts/lock

.PHONY: .testenv
.testenv:
	@$(ENVIRONMENT) tests/requirements.lock $(PYTHON)
