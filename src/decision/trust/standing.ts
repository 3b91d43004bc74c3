import { sortBy } from '../../core/index.ts';
import type { Standing } from '../given.ts';
import type { StoredDecision } from '../stored-summary.ts';

/** A decision that is believed: signed by a signer whom the default branch trusts, or confirmed by the forge. */
export interface BelievedDecision {
  readonly decision: StoredDecision;
  readonly signed: boolean;
}

/** Whether a decision lets its tag exist. */
export function isAccepting({ outcome, outcomeForTag }: StoredDecision): boolean {
  return outcome !== 'NO-GO' && outcomeForTag !== 'NO-GO';
}

/** The latest decision last; of two of the same time the one that refuses. */
export function inOrder<T extends { readonly decision: StoredDecision }>(entries: readonly T[]): readonly T[] {
  return sortBy(
    entries,
    ({ decision }) => new Date(decision.timeVerified).toISOString(),
    ({ decision }) => (isAccepting(decision) ? '0' : '1'),
    ({ decision }) => decision.decisionSha256,
  );
}

/** A person's no-go that no later go of a person lifts; the go has to be signed where the no-go was. The latest, when there are several. */
export function findHeldNoGo<T extends BelievedDecision>(entries: readonly T[]): T | undefined {
  const ordered = inOrder(entries);
  return ordered.findLast(
    (entry, index) =>
      entry.decision.person?.decision === 'no-go' &&
      !ordered
        .slice(index + 1)
        .some((later) => later.decision.person?.decision === 'go' && isAccepting(later.decision) && (later.signed || !entry.signed)),
  );
}

/** The decision that counts: a person's no-go that holds, else the latest. */
export function findCounting<T extends BelievedDecision>(entries: readonly T[]): T | undefined {
  return findHeldNoGo(entries) ?? inOrder(entries).at(-1);
}

/** What believed decisions about one version on one commit say about it. */
export function judgeStanding(entries: readonly BelievedDecision[]): Standing {
  const counting = findCounting(entries);
  if (counting === undefined) return 'unknown';
  if (isAccepting(counting.decision)) return 'accepted';
  return entries.some(({ decision }) => isAccepting(decision)) ? 'retracted' : 'refused';
}
