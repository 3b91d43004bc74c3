/** What one gate, or one check inside it, says. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'inconclusive';

/** From best to worst. `fail` outranks `inconclusive`: something measured and wrong is never hidden by something unmeasured. */
export const VERDICTS = ['pass', 'warn', 'inconclusive', 'fail'] as const satisfies readonly Verdict[];

/** The worst of several verdicts; of none, `inconclusive`: nothing checked is never a pass. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = -1;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst] ?? 'inconclusive';
}

/** Process exit code of a gate. */
export const VERDICT_EXIT: Readonly<Record<Verdict, 0 | 1 | 2>> = { pass: 0, warn: 0, fail: 1, inconclusive: 2 };

/** `result` of the in-toto test-result predicate v0.1. */
export const VERDICT_RESULT: Readonly<Record<Verdict, 'PASSED' | 'WARNED' | 'FAILED'>> = {
  pass: 'PASSED',
  warn: 'WARNED',
  fail: 'FAILED',
  inconclusive: 'FAILED',
};

/** Conclusion of a check run; never `neutral` or `skipped`, which GitHub counts as green. */
export const VERDICT_CONCLUSION: Readonly<Record<Verdict, 'success' | 'failure'>> = {
  pass: 'success',
  warn: 'success',
  fail: 'failure',
  inconclusive: 'failure',
};

/** What the whole suite says of a commit. */
export type Outcome = 'GO' | 'CONDITIONAL' | 'NO-GO';
