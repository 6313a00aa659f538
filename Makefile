# The development workflow, as commands. `make demo` and `make test` need Python ≥ 3.11, git and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := .venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-options --no-header

.PHONY: demo setup test check format lint types lock clean

demo: setup  ## build the repository's own site into out/
	$(BIN)/feeds build
	@echo "Open out/index.html in a browser, and the newest out/digest/daily/*/email.eml in a mail program."

setup: .venv/ready  ## make .venv with the locked packages

.venv/ready: requirements-build.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "feeds needs Python 3.11 or later; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up .venv with the locked packages …"
	@$(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-build-isolation --use-pep517 -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch .venv/ready

test: setup  ## run all tests
	$(BIN)/python -m pytest -n auto

check: format lint types test  ## what CI runs

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

lock:  ## pin the newest packages, with hashes
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools
	$(COMPILE) --extra dev -o requirements.lock pyproject.toml
	$(COMPILE) -o requirements-build.lock requirements-build.in
	rm -r .venv-lock

clean:  ## remove what can be made again
	rm -rf .venv out .feeds dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
