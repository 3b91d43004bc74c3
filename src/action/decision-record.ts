import { type EvidenceStatement, type Finding, type GateId, listInputs, messageOf, parseEvidence, UserError } from '../core/index.ts';
import { type DecisionInput, type Inputs as DecisionInputs, inputs as decisionInputs, type InputDocument } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { type ArtifactInfo, createArtifacts } from '../github/artifacts.ts';
import { resolveInputs, type Section } from '../suite/configuration.ts';
import { type DecideContext, type DecisionRecord, decideAndRecord, readEvidenceFolder } from '../suite/decide.ts';
import { clonedSource, localSource } from '../suite/git-source.ts';
import { declaredPaths, findSubject, sectionsOf } from '../suite/subject.ts';
import { UNASKED } from '../suite/tag/decision-index.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import { type JobReports, readGateLines, readNeeds } from './job-needs.ts';
import type { Action } from './main.ts';
import { openDecisionIndex } from './open-decision-index.ts';
import { openForge, requireForge } from './open-forge.ts';
import { publishDecision } from './publish-decision.ts';
import type { Runner } from './runner.ts';
import { requireUnsharedRunner } from './unshared-runner.ts';
import { uploadBundle } from './upload-bundle.ts';

/** Decides on the evidence of this run (or of the run that is named, or verifies what was decided), writes and uploads the bundle, and tells everybody. */
export const recordDecision: Action = async (runner) => {
  const read = runner.readInputs(listInputs(decisionInputs));
  const asked = resolveInputs('decision-record', decisionInputs, undefined, read);
  if (asked.mode === 'cut') return (await import('./cut-beta.ts')).cutNextBeta(runner, asked);
  if (asked['run-id'] !== undefined) return decideOnNamedRun(runner, asked['run-id'], asked, read);
  const { github, ports } = runner;
  const tag = await findPushedTag(runner);
  if (tag?.movedFrom !== undefined) return refuseMovedTag(runner, tag);
  const reports = readReports(asked);
  const decidedRun = asked['decided-run'] ?? reports.decidedRun;
  if (tag && decidedRun !== undefined) return (await import('./verify-pushed-tag.ts')).verifyPushedTag(runner, tag);
  const configuration = await runner.configuration();
  if (!configuration) {
    throw new UserError({
      where: ports.files.workspace,
      found: 'no configuration',
      expected: 'the testops.yml that says which gates there are',
      todo: 'name it with the input `config`',
    });
  }
  const { digests, jobs, exercise } = reports;
  const given = read.version === undefined && reports.version !== undefined ? { ...read, version: reports.version } : read;
  const local = resolveInputs('decision-record', decisionInputs, configuration.decision, given);
  const declared = declaredPaths(sectionsOf(configuration), [runner.evidenceDir, local.out, 'testops-out']);
  const evidence = digests === undefined ? await readEvidenceFolder(ports.files, runner.evidenceDir) : await fetchEvidence(runner, digests);
  const subject = await findSubject(ports, declared, asked.commit ?? runner.expectedCommit);
  const context = runner.gateContext();
  const commit = 'commit' in subject.subject ? subject.subject.commit : undefined;
  const record = await decideAndRecord({
    ports,
    configuration,
    inputs: local,
    subject,
    run: context.run,
    url: context.url,
    server: github.serverUrl,
    toolVersion: runner.toolVersion,
    evidence,
    given,
    ...(await openDecisionSource(runner)),
    findPeople: (bases) => findPeople(runner, commit, bases),
    known: {
      ...(digests === undefined ? {} : { expectedEvidence: Object.fromEntries(digests) }),
      ...(jobs === undefined ? {} : { jobs: Object.fromEntries(jobs) }),
      ...(exercise === undefined ? {} : { exercise }),
      ...(tag === undefined ? {} : { tag: { name: tag.name, commit: tag.leadsTo }, tagFirst: true }),
    },
  });
  await requireUnsharedRunner(runner, openForge(runner), { decision: record.decision, runIds: [github.runId] });
  const readable = evidence.flatMap(({ name, bytes }) => {
    try {
      return [parseEvidence(bytes, name)];
    } catch {
      return [];
    }
  });
  return tellDecision(runner, record, readable);
};

/** What the jobs before reported: all of it as JSON, or line by line where somebody wired the gates themselves. */
function readReports(asked: DecisionInputs): Partial<JobReports> {
  if (asked.needs !== undefined) return readNeeds(asked.needs);
  const digests = readGateLines('evidence-digests', asked['evidence-digests']);
  const jobs = readGateLines('job-results', asked['job-results']);
  const exercise = asked['exercise-result'];
  return {
    ...(digests === undefined ? {} : { digests }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(exercise === undefined || exercise === '' ? {} : { exercise }),
  };
}

/**
 * Uploads bundle and report, tells everybody, and last states what was decided, for the name of the last step. A decision whose bundle cannot be uploaded is a
 * NO-GO for everybody, since nobody could check it.
 */
async function tellDecision(runner: Runner, { decision, folder }: DecisionRecord, evidence: readonly EvidenceStatement[]): Promise<number> {
  const { core, github } = runner;
  core.setOutput('bundle', folder);
  const uploaded = await uploadBundle(runner, folder, decision);
  const refused = uploaded.kind === 'refused' ? uploaded.finding : undefined;
  if (refused !== undefined) annotate(core, [refused as Finding], await loadWords());
  const bundleUrl = uploaded.kind === 'uploaded' ? uploaded.url : undefined;
  core.setOutput('decision', refused === undefined ? decision.outcome : 'NO-GO');
  core.setOutput('evidence', bundleUrl ?? '');
  const { uploadReport } = await import('./upload-report.ts');
  const reportUrl = await uploadReport(runner, folder).catch((error: unknown) => {
    core.warning(`The report could not be uploaded: ${messageOf(error)}`);
    return undefined;
  });
  core.setOutput('report-url', reportUrl ?? github.url);
  const { subject } = decision.given;
  if ('commit' in subject) {
    await publishDecision(runner, { decision, evidence, commit: subject.commit, bundleUrl, reportUrl, refused });
  }
  core.setOutput('proof', uploaded.kind === 'uploaded' ? (uploaded.proof ?? '') : '');
  return refused === undefined ? decision.exit : Math.max(1, decision.exit);
}

/** A person decides on a run that is over: whoever started this one is that person. */
async function decideOnNamedRun(runner: Runner, runId: string, asked: DecisionInputs, given: Section): Promise<number> {
  const { core, github, ports } = runner;
  const { decision: word, reason } = asked;
  const { decideOnRun, requireReason } = await import('../suite/decide-run.ts');
  const spoken = requireReason(word, reason) && word !== undefined && reason !== undefined;
  const forge = requireForge(runner);
  const outcome = await decideOnRun({
    ports,
    forge,
    index: openDecisionIndex(runner, forge, forge),
    runId,
    config: runner.configPath,
    given,
    server: github.serverUrl,
    toolVersion: runner.toolVersion,
    workflow: runner.gateContext().run.workflow,
    person: spoken
      ? { by: github.actor, decision: word, reason, at: new Date(ports.clock.now()).toISOString(), link: github.url }
      : undefined,
  });
  if (outcome.kind === 'refused') {
    annotate(core, outcome.findings as readonly Finding[], await loadWords());
    core.setOutput('decision', 'NO-GO');
    return 1;
  }
  return tellDecision(runner, outcome, []);
}

/**
 * Where documents come from: the default branch as GitHub says where it is. A pull request shows what its own policy would do, since its decision counts for
 * no tag; without a token there is only the clone, on which no tag can rest.
 */
async function openDecisionSource(runner: Runner): Promise<Pick<DecideContext, 'source' | 'index' | 'fromBranch'>> {
  const { github, ports } = runner;
  const forge = github.event.startsWith('pull_request') ? undefined : openForge(runner);
  if (forge === undefined) return { source: localSource(ports.repository, undefined), index: UNASKED, fromBranch: false };
  const source = clonedSource(ports.repository, forge);
  return { source, index: openDecisionIndex(runner, forge, source), fromBranch: true };
}

/** Reviews and approvals, and whose do not count; nobody where GitHub cannot be asked. */
async function findPeople(runner: Runner, commit: string | undefined, bases: readonly string[]): Promise<Partial<DecisionInput>> {
  const forge = runner.github.event.startsWith('pull_request') ? undefined : openForge(runner);
  return forge === undefined || commit === undefined ? {} : forge.findPeople(commit, runner.github.runId, bases);
}

interface PushedTag {
  readonly name: string;
  /** Commit that was pushed. */
  readonly commit: string;
  /** Commit that the tag leads to now. */
  readonly leadsTo: string;
  /** What it led to before this push. */
  readonly movedFrom: string | undefined;
}

/** The tag that started the run, as the event and as GitHub tell it. */
async function findPushedTag(runner: Runner): Promise<PushedTag | undefined> {
  const { github, ports } = runner;
  if (github.tag === undefined) return undefined;
  const commit = (await ports.repository.resolve(github.commit)) ?? github.commit;
  const forge = openForge(runner);
  // A tag that is gone leads nowhere, which is not where it was pushed.
  const leadsTo = forge === undefined ? commit : ((await forge.findTag(github.tag)) ?? '0'.repeat(40));
  return { name: github.tag, commit, leadsTo, movedFrom: github.before };
}

/** Whoever fetched the tag before the push has another commit under the same name: no decision can make that good. */
async function refuseMovedTag(runner: Runner, { name, commit, movedFrom = '' }: PushedTag): Promise<number> {
  const moved = errorOf('decision-record/tag-moved', { tag: name, found: commit, expected: movedFrom });
  const { tellVerification } = await import('./verify-pushed-tag.ts');
  await tellVerification(
    runner,
    {
      accepted: false,
      findings: [moved],
      outcome: undefined,
      timeVerified: undefined,
      where: [],
      derived: false,
      url: undefined,
      tag: name,
    },
    { commit },
  );
  runner.core.setOutput('decision', 'NO-GO');
  runner.core.setOutput('report-url', runner.github.url);
  return 1;
}

/**
 * The evidence artifacts of this run: of each gate that reported a digest the highest attempt. Evidence that no job answers for is left out, and so
 * counts as missing.
 */
async function fetchEvidence(runner: Runner, digests: ReadonlyMap<GateId, string>): Promise<readonly InputDocument[]> {
  const artifacts = createArtifacts();
  const listed = await artifacts.list();
  const documents: InputDocument[] = [];
  await using folder = await runner.ports.files.temporaryFolder('testops-evidence-');
  for (const gate of digests.keys()) {
    for (const artifact of highestAttempt(listed, gate)) {
      const target = `${folder.path}/${artifact.id}`;
      await artifacts.download(artifact, target);
      documents.push(...(await readEvidenceFolder(runner.ports.files, target)));
    }
  }
  return documents;
}

/** Two artifacts in one attempt are both returned: the decision refuses duplicates. */
function highestAttempt(listed: readonly ArtifactInfo[], gate: GateId): readonly ArtifactInfo[] {
  const attemptOf = (artifact: ArtifactInfo) => Number(new RegExp(`^testops-evidence-${gate}-a(\\d+)$`).exec(artifact.name)?.[1] ?? 0);
  const highest = Math.max(0, ...listed.map(attemptOf));
  return highest === 0 ? [] : listed.filter((artifact) => attemptOf(artifact) === highest);
}
