# deskterm: everything a developer does, from a fresh clone with Python and make alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: install demo test check bench soak docs

install: $(STAMP)

# The build backend comes from the constraints too, so that nothing unpinned is ever fetched.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --only-binary :all: --constraint constraints.txt hatchling
	$(PIP) install --prefer-binary --no-build-isolation --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/deskterm demo

test: $(STAMP)
	$(BIN)/pytest -q -n 2 -m 'not soak'

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict deskterm
	$(BIN)/lint-imports

# The list of every command and query, from their registration.
docs: $(STAMP)
	$(BIN)/python -c 'from deskterm.engine.services.catalogue import actions_page; print(actions_page(), end="")' \
		> docs/actions.md

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# Hours of load, with progress; one at a time as `make soak TESTS=tests/siege/test_sessions.py`.
soak: $(STAMP)
	$(BIN)/pytest -q -s -m soak $(TESTS)
