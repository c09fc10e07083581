# `make help` lists what can be made.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test bench lint lock install install-dev chromium

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

run: export DEMO ?= 1
run: install ## Start the product; DEMO=0 starts it without demo data, PORT and DATA_DIR may be set
	@exec $(BIN)/python -m contactcenter.supervisor --end-with-parent

test: install-dev chromium ## Run all tests
	$(BIN)/python -m pytest

bench: install-dev ## Measure, side by side with the alternatives
	$(BIN)/python -m benchmarks

# Neither the caller's settings nor the product's data matter here.
LINT_ENV := env -u DATABASE_URL DATA_DIR=.data/lint DEMO=0 CONTACTCENTER_LOG_LEVEL=WARNING \
	CONTACTCENTER_SECRET_KEY=not-secret-but-long-enough-and-with-many-different-characters \
	CONTACTCENTER_PUBLIC_URL=https://contact.example.com
lint: install-dev ## Check style, types, layers, spelling, templates, migrations and deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(LINT_ENV) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/djlint --lint templates
	$(LINT_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(LINT_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING

UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml
lock: install-dev ## Pin the newest versions that pyproject.toml allows
	$(UV_COMPILE) --upgrade -o requirements.lock
	$(UV_COMPILE) --upgrade --group dev --constraint requirements.lock -o requirements-dev.lock

install:
	@PYTHON="$(PYTHON)" sh scripts/install.sh requirements.lock

install-dev:
	@PYTHON="$(PYTHON)" sh scripts/install.sh requirements-dev.lock

chromium:
	@sh scripts/chromium.sh
