# marketmap. `make help` lists the targets; each one makes what it needs.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := 0.13.9
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
UV_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := true
export RUNTIME__DLTHUB_TELEMETRY := false
export DO_NOT_TRACK := 1

ROOMS := connections ingestion ml expectations reverse_etl orchestration sandbox benchmarks tests

.PHONY: help setup demo ui test prove check format lock bench clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "marketmap needs Python 3.11 or newer; $(PYTHON) is older. Remedy: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)

$(VENV)/.run: $(BIN)/uv requirements.lock pyproject.toml
	@echo "Installing the packages of requirements.lock ..."
	@$(UV_INSTALL) --require-hashes -r requirements.lock
	@$(UV_INSTALL) --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "Installing the developers' tools of requirements-dev.lock ..."
	@$(UV_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run ## Make the environment only

demo: $(VENV)/.run ## The whole job against a sandbox of 2,000 accounts, twice, and a summary
	@$(BIN)/marketmap demo

ui: $(VENV)/.run ## Open Dagster on this machine: lineage, runs, checks, schedules
	@$(BIN)/marketmap ui

test: check ## All checks, then a small form of every suite (under 15 minutes)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not full"

prove: $(VENV)/.dev ## The full suites: crash, chaos, conformance, accuracy, scale
	@$(BIN)/pytest -m full

check: $(VENV)/.dev ## Format, lint, types, imports, dependencies, SQL and dbt conventions
	@{ $(BIN)/dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project --target-path target; \
		$(BIN)/dbt-bouncer --config-file dbt_project/dbt-bouncer.yml; } & beside=$$!; trap "kill $$beside 2> /dev/null || :" EXIT; \
	$(BIN)/ruff format --check --quiet .; \
	$(BIN)/ruff check --quiet .; \
	$(BIN)/mypy --no-error-summary; \
	$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache; \
	$(BIN)/deptry . > /dev/null 2>&1 || $(BIN)/deptry .; \
	$(BIN)/sqlfmt --check --quiet dbt_project || $(BIN)/sqlfmt --diff dbt_project; \
	wait $$beside
	@echo "check: format, lint, types, imports, dependencies, SQL and dbt conventions are in order"

format: $(VENV)/.dev ## Format Python and SQL in place
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix . && $(BIN)/sqlfmt --quiet dbt_project

bench: $(VENV)/.run ## Run every benchmark in its quick form
	@$(BIN)/python -m benchmarks all --quick

lock: $(BIN)/uv ## Resolve requirements.lock and requirements-dev.lock anew from pyproject.toml
	@$(UV_COMPILE) --extra sandbox -o requirements.lock
	@$(UV_COMPILE) --all-extras -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and all local state
	@rm -rf $(VENV) .marketmap sandbox.env dbt_project/target build *.egg-info
