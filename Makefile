# Each target makes the environment that it needs on first use; after that it starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TRAINING := .venv-training
FIELD := .venv-field
EXPORTS := .venv-exports
MUTANTS := .venv-mutants
OIP := .venv-oip
STORAGE := .venv-storage
CLUSTER := .venv-cluster
FIELD_FILES := .cache/field
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes -r

.DEFAULT_GOAL := serve
.PHONY: serve test test-fast training oip storage cluster check mutants mutants-js bench field field-exports shots style lock clean

serve: $(VENV)/serve.stamp  ## Serve the page and the API.
	@exec $(BIN)/convscope serve

# Compiled once, modules are read by each of the many processes that the tests start.
test: $(VENV)/dev.stamp  ## Run every test, in one process more than there are cores: some of them wait.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $$(($$(nproc) + 1)) --dist loadfile --no-loadscope-reorder \
	    --max-worker-restart 2

test-fast: $(VENV)/dev.stamp  ## Run the quick tests, without a browser.
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not slow" --ignore tests/browser --ignore tests/behaviour

training: $(TRAINING)/dev.stamp  ## Test what needs PyTorch; it holds gradients and explanations against other packages.
	$(TRAINING)/bin/python -m pytest tests/training

oip: $(OIP)/dev.stamp  ## Test the Open Inference Protocol with Triton's client, and what is exported for Triton.
	$(OIP)/bin/python -m pytest tests/oip

storage: $(STORAGE)/dev.stamp  ## Test two servers that share a bucket of S3, served on this machine.
	$(STORAGE)/bin/python -m pytest tests/s3

cluster: $(CLUSTER)/dev.stamp  ## Test replicas on Ray Serve and jobs on Ray Data: some minutes and 1.5 GB of memory.
	$(CLUSTER)/bin/python -m pytest -o faulthandler_timeout=1000 tests/cluster

style: $(VENV)/dev.stamp node_modules/.stamp  ## Check format, lint, types, the Dockerfile and security.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app
	@if [ -x node_modules/.bin/tsc ]; then echo node_modules/.bin/tsc && node_modules/.bin/tsc; fi

check: style test  ## Everything that must hold before a commit.

# Others: SEED=7 COUNT=50 PACKAGE=gradients/rules SINCE=HEAD~3 JOBS=2
mutants: $(VENV)/dev.stamp $(MUTANTS)/stamp  ## Change lines of app/ one at a time, and list the changes that no test notices.
	$(MUTANTS)/bin/python -m tests.mutation --python $(BIN)/python --seed $(or $(SEED),1) --count $(or $(COUNT),300) \
	    --package "$(PACKAGE)" --since "$(SINCE)" --jobs $(or $(JOBS),1)

mutants-js: $(MUTANTS)/node.stamp  ## The same for the scripts that compute: static/js/lib and static/js/draw.
	nice -n 19 $(MUTANTS)/node_modules/.bin/stryker run tests/mutation/stryker.json

bench: $(VENV)/dev.stamp  ## Measure against plain onnxruntime, and PyTorch's hooks where PyTorch is installed.
	$(BIN)/python -m benchmarks

field: $(FIELD)/dev.stamp  ## Inspect networks that others made, and write docs/own-networks-field.md.
	$(FIELD)/bin/python -m benchmarks.field.collect $(FIELD_FILES)
	$(FIELD)/bin/python -m benchmarks.field $(FIELD_FILES) --document

field-exports: $(EXPORTS)/dev.stamp  ## Export networks of PyTorch and Keras for `make field`: some gigabytes.
	$(EXPORTS)/bin/python -m benchmarks.field.torch_exports $(FIELD_FILES)
	$(EXPORTS)/bin/python -m benchmarks.field.keras_exports $(FIELD_FILES)

shots: $(VENV)/dev.stamp  ## Take pictures of every view, into shots/index.html; ONLY=start takes those of one.
	@mkdir -p shots
	@$(BIN)/python -m docs.shots $(ONLY) 2>shots/log || { tail shots/log; exit 1; }

lock: $(BIN)/uv  ## Pin the newest versions that pyproject.toml allows.
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q --extra cuda \
	    --override requirements-cuda.in pyproject.toml -o requirements-cuda.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q --extra storage \
	    --constraint requirements-dev.lock pyproject.toml -o requirements-storage.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q --extra dev --extra cluster \
	    --constraint requirements-dev.lock pyproject.toml -o requirements-cluster.lock
	echo hatchling | $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q \
	    --constraint requirements-dev.lock - -o requirements-build.lock

clean:  ## Remove what the other targets made.
	rm -rf $(VENV) $(TRAINING) $(FIELD) $(EXPORTS) $(MUTANTS) $(OIP) $(STORAGE) $(CLUSTER) node_modules
	rm -rf $(FIELD_FILES) shots .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "ConvScope needs Python 3.11 or newer with its venv module (Debian: apt install python3 python3-venv)."; \
	    echo "If it is there under another name: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(BIN)/uv: | $(BIN)/python
	$(PIP) install uv

# The development lock holds everything that serving needs, at the same versions.
$(VENV)/dev.stamp: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) requirements-dev.lock
	$(PIP) install --no-deps --editable .
	@touch $(VENV)/serve.stamp $@

# On Linux pip brings PyTorch for CUDA, some gigabytes. PIP_EXTRA_INDEX_URL names an index that has the CPU build.
$(TRAINING)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/python -m pip --quiet install --require-hashes -r requirements-dev.lock
	$(TRAINING)/bin/python -m pip --quiet install --editable '.[training,comparison]'
	@touch $@

# Of these packages only the network files are read, so what they depend on is left out.
$(FIELD)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(FIELD)
	$(FIELD)/bin/python -m pip --quiet install --require-hashes -r requirements-dev.lock
	$(FIELD)/bin/python -m pip --quiet install --no-deps --editable .
	$(FIELD)/bin/python -m pip --quiet install --no-deps rapidocr-onnxruntime==1.4.4 nudenet==3.4.2 ddddocr==1.6.1
	@touch $@

$(EXPORTS)/dev.stamp: pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(EXPORTS)
	$(EXPORTS)/bin/python -m pip --quiet install --editable '.[exports]'
	@touch $@

# It makes the mutants; the tests of each run in the environment of the others.
$(MUTANTS)/stamp:
	$(PYTHON) -m venv $(MUTANTS)
	$(MUTANTS)/bin/python -m pip --quiet install cosmic-ray==8.7.0
	@touch $@

$(CLUSTER)/dev.stamp: requirements-cluster.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(CLUSTER)
	$(CLUSTER)/bin/python -m pip --quiet install --require-hashes -r requirements-cluster.lock
	$(CLUSTER)/bin/python -m pip --quiet install --no-deps --editable .
	@touch $@

# moto serves S3 on this machine; flask and flask-cors are what it needs for that.
$(STORAGE)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(STORAGE)
	$(STORAGE)/bin/python -m pip --quiet install --require-hashes -r requirements-dev.lock
	$(STORAGE)/bin/python -m pip --quiet install --editable '.[storage]'
	$(STORAGE)/bin/python -m pip --quiet install 'moto[s3]==5.2.5' 'flask>=3.1' 'flask-cors>=6.0'
	@touch $@

# An environment of its own: tritonclient needs an older ml-dtypes than the lock has, and replaces it.
$(OIP)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(OIP)
	$(OIP)/bin/python -m pip --quiet install --require-hashes -r requirements-dev.lock
	$(OIP)/bin/python -m pip --quiet install --no-deps --editable .
	$(OIP)/bin/python -m pip --quiet install 'tritonclient[http]==2.73.0'
	@touch $@

# Of these versions, the last for Node 20.
$(MUTANTS)/node.stamp:
	npm install --silent --prefix $(MUTANTS) @stryker-mutator/core@9 @stryker-mutator/tap-runner@9
	@touch $@

node_modules/.stamp: package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent; \
	    elif [ -n "$$CI" ]; then echo "npm is needed to check the scripts' types."; exit 1; \
	    else echo "Without npm the scripts' types are not checked."; fi
	@mkdir -p node_modules && touch $@
