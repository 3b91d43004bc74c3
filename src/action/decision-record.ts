import { type Finding, GATE_IDS, type GateId, listInputs, parseEvidence, UserError } from '../core/index.ts';
import {
  type Decision,
  type DecisionInput,
  type Inputs as DecisionInputs,
  inputs as decisionInputs,
  type InputDocument,
} from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { type ArtifactInfo, createArtifacts } from '../github/artifacts.ts';
import { resolveInputs, type Section } from '../suite/configuration.ts';
import { decideAndRecord, readEvidenceFolder } from '../suite/decide.ts';
import { type DocumentDemand, type GatheredDocuments, gatherDocuments } from '../suite/gather-documents.ts';
import { clonedSource } from '../suite/git-source.ts';
import { declaredPaths, findSubject, sectionsOf } from '../suite/subject.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import { openForge, requireForge } from './open-forge.ts';
import { publishDecision } from './publish-decision.ts';
import type { Runner } from './runner.ts';

/** Decides on the evidence of this run (or of the run that is named, or verifies what was decided), writes and uploads the bundle, and tells everybody. */
export const recordDecision: Action = async (runner) => {
  const given = runner.readInputs(listInputs(decisionInputs));
  const asked = resolveInputs('decision-record', decisionInputs, undefined, given);
  if (asked.mode === 'cut') return (await import('./cut-beta.ts')).cutNextBeta(runner, asked);
  if (asked['run-id'] !== undefined) return decideOnNamedRun(runner, asked['run-id'], asked, given);
  const { github, ports } = runner;
  const tag = await findPushedTag(runner);
  if (tag?.movedFrom !== undefined) return refuseMovedTag(runner, tag);
  if (tag && asked['decided-run'] !== undefined)
    return (await import('./verify-pushed-tag.ts')).verifyPushedTag(runner, tag, asked['decided-run']);
  const configuration = await runner.configuration();
  if (!configuration) {
    throw new UserError({
      where: ports.files.workspace,
      found: 'no configuration',
      expected: 'the testops.yml that says which gates there are',
      todo: 'name it with the input `config`',
    });
  }
  const digests = parsePairs('evidence-digests', asked['evidence-digests']);
  const jobs = parsePairs('job-results', asked['job-results']);
  const local = resolveInputs('decision-record', decisionInputs, configuration.decision, given);
  const declared = declaredPaths(sectionsOf(configuration), [runner.evidenceDir, local.out, 'testops-out']);
  const evidence = digests === undefined ? await readEvidenceFolder(ports.files, runner.evidenceDir) : await fetchEvidence(runner, digests);
  const subject = await findSubject(ports, declared, asked.commit ?? runner.expectedCommit);
  const context = runner.gateContext();
  const commit = 'commit' in subject.subject ? subject.subject.commit : undefined;
  const trusted = commit === undefined ? undefined : await gatherTrusted(runner, { commit, config: configuration.path, given });
  const record = await decideAndRecord({
    ports,
    configuration,
    inputs: trusted?.inputs ?? local,
    subject,
    run: context.run,
    url: context.url,
    server: github.serverUrl,
    toolVersion: runner.toolVersion,
    evidence,
    known: {
      ...(digests === undefined ? {} : { expectedEvidence: Object.fromEntries(digests) }),
      ...(jobs === undefined ? {} : { jobs: Object.fromEntries(jobs) }),
      ...trusted?.known,
      ...(tag === undefined ? {} : { tag: { name: tag.name, commit: tag.leadsTo }, tagFirst: true }),
    },
  });
  const { decision, folder } = record;
  const links = await tellBundle(runner, decision, folder);
  const readable = evidence.flatMap(({ name, bytes }) => {
    try {
      return [parseEvidence(bytes, name)];
    } catch {
      return [];
    }
  });
  if (commit !== undefined) await publishDecision(runner, { decision, evidence: readable, commit, ...links });
  return decision.exit;
};

/** Sets the outputs and uploads the bundle and the report; their addresses. */
async function tellBundle(
  runner: Runner,
  decision: Decision,
  folder: string,
): Promise<{ readonly bundleUrl: string | undefined; readonly reportUrl: string | undefined }> {
  const { core, github } = runner;
  core.setOutput('decision', decision.outcome);
  core.setOutput('bundle', folder);
  const bundleUrl = await uploadBundle(runner, folder);
  core.setOutput('evidence', bundleUrl ?? '');
  const { uploadReport } = await import('./upload-report.ts');
  const reportUrl = await uploadReport(runner, folder);
  core.setOutput('report-url', reportUrl ?? github.url);
  return { bundleUrl, reportUrl };
}

/** A person decides on a run that is over: whoever started this one is that person. */
async function decideOnNamedRun(runner: Runner, runId: string, asked: DecisionInputs, given: Section): Promise<number> {
  const { core, github, ports } = runner;
  const { decision: word, reason } = asked;
  const { decideOnRun, requireReason } = await import('../suite/decide-run.ts');
  const spoken = requireReason(word, reason) && word !== undefined && reason !== undefined;
  const outcome = await decideOnRun({
    ports,
    forge: requireForge(runner),
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
  const { decision, folder } = outcome;
  const links = await tellBundle(runner, decision, folder);
  const { subject } = decision.given;
  if ('commit' in subject) await publishDecision(runner, { decision, evidence: [], commit: subject.commit, ...links });
  return decision.exit;
}

/**
 * Documents from where they have to come: policy and waivers from the default branch, whatever the commit says. A pull request shows what its own
 * policy would do, since its decision stands for no tag; without a token there is only the work tree, on which no tag can rest either.
 */
async function gatherTrusted(
  runner: Runner,
  demand: DocumentDemand,
): Promise<(GatheredDocuments & { readonly known: Partial<DecisionInput> }) | undefined> {
  const { github, ports } = runner;
  const forge = github.event.startsWith('pull_request') ? undefined : openForge(runner);
  if (forge === undefined) return undefined;
  const documents = await gatherDocuments(clonedSource(ports.repository, forge), demand);
  const people = documents.wantsApprovals ? await forge.findPeople(demand.commit, github.runId) : { approvals: [], authors: [] };
  return { ...documents, known: { ...documents.known, ...people } };
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
  await tellVerification(runner, { accepted: false, findings: [moved], decision: undefined, url: undefined, tag: name }, { commit });
  runner.core.setOutput('decision', 'NO-GO');
  runner.core.setOutput('report-url', runner.github.url);
  return 1;
}

/** `gate=value` lines; an empty value says that the job reported nothing. */
function parsePairs(name: string, lines: readonly string[] | undefined): ReadonlyMap<GateId, string> | undefined {
  if (lines === undefined) return undefined;
  const pairs = new Map<GateId, string>();
  for (const line of lines) {
    const at = line.indexOf('=');
    const gate = GATE_IDS.find((id) => id === line.slice(0, at));
    if (gate === undefined) {
      throw new UserError({
        where: name,
        found: JSON.stringify(line),
        expected: '`gate=value` lines',
        todo: `use the names ${GATE_IDS.join(', ')}`,
      });
    }
    if (line.slice(at + 1) !== '') pairs.set(gate, line.slice(at + 1));
  }
  return pairs;
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

async function uploadBundle(runner: Runner, folder: string): Promise<string | undefined> {
  if (!process.env.ACTIONS_RESULTS_URL) return undefined;
  const { files } = runner.ports;
  const root = files.resolve(folder);
  const paths = (await files.glob(['**'], { folder })).map((path) => `${root}/${path}`);
  const { id } = await createArtifacts().upload(`testops-decision-a${runner.github.attempt}`, paths, root);
  return `${runner.github.url}/artifacts/${id}`;
}
