# make report   the month's figures, charts, tables, notebooks and briefing (RAW=raw_exports AS_OF=2021-06-30)
# make test     lint, types and the whole test suite
# make lab      JupyterLab with the notebooks
# make bench    speed against peers, written to docs/scale.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAW ?= raw_exports/sample
OUT ?= reports

.PHONY: report test lab lint bench clean

$(VENV)/.done: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

report: $(VENV)/.done
	$(BIN)/suishenxue report $(RAW) --out $(OUT) $(if $(AS_OF),--as-of $(AS_OF)) $(if $(KNOWN_BY),--known-by $(KNOWN_BY)) $(if $(PLAN),--plan $(PLAN))

lint: $(VENV)/.done
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n auto --dist loadfile tests
	$(BIN)/pytest --nbval --nbval-sanitize-with tests/nbval_sanitize.cfg -n auto --dist loadfile notebooks

lab: $(VENV)/.done
	$(BIN)/jupyter lab --config=lab/jupyter_lab_config.py

bench: $(VENV)/.done
	$(BIN)/python -m tests.benchmarks.run
	$(BIN)/python -m tests.benchmarks.explore

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
