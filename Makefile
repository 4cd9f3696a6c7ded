# What a developer and CI run. `make demo` needs Python 3.11+, make and a network for the packages.
PYTHON ?= python3
BIN := .venv/bin
NOW := 2026-01-12T06:00:00+00:00
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
INSTALL_SELF = @$(INSTALL) --no-deps --no-build-isolation -e . > .venv/install.log 2>&1 || (cat .venv/install.log; exit 1)
EXAMPLE := $(BIN)/digest --now $(NOW)

.PHONY: demo desk test test-all check coverage crumbs mutants bench screenshots docs man lock clean

demo: .venv/run
	@$(EXAMPLE) pull
	@$(EXAMPLE) --quiet subscribers import examples/subscribers.csv
	@$(EXAMPLE) draft weekly
	@$(EXAMPLE) export weekly-2026-01-12 --out out
	@echo "Then: make desk"

desk: .venv/run
	@$(EXAMPLE) desk

# A worker more than there are processors: half of a test's time is waiting, for a browser or a relay.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) + 1)')

test: .venv/test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-all: .venv/test
	DIGEST_FULL=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

# What the tests reach, lines and branches, room by room. One process and those that it starts: the
# workers of pytest-xdist end without a word, and what they measured with them.
coverage: .venv/test
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python tools/coverage_by_room.py

# Helpers that are named once, room by room; of one folder: `make crumbs FOLDER=digest/render`.
FOLDER ?= digest
crumbs: .venv/python
	$(BIN)/python tools/crumbs.py $(FOLDER)

# Whether the tests notice changed code: a room, or `make mutants FILE=digest/editorial/capacity.py`.
ROOM ?= editorial
FILE ?=
mutants: .venv/test
	$(BIN)/python -m pip install --quiet 'mutmut>=3.8,<4'
	$(BIN)/python tools/mutants.py $(ROOM) $(FILE)

bench: .venv/test
	$(BIN)/python -m bench

screenshots: .venv/test
	$(BIN)/python tools/screenshots.py
	$(BIN)/python tools/readme_pictures.py
	$(BIN)/python tools/desk_pictures.py

# The documentation as a site, out/site/index.html; it needs no other host when it is read.
docs: .venv/test
	$(BIN)/python -m pip install --quiet 'mkdocs-material>=9.6'
	$(BIN)/mkdocs build --quiet
	@echo "Open out/site/index.html"

# The manual page, from what the commands say of themselves.
man: .venv/python
	$(BIN)/python tools/man_page.py deploy/digest.1

# Hash-pinned, without the names of hosts.
lock: .venv/test
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile $(LOCK) --extra build -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra postgresql -o requirements/postgresql.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra oidc --extra postgresql --extra test -o requirements/test.txt pyproject.toml
LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links

clean:
	rm -rf out digest.db digest.db-* digest.db.*

.venv/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "digest needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL_SELF)
	@touch $@

.venv/test: .venv/python requirements/test.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/test.txt
	$(INSTALL_SELF)
	$(BIN)/python tools/get_chromium.py
	@touch $@ .venv/run
