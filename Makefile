# Sets itself up: python3, git and make are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tools that the tests hold our readers against. Where they are missing and can be had, they are installed; else those tests are skipped and say so.
JUDGES := rsync zip lftp openssh-server chromium

.PHONY: test types suite judges node demo bench lint clean

# What has to be had comes side by side, and so do the two that take long.
test:
	@$(MAKE) --no-print-directory -j2 node judges
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 types suite

types: $(READY)
	$(BIN)/mypy

suite: $(READY)
	$(BIN)/pytest -n auto

judges:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! dpkg -s $(JUDGES) >/dev/null 2>&1; then \
		apt-get update -qq >/dev/null 2>&1; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(JUDGES) >/dev/null 2>&1 || for tool in $(JUDGES); do \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$tool >/dev/null 2>&1 \
			|| echo "could not install $$tool: the tests that need it are skipped"; \
		done; \
	fi

# What the examples for Node in the docs need; without it their tests are skipped.
node: $(READY)
	@if command -v npm >/dev/null && [ ! -d $(VENV)/node_modules/@aws-sdk/client-secrets-manager ]; then \
		npm install --silent --no-audit --no-fund --prefix $(VENV) @aws-sdk/client-secrets-manager@3 >/dev/null 2>&1 \
		|| echo "could not install the AWS SDK for Node: the tests of its examples are skipped"; \
	fi

demo: $(READY)
	$(BIN)/python tools/demo.py

bench: $(READY)
	$(BIN)/python bench/bench.py

lint: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# compileall, unlike pip, takes all cores.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --editable '.[dev]'
	-$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib
	touch $@

clean:
	rm -rf $(VENV) build dist hooks/*.egg-info
