# make demo   compare two district structures on a real county
# make test   the quick tests
# Each of them sets up everything that it needs in .venv first.

# The first Python that is new enough; `make PYTHON=/path/to/python test` takes another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
JOBS ?= 2

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test slow lint format types check clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     compare district structures in More og Romsdal (results in results/demo/)'
	@echo 'make test     the quick tests'
	@echo 'make slow     the slow tests'
	@echo 'make lint     style;  make format puts it right'
	@echo 'make types    types'
	@echo 'make check    all of these, as the build machine does'
	@echo 'make clean    remove .venv and what the tools leave behind'

demo: .venv/core-installed
	$(BIN)/emergency-sim demo

test: .venv/dev-installed
	$(PYTEST) -m 'not slow' -n $(JOBS) --dist loadfile

slow: .venv/dev-installed
	$(PYTEST) -m slow tests

lint: .venv/dev-installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m numpydoc lint $$(find emergency_sim -name '*.py')

format: .venv/dev-installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/dev-installed
	$(BIN)/mypy

check: lint types test slow

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find emergency_sim networks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are renewed when what they depend on changes, so a second `make` installs nothing.
.venv/created:
	@test -n '$(PYTHON)' || { \
		echo 'emergency_sim needs Python 3.11 or newer, and none was found.'; \
		echo 'On Debian or Ubuntu: sudo apt-get install python3 python3-venv'; \
		echo 'If it lies elsewhere: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)'; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo '$(PYTHON) is not Python 3.11 or newer.'; \
		echo 'Name one that is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)'; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$(PYTHON) comes without the modules venv and ensurepip."; \
		echo "On Debian or Ubuntu: sudo apt-get install python3-venv"; \
		echo "(for a Python $$v beside the system's own: python$$v-venv)"; exit 1; } >&2
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/core-installed: .venv/created pyproject.toml constraints.txt
	@echo 'Installing emergency_sim and its libraries into .venv (a minute or two)'
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

.venv/dev-installed: .venv/core-installed
	@echo 'Installing what the tests need into .venv'
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@
