import { listInputs, UserError } from '../core/index.ts';
import { type ArtifactInfo, type Artifacts, createArtifacts } from '../github/artifacts.ts';
import { runSetup } from '../suite/exercise.ts';
import type { PartedGate } from '../suite/part-limits.ts';
import { findParts, partsFolder, readPartDigests } from '../suite/parts.ts';
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
  const wanted = [
    ...(given['inputs-sha256'] === undefined ? [] : [{ name: undefined, path: '.' }]),
    ...(given['input-artifacts'] ?? []).map(parseLine),
  ];
  const listed = wanted.length === 0 ? [] : await artifacts.list();
  const digests: Record<string, string> = {};
  for (const { name, path } of wanted) {
    const artifact = name === undefined ? latestInputs(listed) : listed.find((candidate) => candidate.name === name);
    if (!artifact) throw missing(name ?? 'testops-inputs', listed);
    if (name === undefined && artifact.sha256 !== undefined && artifact.sha256 !== given['inputs-sha256']) throw swapped(artifact);
    await artifacts.download(name === undefined ? { ...artifact, sha256: given['inputs-sha256'] } : artifact, ports.files.resolve(path));
    const digest = name === undefined ? given['inputs-sha256'] : artifact.sha256;
    if (digest !== undefined) digests[artifact.name] = digest;
    core.info(`${artifact.name} -> ${path}`);
  }
  core.exportVariable(INPUT_ARTIFACTS_VARIABLE, JSON.stringify(digests));
  if (given['run-setup']) {
    await runSetup(given.setup === undefined ? {} : { setup: given.setup }, ports);
    const configuration = await runner.configuration();
    if (configuration) await runSetup(configuration, ports);
  }
  return 0;
};

interface WantedParts {
  readonly gate: PartedGate;
  readonly of: number;
  /** JSON, as `part-digests` gives it. */
  readonly digests: string | undefined;
  /** Digest of the artifact that the parts were made from. */
  readonly inputs: string | undefined;
}

/** What is missing is told here and judged by the gate, which knows how many there must be. */
async function fetchParts({ core, ports }: Runner, artifacts: Artifacts, { gate, of, digests, inputs }: WantedParts): Promise<number> {
  const expected = digests === undefined ? undefined : readPartDigests(digests);
  const listed = await artifacts.list();
  const found = findParts(listed, gate, of);
  const sources: Record<string, string> = {};
  const made = inputs === undefined ? undefined : latestInputs(listed);
  if (made !== undefined && inputs !== undefined) sources[made.name] = inputs;
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
    const [file, ...others] = (await ports.files.list(temporary.path)).filter(({ kind }) => kind === 'file');
    if (file === undefined || others.length > 0) throw swapped(artifact);
    await ports.files.write(
      `${folder}/${index}-of-${of}`,
      await ports.files.read(`${temporary.path}/${file.name}`, { maxBytes: MAX_PART_BYTES }),
    );
    if (sha256 !== undefined) sources[artifact.name] = sha256;
    core.info(`${artifact.name} -> ${folder}/${index}-of-${of}`);
  }
  core.exportVariable(INPUT_ARTIFACTS_VARIABLE, JSON.stringify(sources));
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
