# `make help` lists the targets. On another Python: make PYTHON=python3.13 run
PORT ?= 8501
PYTHON ?=
IN_VENV := .venv/bin/python -m
ENVIRONMENT := sh scripts/environment

.PHONY: help env run test lint bench soak pictures audit lock

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 10

env: ## make .venv with what the dashboard needs
	@$(ENVIRONMENT) requirements.lock $(PYTHON)

run: env ## serve the dashboard on http://localhost:8501, or on PORT
	@$(IN_VENV) streamlit run app.py --server.port $(PORT)

test: .testenv ## run all tests, fast ones first, on up to four cores
	@$(IN_VENV) pytest -n auto --maxprocesses=4 --dist load --maxschedchunk=4

lint: .testenv ## ruff and mypy
	@$(IN_VENV) ruff check .
	@$(IN_VENV) ruff format --check .
	@$(IN_VENV) mypy

bench: ## how fast it is, beside what it is compared with
	@$(ENVIRONMENT) benchmarks/requirements.lock $(PYTHON)
	@for each in benchmarks/bench_*.py; do echo "== $$each"; $(IN_VENV) benchmarks.$$(basename $$each .py) || exit 1; done

soak: .testenv ## many viewers for minutes: the tests marked soak
	@$(IN_VENV) pytest -m soak -s

pictures: .testenv ## take the README's pictures anew
	@$(IN_VENV) docs.take_pictures

audit: env ## look the packages up among known vulnerabilities
	@sh scripts/audit

lock: env ## renew the pinned versions within requirements.txt
	@$(IN_VENV) pip install --quiet uv
	@sh scripts/lock

.PHONY: .testenv
.testenv:
	@$(ENVIRONMENT) tests/requirements.lock $(PYTHON)
