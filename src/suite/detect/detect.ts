import { GATE_IDS, type Ports } from '../../core/index.ts';
import { nextBeta } from '../../decision/index.ts';
import { detectBuild } from './build.ts';
import type { Build, Detected, GitState, Suggestion } from './detected.ts';
import { OUTPUT_FOLDERS } from './detected.ts';
import { detectLoadTest } from './load-test.ts';
import { listMissing } from './missing.ts';
import { detectPackageManager, readPackage } from './package.ts';
import { detectResults } from './results.ts';
import { detectSnapshots } from './snapshots.ts';
import { detectTelemetry } from './telemetry.ts';

/** Looks at a repository and suggests gates, in the order in which people read them. Runs nothing. */
export async function detectProject({ files, repository }: Pick<Ports, 'files' | 'repository'>): Promise<Detected> {
  const build = await detectBuild(files, repository);
  const results = await detectResults(files);
  const found = [
    ...(build && build.outputs.length > 0 ? [suggestBuild(build)] : []),
    results,
    await detectTelemetry(files, results?.reads ?? []),
    await detectSnapshots(files),
  ].filter((suggestion): suggestion is Suggestion => suggestion !== undefined);
  const suggestions = GATE_IDS.flatMap((gate) => found.filter((suggestion) => suggestion.gate === gate));
  return {
    suggestions,
    setup: build && (await detectPackageManager(files, await readPackage(files))).install,
    load: await detectLoadTest(files),
    build,
    next: await detectVersion(files, repository),
    missing: listMissing(suggestions, build),
    git: await readGitState(
      repository,
      suggestions.flatMap(({ reads }) => reads),
    ),
  };
}

/** The section for a build whose outputs are known. */
export function suggestBuild({ command, because, outputs }: Build): Suggestion {
  const folders = outputs.map((glob) => glob.replace(/\*\*$/, ''));
  return {
    gate: 'determinism-check',
    because: `${because}, and what it writes: ${folders.join(', ')}`,
    // What builds print holds durations, and what npm prints depends on the home folder: neither is what users get.
    section: { run: command, outputs, compare: ['outputs', 'exit'], runs: 3 },
    reads: [],
  };
}

async function readGitState(repository: Ports['repository'], reads: readonly string[]): Promise<GitState> {
  return {
    committed: (await repository.head()) !== undefined,
    ignored: await repository.ignored(reads),
    ignoresOutputs: (await repository.ignored(OUTPUT_FOLDERS)).length === OUTPUT_FOLDERS.length,
  };
}

/** The beta after the tags that are there, of the version in package.json. */
async function detectVersion(files: Ports['files'], repository: Ports['repository']): Promise<string | undefined> {
  const version = (await readPackage(files))?.document.version;
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  try {
    return nextBeta(version, await repository.tags()).version;
  } catch {
    // A version that is out already has no next beta; the person knows the next one.
    return undefined;
  }
}
