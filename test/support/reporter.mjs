import { relative } from 'node:path';
import { DefaultReporter } from '@jest/reporters';

const SKIP_REASON_MARK = ' — skipped: ';

/**
 * Jest's quiet reporter without its summary (that one always comes last, and the last line has to be ours). Says aloud what did not run and why, and closes with one line of counts. A run in which nothing ran is a failure: an empty selection or an
 * import that skips everything must not look green.
 */
export default class LoudSkipReporter extends DefaultReporter {
  #rootDir;
  #nothingRan = false;

  constructor(globalConfig) {
    super(globalConfig);
    this.#rootDir = globalConfig.rootDir;
  }

  onRunComplete(contexts, results) {
    super.onRunComplete?.(contexts, results);
    const skipped = [];
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status === 'pending' || test.status === 'todo' || test.status === 'disabled') {
          skipped.push({ file: relative(this.#rootDir, file.testFilePath), ...splitReason(test.fullName) });
        }
      }
    }
    const lines = [''];
    if (skipped.length > 0) {
      lines.push('Skipped:');
      for (const { file, name, reason } of skipped.sort(compareSkips)) lines.push(`  ${file}: ${name}`, `    because ${reason}`);
    }
    const broken = results.numRuntimeErrorTestSuites;
    if (broken > 0) lines.push(`${broken} test file${broken === 1 ? '' : 's'} could not be run at all; each counts as failed.`);
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + broken;
    this.#nothingRan = passed + failed === 0;
    if (this.#nothingRan) lines.push('No test ran: that is a failure, not a pass.');
    lines.push(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  /** An error here makes jest exit with 1. */
  getLastError() {
    return this.#nothingRan ? new Error('no test ran') : super.getLastError?.();
  }
}

function splitReason(fullName) {
  const at = fullName.indexOf(SKIP_REASON_MARK);
  if (at === -1) return { name: fullName, reason: 'no reason was given' };
  return { name: fullName.slice(0, at), reason: fullName.slice(at + SKIP_REASON_MARK.length) };
}

function compareSkips(a, b) {
  return compareText(a.file, b.file) || compareText(a.name, b.name);
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
