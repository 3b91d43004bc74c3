import { compareManifests, type TargetDifference } from '../compare/compare-runs.ts';
import type { Ending } from '../facts.ts';
import type { Compared } from '../inputs.ts';
import type { RunOutcome } from './laboratory.ts';

/** Everything in which a run differs from the first, of what is to be compared. A run on a terminal is compared by its output files alone. */
export function compareOutcomes(first: RunOutcome, other: RunOutcome, compare: readonly Compared[]): readonly TargetDifference[] {
  const onTerminal = other.spec.kind === 'terminal';
  const differences: TargetDifference[] = [];
  if (compare.includes('exit') && endingText(first.ending) !== endingText(other.ending)) {
    const values = { left: endingText(first.ending), right: endingText(other.ending) };
    differences.push({ target: { type: 'exit' }, aspects: ['ending'], values });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (onTerminal || !compare.includes(stream) || first[stream].sha256 === other[stream].sha256) continue;
    differences.push({ target: { type: stream }, aspects: ['content'] });
  }
  if (compare.includes('outputs')) {
    // Under two masks, what either takes away is not the command's doing.
    const ignored = first.umask === other.umask ? 0 : first.umask | other.umask;
    differences.push(...compareManifests(first.scan.manifest, other.scan.manifest, ignored));
  }
  return differences;
}

/** Short and the same for the same ending. */
export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'exit':
      return `exit code ${ending.code}`;
    case 'signal':
      return `ended by ${ending.signal}`;
    case 'timeout':
      return `not ended after ${ending.seconds} s`;
    case 'not-started':
      return `did not start: ${ending.detail}`;
  }
}
