# The two commands of the README. Each does all the set-up on a machine with Node and npm only.
.PHONY: beta-check test install

# Stands the miniature in examples/toron up, gates it, and decides. FAULT=nondeterminism|latency|pii|drift|replica-loss breaks one thing.
beta-check:
	@cd examples/toron && $(if $(FAULT),TORON_FAULT='$(FAULT)') node ../../dist/cli/index.js beta-check --config testops.yml; \
	status=$$?; if [ $$status -lt 3 ]; then echo "These lie in examples/toron/. Open in a browser: examples/toron/testops-out/report.html"; fi; exit $$status

test: install
	@node scripts/test.mjs

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
