# Two commands set everything up: 'make quickstart' and 'make test'.

SWIFT ?= swift
REPORT := reports/quickstart/report.html

.PHONY: help setup quickstart test test-consumers test-report bench lint clean

help:
	@echo "make setup       install what is missing (Debian packages, ONNX Runtime in .venv)"
	@echo "make quickstart  set up, build, audit two small classifiers, print where the report is"
	@echo "make test        set up, build and run all tests"
	@echo "make test-consumers load rebalancing exports with the libraries of training loops"
	@echo "make test-report check sample reports in a browser (accessibility, layout, print)"
	@echo "make bench       time the kernels against peers, as ratios"
	@echo "make lint        check the layout of the source files"
	@echo "make clean       remove build products; reports and .venv stay"

setup:
	@scripts/setup.sh

quickstart: setup
	$(SWIFT) build -c release --product audit
	.build/release/audit run audits/quickstart.json
	@echo "The report is $(CURDIR)/$(REPORT)"

# Release, because networks and simulations are too slow in debug builds.
test: setup
	$(SWIFT) test -c release

# Rebalancing exports read by datasets, torchvision, torchxrayvision and webdataset.
# Built as 'make test' builds, so that the two share their objects.
test-consumers: setup
	$(SWIFT) build -c release -Xswiftc -enable-testing --product audit
	Tests/Consumers/check.sh .build/release/audit

# Sample reports in a real browser: accessibility, layout, screenshots, PDF. Takes minutes.
test-report:
	SAMPLE_PAGES=$(CURDIR)/.build/sample-pages $(SWIFT) test --filter SamplePagesTests
	Tests/Report/check.sh .build/sample-pages/*/report.html

# Ratios against peers in the same process; nothing else should be running.
bench: setup
	$(SWIFT) build -c release --product audit-bench
	.build/release/audit-bench

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

clean:
	rm -rf .build
