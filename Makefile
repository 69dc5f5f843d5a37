# Everything needs only Python 3.11+, make and the package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
PEERS := benchmarks/.venv
AUDIT := .audit

.DEFAULT_GOAL := help
.PHONY: help demo test test-quick lint dev lock clean benchmark fuzz audit

help: ## What there is to make
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

# Byte-compiled on install: what is not costs 2.5 times the CPU at every start.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is needed, because Dagster supports no other: make PYTHON=/path/to/python3")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --compile -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q chess_assets
	@touch $(INSTALLED)

demo: $(INSTALLED) ## Two made-up players' history becomes tables; PLAYER=hikaru for a real one
ifdef PLAYER
	$(BIN)/chess-assets sync $(PLAYER)
else
	$(BIN)/chess-assets demo
endif

# More workers than cores: many a test waits for processes of its own.
test: $(INSTALLED) ## Definitions and the whole test suite: does it work on this machine?
	$(BIN)/dagster definitions validate
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

test-quick: $(INSTALLED) ## Definitions and the tests of the domain: a second Python in a few minutes
	$(BIN)/dagster definitions validate
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder chess_assets_tests/domain

lint: $(INSTALLED) ## Ruff and mypy, for who changes the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

benchmark: $(INSTALLED) $(PEERS)/installed ## This project beside what people would use instead; some minutes
	$(BIN)/python -m benchmarks.compare
	$(BIN)/python -m benchmarks.growth
	for name in cold_profile parsing positions verifying workers ticks; do \
		$(BIN)/python -m benchmarks.$$name > benchmarks/results/$$name.new \
			&& mv benchmarks/results/$$name.new benchmarks/results/$$name.md; \
	done
	$(BIN)/python -m benchmarks.tables

# The peers' own environment: nothing of theirs gets into the project's.
$(PEERS)/installed: benchmarks/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --compile -r benchmarks/requirements.txt
	@touch $@

fuzz: $(INSTALLED) ## Ten thousand lives of a lake, 100,000 hostile games; goes on where it ended
	$(BIN)/python -m chess_assets_tests.faults.fuzz --minutes $(or $(MINUTES),10)

audit: $(AUDIT)/installed ## Known vulnerabilities of what the lock pins (asks pypi.org and osv.dev)
	$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock

# Its own environment: what looks for holes must bring none.
$(AUDIT)/installed:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9'
	@touch $@

dev: $(INSTALLED) ## The Dagster UI and daemon on http://127.0.0.1:3000
	$(BIN)/dagster dev --host 127.0.0.1 --port 3000

# `fewest`: one version of each package for all Pythons. With numpy 2.5 on 3.12 and 2.4 on 3.11 the
# types held on 3.11 only.
lock: ## Pin every dependency with its hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-header --all-extras pyproject.toml --output-file requirements.lock

clean: ## Remove what was built and the demo's files; never the lake
	rm -rf $(VENV) .venv-newest $(AUDIT) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
