import { listInputs, type MeasuredFile, UserError } from '../core/index.ts';
import { type ArtifactInfo, type Artifacts, createArtifacts } from '../github/artifacts.ts';
import { digestGitControls } from '../host/digest-git.ts';
import { runSetup } from '../suite/exercise.ts';
import type { PartedGate } from '../suite/part-limits.ts';
import { findParts, partsFolder, readPartDigests } from '../suite/parts.ts';
import { uniteMeasured } from '../suite/run/origins.ts';
import { NOTHING_TRAVELLED, readTravelled, type TravelledOrigins } from '../suite/run/travelled-origins.ts';
import { exportOrigins, OUT_FOLDER, PART_ORIGINS_FILE } from './hand-origins.ts';
import type { Action } from './main.ts';
import type { Runner } from './runner.ts';
import { gateInputsInputs } from './workflow-inputs.ts';

/** Environment variable that tells the gate of the same job which artifacts its inputs came from. */
export const INPUT_ARTIFACTS_VARIABLE = 'TESTOPS_INPUT_ARTIFACTS';

/** Manifests of 200,000 outputs have 60 MB. */
const MAX_PART_BYTES = 512 << 20;

/** Downloads what the exercise left, and artifacts of the caller's earlier jobs; then prepares the machine where the gate runs code of the repository. */
export const fetchGateInputs: Action = async (runner) => {
  const { core, ports } = runner;
  const given = gateInputsInputs.parse(runner.readInputs(listInputs(gateInputsInputs)));
  const artifacts = createArtifacts();
  if (given['parts-of'] !== undefined && given.parts !== undefined) {
    return fetchParts(runner, artifacts, {
      gate: given['parts-of'],
      of: given.parts,
      digests: given['part-digests'],
      inputs: given['inputs-sha256'],
    });
  }
  // What the exercise handed on comes last: of a file that it was given and changed, its own state is the one that counts.
  const wanted = [
    ...(given['input-artifacts'] ?? []).map(parseLine),
    ...(given['inputs-sha256'] === undefined ? [] : [{ name: undefined, path: '.' }]),
  ];
  const listed = wanted.length === 0 ? [] : await artifacts.list();
  const digests: Record<string, string> = {};
  const brought: TravelledOrigins['artifacts'] = [];
  let handed = NOTHING_TRAVELLED;
  const before = await digestGitControls(ports.files.workspace);
  for (const { name, path } of wanted) {
    const artifact = name === undefined ? latestInputs(listed) : listed.find((candidate) => candidate.name === name);
    if (!artifact) throw missing(name ?? 'testops-inputs', listed);
    if (name === undefined && artifact.sha256 !== undefined && artifact.sha256 !== given['inputs-sha256']) throw swapped(artifact);
    const expected = name === undefined ? { ...artifact, sha256: given['inputs-sha256'] } : artifact;
    const written = await artifacts.download(expected, ports.files.resolve(path), ports.files.workspace);
    const { sha256 } = expected;
    if (sha256 !== undefined) digests[artifact.name] = sha256;
    if (name === undefined) handed = await readTravelled(ports.files, OUT_FOLDER);
    else if (sha256 !== undefined) brought.push({ name: artifact.name, sha256, ...runOf(runner), files: [...written] });
    core.info(`${artifact.name} -> ${path}`);
  }
  if ((await digestGitControls(ports.files.workspace)) !== before) throw gitChanged();
  core.exportVariable(INPUT_ARTIFACTS_VARIABLE, JSON.stringify(digests));
  await exportOrigins(runner, { ...handed, artifacts: brought });
  if (given['run-setup']) {
    await runSetup(given.setup === undefined ? {} : { setup: given.setup }, ports);
    const configuration = await runner.configuration();
    if (configuration) await runSetup(configuration, ports);
  }
  return 0;
};

/** The run that the artifacts of its jobs belong to. */
function runOf({ github, expectedCommit }: Runner): { readonly runId: string; readonly headSha: string } {
  return { runId: String(github.runId), headSha: expectedCommit ?? github.commit };
}

function gitChanged(): UserError {
  return new UserError({
    where: '.git',
    found: 'configuration, hooks or attributes of git that differ after the download',
    expected: 'what the checkout wrote, since git would run what stands there',
    todo: 'find the artifact that writes them, and leave these files out of it',
  });
}

interface WantedParts {
  readonly gate: PartedGate;
  readonly of: number;
  /** JSON, as `part-digests` gives it. */
  readonly digests: string | undefined;
  /** Digest of the artifact that the parts were made from. */
  readonly inputs: string | undefined;
}

/** What is missing is told here and judged by the gate, which knows how many there must be. */
async function fetchParts(runner: Runner, artifacts: Artifacts, { gate, of, digests, inputs }: WantedParts): Promise<number> {
  const { core, ports } = runner;
  const expected = digests === undefined ? undefined : readPartDigests(digests);
  const listed = await artifacts.list();
  const found = findParts(listed, gate, of);
  const sources: Record<string, string> = {};
  const made = inputs === undefined ? undefined : latestInputs(listed);
  if (made !== undefined && inputs !== undefined) sources[made.name] = inputs;
  const measured: (readonly MeasuredFile[])[] = [];
  const folder = partsFolder(gate);
  await ports.files.remove(folder);
  for (let index = 1; index <= of; index++) {
    const artifact = found.get(index);
    const sha256 = expected === undefined ? artifact?.sha256 : expected.get(index);
    if (artifact === undefined || (expected !== undefined && sha256 === undefined)) {
      core.warning(
        `${gate}: part ${index} of ${of} is not there: ${artifact === undefined ? 'its job left none' : 'no job answers for it'}`,
      );
      continue;
    }
    if (artifact.sha256 !== undefined && artifact.sha256 !== sha256) throw swapped(artifact);
    await using temporary = await ports.files.temporaryFolder('testops-part-');
    await artifacts.download({ ...artifact, sha256 }, temporary.path);
    const names = (await ports.files.list(temporary.path)).flatMap(({ kind, name }) => (kind === 'file' ? [name] : []));
    const [file, ...others] = names.filter((name) => name !== PART_ORIGINS_FILE);
    if (file === undefined || others.length > 0 || !names.includes(PART_ORIGINS_FILE)) throw swapped(artifact);
    measured.push((await readTravelled(ports.files, temporary.path)).files);
    await ports.files.write(
      `${folder}/${index}-of-${of}`,
      await ports.files.read(`${temporary.path}/${file}`, { maxBytes: MAX_PART_BYTES }),
    );
    if (sha256 !== undefined) sources[artifact.name] = sha256;
    core.info(`${artifact.name} -> ${folder}/${index}-of-${of}`);
  }
  core.exportVariable(INPUT_ARTIFACTS_VARIABLE, JSON.stringify(sources));
  await exportOrigins(runner, { ...NOTHING_TRAVELLED, files: [...uniteMeasured(measured)], merged: gate });
  return 0;
}

function parseLine(line: string): { name: string; path: string } {
  const at = line.indexOf('=');
  const [name, path] = [line.slice(0, at), line.slice(at + 1)];
  const leaves = path.startsWith('/') || path.split('/').includes('..');
  if (at > 0 && path !== '' && !leaves) return { name, path };
  throw new UserError({
    where: `input-artifacts: ${line}`,
    found: leaves ? 'a path that leads out of the workspace' : 'no `name=path`',
    expected: '`name=path`, the path inside the workspace',
    todo: 'mend the line',
  });
}

/** The highest attempt wins: a re-run of the exercise replaces what the first one left. */
function latestInputs(listed: readonly ArtifactInfo[]): ArtifactInfo | undefined {
  const attemptOf = (artifact: ArtifactInfo) => Number(/^testops-inputs-a(\d+)$/.exec(artifact.name)?.[1] ?? 0);
  return [...listed].filter((artifact) => attemptOf(artifact) > 0).sort((a, b) => attemptOf(b) - attemptOf(a))[0];
}

function missing(name: string, listed: readonly ArtifactInfo[]): UserError {
  return new UserError({
    where: `artifact ${name}`,
    found: listed.length === 0 ? 'no artifact in this run' : `only ${listed.map((artifact) => artifact.name).join(', ')}`,
    expected: 'an artifact that an earlier job of this run uploaded',
    todo: 'make the calling job wait for the job that uploads it (`needs:`)',
  });
}

function swapped(artifact: ArtifactInfo): UserError {
  return new UserError({
    where: `artifact ${artifact.name}`,
    found: 'other contents than the job that uploaded it reported',
    expected: 'the artifact as that job of this run left it',
    todo: 'run the whole workflow again, not only failed jobs',
  });
}
