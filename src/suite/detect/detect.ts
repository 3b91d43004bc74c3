import { GATE_IDS, type GateId, type Ports } from '../../core/index.ts';
import { nextBeta } from '../../decision/index.ts';
import { detectBuild, readPackage } from './build.ts';
import type { Detected, Suggestion } from './detected.ts';
import { detectLoadTest } from './load-test.ts';
import { detectResults } from './results.ts';
import { detectSnapshots } from './snapshots.ts';
import { detectTelemetry } from './telemetry.ts';

/** What to add for a gate that found nothing to look at. */
const ADD: Readonly<Record<GateId, string>> = {
  'determinism-check': 'a command that makes files: `run`, and `outputs` with the files that it makes',
  'slo-gate': 'results of a load test, such as `k6 run --summary-export load/k6.json load.js`, as `results`, and `thresholds` for them',
  'telemetry-scan': 'a folder with logs or traces of a test run, as `paths`',
  'snapshot-compare': 'a folder with what is meant to come out, as `baseline`, and what came out, as `actual`',
  'deploy-preview': 'the address of a TestOps service, as `url`',
};

/** Looks at a repository and suggests gates, in the order in which people read them. Runs nothing. */
export async function detectProject({ files, repository }: Pick<Ports, 'files' | 'repository'>): Promise<Detected> {
  const results = await detectResults(files);
  const taken = results?.section.results;
  const found = [
    await detectBuild(files),
    results,
    await detectTelemetry(files, Array.isArray(taken) ? taken : []),
    await detectSnapshots(files),
  ].filter((suggestion): suggestion is Suggestion => suggestion !== undefined);
  const suggestions = GATE_IDS.flatMap((gate) => found.filter((suggestion) => suggestion.gate === gate));
  return {
    suggestions,
    load: await detectLoadTest(files),
    next: await detectVersion(files, repository),
    missing: GATE_IDS.filter((gate) => !suggestions.some((suggestion) => suggestion.gate === gate)).map((gate) => ({
      gate,
      add: ADD[gate],
    })),
  };
}

/** The beta after the tags that are there, of the version in package.json. */
async function detectVersion(files: Ports['files'], repository: Ports['repository']): Promise<string | undefined> {
  const version = (await readPackage(files))?.version;
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  try {
    return nextBeta(version, await repository.tags()).version;
  } catch {
    // A version that is out already has no next beta; the person knows the next one.
    return undefined;
  }
}
