# The two commands are `make demo` and `make test`; each sets itself up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

# durable-rules 2.0.28 is C source of 2020: one function it calls was renamed in Python 3.13.
CPPFLAGS_313 := $(shell $(PYTHON) -c 'import sys; print("-DPyEval_CallObject=PyObject_CallObject" if sys.version_info >= (3, 13) else "")')

.PHONY: setup demo test search bench faults faults-simulated model every-input check format lock contracts clean

setup: $(STAMP)

$(STAMP): requirements-build.lock requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	CPPFLAGS="$(CPPFLAGS_313) $(CPPFLAGS)" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $(STAMP)

demo: setup
	$(BIN)/aiguillage demo

# Two processes: tests that share something slow, or mind what else runs, are of one group and keep to one of them.
test: setup check
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadgroup

# What `make test` always looks for in the same places, looked for in others: make search MINUTES=10 SEED=7.
search: setup
	$(BIN)/python -m tests.search --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# All sections, or those named: make bench SECTION="check explain".
bench: setup
	$(BIN)/python -m bench $(SECTION)

# Real Kafka, PostgreSQL and processes, tormented by a seed, then proved: make faults SEED=7 MINUTES=20.
faults: setup
	$(BIN)/python -m tests.faults.campaign --seed $(or $(SEED),1) --minutes $(or $(MINUTES),20)

# The same promises in one process, on fake brokers and databases that fail at every await: thousands of seeds, or one
# again: make faults-simulated SEEDS=10000, make faults-simulated SEED=7.
faults-simulated: setup
	$(BIN)/python -m tests.faults.simulated $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),10000))

# Every input in every state its subject can be in, alone and in ordered pairs: half an hour of one core, of which
# `make test` does a part. PART=3 OF=10 does a tenth.
every-input: setup
	$(BIN)/python -m tests.every_input --part $(or $(PART),0) --of $(or $(OF),1)

# Years decided by the services and, apart, by the naive model of tests/model: make model DECISIONS=100000 SEED=1.
model: setup
	$(BIN)/python -m tests.differential --decisions $(or $(DECISIONS),100000) --seed $(or $(SEED),1)

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes what the code says of itself: JSON Schemas and AsyncAPI document of the contracts, JSON Schemas of the rule
# files, pages of the operator guide, JSON Schemas of the bilan and the forecast.
contracts: setup
	$(BIN)/python -m contracts.generate
	$(BIN)/aiguillage rules schema
	$(BIN)/python -m aiguillage.guide
	$(BIN)/python -m aiguillage.document_schemas

# Needs uv; versions and hashes only, never an address.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock
	printf 'setuptools\nwheel\nhatchling\neditables\n' | uv pip compile - -c requirements.lock --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-build.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
