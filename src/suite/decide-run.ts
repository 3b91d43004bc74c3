import { type Forge, type Ports, UserError } from '../core/index.ts';
import {
  type Decision,
  type DecisionFinding,
  type DecisionInput,
  inputs as decisionInputs,
  type PersonDecision,
} from '../decision/index.ts';
import { resolveInputs, type Section } from './configuration.ts';
import { readArtifacts, recordDecision } from './decide.ts';
import { gatherDocuments } from './gather-documents.ts';
import { gatherRun } from './gather-run.ts';
import { forgeSource } from './git-source.ts';
import { requireCommittedLimits } from './run/limit-files.ts';
import type { DecisionIndex } from './tag/decision-index.ts';
import { readTrust } from './trusted-workflows.ts';

export interface DecideRunContext {
  readonly ports: Pick<Ports, 'files' | 'clock'>;
  readonly forge: Forge;
  readonly runId: string;
  /** Path of testops.yml, when it is named. */
  readonly config: string | undefined;
  /** Values of flags, or of the action's inputs. */
  readonly given: Section;
  /** Address of the GitHub server. */
  readonly server: string;
  readonly toolVersion: string;
  /** URI of the workflow that decides, when one does. */
  readonly workflow: string | undefined;
  readonly person: PersonDecision | undefined;
  /** What is known about earlier betas. */
  readonly index: DecisionIndex;
}

export type RunDecision =
  | { readonly kind: 'refused'; readonly findings: readonly DecisionFinding[] }
  | { readonly kind: 'decided'; readonly decision: Decision; readonly folder: string };

/**
 * Decides again on the evidence of a run, and records what a person decided beside what the rules say. Nothing comes from a work tree: evidence from
 * the run's artifacts, documents from the repository as the forge holds it.
 */
export async function decideOnRun(context: DecideRunContext): Promise<RunDecision> {
  const { ports, forge, given, config, person } = context;
  const asked = resolveInputs('decision-record', decisionInputs, undefined, given);
  const named = await readTrust(forge, config);
  const trust = { ...named, workflows: asked.workflows ?? named.workflows };
  const gathered = await gatherRun(forge, context.runId, { trust, now: ports.clock.now() });
  if (gathered.kind === 'refused') return gathered;
  const { run, own } = gathered;
  const ownCommit = own && 'commit' in own.given.subject ? own.given.subject.commit : undefined;
  // A run that was started by hand can be about another commit than the branch that it was started on.
  const commit = asked.commit ?? ownCommit ?? run.headSha;
  const version = asked.version ?? own?.given.version;
  const documents = await gatherDocuments(forgeSource(forge), {
    commit,
    config,
    given: { ...given, ...(version === undefined ? {} : { version }) },
    index: context.index,
  });
  const { configuration, inputs } = documents;
  const bases = (documents.known.base?.bases ?? []).map((base) => base.commit);
  const people = documents.wantsApprovals ? await forge.findPeople(commit, run.id, bases) : { approvals: [], authors: [] };
  if (version !== undefined) await requireCommittedLimits(gathered.evidence, forge, commit);
  const input: DecisionInput = {
    now: ports.clock.now(),
    toolVersion: context.toolVersion,
    server: context.server,
    repository: forge.repository,
    subject: { commit },
    dirty: false,
    run: {
      id: run.id,
      attempt: run.attempt,
      event: run.event,
      url: run.url,
      ...(context.workflow === undefined ? {} : { workflow: context.workflow }),
    },
    ...(version === undefined ? {} : { version }),
    configured: [...configuration.gates.keys()],
    reportedOnly: [...configuration.reportedOnly],
    ...(own?.given.jobs === undefined ? {} : { jobs: own.given.jobs }),
    ...(own?.given.exercise === undefined ? {} : { exercise: own.given.exercise }),
    ...vouchedBy(own),
    evidence: gathered.evidence,
    ...documents.known,
    ...people,
    ...(person === undefined ? {} : { person }),
    artifacts: [...(own?.given.artifacts ?? []), ...(await readArtifacts(ports.files, inputs.artifacts ?? []))],
  };
  return { kind: 'decided', ...(await recordDecision(ports.files, inputs.out, input)) };
}

/** Digests that the jobs of the run reported to its deciding job. Where that one left nothing, no job vouches for any evidence. */
function vouchedBy(own: Decision | undefined): Pick<DecisionInput, 'expectedEvidence'> {
  if (own === undefined) return { expectedEvidence: {} };
  return own.given.expectedEvidence === undefined ? {} : { expectedEvidence: own.given.expectedEvidence };
}

/** Checks that decision and reason come together. @throws UserError otherwise. */
export function requireReason(decision: 'go' | 'no-go' | undefined, reason: string | undefined): boolean {
  if (decision === undefined && reason === undefined) return false;
  if (decision !== undefined && reason !== undefined) return true;
  throw new UserError({
    where: 'decision-record',
    found: decision === undefined ? 'a reason without a decision' : 'a decision without a reason',
    expected: 'both',
    todo: 'give --decision go|no-go and --reason "why" (inputs `decision` and `reason`)',
  });
}
