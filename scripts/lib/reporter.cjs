'use strict';
// Mocha's own `spec` on the console, and all results as JSON in the file that CELERY_WORKBENCH_REPORT names.
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const tests = [];
    const keep = state => (test, error) => tests.push({ title: test.fullTitle(), state, duration: test.duration ?? 0, error: error ? String(error.stack ?? error) : null });
    runner.on(EVENT_TEST_PASS, keep('passed'));
    runner.on(EVENT_TEST_FAIL, keep('failed'));
    // A test that did not run has shown nothing.
    runner.on(EVENT_TEST_PENDING, test => keep('failed')(test, new Error(`skipped: ${test.fullTitle()}`)));
    runner.on(EVENT_RUN_END, () => {
      const file = process.env.CELERY_WORKBENCH_REPORT;
      if (!file) return;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed: tests.filter(test => test.state === 'passed').length, failed: tests.filter(test => test.state === 'failed').length, tests }, null, 1));
    });
  }
};
