import { stateOf, UserError } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { compareManifestFiles } from './manifest/compare-manifest-files.ts';
import { commandDigest, type ReadManifest, writeManifest } from './manifest/manifest-file.ts';
import { checkPatterns } from './manifest/scan.ts';
import { endingText } from './runs/compare-outcomes.ts';
import { type MeasuredRuns, type MeasurePorts, measureRuns } from './runs/measure-runs.ts';

/**
 * Runs the command as the inputs say and compares what it leaves.
 * @throws UserError for inputs that cannot be carried out
 */
export async function measure(inputs: Inputs, ports: MeasurePorts): Promise<Facts> {
  checkInputs(inputs);
  const now = ports.clock.now();
  const accepted = inputs.accepted.map((exception) => ({ match: exception.match, state: stateOf(exception, now) }));
  const merging = inputs['merge-parts'];
  const measured = inputs.run === undefined || merging !== undefined ? undefined : await measureRuns(inputs, ports);
  const facts: Facts = { ...(measured === undefined ? {} : { runs: measured.facts }), accepted };
  const here = measured === undefined ? undefined : manifestOf(inputs, ports, facts, measured);
  if (here !== undefined && inputs.manifest !== undefined) await writeManifest(ports.files, inputs.manifest, here.header, here.manifest);
  if (inputs.manifests.length === 0) return facts;
  const matrix = merging === undefined ? undefined : { parts: merging, command: commandDigest(inputs) };
  return { ...facts, manifests: await compareManifestFiles(ports.files, inputs.manifests, inputs.compare, { here, matrix }) };
}

/** The first run as other machines can compare with it; its verdict is what this machine alone would say. */
function manifestOf(inputs: Inputs, { processes }: MeasurePorts, facts: Facts, { first, facts: runs }: MeasuredRuns): ReadManifest {
  const ending = runs.runs[0]?.ending;
  const { verdict, headline } = judge(facts, { ...inputs, manifests: [] });
  return {
    name: 'this machine',
    manifest: first.manifest,
    header: {
      format: 'testops-determinism-manifest/1',
      platform: `${processes.platform.os}/${processes.platform.arch}`,
      ...(inputs.part === undefined ? {} : { part: inputs.part }),
      command: commandDigest(inputs),
      verdict,
      headline: headline.slice(0, 80),
      runs: runs.runs.length,
      ending: ending === undefined ? '' : endingText(ending),
      stdout: first.stdout,
      stderr: first.stderr,
      entries: first.manifest.paths.length,
      merkleRoot: first.manifest.root,
    },
  };
}

function checkInputs(inputs: Inputs): void {
  if (inputs.runs !== undefined && inputs.runs < 2) throw tooFewRuns(inputs.runs);
  checkPatterns(inputs.outputs);
  if (inputs['merge-parts'] !== undefined && inputs.manifests.length === 0) {
    throw new UserError({
      where: 'determinism-check.manifests',
      found: 'nothing',
      expected: 'the manifests of the parts that are merged',
      todo: 'name the files that the parts wrote with `manifest`',
    });
  }
  if (inputs.run !== undefined || inputs.manifests.length > 0) return;
  throw new UserError({
    where: 'determinism-check.run',
    found: 'nothing',
    expected: 'a command to run, or `manifests` to compare',
    todo: 'set `run`, for example `run: node build.mjs`',
  });
}

function tooFewRuns(runs: number): UserError {
  return new UserError({
    where: 'determinism-check.runs',
    found: String(runs),
    expected: 'at least 2: one run alone can be compared with nothing',
    todo: 'set `runs` to 2 or more, or leave it out',
  });
}
