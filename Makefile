.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test lint format bench schema docs lock clean

BIN := .venv/bin
ARGS ?=
export PYTHON

help: ## What can be done here
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then b=$$(printf '\033[1m'); c=$$(printf '\033[36m'); r=$$(printf '\033[0m'); fi; \
	printf '\n  %s\n\n' "$${b}Nano-SRE$$r: checks for Shopify stores, as code"; \
	awk -v c="$$c" -v r="$$r" -F ':.*## ' '/^[a-z]+:.*## /{printf "  %s%-8s%s %s\n", c, $$1, r, $$2}' $(firstword $(MAKEFILE_LIST)); \
	printf '\n  Each sets up what it needs by itself. Pass words on with ARGS: make test ARGS="-k browsers"\n\n'

setup: ## Virtual environment, locked packages, a browser
	@bash .ci/setup packages browser

demo: setup ## A store on this machine, every starter check against it, a report
	@$(BIN)/nano-sre demo $(ARGS)

test: ## Lint, then every test, real browser and PostgreSQL included
	@bash .ci/setup packages browser postgres editor
	@$(MAKE) --no-print-directory lint
	@bash .ci/tests $(ARGS)

lint: ## Style, types, layers, freshness of what is generated
	@bash .ci/setup packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nano-sre schema --check

format: ## Put the code in the house style
	@bash .ci/setup packages
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## Measure, against peers or a floor taken in the same run
	$(BIN)/python tests/bench/run.py $(ARGS)

schema: ## Write schemas/ from the code
	@bash .ci/setup packages
	$(BIN)/nano-sre schema --write

docs: ## Write schemas/ and the reference in docs/ from the code
	@bash .ci/setup packages
	$(BIN)/nano-sre schema --write --docs

lock: ## Write the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	@bash .ci/lock $(ARGS)

clean: ## Remove what was made here, but never data or reports
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache build dist
	find engine tests -name __pycache__ -type d -prune -exec rm -rf {} +
