# make run    the app, from nothing       make test   every test, from nothing
# make lint   ruff, mypy, import rules    make bench  what a question costs
# make index  after the catalog, the library or the texts have changed
# make evaluate   the questions that ship  make lock   compile the requirements anew

PYTHON_ENV = .venv/bin/python
.PHONY: run test lint bench index evaluate lock environment dev-environment clean

run: environment
	$(PYTHON_ENV) -m crm_copilot.interfaces.cli data info
	$(PYTHON_ENV) -m streamlit run app.py

test: dev-environment
	scripts/chromium
	$(PYTHON_ENV) -m pytest

lint: dev-environment
	$(PYTHON_ENV) -m ruff check .
	$(PYTHON_ENV) -m ruff format --check .
	$(PYTHON_ENV) -m mypy
	.venv/bin/lint-imports

bench: dev-environment
	$(PYTHON_ENV) benchmarks/questions.py
	$(PYTHON_ENV) benchmarks/sandbox.py overhead start

index: environment
	$(PYTHON_ENV) -m crm_copilot.interfaces.cli train index

evaluate: environment
	$(PYTHON_ENV) -m crm_copilot.interfaces.cli evaluate

lock: dev-environment
	scripts/lock

environment:
	scripts/environment requirements.txt

dev-environment:
	scripts/environment requirements.txt requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
