# Everything a developer or CI runs. `make help` lists the words.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9

.PHONY: help setup demo serve test check bench lock browser gettext translations clean

help:
	@echo "make demo          set up, load a neighbourhood and run one repair from door to archive"
	@echo "make serve         open the demonstration neighbourhood at http://127.0.0.1:8000"
	@echo "make test          everything that must hold, on real PostgreSQL and in a real browser"
	@echo "make check         format, lint, types, layers, migrations, translations"
	@echo "make bench         measure, as CPU per operation and as a ratio to bare psycopg"
	@echo "make translations  collect the interface's words into linli/locale"
	@echo "make lock          resolve the dependencies anew into requirements/"

WORDS := linli/locale/zh_Hans/LC_MESSAGES/django

setup: $(VENV)/.ready $(WORDS).mo

$(WORDS).mo: $(WORDS).po $(VENV)/.ready
	$(BIN)/python scripts/translations.py compile

$(VENV)/.ready: pyproject.toml requirements/run.txt requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/run.txt requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

lock:
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-annotate --quiet -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements/run.txt --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements/dev.txt

demo: setup
	$(BIN)/linli demo
	@echo
	@echo "make serve  →  http://127.0.0.1:8000"

serve: setup
	LINLI_DEMO=yes $(BIN)/linli demo --quiet
	LINLI_DEMO=yes $(BIN)/linli serve

# What the tests need beside Python: a browser with Chinese type. As root on Debian it is installed; elsewhere browser tests skip.
browser:
	@scripts/need chromium chromium fonts-noto-cjk

gettext:
	@scripts/need xgettext gettext

test: setup browser gettext
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: setup gettext
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/linli check
	$(BIN)/linli playbook check linli/playbooks/shipped/*.yaml
	$(BIN)/linli makemigrations --check --dry-run
	$(BIN)/python scripts/translations.py check

translations: setup gettext
	$(BIN)/python scripts/translations.py collect
	$(BIN)/python scripts/translations.py compile

bench: setup
	$(BIN)/python -m bench
	$(BIN)/python -m bench.register
	$(BIN)/python -m bench.ballots
	$(BIN)/python -m bench.ballots_served

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .hypothesis .import_linter_cache
