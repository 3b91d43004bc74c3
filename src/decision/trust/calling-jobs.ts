import { parse } from 'yaml';
import { readWorkflowName } from './workflow-name.ts';

/** Job that decides, in every workflow that gates. */
export const DECIDING_JOB = 'decide';
/** The workflow that calls the gates by night, from the same commit, and its job that does. */
export const NIGHTLY = 'testops-nightly.yml';
const NIGHTLY_JOB = 'gates';
/** As GitHub nests reusable workflows. */
const MAX_DEPTH = 10;

/** Workflow files of a repository, read lazily by their path; undefined for one that is not there. */
export type ReadWorkflow = (path: string) => string | undefined;

/** A job of a workflow file. Only what decides about its name. */
interface Job {
  readonly name?: unknown;
  readonly uses?: unknown;
  readonly strategy?: unknown;
  readonly with?: unknown;
}

/** A reusable workflow that a file calls at a commit: `owner/name/.github/workflows/file.yml`. */
export interface Pin {
  readonly path: string;
  readonly commit: string;
}

/** Every reusable workflow that the jobs of a file call at a full commit id. A file that is no YAML calls none. */
export function pinsOf(text: string): readonly Pin[] {
  return jobsOf(text).flatMap(([, { uses }]) => {
    const name = typeof uses === 'string' ? readWorkflowName(uses) : undefined;
    return name?.ref !== undefined && /^[0-9a-f]{40}$/.test(name.ref) ? [{ path: name.path, commit: name.ref }] : [];
  });
}

/** Values that jobs of a file give a called workflow of ours as `config`, where they are literal. */
export function literalConfigs(text: string): readonly string[] {
  return jobsOf(text).flatMap(([, job]) => {
    const given = (job.with as { config?: unknown } | undefined)?.config;
    return typeof job.uses === 'string' &&
      /\/testops-[a-z-]+\.ya?ml(@|$)/.test(job.uses) &&
      typeof given === 'string' &&
      !given.includes('${{') &&
      given !== ''
      ? [given.replace(/^(\.\/)+/, '')]
      : [];
  });
}

export interface DecidingJobQuery {
  /** `owner/name`. */
  readonly repository: string;
  /** Workflow file of the run, `.github/workflows/testops-ci.yml`. */
  readonly file: string;
  /** Whether a workflow, `owner/name/.github/workflows/file.yml`, is one whose job `decide` decides. */
  readonly decides: (path: string) => boolean;
  readonly read: ReadWorkflow;
}

/**
 * Names that the deciding job has in a run, as GitHub shows them: `decide` in the file of the run, `<job> / decide` below a job that calls one. A job whose
 * name is not literal, or that stands for several, gives `undefined`: then nobody can tell which job decided.
 */
export function decidingJobNames(query: DecidingJobQuery): readonly (string | undefined)[] {
  return namesIn(query, query.file, MAX_DEPTH);
}

function namesIn(query: DecidingJobQuery, file: string, depth: number): readonly (string | undefined)[] {
  const text = depth === 0 ? undefined : query.read(file);
  if (text === undefined) return [];
  const jobs = jobsOf(text);
  const own = query.decides(`${query.repository.toLowerCase()}/${file}`) ? jobs.find(([id]) => id === DECIDING_JOB) : undefined;
  if (own !== undefined) return [labelOf(...own) === DECIDING_JOB ? DECIDING_JOB : undefined];
  return jobs.flatMap(([id, job]) => {
    if (typeof job.uses !== 'string') return [];
    const label = labelOf(id, job);
    const below = (name: string | undefined) => (label === undefined || name === undefined ? undefined : `${label} / ${name}`);
    const local = /^[.$]\/(\.github\/workflows\/[^/]+\.ya?ml)$/.exec(job.uses)?.[1];
    if (local !== undefined) return namesIn(query, local, depth - 1).map(below);
    const called = readWorkflowName(job.uses);
    if (called === undefined) return [];
    if (query.decides(called.path)) return [below(DECIDING_JOB)];
    return called.path.endsWith(`/${NIGHTLY}`) && query.decides(called.path.replace(NIGHTLY, 'testops-ci.yml'))
      ? [below(`${NIGHTLY_JOB} / ${DECIDING_JOB}`)]
      : [];
  });
}

/** What GitHub calls a job, when the file alone says it. */
function labelOf(id: string, { name, strategy }: Job): string | undefined {
  if (strategy !== undefined) return undefined;
  if (name === undefined || name === null) return id;
  const text = String(name);
  return text.includes('${{') || text.trim() === '' ? undefined : text;
}

/**
 * Whether a workflow runs actions of the repository that it is in: what they are is then part of what was reviewed. `work-tree` when it takes them from what is
 * checked out, which is the commit that is judged.
 */
export function ownActionsOf(text: string): 'none' | 'repository' | 'work-tree' {
  if (/\buses:\s*["']?\.\/(?!\.github\/workflows\/)/.test(text)) return 'work-tree';
  return /\buses:\s*["']?\$\/(?!\.github\/workflows\/)/.test(text) ? 'repository' : 'none';
}

function jobsOf(text: string): readonly (readonly [string, Job])[] {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100, merge: true });
  } catch {
    return [];
  }
  const jobs = (document as { jobs?: unknown } | null)?.jobs;
  if (typeof jobs !== 'object' || jobs === null) return [];
  return Object.entries(jobs).filter((entry): entry is [string, Job] => typeof entry[1] === 'object' && entry[1] !== null);
}
