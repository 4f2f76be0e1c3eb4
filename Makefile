# The verbs of the book. `make` alone lists them.

# One environment, closed to whatever else is installed on the machine.
export PYTHONNOUSERSITE := 1
export JUPYTER_PREFER_ENV_PATH := 1
unexport PYTHONPATH PYTHONHOME

BIN = $(if $(wildcard .venv/Scripts),.venv/Scripts,.venv/bin)
RUN = $(BIN)/python -m
NOTEBOOKS = $(wildcard index.ipynb chapters/*.ipynb livefig/guide/*.ipynb)
UNITS = $(RUN) pytest -n auto --ignore=tests/site --ignore=livefig/tests/site \
	--ignore=livefig/tests/test_script_is_current.py
SINCE ?= main
PORT ?= 8000

.PHONY: help book test check library coverage notebooks site serve lab bench handouts lock outputs wheels
.PHONY: clean current environment places script thorough
.DEFAULT_GOAL := help

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s%s\n", $$1, $$2 }' Makefile

book: environment ## Run every notebook afresh and build the site to _build/html
	rm -rf _build/html _build/.doctrees
	$(RUN) tools.build
	@echo
	@echo "The book is built. Open _build/html/index.html in a browser, or run: make serve"

test: check coverage notebooks site ## Run every check and test there is (builds the book too)

check: environment ## Check style and types only
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy

library: environment ## Test the rooms changed since main, and what stands on them (or SINCE=...)
	$(UNITS) --changed $(SINCE)

coverage: environment ## Test the two packages whole: unit tests, doctests, coverage
	$(UNITS) --cov --cov-report=term

notebooks: environment ## Run the notebooks and compare with the outputs kept in them
	LIVEFIG=static $(RUN) pytest -n auto --dist loadfile --nbval \
		--nbval-sanitize-with tests/pictures.cfg \
		--nbval-cell-timeout=300 $(NOTEBOOKS)

site: book ## Build the book and test it in a browser
	$(RUN) pytest -n auto --dist loadgroup tests/site
	$(RUN) pytest -n auto livefig/tests/site

thorough: book ## Check every state of every plot of the menagerie, every page in every look (hours)
	THOROUGH=1 $(RUN) pytest -n auto livefig/tests/test_menagerie.py
	THOROUGH=1 $(RUN) pytest -n auto livefig/tests/site
	THOROUGH=1 $(RUN) pytest -n auto --dist loadgroup tests/site

places: environment ## Try the figure in other tools and renew the guide's table
	$(BIN)/python livefig/places

script: ## Build the script of the figures from its sources (needs Node)
	cd livefig/script && npm ci --silent && npm run --silent build

current: environment ## Check that the script is what its sources build (needs Node)
	$(RUN) pytest livefig/tests/test_script_is_current.py

serve: ## Show the built book at http://localhost:8000 (another port: PORT=8001)
	@test -f _build/html/index.html || { echo "There is no book yet. Run: make book"; exit 1; }
	@echo "The book is at http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(RUN) http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: environment ## Open the chapters in JupyterLab
	$(RUN) jupyterlab chapters

bench: ## Time the library and the site against their peers
	@tools/environment.sh _build/bench-environment requirements.txt benchmarks/requirements.txt
	_build/bench-environment/bin/python -m benchmarks

lock: environment ## Renew requirements.txt from pyproject.toml
	@test -x _build/lock/bin/uv || { $(RUN) venv _build/lock && _build/lock/bin/python -m pip install --quiet uv; }
	_build/lock/bin/uv pip compile pyproject.toml --extra book --extra test \
		--universal --python-version 3.11 --upgrade --output-file requirements.txt --quiet \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

handouts: environment ## Copy the chapters without their solutions to _build/handouts
	$(RUN) tools.handouts $(filter chapters/%,$(NOTEBOOKS))

outputs: environment ## Run the notebooks in place, to keep their new outputs
	$(BIN)/python tools/outputs.py $(NOTEBOOKS)

wheels: environment ## Build the two packages into _build/wheels
	$(RUN) pip wheel --no-deps --wheel-dir _build/wheels . ./livefig

clean: ## Remove everything built (the environment stays: rm -rf .venv removes it)
	rm -rf _build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@tools/environment.sh .venv requirements.txt
