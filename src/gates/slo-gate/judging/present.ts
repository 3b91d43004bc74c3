import { digestOf, type Verdict } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import type { PresentDay } from '../ledger/day-entry.ts';
import { utcDay } from '../ledger/streak.ts';

/**
 * What the present evaluation says of a day: the UTC day on which its latest measurement began (by the results' own time stamps, else the day of the
 * evaluation), and the kinds that were measured on that very day.
 */
export function presentDay(facts: Facts, verdict: Verdict): PresentDay {
  const used = facts.sources.filter((source) => source.unusable === undefined);
  const days = used.map((source) => {
    const startedMs = source.startedMs ?? source.finishedMs;
    const chaos = source.experiments.length > 0 || source.faults.length > 0;
    const load = source.experiments.length === 0;
    return {
      day: startedMs === undefined ? facts.today : utcDay(startedMs),
      kinds: [...(chaos ? ['chaos'] : []), ...(load ? ['load'] : [])],
    };
  });
  const day =
    days
      .map((one) => one.day)
      .sort()
      .at(-1) ?? facts.today;
  const kinds = [...new Set(days.filter((one) => one.day === day).flatMap((one) => one.kinds))].sort();
  return { day, verdict, kinds, objectives: objectivesDigest(facts), results: [...new Set(used.map((source) => source.sha256))].sort() };
}

/** Digest of what is promised: objectives and scores, without where they stand. */
export function objectivesDigest(facts: Pick<Facts, 'objectives' | 'scores'>): string {
  const promises = facts.objectives.map(({ place: _place, ...promise }) => promise);
  return digestOf(JSON.parse(JSON.stringify({ objectives: promises.sort((a, b) => (a.id < b.id ? -1 : 1)), scores: facts.scores })));
}
