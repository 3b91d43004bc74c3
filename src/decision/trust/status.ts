import { type DecisionFinding, errorOf } from '../words.ts';

/** The status that rulesets ask for. */
export const STATUS_CONTEXT = 'testops/beta-gate';

/** A commit status or a check run on the commit, newest first, as GitHub lists them. */
export interface StatusFact {
  readonly context: string;
  /** State of a status, or conclusion of a check run (null while it runs). */
  readonly state: string | null;
  /** Id of the App that made it; undefined where GitHub does not say, as for a status set with a personal token. */
  readonly appId: number | undefined;
}

/**
 * Whether the status on a commit says go: the newest one of its context that the App made is `success`. What another App or a person wrote under the
 * same name counts for nothing, for good or ill. Neutral and skipped, which GitHub counts as green, are not success.
 */
export function judgeStatus(
  facts: readonly StatusFact[],
  demand: { readonly appId: number; readonly context?: string },
): readonly DecisionFinding[] {
  const context = demand.context ?? STATUS_CONTEXT;
  const named = facts.filter((fact) => fact.context === context);
  const own = named.find(({ appId }) => appId === demand.appId);
  if (own) {
    return own.state === 'success' ? [] : [errorOf('decision-record/status-not-success', { context, found: own.state ?? 'not over' })];
  }
  const [stranger] = named;
  if (!stranger) return [errorOf('decision-record/status-missing', { context })];
  const found = stranger.appId === undefined ? 'nobody that GitHub names' : `app ${stranger.appId}`;
  return [errorOf('decision-record/status-foreign-app', { context, found, expected: `app ${demand.appId}` })];
}
