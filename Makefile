# The one entrance. Each target is a short script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: help run dev test check gen bench chaos live-shop

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything, start the demonstration (RITORNO_DEMO=0: an empty server) and open its page
	@bash scripts/run.sh

dev: ## the same unoptimised, with the web interface reloading as it is edited
	@bash scripts/dev.sh

test: ## install what the tests need and run them all, on both databases and in a browser
	@bash scripts/test.sh

check: ## formatting, lints, types and the house rules, without running anything
	@bash scripts/check.sh

gen: ## write the generated files anew
	@bash scripts/gen.sh

bench: ## measure on this machine and print the table (docs/benchmarks.md says what is in it)
	@bash scripts/bench.sh

chaos: ## kill the server at random moments under load and count what was lost or doubled
	@bash scripts/chaos.sh

live-shop: ## run a real shop beside the server, lose a third of its webhooks, and find every order
	@bash scripts/live-shop.sh
