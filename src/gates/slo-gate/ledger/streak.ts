import type { Verdict } from '../../../core/index.ts';
import type { DayBody } from './day-entry.ts';

/** How a day counts: a `fail` anywhere in it breaks it (`worst`), or its last measured entry decides (`last`). */
export type DayRule = 'worst' | 'last';

export type DayState = 'met' | 'failed' | 'missing' | 'unmeasured' | 'kind-missing';

export interface StreakDay {
  readonly day: string;
  readonly state: DayState;
  readonly verdict: Verdict | null;
  /** For `kind-missing`: what was not measured. */
  readonly missingKinds: readonly string[];
}

export interface Streak {
  /** Days in a row that were met, today included. */
  readonly length: number;
  readonly needed: number;
  /** The last `needed` days, oldest first. */
  readonly days: readonly StreakDay[];
  /** Entries left out, and why. */
  readonly ignored: { readonly replayed: number; readonly otherCommits: number; readonly beforeRestart: number };
}

export interface StreakQuestion {
  /** All entries in the order of the ledger; the present evaluation last, when it counts. */
  readonly entries: readonly DayBody[];
  /** UTC day on which the streak must end. */
  readonly today: string;
  readonly needed: number;
  readonly rule: DayRule;
  readonly requireKinds: readonly string[];
  /** Digest of the present objectives. */
  readonly objectives: string;
  /** The commit and its first-parent ancestors. */
  readonly commits: ReadonlySet<string>;
}

/**
 * Counts the streak. Only entries of the commit and its first-parent ancestors count; results that an earlier entry brought do not count again; entries before
 * the last one with other objectives are of another promise. `pass` and `warn` make a day, `fail` breaks it, `inconclusive` does neither.
 */
export function countStreak(question: StreakQuestion): Streak {
  const { today, needed, rule, requireKinds, objectives, commits } = question;
  const ofHistory = question.entries.filter((entry) => commits.has(entry.commit));
  const restart = ofHistory.findLastIndex((entry) => entry.objectives !== objectives);
  const current = ofHistory.slice(restart + 1);
  const seen = new Set<string>();
  const byDay = new Map<string, DayBody[]>();
  let replayed = 0;
  // What was brought before the restart is old as well.
  for (const entry of ofHistory.slice(0, restart + 1)) for (const digest of entry.results) seen.add(digest);
  for (const entry of current) {
    const fresh = entry.results.some((digest) => !seen.has(digest));
    for (const digest of entry.results) seen.add(digest);
    if (!fresh) {
      replayed += 1;
      continue;
    }
    byDay.set(entry.day, [...(byDay.get(entry.day) ?? []), entry]);
  }
  const stateOf = (day: string) => judgeDay(day, byDay.get(day) ?? [], rule, requireKinds);
  let length = 0;
  while (stateOf(dayBefore(today, length)).state === 'met') length += 1;
  return {
    length,
    needed,
    days: Array.from({ length: needed }, (_, index) => stateOf(dayBefore(today, needed - 1 - index))),
    ignored: { replayed, otherCommits: question.entries.length - ofHistory.length, beforeRestart: restart + 1 },
  };
}

/** What the streak says: long enough, broken by a failed day, or not measured for long enough. */
export function streakVerdict(streak: Streak): Verdict {
  if (streak.length >= streak.needed) return 'pass';
  return streak.days.some((day) => day.state === 'failed') ? 'fail' : 'inconclusive';
}

function judgeDay(day: string, entries: readonly DayBody[], rule: DayRule, requireKinds: readonly string[]): StreakDay {
  const kinds = requireKinds.length === 0 ? [undefined] : requireKinds;
  const states = kinds.map((kind) => {
    const measured = entries.filter((entry) => (kind === undefined || entry.kinds.includes(kind)) && entry.verdict !== 'inconclusive');
    const deciding = rule === 'last' ? measured.slice(-1) : measured;
    const verdicts = deciding.map((entry) => entry.verdict);
    return { kind, verdict: verdicts.includes('fail') ? 'fail' : (verdicts.find((one) => one === 'warn') ?? verdicts[0]) } as const;
  });
  const missingKinds = states.flatMap(({ kind, verdict }) => (verdict === undefined && kind !== undefined ? [kind] : []));
  const known = states.map(({ verdict }) => verdict).filter((verdict) => verdict !== undefined);
  if (known.includes('fail')) return { day, state: 'failed', verdict: 'fail', missingKinds };
  if (entries.length === 0) return { day, state: 'missing', verdict: null, missingKinds };
  if (known.length === 0) return { day, state: 'unmeasured', verdict: 'inconclusive', missingKinds };
  if (missingKinds.length > 0) return { day, state: 'kind-missing', verdict: 'inconclusive', missingKinds };
  return { day, state: 'met', verdict: known.includes('warn') ? 'warn' : 'pass', missingKinds };
}

/** The UTC day so many days before another. */
export function dayBefore(day: string, days: number): string {
  return utcDay(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000);
}

/** The UTC day of an instant. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
