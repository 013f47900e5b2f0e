# What one does with this project. Each target first sets up .venv with what it runs, once.
#
#   make reproduce   read the report, make data, figures and pages anew
#   make verify      make everything again and compare with the recorded SHA-256 sums
#   make test        run the tests
#   make test-fast   run those that take no more than a few seconds
#   make test-ocr    run those of recognising pictures, with the extra ocr
#   make lint        look over style and types
#   make lab         open the notebooks in JupyterLab
#   make docs        build the documentation in docs/_build/html

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.ready-dev
DOCS := .venv/.ready-docs
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
SITE := import sysconfig; print(sysconfig.get_path('purelib'))

# Dozens of processes start here: what one has compiled the next need not compile again, whatever a container has set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: reproduce verify test test-fast test-ocr lint lab docs
.DELETE_ON_ERROR:

reproduce: $(READY)
	@$(BIN)/foi-analysis reproduce --pdf

verify: $(READY)
	@$(BIN)/foi-analysis verify

test: $(DEV)
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/browser -m "not office"

test-fast: $(DEV)
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/browser -m "not slow and not office"

test-ocr: .venv-ocr/.ready
	@.venv-ocr/bin/python -m pytest -q tests/ocr

lint: $(DEV)
	@$(BIN)/ruff check src tests notebooks teaching benchmarks scripts docs/conf.py
	@$(BIN)/ruff format --check src tests notebooks teaching benchmarks scripts docs/conf.py
	@$(BIN)/mypy

lab: $(DEV)
	@$(BIN)/jupyter lab --notebook-dir=notebooks

docs: $(DOCS)
	@$(BIN)/python -m sphinx -W --keep-going -q -b html $(SPHINX) docs docs/_build/html
	@echo "docs/_build/html/index.html"

# What the main job runs; pip refuses an editable install under hashes, so the package itself follows its dependencies.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv from requirements.lock"
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# JupyterLab, the tests and what looks over the code. The lock leaves out rfc3987-syntax, hence --no-deps: nbformat would
# load it with every start, for seconds, and use nothing of it.
$(DEV): requirements-dev.lock $(READY)
	@echo "adding what requirements-dev.lock names"
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Sphinx and its extensions.
$(DOCS): docs/requirements.lock $(READY)
	@echo "adding what docs/requirements.lock names"
	@$(INSTALL) --no-deps --require-hashes -r docs/requirements.lock
	@touch $@

# What recognises pictures, in an environment beside .venv, which it rests on: the tests in .venv see what is said without.
.venv-ocr/.ready: tests/ocr/requirements.lock $(DEV)
	@$(BIN)/python -m venv --without-pip .venv-ocr
	@echo "import site; site.addsitedir('$$($(BIN)/python -c "$(SITE)")')" > "$$(.venv-ocr/bin/python -c "$(SITE)")/project.pth"
	@$(BIN)/python -m pip --python .venv-ocr/bin/python install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/ocr/requirements.lock
	@touch $@
