import { GATE_IDS, type GateId, listInputs, messageOf, parseEvidence, UserError } from '../core/index.ts';
import { inputs as decisionInputs, type InputDocument } from '../decision/index.ts';
import { type ArtifactInfo, createArtifacts } from '../github/artifacts.ts';
import { besideBundle } from '../suite/bundle-folder.ts';
import { resolveInputs } from '../suite/configuration.ts';
import { decideAndRecord, readEvidenceFolder } from '../suite/decide.ts';
import { declaredPaths, findSubject, sectionsOf } from '../suite/subject.ts';
import { writeReport } from '../suite/write-report.ts';
import type { Action } from './main.ts';
import { publishDecision } from './publish-decision.ts';
import type { Runner } from './runner.ts';

/** Decides on the evidence of this run, writes and uploads the bundle, and tells everybody. */
export const recordDecision: Action = async (runner) => {
  const { core, github, ports } = runner;
  const configuration = await runner.configuration();
  if (!configuration) {
    throw new UserError({
      where: ports.files.workspace,
      found: 'no configuration',
      expected: 'the testops.yml that says which gates there are',
      todo: 'name it with the input `config`',
    });
  }
  const inputs = resolveInputs('decision-record', decisionInputs, configuration.decision, runner.readInputs(listInputs(decisionInputs)));
  const digests = parsePairs('evidence-digests', inputs['evidence-digests']);
  const jobs = parsePairs('job-results', inputs['job-results']);
  const declared = declaredPaths(sectionsOf(configuration), [runner.evidenceDir, inputs.out, 'testops-out']);
  const evidence = digests === undefined ? await readEvidenceFolder(ports.files, runner.evidenceDir) : await fetchEvidence(runner, digests);
  const subject = await findSubject(ports, declared, inputs.commit ?? runner.expectedCommit);
  const context = runner.gateContext();
  const record = await decideAndRecord({
    ports,
    configuration,
    inputs,
    subject,
    run: context.run,
    url: context.url,
    server: github.serverUrl,
    toolVersion: runner.toolVersion,
    evidence,
    known: {
      ...(digests === undefined ? {} : { expectedEvidence: Object.fromEntries(digests) }),
      ...(jobs === undefined ? {} : { jobs: Object.fromEntries(jobs) }),
      ...(github.tag === undefined || !('commit' in subject.subject)
        ? {}
        : { tag: { name: github.tag, commit: subject.subject.commit }, tagFirst: true }),
    },
  });
  const { decision, folder } = record;
  core.setOutput('decision', decision.outcome);
  core.setOutput('bundle', folder);
  const link = await uploadBundle(runner, folder);
  core.setOutput('evidence', link ?? '');
  const reportUrl = await uploadReport(runner, folder);
  core.setOutput('report-url', reportUrl ?? github.url);
  const readable = evidence.flatMap(({ name, bytes }) => {
    try {
      return [parseEvidence(bytes, name)];
    } catch {
      return [];
    }
  });
  const commit = 'commit' in subject.subject ? subject.subject.commit : undefined;
  if (commit !== undefined) await publishDecision(runner, { decision, evidence: readable, commit, bundleUrl: link, reportUrl });
  return decision.exit;
};

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

/** The report, un-zipped, under a name of its own for each attempt. A page that cannot be made never hides the decision: that is said, and the rest goes on. */
async function uploadReport(runner: Runner, bundle: string): Promise<string | undefined> {
  const { core, github, ports } = runner;
  try {
    const { path } = await writeReport(ports.files, ports.clock.now(), bundle, besideBundle(bundle));
    if (!process.env.ACTIONS_RESULTS_URL) return undefined;
    await using folder = await ports.files.temporaryFolder('testops-report-');
    const named = `${folder.path}/testops-report-a${github.attempt}.html`;
    await ports.files.write(named, await ports.files.read(path));
    const { id } = await createArtifacts().uploadFile(named);
    return `${github.url}/artifacts/${id}`;
  } catch (error) {
    core.warning(`no report.html: ${messageOf(error)}`);
    return undefined;
  }
}
