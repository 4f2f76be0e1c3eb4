# The verbs of the book. `make` alone lists them.

# One environment, closed to whatever else is installed on the machine.
export PYTHONNOUSERSITE := 1
export JUPYTER_PREFER_ENV_PATH := 1
unexport PYTHONPATH PYTHONHOME

BIN = $(if $(wildcard .venv/Scripts),.venv/Scripts,.venv/bin)
RUN = $(BIN)/python -m
NOTEBOOKS = $(wildcard index.ipynb chapters/*.ipynb guide/*.ipynb livefig/guide/*.ipynb)
# The tests of the two packages that need neither the book nor Node.
UNITS = $(1)/python -m pytest -n auto --ignore=tests/site --ignore=livefig/tests/site \
	--ignore=livefig/tests/test_script_is_current.py
# The same where nothing is that builds books.
WITHOUT_BOOK = --ignore=tests/book --ignore=livefig/src/livefig/sphinx \
	tests marginlib livefig/tests livefig/src
UV = _build/lock/bin/uv
OLDEST_PYTHON = 3.11
PYTHONS ?= 3.12 3.13 3.14
ROOMS ?= accounts margin liquidation waterfall cascade
EVERY ?= 1
SINCE ?= main
PORT ?= 8000
WORD ?= example
STUDENTS ?= 20
DESIGNS ?= course/league/samples
HIDDEN ?= course/league/hidden_example.toml
LANGUAGE ?= de
EDITIONS ?= _build/editions

.PHONY: help book test check library coverage notebooks site serve lab bench handouts lock outputs wheels oldest pythons mutants
.PHONY: assignments clean current editions environment epub hub league links lite messages offline
.PHONY: pdf places quizzes script search slides thorough translated
.DEFAULT_GOAL := help

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' Makefile

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
	$(call UNITS,$(BIN)) --changed $(SINCE)

coverage: environment ## Test the two packages whole: unit tests, doctests, coverage
	$(call UNITS,$(BIN)) --cov --cov-report=term

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

script: ## Build the script of the figures, and fetch the search's library (needs Node)
	cd livefig/script && npm ci --silent && npm run --silent build
	cd _search/library && npm ci --silent && npm run --silent build

current: environment ## Check that the script is what its sources build (needs Node)
	$(RUN) pytest livefig/tests/test_script_is_current.py

serve: ## Show the built book at http://localhost:8000 (another port: PORT=8001)
	@test -f _build/html/index.html || { echo "There is no book yet. Run: make book"; exit 1; }
	@echo "The book is at http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(RUN) http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: environment ## Open the chapters in JupyterLab
	@mkdir -p .venv/share/jupyter/lab/settings
	@cp course/hub/overrides.json .venv/share/jupyter/lab/settings
	$(RUN) jupyterlab chapters

pdf: _build/html/index.html ## Set the book with LaTeX: _build/latex/margin.pdf
	$(RUN) tools.paper pdf

epub: _build/html/index.html ## Write the book as an ePub: _build/epub/margin.epub
	$(RUN) tools.paper epub

offline: _build/html/index.html ## Pack the site to be read without a network: _build/margin.zip
	$(RUN) tools.offline

lite: wheels ## Put the chapters into JupyterLite, in _build/lite: it asks other hosts for its Python
	test -x _build/lite-environment/bin/jupyter-lite || { \
		$(UV) venv --clear --quiet _build/lite-environment && \
		$(UV) pip install --quiet --python _build/lite-environment \
			--requirement tools/lite/requirements.txt; }
	_build/lite-environment/bin/python tools/lite

links: _build/html/index.html ## Ask every address that the site names whether it answers (needs the network)
	$(RUN) tools.links

messages: environment ## Write what is to be translated to _build/gettext, and renew locale/
	$(RUN) tools.build gettext
	$(BIN)/pybabel -q extract --no-location --output _build/gettext/margin.pot _extensions
	$(RUN) tools.messages

translated: environment ## Build the book in another language, as far as it goes (LANGUAGE=de)
	$(RUN) tools.build --language $(LANGUAGE)

editions: _build/html/index.html ## Put the site beside older ones, with a list (EDITIONS=folder)
	$(RUN) tools.editions $(EDITIONS)

_build/html/index.html:
	$(MAKE) book

bench: ## Time the library and the site against their peers
	@tools/environment.sh _build/bench-environment requirements.txt benchmarks/requirements.txt
	_build/bench-environment/bin/python -m benchmarks

league: environment ## Score a folder of designs of the capstone (DESIGNS=folder HIDDEN=file)
	$(RUN) course.league $(DESIGNS) --hidden $(HIDDEN) --out _build/league
	@echo "The leaderboard is _build/league/league.html, and league.csv beside it"

search: environment ## Try 2,000 designs of the capstone: does one win everything? (minutes)
	$(RUN) course.league.search --hidden $(HIDDEN)

lock: $(UV) ## Renew requirements.txt from pyproject.toml
	$(UV) pip compile pyproject.toml --extra book --extra test \
		--universal --python-version 3.11 --upgrade --output-file requirements.txt --quiet \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

handouts: environment ## Copy the chapters for a class to _build/handouts, without and with answers
	PYTHONPATH=_extensions $(RUN) tools.handouts $(filter chapters/%,$(NOTEBOOKS))

slides: environment ## Make a deck for each session from the built book, in _build/slides
	PYTHONPATH=_extensions $(RUN) tools.slides
	@echo "Open one in a browser: arrow keys move on, n shows notes, s puts them into a window"

quizzes: environment ## Write the questions for Canvas and Moodle, from the built book, to _build/quizzes
	PYTHONPATH=_extensions $(RUN) tools.quizzes

assignments: environment ## Make the assignments' sheets and graders in _build/assignments (WORD="of the class")
	$(RUN) course.assignments --word "$(WORD)" --out _build/assignments

hub: environment ## Try a class on a JupyterHub on this machine (STUDENTS=20; needs Node)
	@tools/environment.sh _build/hub/environment requirements.txt course/hub/requirements.txt
	@_build/hub/environment/bin/python -m pip uninstall --yes -qqq rfc3987-syntax
	_build/hub/environment/bin/python -m course.hub --students $(STUDENTS)

outputs: environment ## Run the notebooks in place, to keep their new outputs
	$(BIN)/python tools/outputs.py $(NOTEBOOKS)

wheels: $(UV) ## Build the two packages into _build/wheels, and find the tests that the library brings
	rm -rf _build/wheels
	$(UV) build --quiet --out-dir _build/wheels .
	$(UV) build --quiet --out-dir _build/wheels livefig
	cd _build/wheels && tar -xzf marginlib-*.tar.gz && cd marginlib-*/ && \
		../../../$(RUN) pytest --collect-only --quiet tests marginlib > ../collected.txt || \
		{ cat ../collected.txt; exit 1; }

oldest: $(UV) ## Test the two packages with the oldest of everything that they allow
	$(UV) venv --clear --quiet --python $(OLDEST_PYTHON) _build/oldest
	$(UV) pip install --quiet --python _build/oldest --resolution lowest-direct \
		--editable '.[test]' --editable ./livefig
	$(call UNITS,_build/oldest/bin) $(WITHOUT_BOOK)

pythons: $(UV) ## Test the two packages with each newer Python (which: PYTHONS="3.13 /path/to/python")
	@for python in $(PYTHONS); do \
		place=_build/python-$$(basename $$python); \
		$(UV) venv --clear --quiet --python $$python $$place || { echo "No Python $$python"; continue; }; \
		$(UV) pip install --quiet --python $$place --requirement requirements.txt \
			--editable . --editable ./livefig && \
		$(call UNITS,$$place/bin) --ignore=tests/book || exit 1; \
	done

mutants: $(UV) ## Change the core rooms in one place at a time; who notices? (ROOMS="..." EVERY=20)
	@test -x _build/mutation/bin/cosmic-ray || { $(UV) venv --quiet _build/mutation && \
		$(UV) pip install --quiet --python _build/mutation 'cosmic-ray>=8.4,<9'; }
	_build/mutation/bin/python tools/mutants.py $(addprefix marginlib/,$(ROOMS)) --every $(EVERY)

clean: ## Remove everything built (the environment stays: rm -rf .venv removes it)
	rm -rf _build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(UV): | environment
	$(RUN) venv _build/lock
	_build/lock/bin/python -m pip install --quiet uv

environment:
	@tools/environment.sh .venv requirements.txt
