# What can be done here; `make` alone lists it.

SWIFT ?= swift
# Rows of the demo and of the benchmarks: 4,464,000 are 62 hours of telemetry, 1.2 GB.
ROWS ?= 4464000
# Seconds that each fuzz target runs.
SECONDS_EACH ?= 60

RELEASE = $(SWIFT) build -c release --static-swift-stdlib --product swiftwater
SOURCES = Package.swift Sources Tests Fuzz examples

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing: system libraries, .venv for the tests
	@scripts/setup test

.PHONY: build
build: ## Build .build/release/swiftwater
	@scripts/setup build
	$(RELEASE)

.PHONY: demo
demo: ## Set up, build, generate 1.2 GB (ROWS= for less), run the example, show its results
	@ROWS=$(ROWS) scripts/demo

.PHONY: test
test: ## Set up and run all tests: the package's, the documents' commands, a package that depends on this one
	@scripts/setup test
	scripts/test

.PHONY: wheel
wheel: ## Build the Python wheel, dist/swiftwater-….whl, with everything inside
	@scripts/setup build
	@scripts/wheel

.PHONY: bench
bench: ## Set up, build and compare with other libraries (ROWS= for less); writes Benchmarks/results.md
	@scripts/setup bench
	$(RELEASE)
	$(SWIFT) build -c release --static-swift-stdlib --product SwiftwaterC
	.venv/bin/python Benchmarks/bench.py --rows $(ROWS) $(BENCH_ARGUMENTS)

.PHONY: fuzz
fuzz: ## Fuzz the readers for SECONDS_EACH seconds each (60)
	@scripts/setup build
	@SECONDS_EACH=$(SECONDS_EACH) scripts/fuzz

.PHONY: sanitize
sanitize: ## Run a part of the tests under the address and the thread sanitizer
	@scripts/setup test
	scripts/test --sanitize address
	scripts/test --sanitize thread

.PHONY: format
format: ## Format the Swift code
	$(SWIFT) format --in-place --parallel --recursive --configuration .swift-format $(wildcard $(SOURCES))

.PHONY: lint
lint: ## Check the Swift code's format, the scripts and the documents' links
	$(SWIFT) format lint --strict --parallel --recursive --configuration .swift-format $(wildcard $(SOURCES))
	@scripts/lint

.PHONY: clean
clean: ## Remove everything that is built or generated
	rm -rf .build .build-* .venv .venv-* demo bench-data dist
