import { canonicalJson, nestsTooDeep, type SignatureFact, sha256 } from '../../core/index.ts';
import { SUMMARY_FILE } from '../bundle.ts';
import { type DecisionFinding, errorOf } from '../words.ts';
import { isTrusted, readWorkflowName } from './workflow-name.ts';

/** Issuer of the identities of GitHub Actions on github.com, and where the workflows that it names lie. */
export const ACTIONS_ISSUER = 'https://token.actions.githubusercontent.com';
const ACTIONS_SERVER = 'https://github.com/';

/** Whom we believe. */
export interface SignatureDemand {
  /** Refuse a bundle without a signature: `verify TAG`, `mode: cut`, `--require-signature`. */
  readonly required: boolean;
  /** Repository that the decision is about, `owner/name`. */
  readonly repository: string | undefined;
  /** Workflows that may sign, `owner/name/.github/workflows/file.yml`, with `@ref` to demand one. */
  readonly workflows: readonly string[];
  /** Ids of keys that may sign. */
  readonly keyIds: readonly string[];
  /** Default that of GitHub Actions. */
  readonly issuer?: string;
  /** Nobody can be asked what the default branch has or had: the certificate alone counts (`verify FILE`). */
  readonly offline?: boolean;
}

/**
 * Judges the signatures of a bundle: every one that is there must be valid, for exactly this summary, and by somebody whom we believe; where one is
 * required there must be one.
 */
export function judgeSignatures(
  facts: readonly SignatureFact[],
  files: ReadonlyMap<string, Uint8Array>,
  demand: SignatureDemand,
): readonly DecisionFinding[] {
  if (facts.length === 0) return demand.required ? [errorOf('decision-record/unsigned', {})] : [];
  return facts.flatMap((fact) => judgeSignature(fact, files, demand));
}

function judgeSignature(fact: SignatureFact, files: ReadonlyMap<string, Uint8Array>, demand: SignatureDemand): DecisionFinding[] {
  const { file } = fact;
  if (fact.kind === 'invalid') return [errorOf('decision-record/signature-invalid', { file, reason: fact.reason }, file)];
  const findings = signsSummary(fact.payload, files.get(SUMMARY_FILE))
    ? []
    : [errorOf('decision-record/signature-other-document', { file }, file)];
  if (fact.kind === 'key') {
    if (!demand.keyIds.includes(fact.keyId)) findings.push(errorOf('decision-record/signer-foreign-key', { found: fact.keyId }, file));
    return findings;
  }
  const issuer = demand.issuer ?? ACTIONS_ISSUER;
  if (fact.issuer !== issuer) {
    findings.push(errorOf('decision-record/signer-foreign-issuer', { found: fact.issuer, expected: issuer }, file));
  }
  // The same path on another server is another workflow.
  const workflow = fact.workflow.startsWith(ACTIONS_SERVER) ? readWorkflowName(fact.workflow) : undefined;
  if (!workflow || !isTrusted(workflow, demand.workflows)) {
    findings.push(errorOf('decision-record/signer-foreign', { found: fact.workflow, expected: [...demand.workflows] }, file));
  }
  if (demand.repository === undefined || fact.repository?.toLowerCase() !== demand.repository.toLowerCase()) {
    const args = { found: fact.repository ?? 'no repository', expected: demand.repository ?? 'no repository' };
    findings.push(errorOf('decision-record/signer-foreign-repository', args, file));
  }
  findings.push(...judgeReview(fact, demand));
  // A certificate that does not say what started the run could be a pull request's.
  const event = fact.event ?? 'an event that its certificate does not name';
  if (fact.event === undefined || event.startsWith('pull_request')) {
    findings.push(errorOf('decision-record/signed-for-pull-request', { event }, file));
  }
  return findings;
}

type SigstoreFact = SignatureFact & { readonly kind: 'sigstore' };

/**
 * Any branch can call a workflow that may sign, with inputs and a runner of its choice. So the file of the run is one that was reviewed, and the machine is
 * GitHub's, on which nobody's processes wait for the next job.
 */
function judgeReview(fact: SigstoreFact, { offline = false, repository, workflows }: SignatureDemand): DecisionFinding[] {
  const { file, review, buildConfig, runnerEnvironment = '' } = fact;
  const findings: DecisionFinding[] = [];
  if (runnerEnvironment !== 'github-hosted' && !(runnerEnvironment === 'self-hosted' && review !== 'not-asked' && review.selfHosted)) {
    findings.push(errorOf('decision-record/signer-self-hosted', { found: runnerEnvironment }, file));
  }
  const unreviewed = (found: string) =>
    errorOf('decision-record/signer-unreviewed', { found, what: 'The workflow file of the run that signed,' }, file);
  const build = buildConfig?.workflow.startsWith(ACTIONS_SERVER) ? readWorkflowName(buildConfig.workflow) : undefined;
  if (build === undefined) return [...findings, unreviewed('which its certificate does not name,')];
  const named = `${build.path} at ${buildConfig?.commit}`;
  const own = `${(repository ?? fact.repository ?? '').toLowerCase()}/`;
  if (!build.path.startsWith(own)) return [...findings, unreviewed(named)];
  if (review === 'not-asked') return offline ? findings : [...findings, unreviewed(named)];
  if (!review.build) findings.push(unreviewed(named));
  const name = readWorkflowName(fact.workflow);
  const signer = { workflow: name?.path ?? fact.workflow, commit: fact.workflowCommit ?? 'no commit' };
  if (review.signer === 'distrusted') findings.push(errorOf('decision-record/workflow-distrusted', signer, file));
  // Another workflow is refused as such.
  const isNamed = name !== undefined && isTrusted(name, workflows);
  if (review.signer === 'never-held' && isNamed) findings.push(errorOf('decision-record/signer-not-pinned', signer, file));
  return findings;
}

/** Libraries serialize the statement anew when they sign, so the documents are compared, not their bytes. */
function signsSummary(payload: Uint8Array, summary: Uint8Array | undefined): boolean {
  if (!summary || nestsTooDeep(payload)) return false;
  try {
    return sha256(canonicalJson(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))) === sha256(summary);
  } catch {
    return false;
  }
}
