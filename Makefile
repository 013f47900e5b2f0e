# What one does with this project. Each target sets up .venv from the lock first, once.
#
#   make reproduce   read the report, make data, figures and pages anew
#   make verify      make everything again and compare with the recorded SHA-256 sums
#   make test        run the tests
#   make lint        look over style and types
#   make lab         open the notebooks in JupyterLab

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: reproduce verify test lint lab
.DELETE_ON_ERROR:

reproduce: $(READY)
	@$(BIN)/foi-analysis reproduce --pdf

verify: $(READY)
	@$(BIN)/foi-analysis verify

test: $(READY)
	@$(BIN)/python -m pytest -q --ignore=tests/browser

lint: $(READY)
	@$(BIN)/ruff check src tests notebooks teaching benchmarks scripts
	@$(BIN)/ruff format --check src tests notebooks teaching benchmarks scripts
	@$(BIN)/mypy

lab: $(READY)
	@$(BIN)/jupyter lab --notebook-dir=notebooks

# pip refuses an editable install under hashes, so the package itself follows its dependencies.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv from requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
