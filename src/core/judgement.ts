import type { Exhibit } from './exhibit.ts';
import type { Finding } from './finding.ts';
import { sortFindings } from './finding.ts';
import type { Measurement } from './measurement.ts';
import { sortBy } from './order.ts';
import { type Verdict, worstVerdict } from './verdict.ts';

/** One thing that a gate looked at and its verdict; the ids become `passedTests`, `warnedTests` and `failedTests`. */
export interface Check {
  /** Unique inside the gate and the same from run to run. */
  readonly id: string;
  readonly verdict: Verdict;
}

/** What `judge` returns. */
export interface Judgement<F extends Finding<string, unknown> = Finding> {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly findings: readonly F[];
  readonly measurements: readonly Measurement[];
  /** One short line of data for tables: the number that decided, e.g. `p95 212 ms < 300 ms`. Plain text, at most 80 characters, nothing private. */
  readonly headline: string;
  /** What the report draws, in the order of showing; nothing private, nothing that varies between equal runs. */
  readonly exhibits: readonly Exhibit[];
}

/** Puts a judgement together: the verdict is the worst of the checks (of none: inconclusive), lists are in total order. */
export function conclude<F extends Finding<string, unknown>>(parts: Omit<Judgement<F>, 'verdict'>): Judgement<F> {
  const repeated = firstRepeated(parts.checks.map((check) => check.id));
  if (repeated !== undefined) throw new Error(`two checks share the id ${JSON.stringify(repeated)}`);
  return {
    ...parts,
    verdict: worstVerdict(parts.checks.map((check) => check.verdict)),
    checks: sortBy(parts.checks, (check) => check.id),
    findings: sortFindings(parts.findings),
    measurements: sortBy(parts.measurements, (measurement) => measurement.id),
  };
}

function firstRepeated(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}
