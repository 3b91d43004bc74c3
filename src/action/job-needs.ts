import { z } from 'zod';
import { GATE_IDS, type GateId, UserError } from '../core/index.ts';

const job = z.strictObject({
  result: z.enum(['success', 'failure', 'cancelled', 'skipped']),
  outputs: z.record(z.string(), z.string()).nullish(),
});
const schema = z.record(z.string(), job);
type Job = z.infer<typeof job>;

/** What the jobs before the deciding one reported. */
export interface JobReports {
  /** How the job of each gate ended. */
  readonly jobs: ReadonlyMap<GateId, string>;
  /** Digest of the evidence of each gate whose job reported one. */
  readonly digests: ReadonlyMap<GateId, string>;
  readonly version: string | undefined;
  readonly decidedRun: string | undefined;
  /** How the exercise ended, where there was one to run. */
  readonly exercise: string | undefined;
}

/**
 * Reads `toJSON(needs)`. JSON keeps each value in its place: a job that runs commands of the repository can put anything into an output, also line breaks, but
 * not speak for another job. @throws UserError for anything else.
 */
export function readNeeds(text: string): JobReports {
  const needs = parseNeeds(text);
  const of = (gate: GateId): Job | undefined => needs.get(gate === 'deploy-preview' ? 'exercise' : gate);
  const plan = needs.get('plan')?.outputs ?? {};
  const jobs = new Map<GateId, string>();
  const digests = new Map<GateId, string>();
  for (const gate of GATE_IDS) {
    const found = of(gate);
    if (found === undefined) continue;
    jobs.set(gate, found.result);
    const digest = found.outputs?.['evidence-sha256'];
    // A job that was skipped reports nothing.
    if (digest && found.result !== 'skipped') digests.set(gate, digest);
  }
  return {
    jobs,
    digests,
    version: plan.version || undefined,
    decidedRun: plan['decided-run'] || undefined,
    exercise: endOfExercise(needs.get('exercise'), plan.exercise),
  };
}

/** With `continue-on-error` the result of the job is `success` whatever happened: its last step says how it ended, and a job without it did not get there. */
function endOfExercise(exercise: Job | undefined, planned: string | undefined): string | undefined {
  if (planned === 'false' || (planned === undefined && exercise === undefined)) return undefined;
  const told = exercise?.outputs?.result;
  if (told) return told.slice(0, 100);
  return exercise === undefined || exercise.result === 'success' ? 'unfinished' : exercise.result;
}

function parseNeeds(text: string): ReadonlyMap<string, Job> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable('text that is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const [issue] = parsed.error.issues;
  throw unusable(`${issue?.path.join('.') || 'the value'}: ${issue?.message ?? 'another shape'}`);
}

function unusable(found: string): UserError {
  return new UserError({
    where: 'needs',
    found,
    expected: 'the jobs that this one needs, with their results and outputs, as JSON',
    todo: 'pass `toJSON(needs)` as the input `needs`',
  });
}

/** `gate=value` lines, of which each gate has one; an empty value says that the job reported nothing. @throws UserError for anything else. */
export function readGateLines(name: string, lines: readonly string[] | undefined): ReadonlyMap<GateId, string> | undefined {
  if (lines === undefined) return undefined;
  const refuse = (found: string, todo: string) =>
    new UserError({ where: name, found, expected: 'one `gate=value` line for each gate', todo });
  const seen = new Set<GateId>();
  const pairs = new Map<GateId, string>();
  for (const line of lines) {
    const at = line.indexOf('=');
    const gate = GATE_IDS.find((id) => id === line.slice(0, at));
    if (gate === undefined) throw refuse(JSON.stringify(line), `use the names ${GATE_IDS.join(', ')}`);
    if (seen.has(gate))
      throw refuse(`two lines for ${gate}`, 'remove one, and pass what other jobs report as `toJSON(needs)` with the input `needs`');
    seen.add(gate);
    if (line.slice(at + 1) !== '') pairs.set(gate, line.slice(at + 1));
  }
  return pairs;
}
