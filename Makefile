# Two commands set up a fresh machine: `make demo` and `make test`.
# PYTHON names the interpreter (3.11 or newer) that the virtual environment is made from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test long check bench docs lock clean

help:
	@echo "make demo    install, collect the sample site, classify, index, open the dashboard (STOP=1: stop when it answers)"
	@echo "make test    the whole suite, each repeated trial small"
	@echo "make long    the full counts; writes docs/robustness.md"
	@echo "make check   format, lint, types, layers"
	@echo "make bench   measure; writes docs/benchmarks.md (QUICK=1: under a minute each)"
	@echo "make docs    write the generated tables of the documentation anew"
	@echo "make lock    resolve the dependencies anew into requirements/"
	@echo "make clean   remove what was built and collected here"

demo: $(VENV)/base.done
	$(BIN)/kentongan demo $(if $(STOP),--stop)

test: $(VENV)/dev.done
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

long: $(VENV)/dev.done
	$(BIN)/python -m pytest --long --robustness docs/robustness.md --timeout 1800 --numprocesses 2 --dist loadscope --no-loadscope-reorder

check: $(VENV)/dev.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/dev.done
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick) --to docs/benchmarks.md

docs: $(VENV)/dev.done
	$(BIN)/python -m kentongan.commands.reference > docs/reference.md

# requirements/*.txt are hashed locks; every install refuses a file whose hash is another.
lock: $(VENV)/tools.done
	$(BIN)/uv pip compile -q requirements/tools.in -o requirements/tools.txt --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade
	$(BIN)/uv pip compile -q pyproject.toml --extra evidence -o requirements/base.txt --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade
	$(BIN)/uv pip compile -q pyproject.toml --all-extras --override requirements/without-torch.txt -o requirements/dev.txt --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade -c requirements/base.txt

$(VENV)/tools.done: requirements/tools.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kentongan needs Python 3.11 or newer; set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	touch $@

$(VENV)/base.done: $(VENV)/tools.done requirements/base.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# PyTorch comes through pip, in the build that fits the machine (on one without a graphics card, its CPU build is enough).
$(VENV)/dev.done: $(VENV)/tools.done requirements/dev.txt requirements/torch.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/torch.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/base.done

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
