import { type GateId, gitCommand, gitEnvironment, type Ports, UserError, type Verdict, worstVerdict } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { findNeighbours } from '../gates/snapshot-compare/baselines/previous-tag.ts';
import { type Configuration, resolveInputs } from './configuration.ts';
import { runSetup } from './exercise.ts';
import { findConfiguration } from './find-configuration.ts';

const GIT_TIMEOUT_MS = 10 * 60_000;

/** One step of a rehearsal, and how long it took. */
export interface RehearsalStep {
  readonly name: 'check out' | 'set up' | 'determinism-check' | 'restore snapshot';
  readonly verdict: Verdict;
  readonly durationMs: number;
  /** What the gate says, or why there was nothing to do. */
  readonly detail: string;
}

/** What a rollback to the previous tag would take, tried out in a folder of its own. */
export interface Rehearsal {
  readonly version: 1;
  readonly tag: string;
  readonly commit: string;
  readonly startedAt: string;
  readonly steps: readonly RehearsalStep[];
  readonly durationMs: number;
  readonly verdict: Verdict;
}

export interface RehearsalRequest {
  readonly ports: Ports;
  /** The machine with another workspace. */
  readonly openAt: (workspace: string) => Ports & AsyncDisposable;
  /** Default: the highest lower version tag that is an ancestor of HEAD. */
  readonly tag?: string | undefined;
  /** Path of the configuration, in both commits. */
  readonly config?: string | undefined;
}

/**
 * Checks the previous tag out into a temporary folder, sets it up, runs its determinism-check there, and brings its snapshot back from the store where one is configured.
 * Nothing in the workspace changes. What is not configured makes the rehearsal inconclusive: a rollback that was not tried is not known to work.
 * @throws UserError when there is no such tag, or a step of the repository's own fails
 */
export async function rehearseRollback({ ports, openAt, tag: named, config }: RehearsalRequest): Promise<Rehearsal> {
  const tag = named ?? (await findNeighbours(ports.repository)).previous;
  const commit = tag === undefined ? undefined : await ports.repository.resolve(`refs/tags/${tag}`);
  if (tag === undefined || commit === undefined)
    throw new UserError({
      where: 'rehearse-rollback',
      found: tag === undefined ? 'no lower version tag that is an ancestor of HEAD' : `no tag ${tag}`,
      expected: 'a tag to roll back to',
      todo: 'fetch the tags (in a workflow: fetch-depth: 0), or name one with --tag',
    });
  const startedAt = new Date(ports.clock.now()).toISOString();
  const start = ports.clock.monotonicMs();
  const steps: RehearsalStep[] = [];
  await using temporary = await ports.files.temporaryFolder('rehearse-rollback-');
  const step = async (name: RehearsalStep['name'], work: () => Promise<{ verdict: Verdict; detail: string }>): Promise<void> => {
    ports.progress.say(`rehearse: ${name} (${tag})`);
    const from = ports.clock.monotonicMs();
    const { verdict, detail } = await work();
    steps.push({ name, verdict, detail, durationMs: Math.round(ports.clock.monotonicMs() - from) });
  };
  let workspace = '';
  await step('check out', async () => {
    workspace = await checkOut(ports, commit, `${temporary.path}/work`);
    return { verdict: 'pass', detail: commit };
  });
  await using there = openAt(workspace);
  const configuration = await findConfiguration(there.files, config);
  if (configuration?.setup !== undefined)
    await step('set up', async () => {
      await runSetup(configuration, there);
      return { verdict: 'pass', detail: configuration.setup ?? '' };
    });
  await step('determinism-check', () => runGateOf(configuration, 'determinism-check', there, {}));
  // The store is where the current configuration says: an old tag may name replicas that are gone.
  const current = await findConfiguration(ports.files, config);
  if (current?.gates.get('snapshot-compare')?.store !== undefined)
    await step('restore snapshot', () =>
      runGateOf(current, 'snapshot-compare', ports, { mode: 'restore', baseline: `tag:${tag}`, actual: `${temporary.path}/snapshots` }),
    );
  return {
    version: 1,
    tag,
    commit,
    startedAt,
    steps,
    durationMs: Math.round(ports.clock.monotonicMs() - start),
    verdict: worstVerdict(steps.map(({ verdict }) => verdict)),
  };
}

async function runGateOf(
  configuration: Configuration | undefined,
  id: GateId,
  ports: Ports,
  given: { readonly [name: string]: unknown },
): Promise<{ verdict: Verdict; detail: string }> {
  const entry = gates.find((candidate) => candidate.id === id);
  const section = configuration?.gates.get(id);
  if (!entry || !section) return { verdict: 'inconclusive', detail: `${id} is not configured at this tag` };
  const inputs = resolveInputs(id, entry.inputs, section, given);
  const gate = await entry.load();
  const { verdict, headline } = gate.judge(await gate.measure(inputs, ports), inputs);
  return { verdict, detail: headline };
}

/** A clone that shares the objects, at a commit; returns the folder in it that corresponds to the workspace. */
async function checkOut(ports: Ports, commit: string, folder: string): Promise<string> {
  const top = (await git(ports, ports.files.workspace, 'rev-parse', '--show-toplevel')).trim();
  const prefix = (await git(ports, ports.files.workspace, 'rev-parse', '--show-prefix')).trim();
  await git(ports, top, 'clone', '--quiet', '--shared', '--no-checkout', '--', top, folder);
  await git(ports, folder, 'checkout', '--quiet', '--detach', commit);
  return prefix === '' ? folder : `${folder}/${prefix.replace(/\/$/, '')}`;
}

async function git({ processes }: Ports, folder: string, ...args: readonly string[]): Promise<string> {
  const env = gitEnvironment(processes.repositoryEnvironment);
  const result = await processes.run({ argv: gitCommand(args), folder, env, timeoutMs: GIT_TIMEOUT_MS });
  if (result.exitCode === 0) return Buffer.from(result.stdout.bytes).toString('utf8');
  const said = Buffer.from(result.stderr.bytes).toString('utf8').trim().split('\n').at(-1);
  throw new UserError({
    where: `git ${args[0]}`,
    found: result.startError ?? (said || `exit ${result.exitCode ?? result.signal}`),
    expected: 'a repository with the tag in it',
    todo: 'run the same git command here to see why',
  });
}
