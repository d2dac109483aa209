# make run [PORT=n]   set everything up and serve the app
# make test           set everything up, check the code and run the tests, WORKERS at a time
# make check          lint, format and types only
# make eval           ask every question of our own suites and print the figures
# make bench          speed, memory and size, as ratios against a baseline of the same run

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8501
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# A CPU build is a tenth of the usual Linux one. Where its index cannot be reached at once, the usual one does.
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check eval bench setup clean

run: setup
	$(BIN)/safeguard ingest
	$(BIN)/safeguard serve --port $(PORT)

test: check
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/.dev
	$(BIN)/safeguard ingest
	$(BIN)/safeguard eval run

bench: $(VENV)/.dev
	$(BIN)/python -m evals.bench
	$(BIN)/python -m evals.bench_walk
	$(BIN)/python -m evals.bench_documents
	$(BIN)/safeguard ingest
	$(BIN)/python -m evals.bench_brief

setup: $(VENV)/.run

$(VENV)/.torch:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --retries 0 --timeout 5 --index-url $(TORCH_CPU_INDEX) $(TORCH) 2>/dev/null \
	  || $(PIP) install --quiet $(TORCH)
	touch $@

$(VENV)/.run: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache *.egg-info
