import { type GateId, isUserError, type UserError } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { type Configuration, resolveInputs } from './configuration.ts';
import { runExercise } from './run/run-exercise.ts';
import { type GateRun, type GateRunContext, runGate } from './run-gate.ts';

/** How one gate of a whole run ended: with a verdict, or with input that it could not use. */
export type GateOutcome = { readonly id: GateId; readonly run: GateRun } | { readonly id: GateId; readonly error: UserError };

export interface RunAllContext extends GateRunContext {
  readonly configuration: Configuration;
  readonly outDir: string;
}

/**
 * Everything that the configuration names, in the order of the workflow: setup, serve with deploy-preview, load and prepare, then the other gates.
 * All inputs are resolved before anything runs, so that a mistake in the file costs no time. One gate's unusable input does not stop the others.
 * @throws UserError when the configuration, setup, serve, load or prepare cannot be used.
 */
export async function runAll(context: RunAllContext): Promise<readonly GateOutcome[]> {
  const { configuration, ports } = context;
  const planned = gates.flatMap((entry) => {
    const section = configuration.gates.get(entry.id);
    return section === undefined
      ? []
      : [{ entry, inputs: resolveInputs(entry.id, entry.inputs, section, {}) as { readonly [name: string]: unknown } }];
  });
  const runOne = async ({ entry, inputs }: (typeof planned)[number], own: GateRunContext): Promise<GateOutcome> => {
    ports.progress.say(`${entry.id}: running`);
    try {
      return { id: entry.id, run: await runGate(entry, inputs, own) };
    } catch (error) {
      if (isUserError(error)) return { id: entry.id, error };
      throw error;
    }
  };
  const preview = planned.find(({ entry }) => entry.id === 'deploy-preview');
  const previewUrl = typeof preview?.inputs.url === 'string' ? preview.inputs.url : undefined;
  const { result: deployed, exercised } = await runExercise(
    { configuration, ports, previewUrl, ours: [context.outDir, context.evidenceDir] },
    async () => (preview ? [await runOne(preview, context)] : []),
  );
  const afterwards = { ...context, origins: { ...context.origins, exercised } };
  const outcomes: GateOutcome[] = [];
  for (const plan of planned) if (plan !== preview) outcomes.push(await runOne(plan, afterwards));
  return [...outcomes, ...deployed];
}
