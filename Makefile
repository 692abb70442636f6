# make lab          open the course in JupyterLab             (PORT=8890, ARGS="--no-browser" if you need them)
# make test         prove that the course is right
# make test-slow    every small change of a solution is refused, a class of 300, nbgrader takes the exercises
# make test-browser end to end: every way in, the site, the course in a browser (needs Chromium: apt install chromium)
# make test-newest  the lessons on the newest pandas and matplotlib, what is deprecated counts as an error
# make grade SUBMISSIONS=FOLDER   grade a whole class: report.csv, report.html
# make data         check the tables alone: one line per problem
# make slides       a deck for each lesson, in teaching/_made/slides  (ONLY=04: that lesson)
# make handouts     a sheet of paper for each lesson, and its key (needs Chromium)
# make before-after SHEETS=file.csv   draw what a class knew before and after; without SHEETS: print the forms
# make web          make the site in web/_site: the pages to read, and the course inside the browser
# make build        check the tables, run lessons and solutions, write all that follows from them (ONLY=09: that number; ONLY=pages: run none)
# make bench        how fast, and against what: never part of the tests; writes bench/
# make lock         write the lock files anew from pyproject.toml (needs uv)
# Each target makes .venv, web/.venv or .venv-nbgrader by itself when it is needed. Nothing is installed anywhere else;
# git clean -fdX removes all of it, and whatever else git ignores.

.PHONY: lab test test-slow test-browser test-newest grade slides handouts before-after data web build bench lock
.DEFAULT_GOAL := lab

comma := ,
PORT ?= 8888
ARGS ?=
# Any Python 3.11 or newer will do; PYTHON=/path/to/python3 chooses one.
PYTHON ?= $(shell unset PYTHONPATH PYTHONHOME; for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; exit; }; done; \
	command -v python3)
BIN = .venv/bin
# The course is run as it is, without the modules and figure styles of other programs.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS MATPLOTLIBRC MPLBACKEND JUPYTER_PATH
# Lessons and solutions, by the course's own list: copies and a learner's own notebooks lie beside them.
NOTEBOOKS = $$("$(PYTHON)" tools/course.py notebooks)

define setup
@test -n "$(PYTHON)" || { echo "make: no Python found. Install Python 3.11 or newer, then run the same command again." >&2; exit 1; }
@"$(PYTHON)" tools/setup_env.py $(1)
endef

lab:
	$(call setup,)
	@$(BIN)/python tools/lab.py --port=$(PORT) $(ARGS)

test:
	$(call setup,--test)
	$(BIN)/ruff check --quiet $$("$(PYTHON)" tools/course.py code)
	$(BIN)/python -m pytest -n 2 --dist loadfile tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval $(NOTEBOOKS)

# The name of the folder goes through the environment, so that neither make nor the shell reads it.
override SUBMISSIONS := $(value SUBMISSIONS)
export SUBMISSIONS
grade:
	@test -n "$$SUBMISSIONS" || { echo "make: say which folder: make grade SUBMISSIONS=FOLDER" >&2; exit 2; }
	$(call setup,--test)
	$(BIN)/python -m grading $(ARGS)

test-slow:
	$(call setup,--test)
	$(call setup,--nbgrader)
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/slow

slides handouts:
	$(call setup,)
	$(call setup,--web)
	web/.venv/bin/python -m web.packages
	$(BIN)/python -m tools.slides $@ $(ONLY)

override SHEETS := $(value SHEETS)
export SHEETS
before-after:
	$(call setup,)
	$(BIN)/python -m tools.before_after

web: slides
	$(call setup,--web)
	web/.venv/bin/python -m web.build

test-browser: web handouts before-after
	$(call setup,--test)
	web/.venv/bin/python -m pytest -n 2 --dist loadfile --confcutdir=tests/browser tests/browser

# Warnings that name our own code as the place; those inside other packages are theirs to mend.
OURS = __main__ figures describe consistency methods pages own_page own_sheet checks.checker checks.kinds
test-newest:
	"$(PYTHON)" -m venv --clear .venv-newest
	.venv-newest/bin/pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements/test.txt
	.venv-newest/bin/pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager pandas matplotlib
	.venv-newest/bin/python -m pytest -n 2 --dist worksteal tests --deselect tests/test_environment.py::test_installed_versions_are_the_locked_ones
	PYTHONWARNINGS="$(subst $() $(),$(comma),$(foreach m,$(OURS),error::DeprecationWarning:$(m) error::FutureWarning:$(m)))" \
		.venv-newest/bin/python -m pytest -n 2 --dist loadfile --nbval $(NOTEBOOKS)

data:
	$(call setup,--test)
	$(BIN)/python -m tools.check_data

build:
	$(call setup,--test)
	$(BIN)/python -m tools.build $(ONLY)

# With their extras: pip would take the newest release of a package that another one asks for with an extra, and refuse it.
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras
# From 26 on the first has no ready file for Macs with an Intel processor; from 4.25 on the second takes a second more
# at each start of a notebook's tools, to load a grammar of addresses.
NOT_YET = argon2-cffi-bindings<26 jsonschema<4.25
lock:
	@command -v uv >/dev/null || { echo "make: uv is not installed. It is needed only to write the lock files." >&2; exit 1; }
	printf '%s\n' $(foreach one,$(NOT_YET),'$(one)') | $(LOCK) --group course -c - -o requirements.txt
	$(LOCK) --group test -c requirements.txt -o requirements/test.txt
	$(LOCK) --group nbgrader -c requirements.txt -o requirements/nbgrader.txt
	$(LOCK) --group web -c requirements.txt -c requirements/test.txt -o requirements/web.txt

bench: web
	$(call setup,--test)
	$(call setup,--nbgrader)
	PYTHONPATH=. $(BIN)/python tests/bench.py $(ARGS)
