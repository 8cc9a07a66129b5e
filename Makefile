# What can be asked of this project. CI calls these verbs and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo serve build test editor model-check bench check fmt clean-demo

# rustup's folder, for shells that have not read its settings yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

# Given to the program: make demo ARGS="--once --json"
ARGS ?=

help: ## This list
	@awk -F ' *:.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## The whole story of ДС-326 on a database of its own, then its pages in the browser (ARGS="--once" to leave after the story)
	@scripts/bootstrap
	@cargo run -p saual -- demo $(ARGS)

serve: ## Pages, API and workers, as configured by saual.toml and SAUAL_… variables
	@scripts/bootstrap
	cargo run -p saual -- serve $(ARGS)

build: ## The program as it is installed: target/release/saual
	@scripts/bootstrap
	cargo build --release -p saual

# What is built for the tests is built by clippy's compiler: it says its lints, every warning an error, and one build serves `check` and `test`.
check test: export RUSTC_WORKSPACE_WRAPPER := clippy-driver
check test: export CLIPPY_ARGS := -D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__

test: ## Every test, with a real PostgreSQL and a real mail server
	@scripts/bootstrap test
	cargo test --workspace --all-features

editor: ## The letters' editor of the pages: static/editor.js from crates/web/editor (needs node and npm; the built file is committed)
	cd crates/web/editor && npm ci --no-audit --no-fund && npm run build

model-check: ## Ten minutes of random clients and faults against the journal (SAUAL_MODEL_SECONDS=… for longer, SAUAL_MODEL_SEED=… for one round again)
	@scripts/bootstrap test
	SAUAL_MODEL_SECONDS=$${SAUAL_MODEL_SECONDS:-600} cargo test --workspace --all-features --test model -- --nocapture

bench: ## Event store, letters, worklist, mail and search beside their peers: appends, reading and rebuilding, letters, screens, dispatch, search (ARGS="--seconds 10 --rounds 5")
	@scripts/bootstrap bench
	cargo build --release -p bench --all-features
	cargo run --release --quiet -p bench --all-features -- append $(ARGS)
	cargo run --release --quiet -p bench --all-features -- rebuild $(ARGS)
	cargo run --release --quiet -p bench --all-features -- letters $(ARGS)
	cargo run --release --quiet -p bench --all-features -- screens $(ARGS)
	cargo run --release --quiet -p bench --all-features -- dispatch $(ARGS)
	cargo run --release --quiet -p bench --all-features -- search $(ARGS)

check: ## Formatting, lints, documentation and the house's conventions; the same as CI
	@scripts/bootstrap
	cargo fmt --all --check
	cargo test --workspace --all-features --no-run
	RUSTDOC=$(CURDIR)/scripts/rustdoc cargo test --workspace --all-features --doc
	cargo test --workspace --all-features --test tidy

fmt: ## Formats the Rust code
	cargo fmt --all

clean-demo: ## Removes the demo's folder and its database
	@scripts/clean-demo var/demo
