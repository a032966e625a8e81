# Two commands: `make demo` shows it at work, `make test` runs the project's tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint release clean

# The museum's attacks would make a long demo; `make test` grades them all.
MUSEUM := tests/submissions/a2_collator
SAMPLES := $(filter-out $(MUSEUM)/attack_% $(MUSEUM)/control_%, \
	$(wildcard $(MUSEUM)/*.py))

demo: .venv/ready
	$(BIN)/autograder grade $(SAMPLES) --assignment a2_collator --out build/demo

test: .venv/ready
	$(BIN)/pytest --numprocesses auto --dist worksteal

lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/codespell

release: .venv/ready
	$(BIN)/autograder release

clean:
	rm -rf .venv build dist

# Debian keeps `ensurepip` in a package of its own: without it, a pip that is already
# there (22.3 or newer) can fill the environment from outside.
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "needs Python 3.11 or newer, got $$($(PYTHON) --version);" \
			"name one by make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv >/dev/null 2>&1 || \
		{ $(PYTHON) -m pip --version >/dev/null 2>&1 && \
			$(PYTHON) -m venv --clear --without-pip .venv; } || \
		{ echo "no way to fill a virtual environment:" \
			"apt install python3-venv" >&2; exit 1; }
	@echo "filling .venv, which takes a few minutes the first time"
	@pip="$(BIN)/python -m pip"; \
		$$pip --version >/dev/null 2>&1 || \
			pip="$(PYTHON) -m pip --python $(BIN)/python"; \
		$$pip install --quiet --disable-pip-version-check \
			--constraint constraints.txt --editable '.[grading,dev]'
	@touch $@
