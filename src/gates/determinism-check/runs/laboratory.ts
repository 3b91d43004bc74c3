import { isUserError } from '../../../core/index.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';
import type { Progress } from '../../../core/ports/progress.ts';

import type { Ending, RunKind } from '../facts.ts';
import type { Inputs, VariationId } from '../inputs.ts';
import { type Scan, scanOutputs } from '../manifest/scan.ts';
import { VARIATIONS } from '../variations/index.ts';
import { PLAIN_UMASK } from '../variations/umask.ts';
import type { AppliedVariation, Prepared, Surroundings } from '../variations/variation.ts';
import { type Bind, buildCall } from './call.ts';
import { findLeftovers } from './leftovers.ts';
import { detectNamespaces } from './namespaces.ts';
import { mountReversed } from './reversed-mount.ts';
import { composeSettings, type Settings } from './settings.ts';
import { removeFakeClocks } from './shared-memory.ts';
import { hashFile, type StreamDigest } from './stream-digest.ts';
import { copyWorkspace, patternInside, removeTree } from './workspace-copy.ts';

/** One run to make. */
export interface RunSpec {
  readonly kind: RunKind;
  /** Atoms to vary (`settings.ts`). */
  readonly varied: ReadonlySet<string>;
}

/** What one run left. Files stay until `discard`. */
export interface RunOutcome {
  readonly spec: RunSpec;
  readonly ending: Ending;
  readonly scan: Scan;
  readonly stdout: StreamDigest;
  readonly stderr: StreamDigest;
  readonly umask: number;
  /** Texts in which this run shows through: its paths and names, for explanations. */
  readonly marks: readonly RunMark[];
  readonly pathOf: (target: { readonly type: 'file'; readonly path: string } | { readonly type: 'stdout' | 'stderr' }) => string;
  readonly leftRunning: readonly string[];
  readonly discard: () => void;
}

/** A text that belongs to a run and what it stands for, such as its work tree. */
export interface RunMark {
  readonly name: 'work' | 'temporary' | 'home' | 'host' | 'user';
  readonly text: string;
}

/** The run could not be carried out, so nothing was measured by it. */
export interface RunTrouble {
  readonly spec: RunSpec;
  readonly trouble: string;
}

export interface Laboratory extends AsyncDisposable {
  readonly prepared: readonly Prepared[];
  readonly applied: readonly AppliedVariation[];
  /** How many runs can go side by side. */
  readonly concurrency: number;
  /** `more`: another run comes after it, for which a copy can be made in the meantime. */
  readonly perform: (spec: RunSpec, more?: boolean) => Promise<RunOutcome | RunTrouble>;
  /** Ends what runs that went side by side left running, when none of them goes on; their names. */
  readonly sweep: () => Promise<readonly string[]>;
  readonly files: Files;
  /** Temporary folder of all runs. */
  readonly root: string;
  /** Values that these atoms give to variables. */
  readonly valuesOf: (varied: ReadonlySet<string>) => readonly string[];
}

export interface LaboratoryPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly ownFolders: readonly string[];
  readonly processes: Processes;
  readonly progress: Progress;
}

const COPYING = 'determinism-check: copy the workspace';
const PROBE_TIMEOUT_MS = 10_000;

export function isTrouble(outcome: RunOutcome | RunTrouble): outcome is RunTrouble {
  return 'trouble' in outcome;
}

/**
 * A place outside the workspace where runs are made: fresh copies, always presented at one path (or at another one, when the path is varied), in turn; or
 * side by side, each seeing that path in a mount namespace of its own. Disposing of it removes everything.
 */
export async function openLaboratory(inputs: Inputs, chosen: readonly VariationId[], ports: LaboratoryPorts): Promise<Laboratory> {
  const { files, processes } = ports;
  const folder = await files.temporaryFolder('testops-determinism-');
  const root = folder.path;
  const places = {
    plain: { work: `${root}/a/work`, temporary: `${root}/a/tmp` },
    other: {
      work: `${root}/elsewhere/deeper/work-tree-2`,
      temporary: `${root}/elsewhere/temporary-2`,
      home: `${root}/elsewhere/home-2`,
      executables: `${root}/elsewhere/bin`,
    },
  };
  await files.makeFolder(places.other.executables);
  const plainEnvironment = withoutShellTraces(processes.repositoryEnvironment);
  const probe: Surroundings['probe'] = (argv, env = {}) =>
    processes.run({ argv, folder: root, env: { ...plainEnvironment, ...env }, timeoutMs: PROBE_TIMEOUT_MS });
  const find = (program: string) => processes.find(program);
  const namespaces = await detectNamespaces(find, probe, processes.platform);
  const surroundings = {
    files,
    find,
    probe,
    platform: processes.platform,
    environment: plainEnvironment,
    other: places.other,
    namespaces,
    scratch: `${root}/probe`,
  };
  const variations = await Promise.all(chosen.map((id) => VARIATIONS[id].prepare(surroundings)));
  const applied = variations.filter((one) => one.applied);
  const shell = (await find('bash')) ?? (await find('sh')) ?? 'sh';
  const script = await find('script');
  const sideBySide = inputs.concurrency > 1 && namespaces.mount !== undefined;
  const exclude = [
    ...inputs.outputs.filter((pattern) => !pattern.startsWith('!')),
    ...[...ports.ownFolders, root].flatMap((path) => patternInside(files, path)),
  ];
  let count = 0;
  const prepareCopy = async (): Promise<string> => {
    count += 1;
    const own = `${root}/runs/${count}`;
    // The first copy is waited for; later ones are made while a run goes on.
    const shown = count === 1 ? (done: number) => ports.progress.show(COPYING, done, undefined, 'files') : undefined;
    await copyWorkspace(files, `${own}/work`, exclude, inputs.outputs, shown);
    if (shown !== undefined) ports.progress.finish(COPYING);
    return own;
  };
  // While one run goes on, the copy for the next is made, and what earlier runs left is removed.
  let prepared: Promise<string> | undefined;
  let first = true;
  const removals = new Set<Promise<void>>();
  const removeLater = (path: string): void => {
    const removal = removeTree(ports, path).catch(() => undefined);
    removals.add(removal);
    void removal.then(() => removals.delete(removal));
  };

  const perform = async (spec: RunSpec, more = false): Promise<RunOutcome | RunTrouble> => {
    const waiting = prepared ?? prepareCopy();
    prepared = undefined;
    const isFirst = first;
    first = false;
    try {
      const own = await waiting;
      if (more) {
        prepared = prepareCopy();
        // Whoever takes it sees its error.
        prepared.catch(() => undefined);
      }
      return await performAt(spec, own);
    } catch (error) {
      // A full disk, a file that cannot be read: said as it is, and nothing counts as measured.
      if (!isUserError(error) || isFirst) throw error;
      return { spec, trouble: `${error.problem.where}: ${error.problem.found}` };
    }
  };

  const performAt = async (spec: RunSpec, own: string): Promise<RunOutcome> => {
    const settings = composeSettings(applied, spec.varied, PLAIN_UMASK);
    const work = settings.otherWork ? places.other.work : places.plain.work;
    const temporary = settings.otherTemporary ? places.other.temporary : places.plain.temporary;
    const home = settings.otherHome ? places.other.home : undefined;
    await files.makeFolder(`${own}/tmp`);
    if (home !== undefined) await files.makeFolder(`${own}/home`);
    const shown: Bind[] = [
      { from: `${own}/work`, to: work },
      { from: `${own}/tmp`, to: temporary },
      ...(home === undefined ? [] : [{ from: `${own}/home`, to: home }]),
    ];
    const kept = `${own}/kept`;
    if (settings.reorder === 'tmpfs') await files.makeFolder(kept);
    const inTurn = !sideBySide;
    const moved = inTurn ? shown.filter(({ to }) => !(to === work && settings.reorder !== undefined)) : [];
    for (const { from, to } of moved) await files.rename(from, to);
    if (settings.reorder !== undefined || sideBySide) for (const { to } of shown) await files.makeFolder(to);
    let result: Awaited<ReturnType<Processes['run']>>;
    let leftRunning: readonly string[] = [];
    try {
      await using mounted =
        settings.reorder === 'disorderfs' ? await mountReversed(ports, `${own}/work`, sideBySide ? `${own}/reversed` : work) : undefined;
      const binds = inTurn
        ? []
        : shown.map((bind) => (bind.to === work && mounted !== undefined ? { from: mounted.path, to: work } : bind));
      const argv = buildCall({
        shell,
        run: inputs.run ?? '',
        settings,
        work,
        binds: settings.reorder === 'tmpfs' ? binds.filter(({ to }) => to !== work) : binds,
        source: `${own}/work`,
        result: kept,
        namespaces,
        ...(spec.kind === 'terminal' && script !== undefined ? { script } : {}),
      });
      result = await processes.run({
        argv,
        folder: binds.length > 0 || settings.reorder === 'tmpfs' ? root : work,
        env: environmentOf(plainEnvironment, temporary, settings),
        umask: settings.umask,
        timeoutMs: inputs['timeout-seconds'] * 1000,
        stdoutFile: `${own}/stdout`,
        stderrFile: `${own}/stderr`,
      });
      // Side by side the others still run; what they leave is looked for when all have ended.
      if (inTurn) leftRunning = await findLeftovers(ports, root);
    } finally {
      for (const { from, to } of moved) await files.rename(to, from).catch(() => undefined);
    }
    const tree = settings.reorder === 'tmpfs' ? kept : `${own}/work`;
    const scan = await scanOutputs(files, tree, inputs.outputs);
    const [stdout, stderr] = [await hashFile(files, `${own}/stdout`), await hashFile(files, `${own}/stderr`)];
    return {
      spec,
      ending: endingOf(result, inputs['timeout-seconds']),
      scan,
      stdout,
      stderr,
      umask: settings.umask,
      marks: marksOf({
        work,
        temporary,
        home: home ?? plainEnvironment.HOME,
        host: settings.hostName?.host,
        user: settings.set.USER ?? plainEnvironment.USER,
      }),
      pathOf: (target) => (target.type === 'file' ? `${tree}/${target.path}` : `${own}/${target.type}`),
      leftRunning,
      discard: () => removeLater(own),
    };
  };

  return {
    prepared: variations,
    applied,
    concurrency: sideBySide ? inputs.concurrency : 1,
    perform,
    sweep: () => (sideBySide ? findLeftovers(ports, root) : Promise.resolve([])),
    files,
    root,
    valuesOf: (varied) => {
      const atoms = applied.flatMap((one) => one.atoms.filter((_, at) => varied.has(`${one.id}#${at}`)));
      return atoms.flatMap(({ change }) => Object.values(change.set ?? {}));
    },
    [Symbol.asyncDispose]: async () => {
      if (applied.some(({ id }) => id === 'time')) await removeFakeClocks(files);
      await prepared?.catch(() => undefined);
      await Promise.all(removals);
      await removeTree(ports, `${root}/runs`).catch(() => undefined);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Traces of the shell that called us, which every shell sets anew. */
function withoutShellTraces(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !['PWD', 'OLDPWD', '_', 'SHLVL'].includes(name)));
}

function environmentOf(plain: Readonly<Record<string, string>>, temporary: string, settings: Settings): Record<string, string> {
  const named = ['TMPDIR', ...['TEMP', 'TMP'].filter((name) => name in plain)];
  const env: Record<string, string> = { ...plain, ...Object.fromEntries(named.map((name) => [name, temporary])) };
  for (const name of settings.unset) delete env[name];
  return { ...env, ...settings.set };
}

function endingOf(result: Awaited<ReturnType<Processes['run']>>, seconds: number): Ending {
  if (result.timedOut) return { kind: 'timeout', seconds };
  if (result.startError !== undefined) return { kind: 'not-started', detail: result.startError };
  if (result.signal !== undefined) return { kind: 'signal', signal: result.signal };
  return { kind: 'exit', code: result.exitCode ?? 0 };
}

function marksOf(texts: Readonly<Record<RunMark['name'], string | undefined>>): readonly RunMark[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [{ name: name as RunMark['name'], text }],
  );
}
