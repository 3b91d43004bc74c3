import { stateOf, UserError } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { checkPatterns } from './manifest/scan.ts';
import { type MeasurePorts, measureRuns } from './runs/measure-runs.ts';

/**
 * Runs the command as the inputs say and compares what it leaves.
 * @throws UserError for inputs that cannot be carried out
 */
export async function measure(inputs: Inputs, ports: MeasurePorts): Promise<Facts> {
  checkInputs(inputs);
  const now = ports.clock.now();
  const accepted = inputs.accepted.map((exception) => ({ match: exception.match, state: stateOf(exception, now) }));
  const measured = inputs.run === undefined ? undefined : await measureRuns(inputs, ports);
  return { ...(measured === undefined ? {} : { runs: measured.facts }), accepted };
}

function checkInputs(inputs: Inputs): void {
  if (inputs.runs !== undefined && inputs.runs < 2) throw tooFewRuns(inputs.runs);
  checkPatterns(inputs.outputs);
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
