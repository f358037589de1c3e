# Two commands set everything up: 'make quickstart' and 'make test'.

SWIFT ?= swift
PREFIX ?= /usr/local
REPORT := reports/quickstart/report.html

.PHONY: help setup quickstart simulate test test-reference test-consumers test-images test-report
.PHONY: test-python full-size-weights lint check-onednn clean install uninstall test-install
.PHONY: demo-real test-slurm test-loop sample bench bench-setup sanitize fuzz chaos sbom train-setup test-train

help:
	@echo "make setup       install what is missing (Debian packages, ONNX Runtime in .venv)"
	@echo "make quickstart  set up, build, audit two small classifiers, print where the report is"
	@echo "make demo-real   audit a committed table of invented scores as real cases, without a download"
	@echo "make simulate    how often each kind of sentence is false, into docs/validity.md (DRAWS=200)"
	@echo "make test        set up, build and run all tests, with nothing but the clone"
	@echo "make test-reference DATA=folder  run the tests that need hand-outs, which lie in the folder"
	@echo "make install     install under PREFIX (default /usr/local); 'make uninstall' takes it away"
	@echo "make test-install try an installation as another user with an empty environment"
	@echo "make test-consumers load rebalancing exports with the libraries of training loops"
	@echo "make test-python test the Python reader of reports"
	@echo "make test-images compare image files with pydicom, dcmtk, Pillow (DATA=folder: two classifiers too)"
	@echo "make train-setup install PyTorch for 'audit train' in .venv-train"
	@echo "make test-train  train a few steps of every stage and compare with stored losses"
	@echo "make test-report check reports in a browser (accessibility, layout, print)"
	@echo "make test-slurm  draw in shares on a real Slurm of this machine's own; needs root"
	@echo "make test-loop   run the retraining example with toy settings; DATA=folder, needs PyTorch"
	@echo "make sample      make reports/sample and its screenshot anew from the quickstart"
	@echo "make bench       time the engine against OpenBLAS and PyTorch (ROWS='gemm dit-512' selects)"
	@echo "make bench-setup install PyTorch, diffusers and transformers for it in .venv-bench"
	@echo "make full-size-weights FOLDER=...  write random checkpoints of the released sizes (19 GB)"
	@echo "make lint        check layout and length of the source files, and oneDNN's headers where they are"
	@echo "make check-onednn  download oneDNN's 3.x headers and compile against them"
	@echo "make sanitize    the tests of all readers under the address and thread sanitizers"
	@echo "make fuzz MINUTES=n  feed every reader with invented files (READERS='csv png' selects)"
	@echo "make chaos N=n   make n system calls of a running audit fail and compare with an undisturbed run"
	@echo "make sbom        a CycloneDX bill of the libraries that the program links or opens"
	@echo "make clean       remove build products; reports and .venv stay"

setup:
	@scripts/setup.sh

quickstart: setup
	$(SWIFT) build -c release --product audit
	.build/release/audit run audits/quickstart.json
	@echo "The report is $(CURDIR)/$(REPORT)"

# Everything of an audit of real cases, on a committed table of invented scores: fetches nothing.
demo-real: setup
	$(SWIFT) build -c release --product audit
	.build/release/audit run audits/demo-real.json
	@echo "The report is $(CURDIR)/reports/demo-real/report.html"

# With Swift's runtime inside, so that the installation needs no toolchain.
install: setup
	$(SWIFT) build -c release --product audit --static-swift-stdlib --scratch-path .build/install
	BUILD=.build/install/release PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh install

uninstall:
	PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh uninstall

# A newcomer's path: install, init, plan, run and verify without the checkout.
test-install: setup
	SWIFT=$(SWIFT) scripts/test-install.sh

# Worlds with known truth through the whole analysis; fails where a sentence is false too often. It goes on
# where it was interrupted, see .build/simulations.
DRAWS ?= 200
simulate:
	$(SWIFT) build -c release --product audit-simulate
	.build/release/audit-simulate $(DRAWS) docs/validity.md

# Release, because networks and simulations are too slow in debug builds.
test: setup
	@SWIFT="$(SWIFT)" AUDIT_SHARED= CHEXGEN_FIXTURES= scripts/test.sh

# Real scores, radiographs, models and reference values are not part of the repository.
test-reference: setup
	@SWIFT="$(SWIFT)" AUDIT_SHARED="$(abspath $(DATA))" scripts/test.sh reference

# The Python reader, by the standard library alone.
test-python:
	python3 -m unittest discover -s python/tests

# PyTorch is some gigabytes, and nothing but training needs it.
train-setup:
	@scripts/train-setup.sh

# The reference's losses, and twenty steps of every stage on tiny data.
test-train: train-setup
	cd python && ../.venv-train/bin/python -m unittest discover -s tests_train -t .

# Rebalancing exports read by datasets, torchvision, torchxrayvision and webdataset.
# Built as 'make test' builds, so that the two share their objects.
test-consumers: setup test-python
	$(SWIFT) build -c release -Xswiftc -enable-testing --product audit
	Tests/Consumers/check.sh .build/release/audit

# Image files against pydicom, dcmtk, Pillow and ONNX Runtime for Python. DATA=folder adds two classifiers.
test-images: setup
	DATA="$(DATA)" SWIFT="$(SWIFT)" scripts/test-images.sh

# Reports in a real browser: accessibility, layout, screenshots, PDF. Takes minutes.
test-report: setup
	SWIFT=$(SWIFT) scripts/test-report.sh

# Jobs, kills, cancelling and full disks on a Slurm that is started for this alone.
test-slurm: setup
	$(SWIFT) build -c release --product audit
	scripts/test-slurm.sh

# The committed sample and the README's screenshot, from the program as it is now.
sample: setup
	$(SWIFT) build -c release --product audit
	scripts/sample-report.sh

# Every step of the worked example, with one training of a few steps and a tiny cohort.
test-loop: setup
	$(SWIFT) build -c release --product audit
	rm -rf .build/test-loop
	DATA="$(DATA)" SEEDS=1 STEPS=5 BASE_CASES=3 WORK="$(CURDIR)/.build/test-loop/work" \
	  REPORTS="$(CURDIR)/.build/test-loop/reports" audits/retraining-loop/loop.sh

# PyTorch is some gigabytes, and nothing but the benchmark needs it.
bench-setup:
	@scripts/bench-setup.sh

# Ratios against peers that do the same work in turn; nothing else should be running.
bench: setup bench-setup
	$(SWIFT) build -c release --product audit
	$(SWIFT) build -c release --product audit-bench
	.build/release/audit-bench $(ROWS)
	scripts/images-setup.sh
	.build/release/audit-bench images
	scripts/bench/setup.sh
	.build/release/audit-bench statistics

# Files for the full-size tests: AUDIT_FULL_SIZE=FOLDER swift test -c release --filter FullSizeTests
full-size-weights: setup
	@test -n "$(FOLDER)" || { echo "full-size-weights needs FOLDER=..., with 19 GB free" >&2; exit 2; }
	$(SWIFT) build -c release --product audit-bench
	for model in dit-xl2-256 dit-xl2-512 control t5-xxl vae; do \
	  .build/release/audit-bench weights "$(FOLDER)" $$model || exit 2; \
	done

# Debug builds of their own: sanitizers change every object file.
sanitize: setup
	SWIFT=$(SWIFT) scripts/sanitize.sh $(KINDS)

fuzz: setup
	@test -n "$(MINUTES)" || { echo "fuzz needs MINUTES=n" >&2; exit 2; }
	SWIFT=$(SWIFT) scripts/fuzz.sh $(MINUTES) $(READERS)

chaos: setup
	@test -n "$(N)" || { echo "chaos needs N=n, a number of faults" >&2; exit 2; }
	$(SWIFT) build -c release -Xswiftc -enable-testing --product audit
	scripts/chaos.sh .build/release/audit $(N)

sbom: setup
	$(SWIFT) build -c release -Xswiftc -enable-testing --product audit
	scripts/sbom.sh .build/release/audit .build/sbom.cdx.json

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	python3 -m unittest discover -s Tests/Lint
	scripts/check-lengths.py Package.swift Sources Tests
	scripts/check-onednn.sh

# Both interfaces of oneDNN, against its own headers.
check-onednn:
	scripts/check-onednn.sh --fetch

clean:
	rm -rf .build
