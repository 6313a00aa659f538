# The development workflow, as commands. `make demo` and `make test` need Python ≥ 3.11, git and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FUZZ := .venv-fuzz/bin/python
FUZZ_PIP := $(FUZZ) -m pip install --quiet --disable-pip-version-check --require-hashes
SECONDS ?= 600
COMPILE := .venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-options --no-header

.PHONY: demo setup test check format lint types docs fuzz torture audit lock clean

demo: setup  ## build the repository's own site into out/
	$(BIN)/feeds build
	@echo "See it in a browser: $(BIN)/feeds preview. Or open out/index.html, and an email.eml in a mail program."

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

docs: setup  ## make the references, the manual page and the completions from the code
	$(BIN)/python -m manual

torture: setup  ## kill runs, cut the power, fill the disk, damage the cache; TRIALS="kills power" chooses
	$(BIN)/python -m torture $(TRIALS)

fuzz: .venv-fuzz/ready  ## try inputs that nobody would write, for SECONDS; TARGETS="date html" chooses
	$(FUZZ) -m fuzz --seconds $(SECONDS) $(TARGETS)

.venv-fuzz/ready: requirements-fuzz.lock requirements-build.lock requirements.lock
	@echo "Setting up .venv-fuzz with the locked packages …"
	@$(PYTHON) -m venv .venv-fuzz
	@$(FUZZ_PIP) --only-binary :all: -r requirements-fuzz.lock 2>.venv-fuzz/problem || \
		{ echo "make fuzz is left out: atheris is for Python 3.11 to 3.13 on Linux x86-64" >&2; exit 2; }
	@$(FUZZ_PIP) -r requirements-build.lock
	@$(FUZZ_PIP) --no-build-isolation --use-pep517 -r requirements.lock
	@touch .venv-fuzz/ready

audit: .venv-audit/ready  ## ask the public registry for known faults of the locked packages; what it cannot tell fails too
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes $(addprefix -r ,$(wildcard *.lock))

.venv-audit/ready: requirements-audit.lock
	@echo "Setting up .venv-audit with the locked packages …"
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch .venv-audit/ready

lock:  ## pin the newest packages, with hashes
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools
	$(COMPILE) --extra dev -o requirements.lock pyproject.toml
	$(COMPILE) -o requirements-build.lock requirements-build.in
	$(COMPILE) -o requirements-fuzz.lock requirements-fuzz.in
	$(COMPILE) -o requirements-audit.lock requirements-audit.in
	rm -r .venv-lock

clean:  ## remove what can be made again
	rm -rf .venv .venv-fuzz .venv-audit .fuzz out .feeds dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
