import type { Finding, Forge, ForgeRun } from '../core/index.ts';
import { canonicalJson, listInputs, messageOf, UserError } from '../core/index.ts';
import { DECISION_FILE, type Decision, judgeRun, SIGNATURE_FILES, STATUS_CONTEXT, SUMMARY_FILE } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { signWithKey, signWithSigstore, storeAttestation } from '../github/signing.ts';
import { OUTCOME_MARKS } from '../render/markdown/decision.ts';
import { judgeRederived } from '../suite/decide/rederive.ts';
import { decideOnRun, requireReason } from '../suite/decide-run.ts';
import { fetchBundle } from '../suite/fetch-bundle.ts';
import { type HeldPin, reviewWorkflows } from '../suite/tag/reviewed-workflows.ts';
import { linkToDecision } from '../suite/tag/status-mark.ts';
import { readTrust, type Trust } from '../suite/trusted-workflows.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import { openDecisionIndex } from './open-decision-index.ts';
import { requireForge } from './open-forge.ts';
import type { Runner } from './runner.ts';
import { requireUnsharedRunner } from './unshared-runner.ts';
import { type SignInputs, signInputs } from './workflow-inputs.ts';

const [SIGSTORE_FILE, ENVELOPE_FILE] = SIGNATURE_FILES;

/** Signs the decision of a run: as it stands, or with what the person who started this run decides. The signed bundle becomes an artifact of this run. */
export const signDecision: Action = async (runner) => {
  const { core, github } = runner;
  const given = signInputs.parse(runner.readInputs(listInputs(signInputs)));
  if (github.event.startsWith('pull_request')) {
    throw new UserError({
      where: `a run of ${github.event}`,
      found: 'a decision to sign',
      expected: 'workflow_dispatch, a push, or a schedule',
      todo: 'sign in a workflow that does not run for pull requests: their decisions stand for no tag',
    });
  }
  const forge = requireForge(runner);
  const trust = await readTrust(forge, undefined);
  const bundle = (await refusesToSign(runner, forge, trust)) ? undefined : await takeBundle(runner, { forge, trust, given });
  core.setOutput('decision', bundle === undefined ? 'NO-GO' : bundle.decision.outcome);
  core.setOutput('report-url', github.url);
  if (bundle === undefined) return 1;
  await requireUnsharedRunner(runner, forge, { decision: bundle.decision, runIds: [github.runId, bundle.decision.given.run.id] });
  const signed = await signBundle(runner, bundle.files);
  core.setOutput('attestation', signed.attestation ?? '');
  await writeFolder(runner, given.out, signed.files);
  core.setOutput('bundle', given.out);
  const link = await uploadSigned(runner, given.out, [...signed.files.keys()]);
  core.setOutput('evidence', link ?? '');
  await tell(runner, bundle.decision, signed.how, link);
  // Without a service for artifacts, as in a trial run, a go can only be in the folder; a no-go that nobody finds would stop nothing.
  const wanted = process.env.ACTIONS_RESULTS_URL !== undefined || bundle.decision.outcome === 'NO-GO';
  const lost = wanted && signed.attestation === undefined && link === undefined;
  if (lost) await refuse(runner, [errorOf('decision-record/decision-not-stored', {}) as Finding]);
  return lost ? 1 : 0;
};

interface TakenBundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly decision: Decision;
}

/**
 * Whether this very run must not sign, which is reported: its workflow file is not one of the default branch, or the signing workflow is another than the default
 * branch calls today.
 */
async function refusesToSign(runner: Runner, forge: Forge, trust: Trust): Promise<boolean> {
  const { github } = runner;
  const own = await forge.findRun(github.runId);
  if (own === undefined) throw noSuchRun(github.runId, forge.repository);
  const demand = { repository: forge.repository, workflows: trust.signers };
  const review = await reviewWorkflows(forge, own, { ...trust, workflows: trust.signers });
  const old = review.pins.filter(({ today }) => !today);
  const findings = [
    ...judgeDecidingRun(own, github.runId, demand),
    ...(review.findings as readonly Finding[]),
    ...old.map(({ workflow, commit }) => errorOf('decision-record/signer-pin-old', { workflow, commit }) as Finding),
  ];
  if (findings.length > 0) await refuse(runner, findings);
  if (process.env.RUNNER_ENVIRONMENT === 'self-hosted' && !trust.selfHostedSigning) {
    throw new UserError({
      where: 'the runner of this job',
      found: 'a self-hosted runner',
      expected: 'a GitHub-hosted runner: a signature that was made elsewhere is not believed',
      todo: 'leave `runs-on` out, or set `decision-record.self-hosted-signing: true` on the default branch',
    });
  }
  return findings.length > 0;
}

interface TakeContext {
  readonly forge: Forge;
  readonly trust: Trust;
  readonly given: SignInputs;
}

/** The bundle that is signed; undefined when it is refused, which is reported. */
async function takeBundle(runner: Runner, { forge, trust, given }: TakeContext): Promise<TakenBundle | undefined> {
  const { github, ports } = runner;
  const { decision: word, reason } = given;
  if (requireReason(word, reason) && word !== undefined && reason !== undefined) {
    const runId = requireRunId(given, github.runId);
    const decided = await decideOnRun({
      ports,
      forge,
      runId,
      index: openDecisionIndex(runner, forge, forge),
      config: undefined,
      given: { 'run-id': runId, decision: word, reason, out: given.out },
      server: github.serverUrl,
      toolVersion: runner.toolVersion,
      workflow: runner.gateContext().run.workflow,
      person: { by: github.actor, decision: word, reason, at: new Date(ports.clock.now()).toISOString(), link: github.url },
    });
    if (decided.kind === 'refused') return refuse(runner, decided.findings as readonly Finding[]);
    return { decision: decided.decision, files: await readFolder(runner, decided.folder) };
  }
  const runId = given['run-id'] ?? github.runId;
  const run = await forge.findRun(runId);
  if (!run) throw noSuchRun(runId, forge.repository);
  const findings = judgeDecidingRun(run, github.runId, { repository: forge.repository, workflows: trust.workflows });
  if (findings.length > 0) return refuse(runner, findings);
  // A signed decision is no source: whoever could plant one would have it signed again.
  const fetched = await fetchBundle(forge, run, { now: ports.clock.now(), trust });
  if (fetched.kind === 'refused') return refuse(runner, fetched.findings as readonly Finding[]);
  if (fetched.kind === 'sound') {
    const index = openDecisionIndex(runner, forge, forge);
    const differing = (await judgeRederived(forge, index, fetched.decision)) as readonly Finding[];
    if (differing.length > 0) return refuse(runner, differing);
    runner.core.info(fetched.pins.map(describePin).join('\n'));
    return fetched;
  }
  throw new UserError({
    where: `run ${run.id}`,
    found: 'no decision',
    expected: 'the artifact that the deciding job uploads',
    todo: 'open the run: it may have been cancelled, or have failed before it decided',
  });
}

/** Which pin held, for the log and the summary. */
export function describePin({ workflow, commit, today }: HeldPin): string {
  return `Decided by ${workflow} at ${commit}, which the default branch ${today ? 'calls' : 'called earlier'}`;
}

/** A run that signs or records after its own deciding job is not over; everything else must hold. */
export function judgeDecidingRun(run: ForgeRun, ownRunId: string, demand: Parameters<typeof judgeRun>[1]): readonly Finding[] {
  const findings = judgeRun(run, demand) as readonly Finding[];
  return run.id === ownRunId ? findings.filter(({ code }) => code !== 'decision-record/run-unfinished') : findings;
}

export function noSuchRun(id: string, repository: string): UserError {
  return new UserError({
    where: `run ${id}`,
    found: `no such run in ${repository}`,
    expected: 'a workflow run of this repository',
    todo: 'mend the number; it stands in the address of the run',
  });
}

function requireRunId({ 'run-id': runId }: SignInputs, own: string): string {
  if (runId !== undefined && runId !== own) return runId;
  throw new UserError({
    where: 'run-id',
    found: runId === undefined ? 'nothing' : 'this very run',
    expected: 'the run whose evidence the decision is about',
    todo: 'name a run of testops-ci.yml that is over',
  });
}

async function refuse(runner: Runner, findings: readonly Finding[]): Promise<undefined> {
  annotate(runner.core, findings, await loadWords());
  return undefined;
}

interface SignedBundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly attestation: string | undefined;
  /** For people. */
  readonly how: string;
}

async function signBundle(runner: Runner, files: ReadonlyMap<string, Uint8Array>): Promise<SignedBundle> {
  const { core, github, ports, token = '' } = runner;
  const summary = files.get(SUMMARY_FILE);
  if (!summary) throw new Error('a bundle that verifies has a summary');
  const unsigned = [...files].filter(([name]) => !(SIGNATURE_FILES as readonly string[]).includes(name));
  const key = ports.secrets.get('TESTOPS_SIGNING_KEY');
  if (key !== undefined) {
    const envelope = signWithKey(summary, key);
    const keyId = envelope.signatures[0]?.keyid ?? '';
    const file = [ENVELOPE_FILE, new TextEncoder().encode(canonicalJson(envelope))] as const;
    return { files: new Map([...unsigned, file]), attestation: undefined, how: `with the key \`${keyId.slice(0, 16)}\`` };
  }
  const { bundle } = await signWithSigstore(summary, token);
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const stored = await storeAttestation(client, splitRepository(github.repository), bundle);
  if (stored.kind === 'not-stored') core.info(`GitHub keeps no attestation here (${stored.reason}); the signature stands in the bundle`);
  return {
    files: new Map([...unsigned, [SIGSTORE_FILE, bundle]]),
    attestation: stored.kind === 'stored' ? stored.id : undefined,
    how: `with Sigstore${stored.kind === 'stored' ? '; GitHub keeps the attestation' : ''}`,
  };
}

async function readFolder({ ports }: Runner, folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await ports.files.glob(['**'], { folder })) {
    files.set(name, await ports.files.read(`${folder}/${name}`, { maxBytes: Number.MAX_SAFE_INTEGER }));
  }
  return files;
}

async function writeFolder({ ports }: Runner, folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await ports.files.remove(folder);
  for (const [name, bytes] of files) await ports.files.write(`${folder}/${name}`, bytes);
}

async function uploadSigned({ core, ports, github }: Runner, folder: string, names: readonly string[]): Promise<string | undefined> {
  if (!process.env.ACTIONS_RESULTS_URL) return undefined;
  const root = ports.files.resolve(folder);
  const paths = names.map((name) => `${root}/${name}`);
  try {
    const { id } = await createArtifacts().upload(`testops-signed-a${github.attempt}`, paths, root);
    return `${github.url}/artifacts/${id}`;
  } catch (error) {
    // What is stored with the attestations is found all the same, and a status has to say what was decided.
    core.error(messageOf(error), { title: 'testops sign: the signed decision was not uploaded' });
    return undefined;
  }
}

/** Summary, and the status that leads from the commit to this run, so that the signed decision is found again. */
async function tell(runner: Runner, decision: Decision, how: string, link: string | undefined): Promise<void> {
  const { core, github, token = '' } = runner;
  const by = decision.decidedBy.kind === 'person' ? ` by @${decision.decidedBy.by}` : '';
  core.info(`${DECISION_FILE}: ${decision.outcome}${by}, signed ${how.replaceAll('`', '')}`);
  const where = link === undefined ? '' : ` · [bundle](${link})`;
  await core.summary.addRaw(`## ${OUTCOME_MARKS[decision.outcome]}${by}\n\nSigned ${how}${where}.\n`).write();
  const { subject } = decision.given;
  if (!('commit' in subject)) return;
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const published = await createPublisher(client, splitRepository(github.repository), token).status({
    commit: subject.commit,
    context: STATUS_CONTEXT,
    state: decision.outcome === 'NO-GO' ? 'failure' : 'success',
    description: `${decision.outcome}${by}, signed`,
    url: linkToDecision(github.url, decision),
  });
  if (published.kind === 'not-permitted') core.info(`no status, since the token lacks ${published.permission}`);
}
