# make run    the app, from nothing       make test   every test, from nothing
# make lint   ruff, mypy, import rules    make bench  what a question costs
# make index  after the catalog, the library or the texts have changed
# make evaluate   the questions that ship  make lock   compile the requirements anew
# make recommender  what to offer to whom, from the data to the scores
# make train  the small model, from nothing, into models/writer; a run that was killed goes on

PYTHON_ENV = .venv/bin/python
TRAIN = .venv-train/bin/python -m crm_copilot.interfaces.cli train
.PHONY: run test lint bench index evaluate train lock environment dev-environment train-environment clean \
	recommender recommender-environment synthetic synthetic-environment

run: environment
	$(PYTHON_ENV) -m crm_copilot.interfaces.cli data info
	$(PYTHON_ENV) -m streamlit run app.py

test: dev-environment train-environment
	scripts/chromium
	scripts/prometheus
	$(PYTHON_ENV) -m pytest -n logical --maxprocesses 4 --dist loadfile

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

# Under three hours on two cores. PRETRAIN, SFT and GRPO are minutes; each stage that came to its end leaves a mark.
# Many small steps, and of most examples the plan alone, were what taught the most (docs/LOG.md).
W = build/writer
PRETRAIN ?= 15
SFT ?= 100
GRPO ?= 15

train: $(W)/grpo.done
	$(TRAIN) export $(W)/grpo/model models/writer

$(W)/examples.done:
	@$(MAKE) --no-print-directory train-environment
	$(TRAIN) examples $(W) && touch $@

$(W)/tokenizer.done: $(W)/examples.done
	$(TRAIN) tokenizer --vocabulary 5000 && touch $@

$(W)/pretrain.done: $(W)/tokenizer.done
	$(TRAIN) pretrain --minutes $(PRETRAIN) --resume --tokens 2048 --rate 1e-3 --plans-only 0.3 && touch $@

$(W)/sft.done: $(W)/pretrain.done
	$(TRAIN) sft --minutes $(SFT) --resume --batch 16 --rate 1e-3 --plans-only 0.8 --context 512 && touch $@

$(W)/grpo.done: $(W)/sft.done
	$(TRAIN) grpo --minutes $(GRPO) --resume --written 80 && touch $@

# What to offer to whom: the models of the data in use, the scores that the tools read, and a report with plots. Under
# 20 minutes on two cores for some ten thousand orders. MODELS is the folder of the models (below CRM_HOME otherwise).
RECOMMEND = .venv-recommender/bin/python -m crm_copilot.interfaces.cli train recommender

recommender: recommender-environment
	$(RECOMMEND) fit $(MODELS)
	$(RECOMMEND) refresh --whole
	$(RECOMMEND) report build/recommender

# A company drawn from the one in use with its dependences kept, and what a model learns from it (build/synthetic).
synthetic: recommender-environment synthetic-environment
	$(RECOMMEND) interactions build/synthetic/real.parquet
	.venv-synthetic/bin/python -m training.synthetic build/synthetic
	$(RECOMMEND) transfer build/synthetic

lock: dev-environment
	scripts/lock

environment:
	scripts/environment requirements.txt

# torch comes in the build that pip finds; for a smaller one without CUDA:
# PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make train-environment
train-environment:
	VENV=.venv-train PYTHON="$${PYTHON:-python3.11 python3.12 python3.13 python3}" \
		scripts/environment requirements.txt requirements-train.txt

recommender-environment:
	VENV=.venv-recommender PYTHON="$${PYTHON:-python3.11 python3.12 python3}" \
		scripts/environment requirements.txt requirements-recommender.txt

synthetic-environment:
	VENV=.venv-synthetic PYTHON="$${PYTHON:-python3.11 python3.12 python3}" \
		scripts/environment requirements-synthetic.txt

dev-environment:
	scripts/environment requirements.txt requirements-dev.txt

clean:
	rm -rf .venv .venv-train .venv-recommender .venv-synthetic .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
