import type { Forge, ForgeRun, ForgeState } from '../../core/index.ts';
import {
  type DecisionFinding,
  decidingJobNames,
  isTrusted,
  ownActionsOf,
  readWorkflowName,
  type WorkflowName,
} from '../../decision/index.ts';
import { errorOf } from '../../decision/words.ts';
import type { Trust } from '../trusted-workflows.ts';
import { findInHistory, findPin, type HistoryForge, workflowsOf } from './default-branch-history.ts';

/** What is asked of a forge about the workflow files of a run. */
export type ReviewForge = HistoryForge & Pick<Forge, 'repository' | 'findState'>;

export type ReviewTrust = Pick<Trust, 'workflows' | 'distrust'>;

/** Folders that an action of a repository consists of: its description, and the bundle that it runs. */
const ACTION_FOLDERS = ['actions', 'dist'];

/** What is known about the workflow files that a run used. */
export interface WorkflowReview {
  /** Why they are not believed; empty: every one was reviewed. */
  readonly findings: readonly DecisionFinding[];
  /** Names that the deciding job can have, as far as the files say it. */
  readonly jobNames: readonly (string | undefined)[];
  /** The called workflows that are trusted, at their commits, and whether the default branch calls them so today. */
  readonly pins: readonly HeldPin[];
}

/** A called workflow at a commit, and whether the default branch still calls it there. */
export interface HeldPin {
  readonly workflow: string;
  readonly commit: string;
  readonly today: boolean;
}

/** Whether every workflow file that a run used is one that the default branch has or had, and what its deciding job is called. */
export async function reviewWorkflows(forge: ReviewForge, run: ForgeRun, trust: ReviewTrust): Promise<WorkflowReview> {
  const head = await forge.findState(run.headSha);
  const files = ownFilesOf(run, forge.repository);
  // A run whose own file has no name that can be looked up was started by something else than a file.
  const unreviewed =
    files === undefined ? { file: run.path, found: 'it names no workflow file' } : await findUnreviewed(forge, files, trust);
  const called = run.referencedWorkflows.flatMap((workflow) => {
    const name = readWorkflowName(workflow.path, forge.repository);
    return name !== undefined && isTrusted(name, trust.workflows) ? [{ workflow, name }] : [];
  });
  const findings: DecisionFinding[] =
    unreviewed === undefined ? [] : [errorOf('decision-record/run-changed-workflow', { run: run.id, ...unreviewed }, unreviewed.file)];
  const pins: HeldPin[] = [];
  for (const { workflow, name } of called) {
    if (trust.distrust.includes(workflow.sha)) {
      findings.push(errorOf('decision-record/workflow-distrusted', { workflow: name.path, commit: workflow.sha }));
      continue;
    }
    const found = name.path.startsWith(`${forge.repository.toLowerCase()}/`)
      ? { today: undefined }
      : await findTrustedPin(forge, { name, commit: workflow.sha }, trust.workflows);
    if (found === undefined) {
      findings.push(errorOf('decision-record/workflow-not-pinned', { run: run.id, workflow: name.path, commit: workflow.sha }));
    } else pins.push({ workflow: name.path, commit: workflow.sha, today: found.today ?? true });
  }
  return { findings, jobNames: head === undefined ? [] : await namesOf(forge, run, head, trust), pins };
}

/**
 * Whether a called workflow at a commit is believed: the default branch names it with this very ref among those that it trusts, or one of its workflows calls or
 * called it at this commit.
 */
export async function findTrustedPin(
  forge: HistoryForge,
  { name, commit }: { readonly name: WorkflowName; readonly commit: string },
  trusted: readonly string[],
): Promise<{ readonly today: boolean } | undefined> {
  const named = trusted.map((text) => readWorkflowName(text)).filter((wanted) => wanted?.path === name.path && wanted.ref !== undefined);
  if (named.some((wanted) => wanted?.ref === commit || wanted?.ref === name.ref)) return { today: true };
  const found = await findPin(forge, { path: name.path, commit });
  return found && { today: found.today };
}

/** A workflow file of this repository at a commit. */
export interface OwnFile {
  readonly path: string;
  readonly commit: string;
}

/** Why a workflow file of this repository is not believed. */
export interface Unreviewed {
  readonly file: string;
  readonly found: string;
}

/**
 * Why workflow files of this repository are not those of the default branch, now or at some time; undefined when they are. Files that were read at one commit must
 * be those of one state, all together.
 */
export async function findUnreviewed(forge: ReviewForge, files: readonly OwnFile[], trust: ReviewTrust): Promise<Unreviewed | undefined> {
  for (const commit of new Set(files.map((file) => file.commit))) {
    const paths = files.flatMap((file) => (file.commit === commit ? [file.path] : []));
    const unreviewed = await findUnreviewedAt(forge, commit, [...new Set(paths)], trust);
    if (unreviewed !== undefined) return unreviewed;
  }
  return undefined;
}

async function findUnreviewedAt(
  forge: ReviewForge,
  commit: string,
  paths: readonly string[],
  trust: ReviewTrust,
): Promise<Unreviewed | undefined> {
  const used = await forge.findState(commit);
  const there = used === undefined ? new Map<string, string>() : await workflowsOf(forge, used);
  // What an action does is part of what was reviewed.
  let folders: readonly string[] = [];
  for (const path of paths) {
    const blob = there.get(path);
    if (blob === undefined) return { file: path, found: `it is not on ${commit}` };
    const actions = ownActionsOf(new TextDecoder().decode(await forge.readBlob(blob)));
    if (actions === 'work-tree' && isDeciding(path, forge.repository, trust)) {
      return { file: path, found: 'it runs actions of the commit that is judged (`uses: ./`)' };
    }
    if (actions === 'repository') folders = ACTION_FOLDERS;
  }
  const matches = async (state: ForgeState) => {
    if (folders.some((name) => state.entries.get(name) !== used?.entries.get(name))) return false;
    const reviewed = await workflowsOf(forge, state);
    return paths.every((path) => reviewed.get(path) === there.get(path));
  };
  if ((await findInHistory(forge, matches)) !== undefined) return undefined;
  const what = folders.length > 0 ? 'it, or the actions that it runs, differ' : 'it differs';
  return { file: paths.join(', '), found: `${what} on ${commit}` };
}

/** The workflow files of this repository that a run used; undefined when its own file has no name that can be looked up. */
function ownFilesOf(run: ForgeRun, repository: string): readonly OwnFile[] | undefined {
  const own = ownFileOf(run.path, repository);
  if (own === undefined) return undefined;
  const called = run.referencedWorkflows.flatMap(({ path, sha }) => {
    const file = ownFileOf(path, repository);
    return file === undefined ? [] : [{ path: file, commit: sha }];
  });
  return [{ path: own, commit: run.headSha }, ...called];
}

function isDeciding(path: string, repository: string, { workflows }: ReviewTrust): boolean {
  return workflows.some((text) => readWorkflowName(text)?.path === `${repository.toLowerCase()}/${path}`);
}

/** Path of a workflow file of this repository; undefined for one of elsewhere. */
export function ownFileOf(text: string, repository: string): string | undefined {
  const name = readWorkflowName(text, repository);
  const own = `${repository.toLowerCase()}/`;
  return name?.path.startsWith(own) ? name.path.slice(own.length) : undefined;
}

async function namesOf(forge: ReviewForge, run: ForgeRun, head: ForgeState, trust: ReviewTrust): Promise<readonly (string | undefined)[]> {
  const file = ownFileOf(run.path, forge.repository);
  if (file === undefined) return [];
  const texts = new Map<string, string>();
  for (const [path, blob] of await workflowsOf(forge, head)) texts.set(path, new TextDecoder().decode(await forge.readBlob(blob)));
  return decidingJobNames({
    repository: forge.repository,
    file,
    decides: (path) => trust.workflows.some((text) => readWorkflowName(text)?.path === path),
    read: (path) => texts.get(path),
  });
}
