import type { ForgeRun } from '../../core/index.ts';
import { type DecisionFinding, errorOf } from '../words.ts';
import { isTrusted, readWorkflowName } from './workflow-name.ts';

/** What of a run is judged. */
export type RunFact = Pick<
  ForgeRun,
  'id' | 'repository' | 'headRepository' | 'headSha' | 'event' | 'status' | 'conclusion' | 'path' | 'referencedWorkflows'
>;

export interface RunDemand {
  /** Repository that the decision is about. */
  readonly repository: string;
  /** Workflows whose evidence is taken, `owner/name/.github/workflows/testops-ci.yml`. */
  readonly workflows: readonly string[];
  /** Commit that is judged, when it is known beforehand. */
  readonly commit?: string;
}

/**
 * Whether a person may decide on the evidence of a run: a run of this repository on its own code, not of a pull request, that is over, and that used a
 * workflow which we trust, called or as its own.
 */
export function judgeRun(fact: RunFact, demand: RunDemand): readonly DecisionFinding[] {
  const run = fact.id;
  const findings: DecisionFinding[] = [];
  const same = (found: string | null) => found?.toLowerCase() === demand.repository.toLowerCase();
  if (!same(fact.repository)) {
    findings.push(errorOf('decision-record/run-foreign-repository', { run, found: fact.repository, expected: demand.repository }));
  }
  if (!same(fact.headRepository)) {
    const found = fact.headRepository ?? 'a fork that is gone';
    findings.push(errorOf('decision-record/run-foreign-head', { run, found, expected: demand.repository }));
  }
  // `pull_request_review`, `pull_request_target` and the like run for somebody else's code too.
  if (fact.event.startsWith('pull_request')) findings.push(errorOf('decision-record/run-pull-request', { run, event: fact.event }));
  const over = fact.status === 'completed' && (fact.conclusion === 'success' || fact.conclusion === 'failure');
  if (!over) {
    const found = fact.status === 'completed' ? (fact.conclusion ?? 'without a conclusion') : (fact.status ?? 'without a status');
    findings.push(errorOf('decision-record/run-unfinished', { run, found }));
  }
  const used = [fact.path, ...fact.referencedWorkflows.map(({ path }) => path)];
  const trusted = used.some((text) => {
    const name = readWorkflowName(text, fact.repository);
    return name !== undefined && isTrusted(name, demand.workflows);
  });
  if (!trusted) findings.push(errorOf('decision-record/run-foreign-workflow', { run, found: used, expected: [...demand.workflows] }));
  if (demand.commit !== undefined && fact.headSha !== demand.commit) {
    findings.push(errorOf('decision-record/run-foreign-commit', { run, found: fact.headSha, expected: demand.commit }));
  }
  return findings;
}
