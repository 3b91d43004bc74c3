import { compareText, type FileOrigin, type FileTimes, type MeasuredFile, type OriginReason, type Ports } from '../../core/index.ts';
import { CLOCK_SKEW_MS } from '../../decision/index.ts';
import { digestPaths, type FileStates, findRoleFiles, gitIdOf, type RolePatterns } from './file-states.ts';
import { indexTravelled, type TravelledIndex, type TravelledOrigins } from './travelled-origins.ts';

/** The exercise of this run, as the files show it. */
export interface Exercised {
  /** Before `setup`. */
  readonly before: FileStates;
  /** After `setup`, before `serve`, `load` and `prepare`. */
  readonly prepared: FileStates;
  /** Whether `load` is configured. */
  readonly load: boolean;
}

/** What a run knows about the files that its gates measure. */
export interface OriginContext {
  /** In the reusable workflow, where nothing that was found counts. */
  readonly inWorkflow: boolean;
  readonly exercised?: Exercised;
  /** What earlier jobs of this run say about the files that they handed over. */
  readonly travelled?: TravelledOrigins;
}

/** The measured files of one gate, or of all of them. */
export interface OriginQuestion {
  readonly patterns: readonly RolePatterns[];
  /** Folders that the suite writes into. */
  readonly ours: readonly string[];
  /** Commit that is tested; `undefined` outside git. */
  readonly commit: string | undefined;
  /** Whether the files are results of load tests, which are written while the load runs. */
  readonly results?: boolean;
}

type OriginPorts = Pick<Ports, 'files' | 'repository' | 'clock'>;

/** What the tested commit holds. */
interface CommitFacts {
  readonly committedMs: number;
  readonly tracked: ReadonlySet<string>;
  readonly submodules: readonly string[];
  readonly blobs: ReadonlySet<string>;
  readonly idDigits: number;
}

/** A measured file while its origin is looked for. */
interface Candidate {
  readonly path: string;
  readonly sha256: string;
  /** Absolute, with links followed. */
  readonly real: string;
  /** The same from the workspace; `undefined` outside of it. */
  readonly inside: string | undefined;
  readonly revision: string;
  readonly modifiedMs: number;
  readonly changedMs: number;
}

type Found = Pick<MeasuredFile, 'origin' | 'reason' | 'artifact' | 'modifiedAt'>;

/** Every file that inputs of role `measured` name, with its origin, by input and path. */
export async function findOrigins(question: OriginQuestion, context: OriginContext, ports: OriginPorts): Promise<readonly MeasuredFile[]> {
  const { files } = ports;
  const facts = question.commit === undefined ? undefined : await readCommit(question.commit, ports);
  const root = (await files.realPath('.')) ?? files.workspace;
  const nested = createNestedFinder(ports);
  const known = { ...context, travelled: indexTravelled(context.travelled) };
  const measured: MeasuredFile[] = [];
  for (const { input, patterns } of question.patterns) {
    const paths = await findRoleFiles(files, patterns, question.ours);
    const digests = await digestPaths(files, paths);
    for (const path of paths) {
      const digest = digests.get(path);
      const [real, stat] = [await files.realPath(path), await files.statTarget(path)];
      // What vanished since it was matched is for the gate to judge.
      if (digest === undefined || real === undefined || stat === undefined) continue;
      const inside = real.startsWith(`${root}/`) ? real.slice(root.length + 1) : undefined;
      const { revision, modifiedMs, changedMs } = stat;
      const candidate = { path, sha256: digest.sha256, real, inside, revision, modifiedMs, changedMs };
      const found = originOf(candidate, facts, known);
      const wins = await overriding(candidate, found, { facts, question, nested, ports });
      measured.push({ input, path, ...digest, ...found, ...(wins === undefined ? {} : { origin: 'recorded', reason: wins }) });
    }
  }
  return measured.map(({ artifact, ...file }) => (file.origin === 'handed-over' && artifact ? { ...file, artifact } : file));
}

async function readCommit(commit: string, { repository }: OriginPorts): Promise<CommitFacts> {
  const entries = await repository.tree(commit);
  return {
    committedMs: await repository.committedMs(commit),
    tracked: new Set(entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : []))),
    submodules: entries.flatMap(({ kind, path }) => (kind === 'commit' ? [path] : [])),
    blobs: new Set(entries.flatMap(({ kind, id }) => (kind === 'file' ? [id] : []))),
    idDigits: commit.length,
  };
}

/** The origin of a file before the conditions that win over every origin. */
function originOf(
  file: Candidate,
  facts: CommitFacts | undefined,
  { exercised, travelled, inWorkflow }: Omit<OriginContext, 'travelled'> & { readonly travelled: TravelledIndex },
): Found {
  const own = isoTime(file.modifiedMs);
  const found = (origin: FileOrigin, reason?: OriginReason): Found => ({
    origin,
    ...(reason === undefined ? {} : { reason }),
    ...(own === undefined ? {} : { modifiedAt: own }),
  });
  if (exercised && isProduced(file, exercised)) return found('produced');
  const known = travelled.measured(file.path, file.sha256);
  if (known) {
    const { input: _input, path: _path, size: _size, sha256: _sha256, ...said } = known;
    return said;
  }
  const artifact = travelled.artifact(file.path, file.sha256);
  if (artifact) return { ...found('handed-over'), artifact };
  if (file.inside !== undefined && facts?.tracked.has(file.inside)) return found('recorded', 'tracked');
  // Commits know whole seconds, and so does the comparison. The time of change says when a time of modification in the future was set.
  if (facts && Math.min(file.modifiedMs, file.changedMs) < facts.committedMs) return found('recorded', 'older-than-commit');
  if (exercised && wasWrittenBySetup(file, exercised)) return found('found', 'written-by-setup');
  if (exercised?.load) return found('found', 'left-by-load');
  return inWorkflow ? found('found', 'found-in-workflow') : found('found');
}

/** Absent after `setup`, or another revision since then. */
function isProduced({ path, real, inside, revision, changedMs }: Candidate, { prepared }: Exercised): boolean {
  const before = prepared.revisions.get(real);
  if (before !== undefined) return before !== revision;
  // Behind a link lies a file that was not looked at under its own name.
  return inside === path || changedMs > prepared.capturedMs;
}

function wasWrittenBySetup({ real }: Candidate, { before, prepared }: Exercised): boolean {
  return before.revisions.get(real) !== prepared.revisions.get(real);
}

interface Override {
  readonly facts: CommitFacts | undefined;
  readonly question: OriginQuestion;
  readonly nested: (path: string) => Promise<boolean>;
  readonly ports: OriginPorts;
}

/** Why a file is `recorded` whatever wrote it. */
async function overriding(file: Candidate, found: Found, { facts, question, nested, ports }: Override): Promise<OriginReason | undefined> {
  const { inside, path } = file;
  if (inside === undefined) return 'outside-workspace';
  if (facts?.submodules.some((folder) => inside.startsWith(`${folder}/`)) || (await nested(inside))) return 'submodule';
  if (question.results !== true || facts === undefined) return undefined;
  // A time of change from before the commit is that of a copy from another run.
  const modifiedMs = found.modifiedAt === undefined ? file.modifiedMs : Date.parse(found.modifiedAt);
  if (found.origin === 'produced' && modifiedMs < facts.committedMs) return 'older-than-commit';
  if (found.origin !== 'handed-over') return undefined;
  const id = await gitIdOf(ports.files, path, facts.idDigits);
  return id !== undefined && facts.blobs.has(id) ? 'equal-to-blob' : undefined;
}

/** The same files, of which those with time stamps from before the commit or from the future are `recorded`, whatever wrote them: one is enough. */
export function overrideByTimes(
  measured: readonly MeasuredFile[],
  times: readonly FileTimes[],
  { committedMs, nowMs }: { readonly committedMs: number; readonly nowMs: number },
): readonly MeasuredFile[] {
  const reasonFor = (path: string): OriginReason | undefined => {
    const stamps = times.flatMap(({ file, earliestMs, latestMs }) => (file === path ? [earliestMs, latestMs].filter(isInstant) : []));
    if (stamps.some((ms) => ms < committedMs)) return 'times-before-commit';
    return stamps.some((ms) => ms > nowMs + CLOCK_SKEW_MS) ? 'times-in-future' : undefined;
  };
  return measured.map((file) => {
    const reason = reasonFor(file.path);
    if (reason === undefined) return file;
    const { artifact: _artifact, ...rest } = file;
    return { ...rest, origin: 'recorded', reason };
  });
}

/** Some tools count from the start of the run: what is before 1973 is no time of day. */
function isInstant(ms: number | undefined): ms is number {
  return ms !== undefined && ms > 1e11;
}

/** Tells whether a path, relative to the workspace, is inside another repository there. */
function createNestedFinder({ files }: OriginPorts): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const isNested = (folder: string): Promise<boolean> => {
    if (folder === '') return Promise.resolve(false);
    const asked = known.get(folder) ?? files.stat(`${folder}/.git`).then((stat) => stat !== undefined || isNested(parentOf(folder)));
    known.set(folder, asked);
    return asked;
  };
  return (path) => isNested(parentOf(path));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** `undefined` for a time that no calendar of four digits has. */
function isoTime(ms: number): string | undefined {
  const text = Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(Math.floor(ms)).toISOString() : '';
  return /^\d{4}-/.test(text) ? text : undefined;
}

/** Several lists of measured files as one: of a file that stands in more than one, each state once. */
export function uniteMeasured(lists: readonly (readonly MeasuredFile[])[]): readonly MeasuredFile[] {
  const files = new Map(lists.flat().map((file) => [JSON.stringify([file.input, file.path, file.sha256, file.origin, file.reason]), file]));
  return [...files].sort(([a], [b]) => compareText(a, b)).map(([, file]) => file);
}
