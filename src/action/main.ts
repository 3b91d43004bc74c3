import * as core from '@actions/core';
import { EXIT_OUR_FAULT, EXIT_UNUSABLE_INPUT, isUserError } from '../core/index.ts';
import type { ActionName } from '../entries.ts';
import { gates } from '../gates/index.ts';
import { openRunner, type Runner } from './runner.ts';

/** One action: resolves to its exit code. */
export type Action = (runner: Runner) => Promise<number>;

const ACTION_LOADERS: Readonly<Record<ActionName, () => Promise<Action>>> = {
  'determinism-check': () => loadGate('determinism-check'),
  'slo-gate': () => loadGate('slo-gate'),
  'telemetry-scan': () => loadGate('telemetry-scan'),
  'snapshot-compare': () => loadGate('snapshot-compare'),
  'deploy-preview': () => loadGate('deploy-preview'),
  'decision-record': async () => (await import('./decision-record.ts')).recordDecision,
  plan: async () => (await import('./plan.ts')).planRun,
  exercise: async () => (await import('./exercise.ts')).exerciseSystem,
  'gate-inputs': async () => (await import('./gate-inputs.ts')).fetchGateInputs,
  'publish-comment': async () => (await import('./publish-comment.ts')).publishForkComment,
  sign: async () => (await import('./sign.ts')).signDecision,
  record: async () => (await import('./record.ts')).recordEverywhere,
  'accept-snapshots': async () => (await import('./accept-snapshots.ts')).acceptSnapshots,
  'scrub-store': async () => (await import('./scrub-store.ts')).scrubStore,
  'rehearse-rollback': async () => (await import('./rehearse-rollback.ts')).rehearseOnRunner,
  'upload-sarif': async () => (await import('./upload-sarif.ts')).uploadSarifOfRun,
};

/** Runs an action and turns whatever is thrown into an error annotation and the exit code that README promises. */
export async function main(name: ActionName, workerEntry: URL): Promise<void> {
  try {
    await using runner = await openRunner(name, workerEntry);
    process.exitCode = await (await ACTION_LOADERS[name]())(runner);
  } catch (error) {
    if (isUserError(error)) {
      core.error(error.message, { title: `testops ${name}: unusable input` });
      process.exitCode = EXIT_UNUSABLE_INPUT;
    } else {
      core.error(error instanceof Error ? (error.stack ?? error.message) : String(error), {
        title: `testops ${name}: a fault of this action`,
      });
      process.exitCode = EXIT_OUR_FAULT;
    }
  }
}

/** Imports an action and, for a gate, its engine; runs nothing. */
export async function loadAction(name: ActionName): Promise<void> {
  await ACTION_LOADERS[name]();
  await gates.find(({ id }) => id === name)?.load();
}

async function loadGate(id: string): Promise<Action> {
  return (await import('./gate.ts')).gateAction(id);
}
