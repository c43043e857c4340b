# Two commands are all a new user needs: `make chat` and `make test`.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRAIN := $(VENV)/.train-installed

.PHONY: chat test check format evals tables embedding embedding-transformer clean

chat: $(STAMP)        ## install, build the index, open the chat page on 127.0.0.1
	$(RUN)/assistant serve

test: $(STAMP)        ## all tests
	$(RUN)/python -m pytest -n auto --dist loadfile

check: $(STAMP)       ## format, lint, strict types, data lint, tests
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/assistant index check
	$(RUN)/python -m pytest -n auto --dist loadfile

format: $(STAMP)      ## format the code
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

evals: $(STAMP)       ## accuracy on the committed question sets, against the accepted results
	$(RUN)/assistant eval --against baseline

tables: $(STAMP)      ## pages generated from the data
	$(RUN)/assistant index coverage
	$(RUN)/assistant rules page

embedding: $(TRAIN)   ## train the static embedding model anew (installs torch)
	$(RUN)/python -m assistant.retrieve.training static

embedding-transformer: $(TRAIN)   ## train the transformer embedding model anew (installs torch; half an hour on two idle cores)
	$(RUN)/python -m assistant.retrieve.training transformer

$(STAMP): pyproject.toml constraints.txt
	test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --upgrade pip
	$(RUN)/python -m pip install --quiet -c constraints.txt -e ".[web,evals,dev]"
	touch $@

$(TRAIN): $(STAMP)
	$(RUN)/python -m pip install --quiet -c constraints.txt -e ".[train]"
	touch $@

clean:                ## remove the environment
	rm -rf $(VENV)
