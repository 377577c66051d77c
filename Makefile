# dockmatch: `make help` lists what there is. Only Python (3.11 or later) and make are needed.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test lint cover bench bench-web screenshots drill drill-short drill-postgres drill-calls drill-power drills fuzz lock clean
BIN := .venv/bin

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 14

setup: ## make .venv and everything that dockmatch needs
	@.ci/setup

setup-test: ## the same, with what the tests need
	@.ci/setup --test

demo: setup ## run the main job on the samples and leave the review pages open
	@$(BIN)/dockmatch demo

test: setup-test lint cover drill-short ## everything that must hold before a push

lint: setup ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

cover: setup-test ## the tests, with their coverage
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q
	@$(BIN)/coverage combine --quiet
	@echo "coverage in percent, floor in pyproject.toml:" && $(BIN)/coverage report --format=total

bench: setup ## run the benchmarks: one JSON line for each figure
	@$(BIN)/python -m benchmarks

bench-web: setup-test ## the review pages among many: make bench-web INVOICES=100000 EXCEPTIONS=5000
	@INVOICES=$(or $(INVOICES),20000) EXCEPTIONS=$(or $(EXCEPTIONS),2000) $(BIN)/python -m benchmarks web

screenshots: setup-test ## draw the ten pictures of the README into docs/screens
	@$(BIN)/python -m tests.browser.screenshots docs/screens

drill-short: setup
	$(BIN)/python -m tests.drills --documents 60 --kills 3

drill-postgres: setup-test ## the same on PostgreSQL, with workers that are killed as well
	$(BIN)/python -m tests.drills --postgres

drill: setup ## kill the gateway at random instants and compare what is left
	$(BIN)/python -m tests.drills

drill-calls: setup ## kill it, and let the disk fail, at each single call
	$(BIN)/python -m tests.drills.calls

drill-power: setup ## cut the power at recorded places, and start on what the disk may hold
	$(BIN)/python -m tests.drills.power

drills: setup-test ## all of them, at full length: an hour and more
	$(BIN)/python -m tests.drills --documents 20000 --kills 500
	$(BIN)/python -m tests.drills --documents 20000 --kills 500 --postgres
	$(BIN)/python -m tests.drills.calls
	$(BIN)/python -m tests.drills.power --documents 60 --cuts 200

fuzz: setup ## read mutated documents, on from where the last run stopped: make fuzz INPUTS=10000000
	$(BIN)/python -m tests.fuzz --inputs $(or $(INPUTS),100000)

lock: setup ## pin every dependency anew, with hashes, in requirements.lock
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
	    --python-version 3.11 --all-extras --custom-compile-command "make lock" \
	    pyproject.toml --output-file requirements.lock
	@echo "pyspark>=4.0" | $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes \
	    --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" \
	    - --output-file tests/spark.lock

clean: ## remove what can be made again
	rm -rf .venv .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist var/demo
