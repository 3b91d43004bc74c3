import type { MeasuredFile } from '../../core/index.ts';
import { countsForCommit, describeStrangers } from '../../decision/index.ts';
import { withholdLeaks } from '../leaks.ts';

/** What people read next to a gate's verdict when files that it measured prove nothing about the commit; `undefined` when all do. */
export function describeMeasured(gate: string, measured: readonly MeasuredFile[], now: number): string | undefined {
  const strangers = measured.filter((file) => !countsForCommit(file));
  if (strangers.length === 0) return undefined;
  return withholdLeaks(`Not measured for this commit, so it does not count for a version: ${describeStrangers(gate, strangers, now)}.`);
}
