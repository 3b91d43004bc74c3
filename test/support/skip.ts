import { describe, it } from '@jest/globals';

/**
 * Separates a skipped test's name from the reason; the reporter splits at it. A test that merely says `it.skip` carries none and is reported
 * as skipped without a reason.
 */
export const SKIP_REASON_MARK = ' — skipped: ';

type TestBody = () => void | Promise<void>;

/** A test that runs where the condition holds and is otherwise registered as skipped, with the reason in the closing report. Use: `itWhere(hasAct(), 'act is not installed')('runs …', async () => {…})`. */
export function itWhere(condition: boolean, reason: string): (name: string, body: TestBody, timeoutMs?: number) => void {
  return (name, body, timeoutMs) => {
    if (condition) it(name, body, timeoutMs);
    else it.skip(`${name}${SKIP_REASON_MARK}${reason}`, body);
  };
}

/** The same for a whole block. */
export function describeWhere(condition: boolean, reason: string): (name: string, body: () => void) => void {
  return (name, body) => {
    if (condition) describe(name, body);
    else describe.skip(`${name}${SKIP_REASON_MARK}${reason}`, body);
  };
}

/** Whether the full check runs (`.ci/run` sets TESTOPS_FULL); `make test` leaves the longest whole-process tests to it, aloud, to stay within minutes. */
export const FULL_CHECK = process.env.TESTOPS_FULL === '1';

/** A block of the full check only. */
export const describeInFullCheck = describeWhere(FULL_CHECK, 'runs in the full check, .ci/run (TESTOPS_FULL=1)');
