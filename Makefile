# keydeck: `make help` lists what there is. Everything happens in .venv; PYTHON=… chooses the
# interpreter that makes it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.keydeck
WORKERS ?= 2
TOOLS := bench docs screenshots

# Bytecode is half of the start-up time, also where the environment says not to write any.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo run test check faults bench screenshots docs venv clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## the app on a throw-away vault and a real OpenBao server
	@$(BIN)/keydeck demo

run: $(STAMP) ## the app on your own vault (ARGS='list -p staging' for a command)
	@$(BIN)/keydeck $(ARGS)

test: $(STAMP) ## every test
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not long' $(ARGS)

check: $(STAMP) ## style, types, layers, generated files up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src tests $(TOOLS)
	$(BIN)/lint-imports
	$(BIN)/python -m docs.make --check
	$(BIN)/python -m screenshots.make --check

faults: $(STAMP) ## the fault suites in their long form
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m long $(ARGS); status=$$?; [ $$status = 5 ] || exit $$status

bench: $(STAMP) ## every figure that the README claims, as ratios (ONLY=startup for one)
	@$(BIN)/python -m bench.run $(ONLY)

screenshots: $(STAMP) ## make the pictures anew, from the app itself
	$(BIN)/python -m screenshots.make

docs: $(STAMP) ## make docs/cli.md and docs/keys.md anew
	$(BIN)/python -m docs.make

venv: $(STAMP) ## only set up

clean: ## remove .venv and what the tools left behind
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "keydeck needs Python 3.11 or newer; choose one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python can't make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "Setting up $(VENV) (the first time takes a moment) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q src $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') >/dev/null || true
	@touch $(STAMP)
